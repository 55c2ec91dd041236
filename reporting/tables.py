"""The tables of a report, ready to be set on paper or on a page: headings, rows of cells, and what is held back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from intermediaries.models import Track
from kbl.organisations.models import Municipality, Organisation
from kbl.periods import Quarter
from kbl.templatetags.kbl import NOTHING, number, percent
from libraries.models import Participation
from reporting.figures import Measure
from reporting.moments import Amount, Moment
from reporting.progress import Report
from reporting.published import NO_TRACK, TRACKS
from reporting.suppression import LIBRARIES, MUNICIPALITIES, Published, Shown, Table

TOGETHER = "Samen genomen"


@dataclass(frozen=True)
class Cell:
    """What stands in one cell; `held` gets the star of figures that are too small to show."""

    text: str
    held: bool = False
    label: str = ""


@dataclass(frozen=True)
class Row:
    label: str
    cells: tuple[Cell, ...]
    note: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table with its title; `rest` is the row of what was too small to stand apart."""

    title: str
    first: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    rest: Row | None = None
    total: Row | None = None

    @property
    def has_stars(self) -> bool:
        rows = [*self.rows, *filter(None, [self.total])]
        return any(cell.held for row in rows for cell in row.cells)


def stand(shown: Shown | None) -> Cell:
    """The figure since the start; the former one when what was added since is too small."""
    if shown is None:
        return Cell(number(0))
    return Cell(number(shown.stand) if shown.stand or not shown.held else "", shown.held)


def added(shown: Shown | None) -> Cell:
    """What was added since the report before, if that may be told."""
    if shown is None:
        return Cell(number(0))
    return Cell("", held=True) if shown.added is None else Cell(number(shown.added))


def row(label: str, headings: Sequence[str], cells: Iterable[Cell], note: str = "") -> Row:
    """A row whose cells know their heading, for narrow screens."""
    labelled = tuple(Cell(cell.text, cell.held, head) for cell, head in zip(cells, headings, strict=True))
    return Row(label, labelled, note)


@dataclass(frozen=True)
class Column:
    """A column of a breakdown: a measure, as it stands or as it was added."""

    heading: str
    measure: Measure
    is_added: bool = False

    def cell(self, shown: Shown | None) -> Cell:
        return added(shown) if self.is_added else stand(shown)


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
) -> Sheet:
    """One table of a report: a row per key of `labels`, the rest, and the programme's total."""
    headings = tuple(column.heading for column in columns)
    tables = {column.measure: report[column.measure].tables[table] for column in columns}
    rows = [
        row(label, headings, [column.cell(tables[column.measure].rows.get(key)) for column in columns])
        for key, label in labels.items()
    ]
    rest = None
    if any(each.rest for each in tables.values()):
        rest = row(TOGETHER, headings, [Cell(_rest(column, tables[column.measure])) for column in columns])
    total = row("Totaal", headings, [column.cell(report[column.measure].total) for column in columns])
    return Sheet(title, first, headings, tuple(rows), rest, total)


def _rest(column: Column, table: Table) -> str:
    """What the rows hold back since the start; of one quarter that has no meaning."""
    return "" if column.is_added or table.rest is None else number(table.rest)


def per_library(report: Mapping[Measure, Published], quarter: Quarter) -> Sheet:
    """Libraries that took part by the end of the quarter."""
    taking_part = Participation.objects.filter(starts_on__lte=quarter.last_day).values("library")
    labels = dict(Organisation.objects.filter(pk__in=taking_part).order_by("name").values_list("pk", "name"))
    labels |= _unexpected(Organisation, labels, LIBRARIES, report)
    return _breakdown("Per bibliotheek", "Bibliotheek", LIBRARIES, [*PLUS_COLUMNS, FREE], labels, report)


def per_municipality(report: Mapping[Measure, Published], quarter: Quarter) -> Sheet:
    """Municipalities that took part by the end of the quarter; hand-outs for the whole province have their own row."""
    started = Municipality.objects.filter(starts_on__lte=quarter.last_day).order_by("name")
    labels: dict = dict(started.values_list("pk", "name"))
    labels |= _unexpected(Municipality, labels, MUNICIPALITIES, report)
    if any(None in each.tables[MUNICIPALITIES].rows for each in report.values()):
        labels[None] = "In heel de provincie"
    return _breakdown("Per gemeente", "Gemeente", MUNICIPALITIES, [HANDED_OUT, *PLUS_COLUMNS], labels, report)


def per_track(report: Mapping[Measure, Published]) -> Sheet:
    """The four tracks of the plan, and what has no track (yet)."""
    labels = {track.value: f"Spoor {track.label}" for track in Track}
    measures = [column.measure for column in [HANDED_OUT, *PLUS_COLUMNS]]
    if any(NO_TRACK in report[measure].tables[TRACKS].rows for measure in measures):
        labels[NO_TRACK] = "Nog geen spoor bekend"
    return _breakdown("Per spoor", "Spoor", TRACKS, [HANDED_OUT, *PLUS_COLUMNS], labels, report)


def _unexpected(model, labels: Mapping, table: str, report: Mapping[Measure, Published]) -> dict:
    """Rows that have figures though they are not expected to: an intermediary in a municipality that starts later."""
    keys = {key for each in report.values() for key in each.tables[table].rows if key is not None}
    if model is Organisation:
        keys = {key for m, each in report.items() if m != Measure.HANDED_OUT for key in each.tables[table].rows}
    return dict(model.objects.filter(pk__in=keys - set(labels)).order_by("name").values_list("pk", "name"))


QUARTERLY = ("Dit kwartaal", "Sinds de start")


def vouchers(moment: Moment) -> Sheet:
    """The way of the paper."""
    now, all_ = moment.added, moment.totals
    return Sheet(
        "Vouchers",
        "Wat",
        QUARTERLY,
        (
            _paper("Gemaakt", now.made, all_.made),
            _paper("Naar intermediairs", now.allocated, all_.allocated, "min wat terugkwam"),
            _people("Uitgereikt aan inwoners", moment.handed_out),
            _people("Ingewisseld bij een bibliotheek", moment.redeemed),
            _paper("Ongeldig gemaakt", now.void, all_.void, "kwijt, beschadigd of verkeerd gedrukt"),
        ),
    )


def memberships(moment: Moment) -> Sheet:
    """The memberships by kind; new members and conversions are target A together."""
    return Sheet(
        "Lidmaatschappen",
        "Wat",
        QUARTERLY,
        (
            _people("Nieuwe leden", moment.plus, "telt voor doel A"),
            _people("waarvan nieuw bij de bibliotheek", moment.kind(Measure.NEW)),
            _people("waarvan al lid, nu gratis", moment.kind(Measure.CONVERSION), "omgezet"),
            _people("Verlengd met een jaar", moment.renewed, "door de bibliotheek bevestigd"),
            _people("Al gratis door leeftijd", moment.free_anyway, "apart geteld, zonder vergoeding"),
        ),
    )


def _paper(label: str, now: int, all_: int, note: str = "") -> Row:
    """Vouchers as paper: nobody stands behind one, so nothing is too small."""
    return row(label, QUARTERLY, [Cell(number(now)), Cell(number(all_))], note)


def _people(label: str, shown: Shown, note: str = "") -> Row:
    return row(label, QUARTERLY, [added(shown), stand(shown)], note)


def target(report: Report) -> Sheet:
    """Target A per year, with the conversions that are in it shown apart."""
    headings = ("Doel", "Bereikt", "Deel van het doel", "Waarvan omgezet")
    rows = []
    for year in report.years:
        texts = [number(year.target), number(year.reached), percent(year.share), number(year.conversions)]
        rows.append(row(str(year.year), headings, map(Cell, texts)))
    reached = report.moment.plus
    conversions = report.moment.kind(Measure.CONVERSION)
    share = percent(reached.stand / report.target) if report.target else NOTHING
    total = [Cell(number(report.target)), stand(reached), Cell(share), stand(conversions)]
    return Sheet("Doel A: nieuwe leden per jaar", "Jaar", headings, tuple(rows), total=row("Samen", headings, total))


def pace(report: Report) -> Sheet:
    """The rows of the chart of members: as far as there is something to tell."""
    headings = ("Erbij", "Sinds de start", "Doel dan")
    rows = [
        row(each.quarter.label, headings, [added(each.reached), stand(each.reached), Cell(number(each.plan))])
        for each in report.paces()
        if each.reached
    ]
    return Sheet("Nieuwe leden per kwartaal", "Kwartaal", headings, tuple(rows))


def fund(report: Report) -> Sheet:
    """What came in, went out and is promised, each amount with what it is a part of."""
    shown = report.fund
    headings = ("Bedrag", "Deel van het fonds", "Deel van de hele bijdrage")

    def line(label: str, amount: Amount, note: str = "") -> Row:
        parts = [amount.value / all_.value if all_.value else None for all_ in (shown.budget, shown.contribution)]
        return row(label, headings, [Cell(str(amount)), *(Cell(percent(part, 1)) for part in parts)], note)

    rows = (
        line("Ontvangen van de provincie", shown.received),
        line("Besteed", shown.spent, "goedgekeurde afrekeningen en overige kosten"),
        line("Toegezegd", shown.committed, "gemeld en nog niet goedgekeurd"),
        line("Besteed en toegezegd samen", shown.used),
        line("Nog vrij in het fonds", shown.free),
        line("Begroting van het fonds", shown.budget),
    )
    contribution = [Cell(str(shown.contribution)), Cell(""), Cell(percent(1, 1))]
    total = row(f"Hele bijdrage van {report.programme.commissioner}", headings, contribution)
    return Sheet(f"Stand na het {report.quarter.label}", "Wat", headings, rows, total=total)


def fund_by_quarter(report: Report) -> Sheet:
    """The rows of the chart of the fund, as far as there is something to tell."""
    headings = ("Ontvangen", "Besteed", "Toegezegd", "Begroot")
    rows = [
        row(
            each.quarter.label,
            headings,
            [Cell(whole(amount)) for amount in (each.fund.received, each.fund.spent, each.fund.committed)]
            + [Cell(whole(Amount(each.budget)))],
        )
        for each in report.paces()
        if each.fund
    ]
    return Sheet("Per kwartaal, sinds de start", "Kwartaal", headings, tuple(rows))


def whole(amount: Amount) -> str:
    """In whole euros, for reading beside a chart."""
    return f"{'±' if not amount.exact else ''}€\N{NO-BREAK SPACE}{number(amount.value)}"
