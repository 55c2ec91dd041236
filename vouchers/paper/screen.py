"""A voucher on a screen: its number, its last day, and its codes as lines for templates/public/_bon.html."""

from vouchers.models import Voucher
from vouchers.paper import codes


def on_screen(voucher: Voucher) -> dict:
    """What a page needs to show a voucher."""
    number = voucher.number
    qr, bars = codes.qr(number.digits), codes.code128(number.digits)
    return {
        "number": str(number),
        "until": voucher.valid_until,
        "qr": {"path": codes.svg_path(qr), "box": _box(qr.width, qr.height, codes.QR_QUIET, codes.QR_QUIET)},
        "bars": {"path": codes.svg_path(bars), "box": _box(bars.width, bars.height, codes.CODE128_QUIET, 0)},
    }


def _box(width: int, height: int, beside: int, above: int) -> str:
    """An SVG's viewBox around a code and the white that belongs to it."""
    return f"{-beside} {-above} {width + 2 * beside} {height + 2 * above}"
