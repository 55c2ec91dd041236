"""How vouchers lie on a sheet: so many on an A4, all equally large, with marks that say where to cut.

Only forms that look right are on offer: with 2, 4 and 8 a voucher has the proportions of A5, A6 and A7, with 3 it fits
a long envelope, and 1 is for who reads large letters. (Six on an A4 are nearly square: no shape for a voucher.)
All measures are millimetres, from the sheet's top left corner.
"""

from dataclasses import dataclass

A4 = (210.0, 297.0)
MARGIN = 10.0  # white around the vouchers: no office printer reaches the edge
MARK, MARK_GAP = 4.0, 1.5  # a cutting mark, and how far it stays away from the vouchers
DEFAULT = 4

Line = tuple[float, float, float, float]  # from x, y to x, y


@dataclass(frozen=True)
class Format:
    """A number of vouchers on a sheet. `layout` and `size` are classes of static/documents/voucher.css."""

    columns: int
    rows: int
    layout: str
    size: str
    name: str
    landscape: bool = False
    margin: float = MARGIN
    digital: bool = False

    @property
    def per_page(self) -> int:
        return self.columns * self.rows

    @property
    def sheet(self) -> tuple[float, float]:
        """Width and height of the paper."""
        return (A4[1], A4[0]) if self.landscape else A4

    @property
    def width(self) -> float:
        """Of one voucher."""
        return (self.sheet[0] - 2 * self.margin) / self.columns

    @property
    def height(self) -> float:
        """Of one voucher."""
        return (self.sheet[1] - 2 * self.margin) / self.rows

    def corners(self) -> list[tuple[float, float]]:
        """The top left corner of each voucher, in reading order."""
        return [
            (self.margin + column * self.width, self.margin + row * self.height)
            for row in range(self.rows)
            for column in range(self.columns)
        ]

    def marks(self) -> list[Line]:
        """Cutting marks in the margin, at both ends of every cut: for a guillotine."""
        if self.per_page == 1:
            return []
        lines = []
        width, height = self.sheet
        inner, outer = self.margin - MARK_GAP, self.margin - MARK_GAP - MARK
        for x in self._edges(self.columns, self.width):
            lines += [(x, outer, x, inner), (x, height - inner, x, height - outer)]
        for y in self._edges(self.rows, self.height):
            lines += [(outer, y, inner, y), (width - inner, y, width - outer, y)]
        return lines

    def seams(self) -> list[Line]:
        """Where two vouchers meet: for scissors."""
        width, height = self.sheet
        across = [(self.margin, y, width - self.margin, y) for y in self._edges(self.rows, self.height)[1:-1]]
        down = [(x, self.margin, x, height - self.margin) for x in self._edges(self.columns, self.width)[1:-1]]
        return across + down

    def _edges(self, count: int, size: float) -> list[float]:
        return [self.margin + number * size for number in range(count + 1)]


FORMATS = {
    each.per_page: each
    for each in (
        Format(1, 1, "tall", "a4", "1 op een vel, met grote letters", margin=0),
        Format(1, 2, "wide", "a5", "2 op een vel, elk een half vel groot (A5)"),
        Format(1, 3, "long", "dl", "3 op een vel, past in een lange envelop"),
        Format(2, 2, "wide", "a6", "4 op een vel, zo groot als een ansichtkaart", landscape=True),
        Format(2, 4, "wide", "a7", "8 op een vel, past in een portemonnee"),
    )
}


@dataclass(frozen=True)
class Card(Format):
    """The one digital voucher: A6, so that it can be read on a phone, and fills an A4 when somebody prints it."""

    @property
    def sheet(self) -> tuple[float, float]:
        return 105.0, 148.5


CARD = Card(1, 1, "tall", "a6", "een digitale voucher", margin=0, digital=True)
