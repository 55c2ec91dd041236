"""The drawings of the dashboard: small SVG in the page itself, in the page's own letters and colours (dashboard.css).

Every one is decoration beside its own words and table, told apart by length, lightness and number, never by hue alone.
Pure: no database, no clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kbl.formats import number

# A tile of the map, and the picture of a trend, in points of ink.
TILE, GAP = 58, 4
TREND_WIDTH, TREND_HEIGHT, FOOT, HEAD = 320, 132, 20, 18


def bar(parts: Sequence[tuple[str, float]], whole: float, mark: float | None = None) -> SafeString:
    """A bar as long as its parts (a class and an amount each) of a whole, with a stripe at `mark`."""
    scale = 100 / whole if whole > 0 else 0
    at, drawn = 0.0, []
    for name, amount in parts:
        width = max(0.0, min(amount * scale, 100 - at))
        drawn.append((f"{at:.2f}", f"{width:.2f}", name))
        at += width
    rects = format_html_join("", '<rect x="{}" y="0" width="{}" height="10" class="{}"/>', drawn)
    stripe = SafeString("")
    if mark is not None and scale:
        x = f"{min(mark * scale, 100):.2f}"
        stripe = format_html('<line x1="{}" x2="{}" y1="-3" y2="13" class="mark"/>', x, x)
    return format_html(
        '<svg class="kbl-bar" viewBox="0 -3 100 16" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect width="100" height="10" class="ground"/>{}{}</svg>',
        rects,
        stripe,
    )


NOTHING_YET = SafeString('<p class="text-secondary">Nog niets om te tekenen.</p>')


def trend(points: Sequence[tuple[str, int]], words: str) -> SafeString:
    """Columns through time with their numbers; `points` are short names and counts, oldest first.

    Of nothing but zeros there is nothing to draw, and that is said.
    """
    most = max((count for _, count in points), default=0)
    if not most:
        return NOTHING_YET
    step = TREND_WIDTH / max(len(points), 1)
    room = TREND_HEIGHT - FOOT - HEAD
    columns, numbers, names = [], [], []
    every = -(-len(points) // 12)
    for i, (name, count) in enumerate(points):
        height = max(room * count / most, 1.5 if count else 0)
        x, middle, top = i * step + step * 0.14, i * step + step / 2, TREND_HEIGHT - FOOT - height
        last = "is-last" if i == len(points) - 1 else ""
        columns.append((f"{x:.1f}", f"{top:.1f}", f"{step * 0.72:.1f}", f"{height:.1f}", last))
        if count and (step > 24 or count == most or last):
            numbers.append((f"{middle:.1f}", f"{top - 4:.1f}", number(count)))
        if (len(points) - 1 - i) % every == 0:
            names.append((f"{middle:.1f}", str(TREND_HEIGHT - 5), name))
    foot = TREND_HEIGHT - FOOT
    return format_html(
        '<svg class="kbl-trend" viewBox="0 0 {} {}" role="img" aria-label="{}" focusable="false">'
        '<line x1="0" x2="{}" y1="{}" y2="{}" class="foot"/>{}{}{}</svg>',
        TREND_WIDTH,
        TREND_HEIGHT,
        words,
        TREND_WIDTH,
        foot,
        foot,
        format_html_join("", '<rect x="{}" y="{}" width="{}" height="{}" rx="2" class="{}"/>', columns),
        format_html_join("", '<text x="{}" y="{}" class="number">{}</text>', numbers),
        format_html_join("", '<text x="{}" y="{}">{}</text>', names),
    )


@dataclass(frozen=True)
class Tile:
    """A municipality on the map: where, how dark, its number, and the page that it leads to."""

    column: int
    row: int
    short: str
    name: str
    count: int
    shade: int
    started: bool
    chosen: bool
    address: str

    @property
    def words(self) -> str:
        """What is read aloud, and shown when the mouse is on it."""
        return f"{self.name}: {number(self.count)}" if self.started else f"{self.name}: doet nog niet mee"


def tile_map(tiles: Sequence[Tile]) -> SafeString:
    """The map: every tile a link, from the north down, so that Tab walks it as one reads."""
    columns = max((each.column for each in tiles), default=0) + 1
    rows = max((each.row for each in tiles), default=0) + 1
    ordered = sorted(tiles, key=lambda each: (each.row, each.column))
    return format_html(
        '<svg class="kbl-tile-map" viewBox="-2 -2 {} {}" role="group" aria-label="Kaart van de gemeenten">{}</svg>',
        columns * (TILE + GAP) + 4 - GAP,
        rows * (TILE + GAP) + 4 - GAP,
        format_html_join("", "{}", ((_tile(each),) for each in ordered)),
    )


def _tile(each: Tile) -> SafeString:
    x, y = each.column * (TILE + GAP), each.row * (TILE + GAP)
    look = f"is-{each.shade}" if each.started else "is-not-started"
    return format_html(
        '<a href="{}" class="{}{}" aria-label="{}"{}><title>{}</title>'
        '<rect x="{}" y="{}" width="{}" height="{}" rx="8"/>'
        '<text x="{}" y="{}">{}</text><text x="{}" y="{}" class="number">{}</text></a>',
        each.address,
        look,
        " is-chosen" if each.chosen else "",
        each.words,
        SafeString(' aria-current="true"') if each.chosen else "",
        each.words,
        x,
        y,
        TILE,
        TILE,
        x + TILE / 2,
        y + 21,
        each.short,
        x + TILE / 2,
        y + 43,
        number(each.count) if each.started else "–",
    )
