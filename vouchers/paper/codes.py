"""The two codes on a voucher, as squares and bars: a QR code for a phone, Code128 for a desk's scanner.

zxing-cpp says which modules are black; here they become one path, in a PDF's operators or an SVG's, measured in
modules. One path and not many: a viewer that softens edges shows no hairline between squares that touch.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import zxingcpp
from django.conf import settings

CHUNK = 8
QR_QUIET, CODE128_QUIET = 4, 10  # modules of white that a scanner wants around a code


@dataclass(frozen=True)
class Modules:
    """A code as rows of modules, top down; a byte of 0 is black."""

    width: int
    rows: tuple[bytes, ...]

    @property
    def height(self) -> int:
        return len(self.rows)


def public_url(digits: str) -> str:
    """The address of a voucher's public page. The number stands behind `#`, so that no server ever sees it."""
    return f"{settings.SITE_URL}/v/#{digits}"


def qr(digits: str) -> Modules:
    """The QR code that opens the voucher's public page."""
    return qr_of(public_url(digits))


def qr_of(address: str) -> Modules:
    """The QR code that opens an address."""
    code = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    width, black = _modules(code)
    return Modules(width, tuple(black[start : start + width] for start in range(0, len(black), width)))


def code128(digits: str) -> Modules:
    """The fourteen digits as a Code128; one row of bars, as high as somebody draws it."""
    width, black = _modules(zxingcpp.create_barcode(digits, zxingcpp.BarcodeFormat.Code128))
    return Modules(width, (black[:width],))


def _modules(code) -> tuple[int, bytes]:
    image = code.to_image(scale=1, add_quiet_zones=False)
    return image.shape[1], memoryview(image).tobytes()


def pdf_path(modules: Modules) -> bytes:
    """The black modules as rectangles for a PDF: what follows is `f`. One unit is one module, y runs down."""
    return b"".join(
        _rectangles(row[x : x + CHUNK], x, y) for y, row in enumerate(modules.rows) for x in range(0, len(row), CHUNK)
    )


# Eight modules at a time: a pattern at its place is worked out once and serves ten thousand vouchers.
@lru_cache(maxsize=65_536)
def _rectangles(chunk: bytes, x: int, y: int) -> bytes:
    return b"".join(b"%d %d %d 1 re\n" % (x + start, y, length) for start, length in runs(chunk))


def svg_path(modules: Modules) -> str:
    """The black modules as an SVG's `d`. One unit is one module."""
    return "".join(f"M{x} {y}h{length}v1h-{length}z" for y, row in enumerate(modules.rows) for x, length in runs(row))


def runs(row: bytes) -> list[tuple[int, int]]:
    """Where black modules begin, and how many stand together."""
    found, x = [], 0
    for value, same in groupby(row):
        length = sum(1 for _ in same)
        if value == 0:
            found.append((x, length))
        x += length
    return found
