"""The books of a closed quarter as tables: every line, statement, step, correction, tariff, booking and payment.

Ordered by what they are, never by when they were asked for, so that the same books give the same files.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, Q

from kbl.fund.models import FundEntry
from kbl.settlements.models import Closing, Correction, Line, Statement, StatementStep, Tariff
from kbl.settlements.statements import statement_view
from kbl.settlements.statements.steps import draw_reference
from kbl.spreadsheets import Cell
from vouchers.numbers import show_serial

TableRows = Iterable[list[Cell]]
CHUNK = 1000
OF_A_LINE = [
    "statement__organisation",
    "statement__closing",
    "statement__own_number",
    "tariff",
    "handout__recorded_by",
    "membership_year__recorded_by",
    "membership_year__enrolment",
]


@dataclass(frozen=True)
class BookTable:
    """One table: its file's name, its headings, what it is, and how its rows are read."""

    name: str
    headings: str
    what: str
    rows: Callable[[Closing], TableRows]

    @property
    def headers(self) -> list[str]:
        return self.headings.split("|")


def _lines(closing: Closing) -> Iterator[list[Cell]]:
    lines = Line.objects.filter(statement__closing=closing).select_related(*OF_A_LINE).order_by("pk")
    for line in lines.iterator(chunk_size=CHUNK):
        statement, year = line.statement, line.membership_year
        fact = line.handout or year
        assert fact is not None
        yield [
            line.pk,
            statement.pk,
            str(statement),
            str(statement.organisation),
            show_serial(line.serial),
            statement_view.line_words(line),
            line.on,
            str(line.quarter),
            line.is_late,
            line.corrects_id,
            line.tariff_id,
            line.tariff.amount,
            line.net,
            str(line.get_vat_display()),
            line.vat_rate,
            "uitreiking" if line.handout_id else "lidmaatschapsjaar",
            fact.pk,
            year.enrolment_id if year else None,
            moment(fact.recorded_at),
            str(fact.recorded_by),
            moment(fact.revoked_at),
        ]


def statements_of(closing: Closing) -> Iterable[Statement]:
    """The statements of a quarter in a fixed order, with how many lines they have."""
    rows = Statement.objects.filter(closing=closing).select_related("organisation", "closing", "own_number")
    return rows.annotate(line_count=Count("lines")).order_by("kind", "organisation__name", "pk")


def _statements(closing: Closing) -> Iterator[list[Cell]]:
    for each in statements_of(closing):
        yield [
            each.pk,
            str(each),
            each.invoice_number or "",
            str(each.get_kind_display()),
            str(each.organisation),
            each.particulars.get("kvk") or "",
            each.line_count,  # type: ignore[attr-defined]
            each.net,
            each.vat,
            each.total,
            each.carried_in,
            each.payable,
            each.carried_out,
            str(each.get_status_display()),
        ]


def _steps(closing: Closing) -> Iterator[list[Cell]]:
    steps = StatementStep.objects.filter(statement__closing=closing).select_related("statement__closing", "by")
    for step in steps.prefetch_related("numbers").order_by("pk"):
        named = ", ".join(show_serial(number.serial) for number in step.numbers.all())
        who = str(step.by) if step.by else "niemand: stilte is akkoord"
        status = str(step.get_status_display())
        reason = str(step.get_reason_display()) if step.reason else ""
        yield [step.statement_id, str(step.statement), status, reason, named, moment(step.at), who]


def _corrections(closing: Closing) -> Iterator[list[Cell]]:
    """What this quarter takes back of earlier ones, and what was taken back of this quarter."""
    mine = Q(line__statement__closing=closing) | Q(line__corrected_by__statement__closing=closing)
    related = ["line__statement__closing", "line__corrected_by__statement__closing", "by"]
    for each in Correction.objects.filter(mine).select_related(*related).order_by("pk"):
        line, opposite = each.line, getattr(each.line, "corrected_by", None)
        yield [
            each.pk,
            line.pk,
            str(line.statement),
            str(line.statement.closing.quarter),
            show_serial(line.serial),
            line.net,
            str(each.get_reason_display()),
            moment(each.at),
            str(each.by),
            opposite.pk if opposite else None,
            str(opposite.statement) if opposite else "komt bij de volgende afsluiting",
            str(opposite.statement.closing.quarter) if opposite else "",
        ]


def _tariffs(closing: Closing) -> Iterator[list[Cell]]:
    used = Line.objects.filter(statement__closing=closing).order_by().values("tariff")
    for each in Tariff.objects.filter(pk__in=used).order_by("pk"):
        track = str(each.get_track_display()) if each.track else "elk spoor"
        yield [each.pk, str(each.get_kind_display()), track, each.first_day, each.amount, str(each.get_vat_display())]


def _fund(closing: Closing) -> Iterator[list[Cell]]:
    """The draws on the fund of this quarter's statements."""
    names = {draw_reference(each): each for each in statements_of(closing)}
    for entry in FundEntry.objects.filter(reference__in=names).select_related("recorded_by").order_by("pk"):
        statement = names[entry.reference]
        yield [
            entry.pk,
            entry.on,
            entry.description,
            entry.amount,
            statement.pk,
            str(statement),
            moment(entry.recorded_at),
            str(entry.recorded_by),
        ]


def moment(at: datetime | None) -> str:
    """A moment as text, in UTC: the same whatever zone it was read in."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else ""


LINES = BookTable(
    "regels",
    "regel|afrekening id|afrekening|organisatie|voucher|waarvoor|dag|kwartaal van de dag|laat gemeld|corrigeert regel"
    "|tarief id|tarief|bedrag zonder btw|btw|btw %|soort feit|feit id|inschrijving id|vastgelegd op|vastgelegd door"
    "|ingetrokken op",
    "Elke regel van elke afrekening, met het feit waar hij van komt.",
    _lines,
)
TABLES = [
    BookTable(
        "afrekeningen",
        "afrekening id|afrekening|nummer op het stuk|soort|organisatie|kvk|regels|bedrag zonder btw|btw|totaal"
        "|verrekend tegoed|te betalen|tegoed naar volgend kwartaal|stand",
        "Elke afrekening. Het bedrag zonder btw is de som van haar regels.",
        _statements,
    ),
    BookTable(
        "stappen",
        "afrekening id|afrekening|stap|reden|genoemde vouchers|op|door",
        "Wie akkoord gaf, een vraag stelde, goedkeurde of betaalde, en wanneer.",
        _steps,
    ),
    BookTable(
        "correcties",
        "correctie id|regel|afrekening|kwartaal|voucher|bedrag zonder btw|reden|gevraagd op|gevraagd door|tegenregel"
        "|op afrekening|van kwartaal",
        "Wat in dit kwartaal is teruggenomen, en wat van dit kwartaal later is teruggenomen.",
        _corrections,
    ),
    BookTable(
        "tarieven",
        "tarief id|waarvoor|spoor|eerste dag|bedrag|btw",
        "De tarieven waarmee is gerekend.",
        _tariffs,
    ),
    BookTable(
        "fonds",
        "boeking id|dag|omschrijving|bedrag|afrekening id|afrekening|geboekt op|geboekt door",
        "De boekingen op het lidmaatschapsfonds van deze afrekeningen. Wat eraf gaat is negatief.",
        _fund,
    ),
]
