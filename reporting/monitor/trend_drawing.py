"""How a target went, drawn: a column per measurement, the norm as a dashed line. The table beside it says the same."""

from collections.abc import Sequence
from functools import partial

from kbl.formats import number, percent
from reporting.monitor.goals import GoalPage, TrendPoint
from reporting.report import charts
from reporting.report.chart_drawing import IN_PDF, INK, MARIGOLD, PETROL, Size, draw
from reporting.report.charts import DrawnChart

NORM = "#8a5a00"  # the marigold of the house, dark enough to be read as letters
ROOM = 0.12  # of the height of the drawing: on a column as high as this stands a number
AT_LEAST = 2  # of one measurement there is no course to draw


def trend(rows: Sequence[dict], size: Size = IN_PDF) -> bytes:
    """Columns with their numbers, oldest first, under the norm where there is one.

    `rows`: when, value (None where it may not be told), told (the number as people read it), norm (None without).
    """
    x = {
        "field": "when",
        "type": "ordinal",
        "sort": [row["when"] for row in rows],
        "axis": {"title": None, "labelOverlap": "greedy", "labelSeparation": 6},
        "scale": {"paddingInner": 0.35, "domain": [row["when"] for row in rows]},
    }

    def y(name: str) -> dict:
        return {"field": name, "type": "quantitative", "title": None, "scale": {"zero": True}, "axis": {"format": ",d"}}

    known = {"filter": "isValid(datum.value)"}
    layers: list[dict] = [
        {"mark": {"type": "bar", "color": PETROL}, "transform": [known], "encoding": {"x": x, "y": y("value")}},
    ]
    norm = rows[0]["norm"] if rows else None
    if not size.is_narrow or len(rows) <= 4:
        # Inside its column a number stands free of the line of the norm; on a low one there is no room for it.
        room = max([row["value"] or 0 for row in rows] + [norm or 0]) * ROOM
        for test, place in ((">=", {"dy": size.text + 2, "color": "#ffffff"}), ("<", {"dy": -10, "color": INK})):
            mark = {"type": "text", "fontWeight": 600, **place}
            where = [known, {"filter": f"datum.value {test} {room}"}]
            layers.append(
                {"mark": mark, "transform": where, "encoding": {"x": x, "y": y("value"), "text": {"field": "told"}}}
            )
    if norm is not None:
        layers += _norm_line(norm)
    return draw(layers, rows, size)


def _norm_line(norm: float) -> list[dict]:
    """A dashed line over the whole width, with its words at the left."""
    at = {"datum": norm, "type": "quantitative"}
    words = {"type": "text", "align": "left", "dy": -8, "dx": 4, "fontWeight": 600, "color": NORM}
    once: dict = {"data": {"values": [{}]}}  # and not for every measurement over each other
    line = {"type": "rule", "color": MARIGOLD, "strokeWidth": 2.5, "strokeDash": [7, 4]}
    return [
        {**once, "mark": line, "encoding": {"y": at}},
        {**once, "mark": {**words, "text": f"Doel {norm:.0f} %"}, "encoding": {"y": at, "x": {"value": 0}}},
    ]


def chart_of(page: GoalPage) -> DrawnChart | None:
    """The course of one target; None while there are no two measurements that may be told."""
    told = [each for each in page.trend if _value(each, page) is not None]
    if len(told) < AT_LEAST:
        return None
    norm = page.goal.norm if page.goal and _in_parts(page) else None
    rows = [
        {"when": _short(each.when), "value": _value(each, page), "told": _told(each, page), "norm": norm}
        for each in page.trend
    ]
    first, last = told[0], told[-1]
    of_whom = page.library.name if page.library else "het hele programma"
    words = (
        f"Staafdiagram: doel {page.letter.value}, {page.letter.label}, {of_whom}."
        f" Van {first.figure} ({first.when}) naar {last.figure} ({last.when})."
        f"{f' Het doel is {page.norm}.' if page.norm else ''}"
        " Dezelfde cijfers staan in de tabel eronder."
    )
    unit = "In procenten" if _in_parts(page) else "In aantallen"
    caption = f"{unit}, per meting.{' De streepjeslijn is het doel.' if norm else ''}"
    return charts.drawn(words, caption, partial(trend, rows))


def _in_parts(page: GoalPage) -> bool:
    """Whether it is drawn in per cent: where members are counted, their number says more."""
    return all(each.count is None for each in page.trend)


def _value(point: TrendPoint, page: GoalPage) -> float | None:
    """Floats only here, where a figure becomes so many points of ink."""
    if not _in_parts(page):
        return None if point.count is None else float(point.count)
    return None if point.part is None else float(point.part * 100)


def _told(point: TrendPoint, page: GoalPage) -> str:
    return percent(point.part) if _in_parts(page) else number(point.count)


def _short(when: str) -> str:
    """`4e 2025` for a quarter, `nu` for what runs, a day as it is."""
    return when.replace(" kwartaal", "").replace("tot nu toe", "nu")
