"""The charts of a report: Vega-Lite drawn as SVG, in KBL's colours, with Dutch numbers.

Each returns the drawing of one set of rows; the table with the same rows always stands beside it. Call this in a
request or a worker only: the renderer keeps threads that do not survive a fork.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

# Each as light as no other, so that they are told apart on a grey copy too.
PETROL, PETROL_SOFT = "#14595f", "#b9d9d9"
MARIGOLD, PLUM = "#d98f00", "#8657ad"
INK, INK_SOFT, LINE = "#17292b", "#4d5f61", "#ebe3d7"
# A PDF has its own Inter; a picture on a page cannot load a font and takes the system's.
FONT = "KBL Paper, Inter, Segoe UI, Roboto, DejaVu Sans, sans-serif"

NUMBERS = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["€\u00a0", ""], "minus": "\u2212"}


@dataclass(frozen=True)
class Size:
    """How large a chart is drawn: in the PDF, on a wide screen, or on a telephone."""

    width: int
    height: int
    text: int

    @property
    def is_narrow(self) -> bool:
        return self.width < 400


IN_PDF, SCREEN, NARROW = Size(640, 220, 12), Size(960, 320, 15), Size(300, 240, 12)


def _config(size: Size) -> dict:
    text = {"labelFontSize": size.text, "titleFontSize": size.text, "labelColor": INK_SOFT, "titleColor": INK_SOFT}
    return {
        "background": None,
        "font": FONT,
        "padding": 4,
        "view": {"stroke": None},
        "axis": {**text, "gridColor": LINE, "domainColor": LINE, "tickColor": LINE, "titleFontWeight": 400},
        "axisX": {"grid": False, "labelAngle": 0, "ticks": False, "labelPadding": 8},
        "axisY": {"domain": False, "ticks": False, "labelPadding": 8, "tickCount": 5},
        "legend": {
            **text,
            "labelColor": INK,
            "labelLimit": 0,
            "orient": "top",
            "direction": "vertical" if size.is_narrow else "horizontal",
            "title": None,
            "symbolType": "square",
            "symbolSize": 130,
            "columnPadding": 20,
            "offset": 14,
        },
        "bar": {"cornerRadiusTopLeft": 3, "cornerRadiusTopRight": 3},
        "text": {"fontSize": size.text, "color": INK},
    }


_CLIP = re.compile(r"\bclip\d+\b")


@lru_cache(maxsize=64)
def _draw(spec: str) -> str:
    import vl_convert  # only where charts are drawn: it brings a JavaScript engine

    return _renumbered(vl_convert.vegalite_to_svg(spec, vl_version="5.20", format_locale=NUMBERS))


def _renumbered(svg: str) -> str:
    """The clippings numbered within their drawing: the renderer counts on over all that a process ever drew."""
    found = dict.fromkeys(_CLIP.findall(svg))
    numbers = {clip: f"clip{place}" for place, clip in enumerate(found, start=1)}
    return _CLIP.sub(lambda match: numbers[match[0]], svg)


def draw(layers: Sequence[dict], rows: Sequence[dict], size: Size, **spec) -> bytes:
    """The SVG of layers over rows. Pure: the same rows give the same bytes."""
    whole = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": size.width,
        "height": size.height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": list(rows)},
        "layer": list(layers),
        "config": _config(size),
        **spec,
    }
    return _draw(json.dumps(whole, sort_keys=True)).encode()


def quarters_axis(rows: Sequence[dict], size: Size) -> dict:
    """The axis of quarters, `3e 2026`: their ordinals only, and on a telephone nothing; `years_under` says the rest."""
    axis = {"title": None, "labelExpr": "split(datum.label, ' ')[0]", "labels": not size.is_narrow}
    order = [row["quarter"] for row in rows]
    return {"field": "quarter", "type": "ordinal", "sort": order, "axis": axis, "scale": {"paddingInner": 0.35}}


def years_under(rows: Sequence[dict], x: dict, size: Size) -> dict:
    """The year under its first quarter. Apart, for not every reader of SVG centres an axis label of two lines."""
    firsts = {row["quarter"][-4:]: row["quarter"] for row in reversed(rows)}
    return {
        "mark": {"type": "text", "align": "left", "baseline": "top", "color": INK_SOFT, "clip": False},
        "transform": [
            {"filter": {"field": "quarter", "oneOf": sorted(firsts.values())}},
            {"calculate": "split(datum.quarter, ' ')[1]", "as": "year"},
        ],
        "encoding": {
            "x": {**x, "bandPosition": 0},
            "y": {"value": size.height + (10 if size.is_narrow else size.text + 15)},
            "text": {"field": "year"},
        },
    }


def _colours(names: Sequence[str], colours: Sequence[str]) -> dict:
    return {"type": "nominal", "scale": {"domain": list(names), "range": list(colours)}}


REACHED, PLAN = "Nieuwe leden", "Doel"


def members(rows: Sequence[dict], size: Size = IN_PDF) -> bytes:
    """New members since the start, a bar per quarter, against the line of the plan.

    `rows`: quarter, reached (None when it is still to come), plan.
    """
    x = quarters_axis(rows, size)
    colour = _colours([REACHED, PLAN], [PETROL, MARIGOLD])
    ends = {"filter": "indexof(datum.quarter, '4e') === 0"}
    return draw(
        [
            {
                "mark": {"type": "bar"},
                "transform": [{"filter": "isValid(datum.reached)"}],
                "encoding": {
                    "x": x,
                    "y": {"field": "reached", "type": "quantitative", "title": None, "axis": {"format": ",d"}},
                    "color": {"datum": REACHED, **colour},
                },
            },
            {
                "mark": {"type": "line", "strokeWidth": 2.5},
                "encoding": {
                    "x": x,
                    "y": {"field": "plan", "type": "quantitative"},
                    "color": {"datum": PLAN, **colour},
                },
            },
            {
                "mark": {"type": "point", "filled": True, "size": 55, "color": MARIGOLD, "opacity": 1},
                "transform": [ends],
                "encoding": {"x": x, "y": {"field": "plan", "type": "quantitative"}},
            },
            {
                "mark": {"type": "text", "dy": -13, "fontWeight": 600, "align": "right", "dx": 6},
                "transform": [ends],
                "encoding": {
                    "x": x,
                    "y": {"field": "plan", "type": "quantitative"},
                    "text": {"field": "plan", "type": "quantitative", "format": ",d"},
                },
            },
            years_under(rows, x, size),
        ],
        rows,
        size,
    )


# The lines say in words which is which: their squares in the key are greys that lie close on a copy.
SPENT, COMMITTED, RECEIVED, BUDGET = "Besteed", "Toegezegd", "Ontvangen (lijn)", "Begroot (streepjes)"


def fund(rows: Sequence[dict], size: Size = IN_PDF) -> bytes:
    """What was spent and committed, stacked per quarter, under what came in and what the plan allows.

    `rows`: quarter, spent, committed, received (None when still to come), budget.
    """
    x = quarters_axis(rows, size)
    euros = {"title": None, "axis": {"labelExpr": "'€ ' + format(datum.value, ',d')"}}
    names, tones = [SPENT, COMMITTED, RECEIVED, BUDGET], [PETROL, PETROL_SOFT, PLUM, MARIGOLD]
    colour = _colours(names, tones)
    step = {"type": "line", "interpolate": "step", "strokeWidth": 2.5}
    return draw(
        [
            {
                "mark": {"type": "bar", "cornerRadius": 0, "stroke": PETROL, "strokeWidth": 1},
                "transform": [
                    {"filter": "isValid(datum.spent)"},
                    {"calculate": "datum.spent", "as": SPENT},
                    {"calculate": "datum.committed", "as": COMMITTED},
                    {"fold": [SPENT, COMMITTED], "as": ["what", "amount"]},
                    {"calculate": f"datum.what === '{SPENT}' ? 0 : 1", "as": "order"},
                ],
                "encoding": {
                    "x": x,
                    "y": {"field": "amount", "type": "quantitative", "stack": True, **euros},
                    "color": {"field": "what", **colour},
                    "order": {"field": "order", "type": "quantitative"},
                },
            },
            {
                "mark": {**step, "strokeDash": [6, 4]},
                "encoding": {"x": x, "y": {"field": "budget", "type": "quantitative"}, "color": {"datum": BUDGET}},
            },
            {
                "mark": step,
                "transform": [{"filter": "isValid(datum.received)"}],
                "encoding": {"x": x, "y": {"field": "received", "type": "quantitative"}, "color": {"datum": RECEIVED}},
            },
            years_under(rows, x, size),
        ],
        rows,
        size,
    )


RIGHT_CORNERS = {"cornerRadiusTopLeft": 0, "cornerRadiusTopRight": 3, "cornerRadiusBottomRight": 3}


def bars(rows: Sequence[dict], size: Size = IN_PDF) -> bytes:
    """New members per municipality, the largest on top. `rows`: name, number; the number stands beside its bar."""
    y = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "labelColor": INK, "labelLimit": 200},
    }
    x = {"field": "number", "type": "quantitative", "axis": None}
    tall = Size(size.width, max(40, round(1.2 * (size.text - 1) * len(rows))), size.text - 1)
    return draw(
        [
            {
                "mark": {"type": "bar", "color": PETROL, "height": {"band": 0.7}, **RIGHT_CORNERS},
                "encoding": {"x": x, "y": y},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6, "fontWeight": 600},
                "encoding": {"x": x, "y": y, "text": {"field": "number", "type": "quantitative", "format": ",d"}},
            },
        ],
        rows,
        tall,
    )
