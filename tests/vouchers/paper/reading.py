"""Reading printed sheets back, as a scanner and as a person would: pixels, codes and words."""

import io
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

import pypdfium2 as pdfium
import zxingcpp
from django.conf import settings
from PIL import Image
from stdnum import damm

from vouchers.numbers import Number, tidy
from vouchers.paper.formats import CARD, FORMATS, Format
from vouchers.paper.printed import PrintedVoucher
from vouchers.paper.sheets import print_sheets

NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)
UNTIL = date(2027, 12, 31)
MM = 25.4
ALL = [*FORMATS.values(), CARD]
NAMES = [each.name for each in ALL]


def some(count: int, *, first: int = 12_345, until: date = UNTIL) -> list[PrintedVoucher]:
    """Vouchers with secrets that are different every time and the same in every run."""
    return [
        PrintedVoucher(Number(first + i, f"{(i * 718_281 + 31_415) % 10**6:06}").digits, until) for i in range(count)
    ]


def sheets(bons: list[PrintedVoucher], form: Format) -> bytes:
    """A file with these vouchers; the same question is answered from memory."""
    return _sheets(tuple(bons), form, settings.SITE_URL)


@lru_cache(maxsize=64)
def _sheets(bons: tuple[PrintedVoucher, ...], form: Format, site: str) -> bytes:
    return make(list(bons), form)


def make(bons: list[PrintedVoucher], form: Format) -> bytes:
    out = io.BytesIO()
    print_sheets(bons, form, out, title="Waardebonnen", made_at=NOON, identifier="proef")
    return out.getvalue()


def pages(content: bytes) -> list[pdfium.PdfPage]:
    return list(pdfium.PdfDocument(content))


def picture(page: pdfium.PdfPage, dpi: int) -> Image.Image:
    """A page as a printer puts it on paper, in grey."""
    return page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")


@dataclass(frozen=True)
class Read:
    """What one voucher says, three times over, and its last day."""

    number: str
    qr: str
    code128: str
    words: str


def read(content: bytes, form: Format, *, dpi: int = 300, spoil=lambda image: image) -> list[Read]:
    """Every voucher of every page, each read within its own borders; an empty place is skipped."""
    found = []
    for page in pages(content):
        image = picture(page, dpi)
        text = page.get_textpage()
        for x, y in form.corners():
            box = (x, y, x + form.width, y + form.height)
            words = _words(text, box, form)
            codes = zxingcpp.read_barcodes(spoil(image.crop(tuple(round(side * dpi / MM) for side in box))))
            if not words and not codes:
                continue
            number = re.search(r"\b\d{7} \d{6} \d\b", words)
            found.append(
                Read(
                    number[0].replace(" ", "") if number else "",
                    _only(codes, zxingcpp.BarcodeFormat.QRCode),
                    _only(codes, zxingcpp.BarcodeFormat.Code128),
                    words,
                )
            )
    return found


def _words(text, box: tuple[float, ...], form: Format) -> str:
    left, top, right, bottom = (side * 72 / MM for side in box)
    height = form.sheet[1] * 72 / MM
    inside = text.get_text_bounded(left=left, right=right, top=height - top, bottom=height - bottom)
    return re.sub(r"[\s\u00a0]+", " ", inside).strip()


def _only(codes: list, kind) -> str:
    """The one code of this kind. A decoder may see ghosts in bars; the desk knows them by their check digit."""
    texts = [code.text for code in codes if code.format == kind and damm.is_valid(tidy(code.text))]
    return texts[0] if len(texts) == 1 else f"{len(texts)} codes"
