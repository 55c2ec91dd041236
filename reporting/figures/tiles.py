"""The map of Limburg as tiles: every municipality a square of the same size, about where it lies."""

from dataclasses import dataclass

# CBS code: column from the west, row from the north, and a name that fits in a square.
LAYOUT = {
    "GM0944": (3, 0, "Mook"),
    "GM0907": (3, 1, "Gennep"),
    "GM0984": (2, 2, "Venray"),
    "GM0893": (3, 2, "Bergen"),
    "GM1507": (2, 3, "Horst"),
    "GM0983": (3, 3, "Venlo"),
    "GM0946": (1, 4, "Nederw."),
    "GM1894": (2, 4, "Peel en M."),
    "GM0889": (3, 4, "Beesel"),
    "GM0988": (0, 5, "Weert"),
    "GM1640": (1, 5, "Leudal"),
    "GM0957": (2, 5, "Roermond"),
    "GM1669": (3, 5, "Roerdalen"),
    "GM1641": (1, 6, "Maasgouw"),
    "GM1711": (2, 6, "Echt-Sust."),
    "GM0971": (1, 7, "Stein"),
    "GM1883": (2, 7, "Sittard-G."),
    "GM1954": (3, 7, "Beekdael."),
    "GM0899": (4, 7, "Brunssum"),
    "GM0882": (5, 7, "Landgraaf"),
    "GM0938": (1, 8, "Meerssen"),
    "GM0888": (2, 8, "Beek"),
    "GM0986": (3, 8, "Voerend."),
    "GM0917": (4, 8, "Heerlen"),
    "GM0928": (5, 8, "Kerkrade"),
    "GM0935": (1, 9, "Maastr."),
    "GM0994": (2, 9, "Valkenb."),
    "GM1729": (3, 9, "Gulpen-W."),
    "GM0965": (4, 9, "Simpelv."),
    "GM1903": (2, 10, "Eijsden-M."),
    "GM0981": (4, 10, "Vaals"),
}
COLUMNS = 6
SHADES = 4


@dataclass(frozen=True)
class TilePlace:
    """Column, row and short name of a municipality on the map."""

    column: int
    row: int
    short: str


def placed(codes: list[tuple[str, str]]) -> dict[str, TilePlace]:
    """Where each municipality (code, name) is drawn; those that the map does not know come below it, by name."""
    found = {code: TilePlace(*LAYOUT[code]) for code, _ in codes if code in LAYOUT}
    below = max((place.row for place in found.values()), default=-1) + 1
    strangers = [(code, name) for code, name in codes if code not in LAYOUT]
    for i, (code, name) in enumerate(strangers):
        found[code] = TilePlace(i % COLUMNS, below + i // COLUMNS, name[:9])
    return found


def shade(number: int, most: int) -> int:
    """How dark a tile is: 0 for nobody, then four equal steps up to the largest."""
    return min(SHADES, -(-number * SHADES // most)) if number > 0 and most else 0
