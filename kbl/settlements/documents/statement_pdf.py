"""What stands on the paper of a statement: who to whom, what and how many, the totals, and every line by its number.

Everything comes from the frozen statement and its lines, so that making it again gives the same bytes.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kbl import pdf
from kbl.clock import local_day
from kbl.money import ZERO, percentage
from kbl.organisations.models import Organisation, Programme
from kbl.settlements.closing.closing import particulars
from kbl.settlements.documents import lines_file
from kbl.settlements.models import Line, Statement, Tariff, VatTreatment
from kbl.settlements.statements import breakdown
from kbl.settlements.statements.credits import credit_from
from libraries.models import Enrolment

CUBISS = "cubiss"
NO_ENTREPRENEUR = "Geen btw: de leverancier is voor deze prestatie geen ondernemer voor de btw."


class NoDebtor(Exception):
    """There is no organisation with the slug `cubiss`, so nobody to address an invoice to: load the programme first."""


class DoesNotAddUp(Exception):
    """The lines do not make the statement's total: such a paper is never issued, and check_books tells why."""


@dataclass
class Group:
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
class Rate:
    """What one VAT rate comes to."""

    rate: Decimal
    net: Decimal
    words: str

    @property
    def vat(self) -> Decimal:
        return percentage(self.net, self.rate)


def render(statement: Statement, einvoice: pdf.Attached | None = None) -> bytes:
    """The PDF of a statement, with its e-invoice inside, and its lines where those are too many for paper.

    Raises NoDebtor, DoesNotAddUp.
    """
    told = context(statement)
    attached = [einvoice] if einvoice else []
    if told["lines_file"]:
        content = lines_file.to_csv(told["groups"])
        attached.append(pdf.Attached(told["lines_file"], content, lines_file.WORDS, "Supplement"))
    return pdf.render(
        f"documents/{statement.kind}.html",
        told,
        made_at=statement.closing.closed_at,
        identifier=filename(statement),
        kept=True,
        attached=attached,
    )


def filename(statement: Statement) -> str:
    """`factuur-VEN-2025-0001.pdf`; a nil report, which has no number, by its quarter and party."""
    if statement.is_nil:
        about = "uitreikingen" if statement.kind == Statement.Kind.DECLARATION else "lidmaatschappen"
        return f"nulopgave-{about}-{statement.closing.quarter}-{statement.organisation.slug}.pdf"
    return f"{word(statement)}-{re.sub(r'[^A-Za-z0-9]+', '-', str(statement.number))}.pdf"


def word(statement: Statement) -> str:
    """What people call it: declaratie, factuur, creditfactuur, nulopgave."""
    if statement.is_nil:
        return "nulopgave"
    return f"credit{statement.get_kind_display()}" if statement.is_credit else statement.get_kind_display()


def context(statement: Statement) -> dict:
    """What the template needs."""
    quarter = statement.closing.quarter
    programme = Programme.current()
    found = groups(statement)
    dated = local_day(statement.closing.closed_at)
    rates = _rates(found)
    treatments = {group.vat for group in found}
    with_vat = statement.kind == Statement.Kind.INVOICE or not treatments.isdisjoint(VatTreatment.with_vat())
    if (sum((each.net for each in rates), ZERO), sum((each.vat for each in rates), ZERO)) != (
        statement.net,
        statement.vat,
    ):
        raise DoesNotAddUp(f"statement {statement.pk}")
    return {
        "statement": statement,
        "word": word(statement).capitalize(),
        "programme": programme.name,
        "programme_exemption": programme.exemption_words,
        "quarter": quarter,
        "dated": dated,
        "party": statement.particulars,
        "iban": iban_groups(str(statement.particulars["iban"] or "")),
        "debtor": debtor(),
        "credit": -statement.carried_out,
        "credit_from": credit_from(statement),
        "free_anyway": breakdown.of_statement(statement).free_anyway,
        "groups": found,
        "lines_file": lines_file.filename(filename(statement), found),
        "lines_count": sum(each.count for each in found),
        "rates": rates,
        "with_vat": with_vat,
        "day_words": "Begonnen op" if statement.kind == Statement.Kind.INVOICE else "Uitgereikt op",
        "outside": NO_ENTREPRENEUR if with_vat and VatTreatment.OUTSIDE in treatments else "",
        "exempt": programme.exemption_words if VatTreatment.EXEMPT in treatments else "",
        "originals": sorted({each.corrects for each in found if each.corrects}),
        "self_billed": is_self_billed(statement.particulars, dated),
    }


def debtor() -> dict:
    """Cubiss' own legal data: the other party on every paper. Raises NoDebtor."""
    cubiss = Organisation.objects.filter(slug=CUBISS).first()
    if cubiss is None:
        raise NoDebtor(f"There is no organisation with the slug {CUBISS!r}: load the programme file.")
    return particulars(cubiss, Statement.Kind.DECLARATION) | {"buyer_reference": cubiss.buyer_reference}


def is_self_billed(party: dict, dated: date) -> bool:
    """True when the library agreed, by this day, that Cubiss draws up its invoices."""
    since = party.get("self_billing_since")
    return since is not None and date.fromisoformat(since) <= dated


def groups(statement: Statement) -> list[Group]:
    """The lines by what they are: each tariff and VAT treatment, then the corrections of each earlier statement."""
    lines = statement.lines.select_related(
        "tariff", "handout", "membership_year__enrolment", "corrects__statement__own_number", "corrects__correction"
    ).order_by("on", "serial", "pk")
    found: dict[tuple, Group] = {}
    for line in lines:
        line.statement = statement
        original = line.corrects.statement if line.corrects else None
        number = str(original.invoice_number) if original else ""
        key = (number, line.tariff.first_day, line.tariff_id, line.vat_rate, line.vat)
        if key not in found:
            words = f"Correctie op {number}, {original.closing.quarter.label}" if original else _words(line.tariff)
            found[key] = Group(words, line.net, VatTreatment(line.vat), line.vat_rate, corrects=number)
        found[key].lines.append(line)
    return [found[key] for key in sorted(found)]


def remark(line: Line) -> str:
    """What stands behind a line: that it came late, which year it is, why it was taken back."""
    if line.corrects:
        return f"teruggenomen: {line.corrects.correction.get_reason_display()}"
    remarks = [f"jaar {_year(line)}"] if _year(line) > 1 else []
    return "; ".join(remarks + ([f"uit het {line.quarter.label}"] if line.is_late else []))


def iban_groups(iban: str) -> str:
    """`NL91 ABNA 0417 1643 00`: as it stands on a bank card."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def _words(tariff: Tariff) -> str:
    if tariff.kind == Tariff.Kind.MEMBERSHIP:
        return "Lidmaatschapsjaren"
    return f"Uitgereikte vouchers, spoor {tariff.track}" if tariff.track else "Uitgereikte vouchers"


def _is_conversion(line: Line) -> bool:
    year = line.membership_year
    return year is not None and year.ordinal == 1 and year.enrolment.kind == Enrolment.Kind.CONVERSION


def _year(line: Line) -> int:
    return line.membership_year.ordinal if line.membership_year else 1


def _rates(found: list[Group]) -> list[Rate]:
    nets: dict[tuple[Decimal, str], Decimal] = {}
    for group in found:
        key = (group.vat_rate, group.vat_words)
        nets[key] = nets.get(key, ZERO) + group.net
    return [Rate(rate, net, words) for (rate, words), net in sorted(nets.items())]
