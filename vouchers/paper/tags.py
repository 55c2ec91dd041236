"""What a screen reader is told of a page: worked out once for a number of vouchers, filled in for every page."""

from pikepdf import String

from vouchers.paper.plate import QR, Element, Plate
from vouchers.paper.reader import PlateBroken, moved


class Tags:
    """The page and its tags as one text with holes for the objects' numbers: filled in, not made, for every page.

    The objects of a page are consecutive: the page itself, whose every marked piece is, and the elements.
    """

    def __init__(self, plate: Plate, origins: list[tuple[float, float]], page: bytes, *, document: int) -> None:
        self.plate = plate
        self.owners: dict[int, int] = {}
        self.texts: list[bytes] = [page, b""]
        self.holes: list[list[int]] = [[], []]
        self.articles = [
            self._element(plate.element, index, origin, b"%d 0 R" % document, None)
            for index, origin in enumerate(origins)
        ]
        pieces = range(len(origins) * plate.pieces)
        if sorted(self.owners) != list(pieces):
            raise PlateBroken("a marked piece belongs to no element, or to two")
        self.texts[1] = b"[" + b"%7d 0 R " * len(pieces) + b"]\n"
        self.holes[1] = [self.owners[piece] for piece in pieces]
        self.text = b"".join(self.texts)
        self.offsets = [hole for holes in self.holes for hole in holes]
        self.starts = self._starts()

    def _element(
        self, element: Element, index: int, origin: tuple[float, float], parent: bytes, above: int | None
    ) -> int:
        """Add an element and what is in it; gives its place among the page's objects."""
        me = len(self.texts)
        self.texts.append(b"")
        self.holes.append([])
        kids: list[bytes] = []
        holes = ([] if above is None else [above]) + [0]
        for kid in element.kids:
            if isinstance(kid, int):
                piece = kid + index * self.plate.pieces
                self.owners[piece] = me
                kids.append(b"%d" % piece)
            else:
                holes.append(self._element(kid, index, origin, b"%7d 0 R", me))
                kids.append(b"%7d 0 R")
        self.texts[me] = b"<</Type/StructElem/S%b/P %b/Pg %%7d 0 R/K[%b]%b>>\n" % (
            element.tag.encode(),
            parent,
            b" ".join(kids),
            self._more(element, origin),
        )
        self.holes[me] = holes
        return me

    def _more(self, element: Element, origin: tuple[float, float]) -> bytes:
        """What a list or a picture says besides."""
        if element.tag == "/L":
            return b"/A<</O/List/ListNumbering/Decimal>>"
        if not element.alt:
            return b""
        place = self.plate.qr if element.alt == QR else self.plate.code128
        a, _, _, d, x, y = moved(place.matrix, origin)
        alt = String(element.alt).unparse().replace(b"%", b"%%")
        return b"/Alt%b/A<</O/Layout/Placement/Block/BBox[%.2f %.2f %.2f %.2f]>>" % (alt, x, y + d, x + a, y)

    def _starts(self) -> list[int]:
        """Where each object begins: a number takes seven places, so that this is the same for every page."""
        starts, at = [], 0
        for text in self.texts:
            starts.append(at)
            at += len(text % ((0,) * text.count(b"%7d")))
        return starts

    def bodies(self, first: int, *, stamp: int, page: int) -> bytes:
        """The objects of one page, of which the first has this number."""
        return self.text % (stamp, page, *(first + hole for hole in self.offsets))
