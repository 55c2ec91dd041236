"""The tables of a report, and what each of its figures asks."""

from collections.abc import Mapping, Sequence

from intermediaries.models import Track
from kbl.formats import NOTHING, number, percent
from kbl.organisations.models import Municipality, Organisation
from kbl.periods import Quarter
from libraries.models import Participation
from reporting.figures.counting import Measure
from reporting.figures.query import NO_TRACK as ASK_NO_TRACK
from reporting.figures.query import Ask, Money
from reporting.figures.stock import Paper
from reporting.figures.suppression import LIBRARIES, MUNICIPALITIES, Published, Shown, Table
from reporting.figures.table import By, Cell, Column, Row, Sheet, row
from reporting.report.periods import Amount, Moment
from reporting.report.progress_report import Report
from reporting.report.published_figures import NO_TRACK, TRACKS

TOGETHER = "Samen genomen"

DIMENSIONS = {LIBRARIES: "library", MUNICIPALITIES: "municipality", TRACKS: "track"}


PLUS_COLUMNS = [
    Column("Nieuw dit kwartaal", Measure.PLUS, is_added=True),
    Column("Nieuw sinds de start", Measure.PLUS),
    Column("Verlengd", Measure.RENEWED),
]
HANDED_OUT = Column("Uitgereikt", Measure.HANDED_OUT)
FREE = Column("Al gratis", Measure.FREE)


def _breakdown(
    title: str,
    first: str,
    table: str,
    columns: Sequence[Column],
    labels: Mapping,
    report: Mapping[Measure, Published],
    quarter: Quarter,
) -> Sheet:
    """One table of a report: a row per key of `labels`, the rest, and the programme's total."""
    headings = tuple(column.heading for column in columns)
    tables = {column.measure: report[column.measure].tables[table] for column in columns}
    rows = [
        row(
            label,
            headings,
            [column.cell(tables[column.measure].rows.get(key), quarter, _by(table, key)) for column in columns],
        )
        for key, label in labels.items()
    ]
    rest = None
    if any(each.rest for each in tables.values()):
        rest = row(TOGETHER, headings, [Cell(_rest(column, tables[column.measure])) for column in columns])
    total = row("Totaal", headings, [column.cell(report[column.measure].total, quarter) for column in columns])
    return Sheet(title, first, headings, tuple(rows), rest, total)


def _by(table: str, key: int | None) -> By:
    """What a row of a breakdown is about."""
    if table == TRACKS and key == NO_TRACK:
        return ((ASK_NO_TRACK, None),)
    return ((DIMENSIONS[table], key),)


def _rest(column: Column, table: Table) -> str:
    """What the rows hold back since the start; of one quarter that has no meaning."""
    return "" if column.is_added or table.rest is None else number(table.rest)


def per_library(report: Mapping[Measure, Published], quarter: Quarter) -> Sheet:
    """Libraries that took part by the end of the quarter."""
    taking_part = Participation.objects.filter(starts_on__lte=quarter.last_day).values("library")
    labels = dict(Organisation.objects.filter(pk__in=taking_part).order_by("name").values_list("pk", "name"))
    labels |= _unexpected(Organisation, labels, LIBRARIES, report)
    return _breakdown("Per bibliotheek", "Bibliotheek", LIBRARIES, [*PLUS_COLUMNS, FREE], labels, report, quarter)


def per_municipality(report: Mapping[Measure, Published], quarter: Quarter) -> Sheet:
    """Municipalities that took part by the end of the quarter; hand-outs for the whole province have their own row."""
    started = Municipality.objects.filter(starts_on__lte=quarter.last_day).order_by("name")
    labels: dict = dict(started.values_list("pk", "name"))
    labels |= _unexpected(Municipality, labels, MUNICIPALITIES, report)
    if any(None in each.tables[MUNICIPALITIES].rows for each in report.values()):
        labels[None] = "In heel de provincie"
    return _breakdown("Per gemeente", "Gemeente", MUNICIPALITIES, [HANDED_OUT, *PLUS_COLUMNS], labels, report, quarter)


def per_track(report: Mapping[Measure, Published], quarter: Quarter) -> Sheet:
    """The four tracks of the plan, and what has no track (yet)."""
    labels = {track.value: f"Spoor {track.label}" for track in Track}
    measures = [column.measure for column in [HANDED_OUT, *PLUS_COLUMNS]]
    if any(NO_TRACK in report[measure].tables[TRACKS].rows for measure in measures):
        labels[NO_TRACK] = "Nog geen spoor bekend"
    return _breakdown("Per spoor", "Spoor", TRACKS, [HANDED_OUT, *PLUS_COLUMNS], labels, report, quarter)


def _unexpected(model, labels: Mapping, table: str, report: Mapping[Measure, Published]) -> dict:
    """Rows that have figures though they are not expected to: an intermediary in a municipality that starts later."""
    keys = {key for each in report.values() for key in each.tables[table].rows if key is not None}
    if model is Organisation:
        keys = {key for m, each in report.items() if m != Measure.HANDED_OUT for key in each.tables[table].rows}
    return dict(model.objects.filter(pk__in=keys - set(labels)).order_by("name").values_list("pk", "name"))


QUARTERLY = ("Dit kwartaal", "Sinds de start")


def vouchers(moment: Moment) -> Sheet:
    """The way of the paper."""
    return Sheet(
        "Vouchers",
        "Wat",
        QUARTERLY,
        (
            _paper("Gemaakt", moment, Paper.MADE),
            _paper("Naar intermediairs", moment, Paper.ALLOCATED, "min wat terugkwam"),
            _people("Uitgereikt aan inwoners", moment, Measure.HANDED_OUT, moment.handed_out),
            _people("Ingewisseld bij een bibliotheek", moment, Measure.REDEEMED, moment.redeemed),
            _paper("Ongeldig gemaakt", moment, Paper.VOID, "kwijt, beschadigd of verkeerd gedrukt"),
        ),
    )


def memberships(moment: Moment) -> Sheet:
    """The memberships by kind; new members and conversions are target A together."""
    new, conversion = Measure.NEW, Measure.CONVERSION
    return Sheet(
        "Lidmaatschappen",
        "Wat",
        QUARTERLY,
        (
            _people("Nieuwe leden", moment, Measure.PLUS, moment.plus, "telt voor doel A"),
            _people("waarvan nieuw bij de bibliotheek", moment, new, moment.kind(new)),
            _people("waarvan al lid, nu gratis", moment, conversion, moment.kind(conversion), "omgezet"),
            _people("Verlengd met een jaar", moment, Measure.RENEWED, moment.renewed, "door de bibliotheek bevestigd"),
            _people(
                "Al gratis door leeftijd", moment, Measure.FREE, moment.free_anyway, "apart geteld, zonder vergoeding"
            ),
        ),
    )


def _paper(label: str, moment: Moment, what: Paper, note: str = "") -> Row:
    """Vouchers as paper: nobody stands behind one, so nothing is too small."""
    quarter = moment.quarter
    cells = [
        Cell(number(getattr(moment.added, what)), ask=Ask(what, quarter, quarter.previous)),
        Cell(number(getattr(moment.totals, what)), ask=Ask(what, quarter)),
    ]
    return row(label, QUARTERLY, cells, note)


def _people(label: str, moment: Moment, what: Measure, shown: Shown, note: str = "") -> Row:
    cells = [Column("", what, is_added).cell(shown, moment.quarter) for is_added in (True, False)]
    return row(label, QUARTERLY, cells, note)


def target(report: Report) -> Sheet:
    """Target A per year, with the conversions that are in it shown apart."""
    headings = ("Doel", "Bereikt", "Deel van het doel", "Waarvan omgezet")
    rows = []
    for year in report.years:
        plus, converted = (_of_year(report, year.year, what) for what in (Measure.PLUS, Measure.CONVERSION))
        cells = [
            Cell(number(year.target)),
            Cell(number(year.reached), ask=plus),
            Cell(percent(year.share)),
            Cell(number(year.conversions), ask=converted),
        ]
        rows.append(row(str(year.year), headings, cells))
    reached = Column("", Measure.PLUS).cell(report.moment.plus, report.quarter)
    conversions = Column("", Measure.CONVERSION).cell(report.moment.kind(Measure.CONVERSION), report.quarter)
    share = percent(report.moment.plus.stand / report.target) if report.target else NOTHING
    total = [Cell(number(report.target)), reached, Cell(share), conversions]
    return Sheet("Doel A: nieuwe leden per jaar", "Jaar", headings, tuple(rows), total=row("Samen", headings, total))


def _of_year(report: Report, year: int, what: Measure) -> Ask | None:
    """What was added from the last closing of the year before; None for a year that has not begun."""
    quarters = [each.quarter for each in report.history if each.quarter.year == year]
    return Ask(what, quarters[-1], Quarter(year - 1, 4)) if quarters else None


def pace(report: Report) -> Sheet:
    """The rows of the chart of members: as far as there is something to tell."""
    headings = ("Erbij", "Sinds de start", "Doel dan")
    rows = [
        row(
            each.quarter.label,
            headings,
            [*(column.cell(each.reached, each.quarter) for column in PLUS_COLUMNS[:2]), Cell(number(each.plan))],
        )
        for each in report.paces()
        if each.reached
    ]
    return Sheet("Nieuwe leden per kwartaal", "Kwartaal", headings, tuple(rows))


def fund(report: Report) -> Sheet:
    """What came in, went out and is promised, each amount with what it is a part of."""
    shown = report.fund
    headings = ("Bedrag", "Deel van het fonds", "Deel van de hele bijdrage")

    def line(what: Money, label: str, amount: Amount, note: str = "") -> Row:
        parts = [amount.value / all_.value if all_.value else None for all_ in (shown.budget, shown.contribution)]
        first = Cell(str(amount), ask=Ask(what, report.quarter))
        return row(label, headings, [first, *(Cell(percent(part, 1)) for part in parts)], note)

    rows = (
        line(Money.RECEIVED, "Ontvangen van de provincie", shown.received),
        line(Money.SPENT, "Besteed", shown.spent, "goedgekeurde afrekeningen en overige kosten"),
        line(Money.COMMITTED, "Toegezegd", shown.committed, "gemeld en nog niet goedgekeurd"),
        line(Money.USED, "Besteed en toegezegd samen", shown.used),
        line(Money.FREE, "Nog vrij in het fonds", shown.free),
        line(Money.BUDGET, "Begroting van het fonds", shown.budget),
    )
    all_of_it = Cell(str(shown.contribution), ask=Ask(Money.CONTRIBUTION, report.quarter))
    contribution = [all_of_it, Cell(""), Cell(percent(1, 1))]
    total = row(f"Hele bijdrage van {report.programme.commissioner}", headings, contribution)
    return Sheet(f"Stand na het {report.quarter.label}", "Wat", headings, rows, total=total)


def fund_by_quarter(report: Report) -> Sheet:
    """The rows of the chart of the fund, as far as there is something to tell."""
    headings = ("Ontvangen", "Besteed", "Toegezegd", "Begroot")
    rows = [
        row(
            each.quarter.label,
            headings,
            [
                *(
                    Cell(whole(getattr(each.fund, what)), ask=Ask(what, each.quarter))
                    for what in (Money.RECEIVED, Money.SPENT, Money.COMMITTED)
                ),
                Cell(whole(Amount(each.budget))),
            ],
        )
        for each in report.paces()
        if each.fund
    ]
    return Sheet("Per kwartaal, sinds de start", "Kwartaal", headings, tuple(rows))


def whole(amount: Amount) -> str:
    """In whole euros, for reading beside a chart."""
    return f"{'±' if not amount.exact else ''}€\N{NO-BREAK SPACE}{number(amount.value)}"
