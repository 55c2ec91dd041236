"""The charts of one report: which rows go into which drawing, and the same in words for who does not see it."""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.text import capfirst

from kbl.formats import number, percent
from kbl.organisations.models import Municipality
from kbl.periods import Quarter
from reporting.figures import tiles
from reporting.figures.measures import Measure
from reporting.figures.suppression import MUNICIPALITIES, PublishedFigure
from reporting.report import chart_drawing, conversion_drawing, map_drawing
from reporting.report import words as report_words
from reporting.report.chart_drawing import Size
from reporting.report.progress_report import ProgressReport


def _short(quarter: Quarter) -> str:
    return f"{quarter.number}e {quarter.year}"


MEMBERS, FUND, PLACES, MAP, CONVERSION = "leden", "fonds", "gemeenten", "kaart", "omzetting"
DRAWINGS: dict[str, Callable[[Sequence[dict], Size], bytes]] = {
    MEMBERS: chart_drawing.members,
    FUND: chart_drawing.fund,
    PLACES: chart_drawing.bars,
    MAP: map_drawing.tile_map,
    CONVERSION: conversion_drawing.conversion,
}


@dataclass(frozen=True)
class KeptChart:
    """A chart as it is kept: its rows, and the same in words. Which drawing it is says its name (`DRAWINGS`)."""

    name: str
    words: str
    caption: str
    rows: Sequence[Mapping[str, Any]]

    def draw(self, size: Size) -> bytes:
        """The SVG of its rows."""
        return DRAWINGS[self.name]([dict(row) for row in self.rows], size)

    @property
    def in_pdf(self) -> bytes:
        return self.draw(chart_drawing.IN_PDF)


@dataclass(frozen=True)
class DrawnChart:
    """A chart as SVG in the sizes of paper, a screen and a telephone, with its words."""

    words: str
    caption: str
    paper: str
    screen: str
    narrow: str

    @property
    def in_pdf(self) -> bytes:
        return self.paper.encode()

    @property
    def screen_address(self) -> str:
        """The drawing as an address of its own, for the `src` of an image."""
        return _address(self.screen)

    @property
    def narrow_address(self) -> str:
        """The same for a telephone."""
        return _address(self.narrow)


def drawn(words: str, caption: str, draw: Callable[[Size], bytes]) -> DrawnChart:
    """A chart that is drawn now in all its sizes."""
    sizes = (chart_drawing.IN_PDF, chart_drawing.SCREEN, chart_drawing.NARROW)
    return DrawnChart(words, caption, *(draw(size).decode() for size in sizes))


def _address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def members(report: ProgressReport) -> KeptChart:
    """(a) New members since the start against the plan."""
    rows = [
        {"quarter": _short(each.quarter), "plan": each.plan, "reached": each.reached.value if each.reached else None}
        for each in report.plan_quarters
    ]
    words = (
        f"Staafdiagram: nieuwe leden sinds de start, per kwartaal, met een lijn voor het doel. "
        f"{capfirst(report.after)} zijn het er {number(report.period.plus.value)}. "
        f"Het doel van het hele programma is {number(report.target)}. Dezelfde cijfers staan in de tabel eronder."
    )
    return _kept(MEMBERS, words, rows)


def fund(report: ProgressReport) -> KeptChart:
    """(b) The fund against its budget. Floats only here, where an amount becomes so many points of ink."""
    rows = [
        {
            "quarter": _short(each.quarter),
            "budget": float(each.budget),
            "spent": float(each.fund.spent.value) if each.fund else None,
            "committed": float(each.fund.committed.value) if each.fund else None,
            "received": float(each.fund.received.value) if each.fund else None,
        }
        for each in report.plan_quarters
    ]
    words = (
        f"Staafdiagram: het lidmaatschapsfonds per kwartaal. {capfirst(report.after)} is {report.fund.spent} "
        f"besteed en {report.fund.committed} toegezegd; {report.fund.received} is ontvangen. "
        f"De begroting van het fonds is {report.fund.budget}. Dezelfde cijfers staan in de tabel eronder."
    )
    return _kept(FUND, words, rows)


def conversion(report: ProgressReport) -> KeptChart | None:
    """(e) Of what was handed out, the part that was redeemed, at the end of every quarter; None before any hand-out."""
    periods = [each for each in report.history if each.handed_out.value]
    if not periods:
        return None
    rows: list[dict[str, Any]] = [
        {
            "quarter": _short(each.quarter),
            "out": each.handed_out.value,
            "redeemed": each.redeemed.value,
            "part": percent(each.redeemed.value / each.handed_out.value),
        }
        for each in periods
    ]
    first, last = rows[0], rows[-1]
    words = (
        f"Staafdiagram: vouchers die sinds de start zijn uitgereikt, en daarin wat is ingewisseld, per "
        f"kwartaal. {capfirst(report.after)} zijn er {number(last['out'])} uitgereikt en {number(last['redeemed'])} "
        f"ingewisseld: {last['part']}. "
    )
    if len(rows) > 1:
        words += f"Na het {periods[0].quarter.label} was dat {first['part']}. "
    chart = _kept(CONVERSION, f"{words}Dezelfde cijfers staan in de tabel eronder.", rows)
    if len(rows) > 1:
        return chart
    return replace(chart, caption=f"{chart.caption} Er is nog maar één kwartaal: een verloop is er nog niet.")


def municipalities(report: ProgressReport) -> KeptChart | None:
    """(c) New members per municipality, as far as they are shown; None when there is nothing to draw."""
    shown = report.period.measures[Measure.PLUS].tables[MUNICIPALITIES].rows
    names = Municipality.objects.in_bulk([key for key in shown if key])
    found = sorted((-each.value, names[key].name) for key, each in shown.items() if key in names and each.value)
    if not found:
        return None
    rows = [{"name": name, "number": -number} for number, name in found]
    most, place = found[0]
    words = (
        f"Staafdiagram: nieuwe leden sinds de start, per gemeente. De meeste zijn er in {place}: {number(-most)}. "
        "Dezelfde cijfers staan in de tabel per gemeente."
    )
    return _kept(PLACES, words, rows)


def map_of(report: ProgressReport) -> KeptChart | None:
    """(d) The same as tiles about where the municipalities lie, a star where it is too small; None without any."""
    shown = report.period.measures[Measure.PLUS].tables[MUNICIPALITIES].rows
    every = list(Municipality.objects.order_by("name"))
    if not any(shown[each.pk].value for each in every if each.pk in shown):
        return None
    where = tiles.placed([(each.code, each.name) for each in every])
    most = max(each.value for each in shown.values())
    rows = []
    for each in every:
        figure = shown.get(each.pk, PublishedFigure(0, 0))
        started = bool(figure.value) or (each.starts_on is not None and each.starts_on <= report.as_of.until)
        rows.append(
            {
                "column": where[each.code].column,
                "row": where[each.code].row,
                "short": where[each.code].short,
                "told": _on_the_map(figure) if started else "–",
                "shade": tiles.shade(figure.value, most),
                "started": started,
            }
        )
    told = [
        f"{each.name} {number(shown[each.pk].value)}" for each in every if each.pk in shown and shown[each.pk].value
    ]
    words = (
        f"Kaart van Limburg: nieuwe leden sinds de start, per gemeente. {'; '.join(told)}. "
        "Dezelfde cijfers staan in de tabel per gemeente."
    )
    return _kept(MAP, words, rows)


def _on_the_map(figure: PublishedFigure) -> str:
    """As in the table: what is held back has a star, behind the figure that was last shown."""
    if not figure.held:
        return number(figure.value)
    return f"{number(figure.value)}*" if figure.value else "*"


def _kept(name: str, words: str, rows: Sequence[dict]) -> KeptChart:
    return KeptChart(name, words, report_words.CAPTIONS[name], tuple(rows))
