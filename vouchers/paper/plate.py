"""The printing plate: one voucher as WeasyPrint laid it out, taken apart into what all have and where they differ.

`templates/pdf/voucher.html` is laid out once, with sample texts where a voucher's own number, codes and last day come.
Everything else goes into every copy as it is. A second page of the same layout is the letter case: the ten digits and
each last day, set in the same font, from which the stamps are composed (vouchers/paper/sheets.py).
"""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pikepdf
from django.utils import formats, translation

from kbl import pdf
from vouchers.paper.formats import Format

NUMBER = "0000000 000000 0"
DIGITS = "0123456789"
QR, CODE128 = "QR-code van deze waardebon, voor uw telefoon", "Streepjescode van deze waardebon, voor de bibliotheek"
SQUARE = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" preserveAspectRatio="none">
<path d="M0 0h1v1h-1z"/></svg>"""

# A place on paper: x' = a*x + c*y + e, y' = b*x + d*y + f.
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)

FILLS = ("rg", "g", "k", "cs", "sc", "scn")
WRAPPERS = ("/Span", "/NonStruct", "/Div")


class PlateBroken(Exception):
    """The layout lacks a place that a voucher needs: the template, or what lays it out, changed."""


@dataclass(frozen=True)
class Set:
    """A run of text as it was set: which font, where, in what colour, and each glyph with the gap that follows it."""

    mcid: int
    words: str
    font: bytes
    fill: bytes
    matrix: Matrix
    glyphs: tuple[bytes, ...]
    gaps: tuple[Decimal, ...]

    def show(self, glyphs: Iterable[bytes]) -> bytes:
        """Other glyphs with the gaps of this run, as the operand of TJ."""
        return b"".join(b"<%b>%g" % each for each in zip(glyphs, map(float, self.gaps), strict=True))


@dataclass(frozen=True)
class Drawn:
    """A place for a code: the matrix puts a square of 1 by 1, y down, where it was laid out."""

    mcid: int
    fill: bytes
    matrix: Matrix


@dataclass
class Element:
    """A piece of what a screen reader is told: its tag, the words for a picture, and its parts in reading order."""

    tag: str
    alt: str = ""
    kids: list["Element | int"] = field(default_factory=list)


@dataclass(frozen=True)
class Plate:
    """A laid-out voucher. `static` carries a `%d` for each marked piece that is in it; `pieces` counts all of them."""

    source: pikepdf.Pdf
    static: bytes
    mcids: tuple[int, ...]
    pieces: int
    number: Set
    until: Set
    qr: Drawn
    code128: Drawn
    digits: dict[str, bytes]
    untils: dict[date, bytes]
    element: Element


def day_in_words(day: date) -> str:
    """`31 december 2027`."""
    with translation.override("nl"):
        return formats.date_format(day, "j F Y")


def lay_out(form: Format, *, untils: Iterable[date], title: str, made_at: datetime, identifier: str) -> Plate:
    """Lay out one voucher for these last days. Raises PlateBroken."""
    days = sorted(set(untils))
    words = [day_in_words(day) for day in days]
    content = pdf.render(
        "pdf/voucher.html",
        {
            "format": form,
            "title": title,
            "sample": {
                "number": NUMBER,
                "digits": DIGITS,
                "until": words[0],
                "untils": words,
                "qr": QR,
                "code128": CODE128,
            },
        },
        made_at=made_at,
        identifier=identifier,
        drawn={"qr.svg": SQUARE, "code128.svg": SQUARE},
    )
    return _plate(pikepdf.open(io.BytesIO(content)), days, words)


def _plate(source: pikepdf.Pdf, days: list[date], words: list[str]) -> Plate:
    page, case, *more = source.pages
    if more:
        raise PlateBroken("the voucher does not fit on its paper")
    element, alts = _structure(source)
    voucher, letters = _Reader(page, alts), _Reader(case, {})
    number, until = voucher.text(NUMBER), voucher.text(words[0])
    digits, laid = letters.text(DIGITS), [letters.text(each) for each in words]
    if digits.font != number.font or any(each.font != until.font for each in laid):
        raise PlateBroken("the letter case is set in another font than the voucher")
    codes = {alt: voucher.drawn(alt) for alt in (QR, CODE128)}
    stamped = {number.mcid, until.mcid, *(each.mcid for each in codes.values())}
    static, mcids = voucher.without(stamped)
    return Plate(
        source=source,
        static=static,
        mcids=mcids,
        pieces=voucher.pieces,
        number=number,
        until=until,
        qr=codes[QR],
        code128=codes[CODE128],
        digits=dict(zip(DIGITS, digits.glyphs, strict=True)) | {" ": number.glyphs[number.words.index(" ")]},
        untils={day: each.show(each.glyphs) for day, each in zip(days, laid, strict=True)},
        element=element,
    )


# --- what a screen reader is told --------------------------------------------------------------------------------


def _structure(source: pikepdf.Pdf) -> tuple[Element, dict[int, str]]:
    """The voucher's own tree without the wrappers that say nothing, and the words of its pictures by their piece."""
    alts: dict[int, str] = {}

    def kids_of(node: Any) -> list["Element | int"]:
        kids = node.get("/K", [])
        found: list[Element | int] = []
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                found.append(kid)
            elif str(kid.S) in WRAPPERS:
                found += kids_of(kid)
            else:
                found.append(element(kid))
        return found

    def element(node: Any) -> Element:
        made = Element(str(node.S), str(node.get("/Alt", "")), kids_of(node))
        alts.update({kid: made.alt for kid in made.kids if isinstance(kid, int) and made.alt})
        return made

    (document,) = kids_of(source.Root.StructTreeRoot)
    article = document.kids[0] if isinstance(document, Element) else None
    if not isinstance(article, Element) or article.tag != "/Art":
        raise PlateBroken("the voucher is not an article")
    return article, alts


# --- what stands on the paper -------------------------------------------------------------------------------------


@dataclass
class _State:
    matrix: Matrix = IDENTITY
    fill: bytes = b"0 g"


class _Reader:
    """Walks through a page and keeps what each marked piece is: a run of text, or a picture."""

    def __init__(self, page: pikepdf.Page, alts: dict[int, str]) -> None:
        self.instructions: list[Any] = list(pikepdf.parse_content_stream(page))
        self.fonts = {str(name): _letters(font) for name, font in page.Resources.Font.items()}
        self.alts = alts
        self.texts: list[Set] = []
        self.pictures: dict[str, Drawn] = {}
        self.pieces = 0
        self._read()

    def text(self, words: str) -> Set:
        found = [each for each in self.texts if each.words == words]
        if len(found) != 1:
            raise PlateBroken(f"“{words}” stands {len(found)} times on the plate")
        return found[0]

    def drawn(self, alt: str) -> Drawn:
        if alt not in self.pictures:
            raise PlateBroken(f"no picture for “{alt}”")
        return self.pictures[alt]

    def _read(self) -> None:
        state, saved = _State(), []
        piece: int | None = None
        font, at = b"", IDENTITY
        for operands, operator in self.instructions:
            name = str(operator)
            if name == "q":
                saved.append(_State(state.matrix, state.fill))
            elif name == "Q":
                state = saved.pop()
            elif name == "cm":
                state.matrix = _times(_numbers(operands), state.matrix)
            elif name in FILLS:
                one = pikepdf.unparse_content_stream([(operands, operator)])
                state.fill = one if name in ("rg", "g", "k", "cs") else state.fill + b" " + one
            elif name == "BDC":
                piece = int(operands[1].MCID)
                self.pieces = max(self.pieces, piece + 1)
            elif name == "EMC":
                piece = None
            elif name == "Tm":
                at = _numbers(operands)
            elif name == "Tf":
                font = pikepdf.unparse_content_stream([(operands, operator)])
                letters = self.fonts[str(operands[0])]
            elif name == "TJ" and piece is not None:
                glyphs, gaps = _glyphs(operands[0])
                words = "".join(letters.get(glyph, "") for glyph in glyphs)
                self.texts.append(Set(piece, words, font, state.fill, _times(at, state.matrix), glyphs, gaps))
            elif name in ("m", "re") and piece in self.alts:
                self.pictures.setdefault(self.alts[piece], Drawn(piece, state.fill, state.matrix))

    def without(self, stamped: set[int]) -> tuple[bytes, tuple[int, ...]]:
        """The page with a `%d` for every marked piece, in the order of the second answer, and without the stamped ones.

        Of these only colours and the like stay, which what follows may count on.
        """
        kept: list[bytes] = []
        mcids: list[int] = []
        lines: list[tuple] = []
        skipping = in_text = False
        depth = 0

        def flush() -> None:
            kept.append(pikepdf.unparse_content_stream(lines).replace(b"%", b"%%"))
            lines.clear()

        for operands, operator in self.instructions:
            name = str(operator)
            if name == "BDC":
                piece = int(operands[1].MCID)
                skipping = piece in stamped
                if not skipping:
                    flush()
                    kept.append(b"%b <</MCID %%d>> BDC" % str(operands[0]).encode())
                    mcids.append(piece)
            elif name == "EMC" and skipping:
                skipping = False
            elif not skipping:
                lines.append((operands, operator))
            else:
                depth += {"q": 1, "Q": -1}.get(name, 0)
                in_text = name == "BT" or (in_text and name != "ET")
                if depth == 0 and not in_text and name not in ("ET", "Q"):
                    lines.append((operands, operator))
        flush()
        return b"\n".join(kept), tuple(mcids)


def _letters(font: Any) -> dict[bytes, str]:
    """What each glyph of a font is called, from its own table."""
    table = font.ToUnicode.read_bytes()
    return {
        glyph.lower(): bytes.fromhex(letter.decode()).decode("utf-16-be")
        for glyph, letter in re.findall(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>\s", table)
    }


def _glyphs(array: Any) -> tuple[tuple[bytes, ...], tuple[Decimal, ...]]:
    """A TJ array as glyphs (four hex digits) and the gap after each."""
    glyphs: list[bytes] = []
    gaps: list[Decimal] = []
    for each in array:
        if isinstance(each, pikepdf.String):
            pairs = bytes(each).hex().encode()
            found = [pairs[start : start + 4] for start in range(0, len(pairs), 4)]
            glyphs += found
            gaps += [Decimal()] * len(found)
        elif gaps:
            gaps[-1] += Decimal(each)
    return tuple(glyphs), tuple(gaps)


def _numbers(operands) -> Matrix:
    a, b, c, d, e, f = map(float, operands)
    return a, b, c, d, e, f


def _times(first: Matrix, then: Matrix) -> Matrix:
    """The place that `first` has inside `then`."""
    a, b, c, d, e, f = first
    m, n, o, p, x, y = then
    return (
        a * m + b * o,
        a * n + b * p,
        c * m + d * o,
        c * n + d * p,
        e * m + f * o + x,
        e * n + f * p + y,
    )
