"""The tables of a report, and the query of each of its figures."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from intermediaries.kinds import kinds
from intermediaries.models import Track
from kbl.formats import NOTHING, number, percent, percent_value
from kbl.money import percentages
from kbl.organisations.models import Municipality, Organisation
from kbl.periods import Quarter
from libraries.models import Participation
from reporting.figures.as_of import AsOf
from reporting.figures.kinds import KINDS
from reporting.figures.measures import Measure
from reporting.figures.places import ALSO_SHARED, SEVERAL, shared_places
from reporting.figures.query import NO_TRACK as QUERY_NO_TRACK
from reporting.figures.query import FigureQuery, FundAmount
from reporting.figures.stock import StockMeasure
from reporting.figures.suppression import LIBRARIES, MUNICIPALITIES, PublishedFigure, PublishedMeasure, PublishedTable
from reporting.figures.table import By, FigureCell, FigureColumn, FigureRow, FigureTable, added_cell, row
from reporting.report.periods import ReportPeriod, ShownAmount
from reporting.report.progress_report import ProgressReport
from reporting.report.published_figures import NO_TRACK, TRACKS

TOGETHER = "Samen genomen"

DIMENSIONS = {LIBRARIES: "library", MUNICIPALITIES: "municipality", TRACKS: "track", KINDS: "kind"}


PLUS_COLUMNS = [
    FigureColumn("Nieuw dit kwartaal", Measure.PLUS, is_added=True),
    FigureColumn("Nieuw sinds de start", Measure.PLUS),
    FigureColumn("Verlengd", Measure.RENEWED),
]
HANDED_OUT = FigureColumn("Uitgereikt", Measure.HANDED_OUT)
FREE = FigureColumn("Al gratis", Measure.FREE)


def _breakdown(
    title: str,
    first: str,
    table: str,
    columns: Sequence[FigureColumn],
    labels: Mapping,
    report: Mapping[Measure, PublishedMeasure],
    quarter: Quarter,
) -> FigureTable:
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
        rest = row(TOGETHER, headings, [FigureCell(_rest(column, tables[column.measure])) for column in columns])
    total = row("Totaal", headings, [column.cell(report[column.measure].total, quarter) for column in columns])
    return FigureTable(title, first, headings, tuple(rows), rest, total)


def _by(table: str, key: int | None) -> By:
    """What a row of a breakdown is about."""
    if table == TRACKS and key == NO_TRACK:
        return ((QUERY_NO_TRACK, None),)
    return ((DIMENSIONS[table], key),)


def _rest(column: FigureColumn, table: PublishedTable) -> str:
    """What the rows hold back since the start; of one quarter that has no meaning."""
    return "" if column.is_added or table.rest is None else number(table.rest)


def per_library(report: Mapping[Measure, PublishedMeasure], quarter: Quarter, as_of: AsOf) -> FigureTable:
    """Libraries that took part by the report's last day."""
    taking_part = Participation.objects.filter(starts_on__lte=as_of.until).values("library")
    labels = dict(Organisation.objects.filter(pk__in=taking_part).order_by("name").values_list("pk", "name"))
    labels |= _unexpected(Organisation, labels, LIBRARIES, report)
    return _breakdown("Per bibliotheek", "Bibliotheek", LIBRARIES, [*PLUS_COLUMNS, FREE], labels, report, quarter)


def per_municipality(report: Mapping[Measure, PublishedMeasure], quarter: Quarter, as_of: AsOf) -> FigureTable:
    """Municipalities that took part by the report's last day; hand-outs for the whole province have their own row."""
    started = Municipality.objects.filter(starts_on__lte=as_of.until).order_by("name")
    labels: dict = dict(started.values_list("pk", "name"))
    labels |= _unexpected(Municipality, labels, MUNICIPALITIES, report)
    if any(None in each.tables[MUNICIPALITIES].rows for each in report.values()):
        labels[None] = SEVERAL
    table = _breakdown("Per gemeente", "Gemeente", MUNICIPALITIES, [HANDED_OUT, *PLUS_COLUMNS], labels, report, quarter)
    return _with_shared(table, labels, as_of)


def _with_shared(table: FigureTable, labels: Mapping, as_of: AsOf) -> FigureTable:
    """Where an intermediary serves several municipalities, the hand-outs of each may be more than its row tells.

    It is said by what was known of service areas at the report's moment (of an interim edition too), whatever was
    handed out: so it tells of nobody.
    """
    shared = {labels.get(key) for key in shared_places(as_of.at)}
    place = table.headings.index(HANDED_OUT.heading)

    def marked(each: FigureRow) -> FigureRow:
        if each.label not in shared:
            return each
        cell = each.cells[place]
        cells = [*each.cells]
        cells[place] = replace(cell, text=SEVERAL.lower()) if cell.text == number(0) else cell
        return replace(each, cells=tuple(cells), note=ALSO_SHARED)

    return replace(table, rows=tuple(map(marked, table.rows)))


def per_track(report: Mapping[Measure, PublishedMeasure], quarter: Quarter) -> FigureTable:
    """The four tracks of the plan, and what has no track (yet)."""
    labels = {track.value: f"Spoor {track.label}" for track in Track}
    measures = [column.measure for column in [HANDED_OUT, *PLUS_COLUMNS]]
    if any(NO_TRACK in report[measure].tables[TRACKS].rows for measure in measures):
        labels[NO_TRACK] = "Nog geen spoor bekend"
    return _breakdown("Per spoor", "Spoor", TRACKS, [HANDED_OUT, *PLUS_COLUMNS], labels, report, quarter)


def per_kind(report: Mapping[Measure, PublishedMeasure], quarter: Quarter) -> FigureTable:
    """The kinds of intermediary that have figures, and what has no kind (yet)."""
    measures = [column.measure for column in [HANDED_OUT, *PLUS_COLUMNS]]
    found = {key for measure in measures for key in report[measure].tables[KINDS].rows}
    labels = {key: name for key, name in kinds.NAMES.items() if key in found}
    return _breakdown("Per soort intermediair", "Soort", KINDS, [HANDED_OUT, *PLUS_COLUMNS], labels, report, quarter)


def _unexpected(model, labels: Mapping, table: str, report: Mapping[Measure, PublishedMeasure]) -> dict:
    """Rows that have figures though they are not expected to: an intermediary in a municipality that starts later."""
    keys = {key for each in report.values() for key in each.tables[table].rows if key is not None}
    if model is Organisation:
        keys = {key for m, each in report.items() if m != Measure.HANDED_OUT for key in each.tables[table].rows}
    return dict(model.objects.filter(pk__in=keys - set(labels)).order_by("name").values_list("pk", "name"))


QUARTERLY = ("Dit kwartaal", "Sinds de start")


def vouchers(period: ReportPeriod) -> FigureTable:
    """The vouchers on their way: made, with intermediaries, handed out, redeemed, void."""
    return FigureTable(
        "Vouchers",
        "Wat",
        QUARTERLY,
        (
            _stock("Gemaakt", period, StockMeasure.MADE),
            _stock("Naar intermediairs", period, StockMeasure.ALLOCATED, "min wat terugkwam"),
            _people("Uitgereikt aan inwoners", period, Measure.HANDED_OUT, period.handed_out),
            _people("Ingewisseld bij een bibliotheek", period, Measure.REDEEMED, period.redeemed),
            _stock("Ongeldig gemaakt", period, StockMeasure.VOID, "kwijt, beschadigd of verkeerd gedrukt"),
        ),
    )


def memberships(period: ReportPeriod) -> FigureTable:
    """The memberships by kind; new members and conversions are target A together."""
    new, conversion = Measure.NEW, Measure.CONVERSION
    return FigureTable(
        "Lidmaatschappen",
        "Wat",
        QUARTERLY,
        (
            _people("Nieuwe leden", period, Measure.PLUS, period.plus, "telt voor doel A"),
            _people("waarvan nieuw bij de bibliotheek", period, new, period.part(new)),
            _people("waarvan al lid, nu gratis", period, conversion, period.part(conversion), "omgezet"),
            _people("Verlengd met een jaar", period, Measure.RENEWED, period.renewed, "door de bibliotheek bevestigd"),
            _people(
                "Al gratis door leeftijd", period, Measure.FREE, period.free_anyway, "apart geteld, zonder vergoeding"
            ),
        ),
    )


def _stock(label: str, period: ReportPeriod, what: StockMeasure, note: str = "") -> FigureRow:
    """A stock measure is about vouchers, not people, so nothing is too small to show."""
    quarter = period.quarter
    cells = [
        FigureCell(number(getattr(period.added, what)), query=FigureQuery(what, quarter, quarter.previous)),
        FigureCell(number(getattr(period.totals, what)), query=FigureQuery(what, quarter)),
    ]
    return row(label, QUARTERLY, cells, note)


def _people(label: str, period: ReportPeriod, what: Measure, shown: PublishedFigure, note: str = "") -> FigureRow:
    cells = [FigureColumn("", what, is_added).cell(shown, period.quarter) for is_added in (True, False)]
    return row(label, QUARTERLY, cells, note)


def target(report: ProgressReport) -> FigureTable:
    """Target A per year, by first day; the conversions that are in it stand apart in their sum."""
    headings = ("Doel", "Bereikt", "Deel van het doel", "Waarvan omgezet")
    rows = []
    for year in report.years:
        asked = FigureQuery(Measure.PLUS, report.quarter, by=(("year", year.year),))
        cells = [
            FigureCell(number(year.target)),
            FigureCell(number(year.reached), year.held, query=asked if year.reached is not None else None),
            FigureCell(percent(year.share)),
            FigureCell(""),
        ]
        rows.append(row(str(year.year), headings, cells))
    reached = FigureColumn("", Measure.PLUS).cell(report.period.plus, report.quarter)
    conversions = FigureColumn("", Measure.CONVERSION).cell(report.period.part(Measure.CONVERSION), report.quarter)
    share = percent(report.period.plus.value / report.target) if report.target else NOTHING
    total = [FigureCell(number(report.target)), reached, FigureCell(share), conversions]
    return FigureTable(
        "Doel A: nieuwe leden per jaar van hun eerste dag",
        "Jaar",
        headings,
        tuple(rows),
        total=row("Samen", headings, total),
    )


def late(report: ProgressReport) -> FigureTable | None:
    """New members that this report adds, though their first day lies in an earlier quarter; None without any.

    Each stands at its own quarter, as far as it may be shown; the last row is what this quarter itself brought.
    """
    headings = ("Erbij in deze rapportage",)
    shown = report.period.by_quarter
    rows = [
        row(quarter.label, headings, [added_cell(figure)])
        for quarter, figure in shown.items()
        if quarter < report.quarter and figure.added != 0
    ]
    if not rows:
        return None
    own = row(f"{report.quarter.label} zelf", headings, [added_cell(shown.get(report.quarter))])
    return FigureTable("Nieuwe leden naar hun eerste dag", "Eerste dag in", headings, tuple(rows), total=own)


def pace(report: ProgressReport) -> FigureTable:
    """The rows of the chart of members: as far as there is something to tell."""
    headings = ("Erbij", "Sinds de start", "Doel dan")
    rows = [
        row(
            each.quarter.label,
            headings,
            [*(column.cell(each.reached, each.quarter) for column in PLUS_COLUMNS[:2]), FigureCell(number(each.plan))],
        )
        for each in report.plan_quarters
        if each.reached
    ]
    return FigureTable("Nieuwe leden per kwartaal", "Kwartaal", headings, tuple(rows))


def fund(report: ProgressReport) -> FigureTable:
    """What came in, went out and is promised, each amount with what it is a part of."""
    shown = report.fund
    headings = ("Bedrag", "Deel van het fonds", "Deel van de hele bijdrage")

    wholes = [shown.budget.value, shown.contribution.value]
    # What was spent and what is committed stand above their sum: the two are rounded together.
    nothing: Sequence[Decimal | None] = [None, None]
    together = [
        percentages([shown.spent.value, shown.committed.value], whole, 1) if whole else nothing for whole in wholes
    ]
    in_parts: dict[FundAmount, list[Decimal | None]] = {
        FundAmount.SPENT: [each[0] for each in together],
        FundAmount.COMMITTED: [each[1] for each in together],
    }

    def line(what: FundAmount, label: str, amount: ShownAmount, note: str = "") -> FigureRow:
        shares = in_parts.get(what) or [percent_value(amount.value / all_, 1) if all_ else None for all_ in wholes]
        first = FigureCell(str(amount), query=FigureQuery(what, report.quarter))
        cells = [FigureCell(percent(share / 100 if share is not None else None, 1)) for share in shares]
        return row(label, headings, [first, *cells], note)

    rows = (
        line(FundAmount.RECEIVED, "Ontvangen van de provincie", shown.received),
        line(FundAmount.SPENT, "Besteed", shown.spent, "goedgekeurde afrekeningen en overige kosten"),
        line(FundAmount.COMMITTED, "Toegezegd", shown.committed, "gemeld en nog niet goedgekeurd"),
        line(FundAmount.USED, "Besteed en toegezegd samen", shown.used),
        line(FundAmount.FREE, "Nog vrij in het fonds", shown.free),
        line(FundAmount.BUDGET, "Begroting van het fonds", shown.budget),
    )
    all_of_it = FigureCell(str(shown.contribution), query=FigureQuery(FundAmount.CONTRIBUTION, report.quarter))
    contribution = [all_of_it, FigureCell(""), FigureCell(percent(1, 1))]
    total = row(f"Hele bijdrage van {report.programme.commissioner}", headings, contribution)
    return FigureTable(f"Stand {report.after}", "Wat", headings, rows, total=total)


def fund_by_quarter(report: ProgressReport) -> FigureTable:
    """The rows of the chart of the fund, as far as there is something to tell."""
    headings = ("Ontvangen", "Besteed", "Toegezegd", "Begroot")
    rows = [
        row(
            each.quarter.label,
            headings,
            [
                *(
                    FigureCell(whole(getattr(each.fund, what)), query=FigureQuery(what, each.quarter))
                    for what in (FundAmount.RECEIVED, FundAmount.SPENT, FundAmount.COMMITTED)
                ),
                FigureCell(whole(ShownAmount(each.budget))),
            ],
        )
        for each in report.plan_quarters
        if each.fund
    ]
    return FigureTable("Per kwartaal, sinds de start", "Kwartaal", headings, tuple(rows))


def whole(amount: ShownAmount) -> str:
    """In whole euros, for reading beside a chart."""
    return f"{'±' if not amount.exact else ''}€\N{NO-BREAK SPACE}{number(amount.value)}"
