"""The printing plate: one voucher as WeasyPrint laid it out, taken apart into what all have and where they differ.

`templates/documents/voucher.html` is laid out once, with sample texts where a voucher's own number, codes and last day
come. Everything else goes into every copy as it is. A second page of the same layout is the letter case: the ten digits
and each last day, set in the same font, from which the stamps are composed (vouchers/paper/sheets.py).
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pikepdf

from kbl import pdf
from vouchers.paper.formats import Format
from vouchers.paper.printed import day_in_words
from vouchers.paper.reader import Drawn, PlateBroken, Reader, Set

NUMBER = "0000000 000000 0"
DIGITS = "0123456789"
QR, CODE128 = "QR-code van deze waardebon, voor uw telefoon", "Streepjescode van deze waardebon, voor de bibliotheek"
SQUARE = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" preserveAspectRatio="none">
<path d="M0 0h1v1h-1z"/></svg>"""

WRAPPERS = ("/Span", "/NonStruct", "/Div")


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


def lay_out(form: Format, *, untils: Iterable[date], title: str, made_at: datetime, identifier: str) -> Plate:
    """Lay out one voucher for these last days. Raises PlateBroken."""
    days = sorted(set(untils))
    words = [day_in_words(day) for day in days]
    content = pdf.render(
        "documents/voucher.html",
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
    voucher, letters = Reader(page, alts), Reader(case, {})
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
