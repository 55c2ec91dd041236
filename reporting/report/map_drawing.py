"""The map of a report: every municipality a tile about where it lies, with its number. SVG that needs no page. Pure."""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from reporting.report.chart_drawing import FONT, IN_PDF, INK, INK_SOFT, PETROL, PETROL_SOFT, Size

WIDTH, HEIGHT, GAP = 70, 42, 4
# From nobody to most, each darker than the one before, so that a grey copy tells them apart; then the letters on them.
SHADES = (("#ffffff", INK), ("#dcebeb", INK), (PETROL_SOFT, INK), ("#2f7d83", "#ffffff"), (PETROL, "#ffffff"))
EDGE = "#8fa3a4"


def tile_map(rows: Sequence[dict], size: Size = IN_PDF) -> bytes:
    """`rows`: column, row, short (a name that fits), told (the number as it is shown), shade (0 to 4), started.

    One drawing for every size: it grows and shrinks as a whole, and begins where its first tile lies.
    """
    west, north = min(each["column"] for each in rows), min(each["row"] for each in rows)
    rows = [{**each, "column": each["column"] - west, "row": each["row"] - north} for each in rows]
    columns, lines = max(each["column"] for each in rows) + 1, max(each["row"] for each in rows) + 1
    wide, high = columns * (WIDTH + GAP) - GAP + 4, lines * (HEIGHT + GAP) - GAP + 4
    ordered = sorted(rows, key=lambda each: (each["row"], each["column"]))
    svg = format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}" viewBox="-2 -2 {} {}" font-family="{}"'
        ' text-anchor="middle">{}</svg>',
        wide,
        high,
        wide,
        high,
        FONT,
        format_html_join("", "{}", ((_tile(each),) for each in ordered)),
    )
    return svg.encode()


def _tile(each: dict) -> SafeString:
    x, y = each["column"] * (WIDTH + GAP), each["row"] * (HEIGHT + GAP)
    ground, ink = SHADES[each["shade"]] if each["started"] else (SHADES[0][0], INK_SOFT)
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="6" fill="{}" stroke="{}"{}/>'
        '<text x="{}" y="{}" font-size="11" fill="{}">{}</text>'
        '<text x="{}" y="{}" font-size="14" font-weight="600" fill="{}">{}</text>',
        x,
        y,
        WIDTH,
        HEIGHT,
        ground,
        EDGE,
        SafeString("") if each["started"] else SafeString(' stroke-dasharray="4 3"'),
        x + WIDTH / 2,
        y + 16,
        ink,
        each["short"],
        x + WIDTH / 2,
        y + 34,
        ink,
        each["told"],
    )
