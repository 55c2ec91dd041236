"""Reading a laid-out page: which words stand where in which letter, where the pictures are, and all the rest."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pikepdf

# A place on paper: x' = a*x + c*y + e, y' = b*x + d*y + f.
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)

FILLS = ("rg", "g", "k", "cs", "sc", "scn")


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
class _State:
    matrix: Matrix = IDENTITY
    fill: bytes = b"0 g"


class Reader:
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


def moved(matrix: Matrix, origin: tuple[float, float]) -> Matrix:
    """The same place on another spot of the page."""
    a, b, c, d, e, f = matrix
    return a, b, c, d, e + origin[0], f + origin[1]
