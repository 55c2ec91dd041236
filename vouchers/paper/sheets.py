"""Sheets of vouchers: one voucher is laid out, and its number, codes and last day are stamped into copies of it.

Laying out every sheet takes minutes and gigabytes; stamping ten thousand vouchers takes seconds (docs/quality.md).
Every page is tagged like the first: what a screen reader is told belongs to the page's own pieces (PDF/UA-1).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import BinaryIO

import pikepdf
from pikepdf import Dictionary, Name, String

from vouchers.paper import codes
from vouchers.paper.codes import Modules
from vouchers.paper.formats import Format, Line
from vouchers.paper.plate import Plate, lay_out
from vouchers.paper.printed import PrintedVoucher
from vouchers.paper.reader import Drawn, Set, moved
from vouchers.paper.tags import Tags
from vouchers.paper.writer import Writer

POINT = 72 / 25.4  # per millimetre
MARK, SEAM = b"0.35 G 0.4 w", b"0.6 G 0.5 w 1 J [0 3] 0 d"


def print_sheets(
    vouchers: Sequence[PrintedVoucher],
    form: Format,
    out: BinaryIO,
    *,
    title: str,
    made_at: datetime,
    identifier: str,
    progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Write a PDF with these vouchers and give the number of pages. The same vouchers and moment give the same bytes.

    `progress` hears after every page how many vouchers are done. The last page carries only the vouchers there are.
    """
    if not vouchers:
        raise ValueError("no vouchers to print")
    plate = lay_out(
        form, untils={voucher.until for voucher in vouchers}, title=title, made_at=made_at, identifier=identifier
    )
    book = _Book(out, plate, form)
    for start in range(0, len(vouchers), form.per_page):
        book.add(vouchers[start : start + form.per_page])
        progress(min(start + form.per_page, len(vouchers)))
    book.close(identifier)
    return len(book.pages)


class _Book:
    """The document under way."""

    def __init__(self, out: BinaryIO, plate: Plate, form: Format) -> None:
        self.plate, self.form = plate, form
        skeleton = pikepdf.new()
        skeleton.Root.Lang, skeleton.Root.MarkInfo = String("nl"), Dictionary(Marked=True)
        skeleton.Root.Metadata = skeleton.copy_foreign(plate.source.Root.Metadata)
        # Printed at its own size: the voucher keeps its measures, and the marks are where they are cut.
        skeleton.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True, PrintScaling=Name("/None"))
        resources = skeleton.copy_foreign(plate.source.pages[0].obj.Resources)
        info = skeleton.copy_foreign(plate.source.make_indirect(plate.source.docinfo))
        tree, document = skeleton.make_indirect(Dictionary()), skeleton.make_indirect(Dictionary())
        skeleton.Root.StructTreeRoot = tree
        self.resources, self.info = resources.objgen[0], info.objgen[0]
        self.kids, self.tree, self.document = skeleton.Root.Pages.objgen[0], tree.objgen[0], document.objgen[0]
        self.root = skeleton.Root.objgen[0]
        self.writer = Writer(out, skeleton, later={self.kids, self.tree, self.document})
        self.pages: list[int] = []
        self.parents: list[int] = []
        self.articles: list[int] = []
        self.origins = self._origins()
        self.stamps = [_Stamp(plate, origin, index * plate.pieces) for index, origin in enumerate(self.origins)]
        self.statics = [self._static(index, origin) for index, origin in enumerate(self.origins)]
        self.marks = self._marks()
        self.tags: dict[int, Tags] = {}

    def _origins(self) -> list[tuple[float, float]]:
        """Where each voucher's lower left corner is on the page, in points."""
        height = self.form.sheet[1]
        return [(x * POINT, (height - y - self.form.height) * POINT) for x, y in self.form.corners()]

    def _static(self, index: int, origin: tuple[float, float]) -> int:
        """What every voucher at this place of a page has."""
        mcids = tuple(mcid + index * self.plate.pieces for mcid in self.plate.mcids)
        number = self.writer.reserve()
        self.writer.stream(number, b"q 1 0 0 1 %.3f %.3f cm\n%b\nQ" % (*origin, self.plate.static % mcids))
        return number

    def _marks(self) -> list[int]:
        """Where to cut, which is no part of what is read."""
        height = self.form.sheet[1]
        drawn = [
            b"%b %b" % (style, _lines(lines, height))
            for style, lines in ((MARK, self.form.marks()), (SEAM, self.form.seams()))
            if lines
        ]
        if not drawn:
            return []
        number = self.writer.reserve()
        self.writer.stream(number, b"/Artifact BMC\n%b\nEMC" % b"\n".join(b"q %b Q" % each for each in drawn))
        return [number]

    def add(self, vouchers: Sequence[PrintedVoucher]) -> None:
        """One page."""
        count = len(vouchers)
        stamp = self.writer.reserve()
        self.writer.stream(stamp, b"".join(each(voucher) for each, voucher in zip(self.stamps, vouchers, strict=False)))
        if count not in self.tags:
            contents = [*self.marks, *self.statics[:count]]
            self.tags[count] = Tags(self.plate, self.origins[:count], self._page(contents), document=self.document)
        tags = self.tags[count]
        first = self.writer.reserve(len(tags.starts))
        self.writer.pack(first, tags.bodies(first, stamp=stamp, page=len(self.pages)), tags.starts)
        self.pages.append(first)
        self.parents.append(first + 1)
        self.articles += [first + article for article in tags.articles]

    def _page(self, contents: list[int]) -> bytes:
        """A page, but for the number of its stamps and its own."""
        width, height = (side * POINT for side in self.form.sheet)
        shared = b"".join(b"%d 0 R " % number for number in contents)
        return (
            b"<</Type/Page/Parent %d 0 R/Resources %d 0 R/MediaBox[0 0 %.3f %.3f]/Tabs/S/Contents[%b%%7d 0 R]"
            b"/StructParents %%7d>>\n" % (self.kids, self.resources, width, height, shared)
        )

    def close(self, identifier: str) -> None:
        """The lists of pages and of what there is to read, and the end."""
        put = self.writer.put
        put(self.kids, b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(self.pages), _references(self.pages)))
        put(
            self.document,
            b"<</Type/StructElem/S/Document/P %d 0 R/K[%b]>>" % (self.tree, _references(self.articles)),
        )
        numbers = b" ".join(b"%d %d 0 R" % each for each in enumerate(self.parents))
        put(
            self.tree,
            b"<</Type/StructTreeRoot/K[%d 0 R]/ParentTree<</Nums[%b]>>/ParentTreeNextKey %d>>"
            % (self.document, numbers, len(self.parents)),
        )
        self.writer.close(root=self.root, info=self.info, identifier=identifier)


def _references(numbers: list[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)


class _Stamp:
    """What is stamped at one place of a page: worked out once, filled in for every voucher."""

    def __init__(self, plate: Plate, origin: tuple[float, float], first: int) -> None:
        self.plate = plate
        self.number = _around(plate.number, origin, first)
        self.until = _around(plate.until, origin, first)
        self.qr = _under(plate.qr, origin, first)
        self.code128 = _under(plate.code128, origin, first)

    def __call__(self, voucher: PrintedVoucher) -> bytes:
        digits = voucher.digits
        spaced = f"{digits[:7]} {digits[7:13]} {digits[13:]}"
        number = self.plate.number.show([self.plate.digits[each] for each in spaced])
        return b"".join(
            (
                self.number % number,
                self.until % self.plate.untils[voucher.until],
                _code(self.qr, codes.qr(digits)),
                _code(self.code128, codes.code128(digits)),
            )
        )


def _around(text: Set, origin: tuple[float, float], first: int) -> bytes:
    """A run of text with a hole for its glyphs."""
    matrix = b"%.5f %.5f %.5f %.5f %.3f %.3f" % moved(text.matrix, origin)
    return b"/Span <</MCID %d>> BDC %b\nBT %b %b Tm [%%b] TJ ET EMC\n" % (
        first + text.mcid,
        text.fill,
        text.font,
        matrix,
    )


def _under(place: Drawn, origin: tuple[float, float], first: int) -> bytes:
    """A code with holes for the size of a module and for its squares."""
    matrix = b"%.5f %.5f %.5f %.5f %.3f %.3f" % moved(place.matrix, origin)
    return b"/Figure <</MCID %d>> BDC q 0 g %b cm %%.7f 0 0 %%.7f 0 0 cm\n%%bf Q EMC\n" % (first + place.mcid, matrix)


def _code(hole: bytes, modules: Modules) -> bytes:
    return hole % (1 / modules.width, 1 / modules.height, codes.pdf_path(modules))


def _lines(lines: list[Line], height: float) -> bytes:
    """Lines in millimetres from the top left, for a page that counts points from the lower left."""
    return b" ".join(
        b"%.3f %.3f m %.3f %.3f l S" % (x * POINT, (height - y) * POINT, to_x * POINT, (height - to_y) * POINT)
        for x, y, to_x, to_y in lines
    )
