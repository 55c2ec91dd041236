"""The lines of a statement in groups, one per tariff or per corrected statement: what PDF, file and e-invoice show."""

from dataclasses import dataclass, field
from decimal import Decimal

from kbl.money import ZERO, percentage
from kbl.settlements.models import Line, Statement, Tariff, VatTreatment
from libraries.models import Enrolment


@dataclass
class LineGroup:
    """Lines of one tariff, or corrections of one earlier statement: one row of the specification's summary."""

    words: str
    unit: Decimal
    vat: VatTreatment
    vat_rate: Decimal
    lines: list[Line] = field(default_factory=list)
    corrects: str = ""

    @property
    def count(self) -> int:
        return len(self.lines)

    @property
    def vat_words(self) -> str:
        """`9 %`, `vrijgesteld` or `geen`. The rate is the one that was frozen on the line."""
        if self.vat_rate:
            return f"{self.vat_rate.normalize():f} %".replace(".", ",")
        return "vrijgesteld" if self.vat == VatTreatment.EXEMPT else "geen"

    @property
    def net(self) -> Decimal:
        return sum((line.net for line in self.lines), ZERO)

    @property
    def length(self) -> str:
        """How its lines are set: a few under each other, a short list in two even columns, a long one over pages."""
        return "few" if self.count <= 6 else "short" if self.count <= 40 else "long"

    @property
    def rows(self) -> list[tuple[Line, str]]:
        """Each line with what is remarkable about it."""
        return [(line, remark(line)) for line in self.lines]

    @property
    def notes(self) -> list[str]:
        """What makes some of its lines different, in words."""
        renewals = sum(1 for line in self.lines if _year(line) > 1)
        late = sum(1 for line in self.lines if line.is_late)
        converted = 0 if self.corrects else sum(1 for line in self.lines if _is_conversion(line))
        notes = [f"waarvan {converted} omgezet van een bestaand lidmaatschap"] if converted else []
        notes += [f"waarvan {renewals} voor een volgend jaar"] if renewals else []
        return notes + ([f"waarvan {late} later gemeld, uit een eerder kwartaal"] if late else [])


@dataclass(frozen=True)
class RateTotal:
    """What one VAT rate comes to."""

    rate: Decimal
    net: Decimal
    words: str

    @property
    def vat(self) -> Decimal:
        return percentage(self.net, self.rate)


def groups_of(statement: Statement) -> list[LineGroup]:
    """The lines by what they are: each tariff and VAT treatment, then the corrections of each earlier statement."""
    lines = statement.lines.select_related(
        "tariff", "handout", "membership_year__enrolment", "corrects__statement__own_number", "corrects__correction"
    ).order_by("on", "serial", "pk")
    found: dict[tuple, LineGroup] = {}
    for line in lines:
        line.statement = statement
        original = line.corrects.statement if line.corrects else None
        number = str(original.invoice_number or original.number) if original else ""
        key = (number, line.tariff.first_day, line.tariff_id, line.vat_rate, line.vat)
        if key not in found:
            words = f"Correctie op {number}, {original.closing.quarter.label}" if original else _words(line.tariff)
            found[key] = LineGroup(words, line.net, VatTreatment(line.vat), line.vat_rate, corrects=number)
        found[key].lines.append(line)
    return [found[key] for key in sorted(found)]


def rates_of(found: list[LineGroup]) -> list[RateTotal]:
    nets: dict[tuple[Decimal, str], Decimal] = {}
    for group in found:
        key = (group.vat_rate, group.vat_words)
        nets[key] = nets.get(key, ZERO) + group.net
    return [RateTotal(rate, net, words) for (rate, words), net in sorted(nets.items())]


def remark(line: Line) -> str:
    """What stands behind a line: that it came late, which year it is, why it was taken back."""
    if line.corrects:
        return f"teruggenomen: {line.corrects.correction.get_reason_display()}"
    remarks = [f"jaar {_year(line)}"] if _year(line) > 1 else []
    return "; ".join(remarks + ([f"uit het {line.quarter.label}"] if line.is_late else []))


def _words(tariff: Tariff) -> str:
    if tariff.kind == Tariff.Kind.MEMBERSHIP:
        return "Lidmaatschapsjaren"
    return f"Uitgereikte vouchers, spoor {tariff.track}" if tariff.track else "Uitgereikte vouchers"


def _is_conversion(line: Line) -> bool:
    year = line.membership_year
    return year is not None and year.ordinal == 1 and year.enrolment.kind == Enrolment.Kind.CONVERSION


def _year(line: Line) -> int:
    return line.membership_year.ordinal if line.membership_year else 1
