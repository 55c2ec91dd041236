"""Printing 1,000 and 10,000 vouchers, four on a sheet, beside reportlab drawing the same.

The same: the number, the last day, the QR code, the Code128 and the fixed texts of every voucher. reportlab is given
every advantage: its fixed texts are drawn once and reused, its letters need no embedding, and it tags nothing, while
ours tells a screen reader every page. Once it makes its codes by itself, as people do; once it draws those of
zxing-cpp, which spares it most of its time. Ours is held to the bar beside both.
"""

import io
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from time import perf_counter

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.code128 import Code128
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from bench.table import Measurement
from vouchers.numbers import Number
from vouchers.paper import codes
from vouchers.paper.formats import FORMATS
from vouchers.paper.printed import PrintedVoucher, day_in_words
from vouchers.paper.sheets import print_sheets

Draw = Callable[[Canvas, PrintedVoucher], None]

FORM = FORMATS[4]
BAR = 1.5
NOON = datetime(2026, 6, 1, 10, tzinfo=UTC)
FIXED = (
    (9, "Waardebon"),
    (26, "Welkom in"),
    (26, "de bibliotheek"),
    (11, "Een jaar lang lid. U betaalt niets."),
    (9, "1  Ga naar een bibliotheek die meedoet. U kiest zelf welke."),
    (9, "2  Neem mee: deze bon en een legitimatiebewijs."),
    (9, "3  U krijgt uw bibliotheekpas. Veel plezier!"),
    (8, "Wij weten niet wie u bent. Dat hoeft ook niet. Deze bon is van"),
    (8, "wie hem heeft: bewaar hem goed."),
    (8, "Nummer"),
    (8, "Voor de bibliotheek"),
    (8, "Meer uitleg? Scan met uw telefoon"),
)


def vouchers(count: int) -> list[PrintedVoucher]:
    """So many vouchers with secrets that differ."""
    until = date(2027, 12, 31)
    return [PrintedVoucher(Number(12_345 + i, f"{i * 718_281 % 10**6:06}").digits, until) for i in range(count)]


def measure(rounds: int) -> list[Measurement]:
    """The larger size, and reportlab with its own codes, in fewer rounds: these take minutes."""
    note = f"at most {peak_memory(10_000):.0f} MB above its start"
    return [
        _row("print 1,000 vouchers, beside reportlab", 1_000, _own_codes, min(rounds, 2)),
        _row("print 1,000 vouchers, beside reportlab with our codes", 1_000, _our_codes, rounds),
        _row("print 10,000 vouchers, beside reportlab with our codes", 10_000, _our_codes, min(rounds, 2), note=note),
    ]


def _row(path: str, count: int, draw_codes: Draw, rounds: int, *, note: str = "") -> Measurement:
    bons, ours, bare = vouchers(count), [], []
    _ours(bons[:4])
    for _ in range(rounds):
        ours.append(count / _timed(lambda: _ours(bons)))
        bare.append(count / _timed(lambda: _reportlab(bons, draw_codes)))
    return Measurement(path, ours, bare, "vouchers/s", BAR, more_is_better=True, note=note)


def _timed(doing: Callable[[], object]) -> float:
    started = perf_counter()
    doing()
    return perf_counter() - started


def _ours(bons: list[PrintedVoucher]) -> bytes:
    out = io.BytesIO()
    print_sheets(bons, FORM, out, title="Waardebonnen", made_at=NOON, identifier="bench")
    return out.getvalue()


def _reportlab(bons: list[PrintedVoucher], draw_codes: Draw) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(FORM.sheet[0] * mm, FORM.sheet[1] * mm), invariant=True)
    canvas.beginForm("fixed")
    y = FORM.height * mm - 30
    for size, words in FIXED:
        canvas.setFont("Helvetica", size)
        canvas.drawString(7 * mm, y, words)
        y -= size * 1.4
    canvas.endForm()
    corners = FORM.corners()
    for start in range(0, len(bons), FORM.per_page):
        for bon, (left, top) in zip(bons[start : start + FORM.per_page], corners, strict=False):
            canvas.saveState()
            canvas.translate(left * mm, (FORM.sheet[1] - top - FORM.height) * mm)
            canvas.doForm("fixed")
            canvas.setFont("Helvetica-Bold", 19)
            canvas.drawString(7 * mm, 14 * mm, f"{bon.digits[:7]} {bon.digits[7:13]} {bon.digits[13:]}")
            canvas.setFont("Helvetica", 9)
            canvas.drawString(7 * mm, 8 * mm, f"Geldig tot en met {day_in_words(bon.until)}")
            draw_codes(canvas, bon)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _own_codes(canvas: Canvas, bon: PrintedVoucher) -> None:
    side = 30 * mm
    widget = QrCodeWidget(codes.public_url(bon.digits), barLevel="M", barWidth=side, barHeight=side, barBorder=0)
    drawing = Drawing(side, side)
    drawing.add(widget)
    renderPDF.draw(drawing, canvas, 101 * mm, 58 * mm)
    Code128(bon.digits, barWidth=0.45 * mm, barHeight=13 * mm).drawOn(canvas, 75 * mm, 6 * mm)


def _our_codes(canvas: Canvas, bon: PrintedVoucher) -> None:
    for modules, x, y, width, height in (
        (codes.qr(bon.digits), 101, 58, 30, 30),
        (codes.code128(bon.digits), 78, 6, 50, 13),
    ):
        across, down = width * mm / modules.width, height * mm / modules.height
        path = canvas.beginPath()
        for row, black in enumerate(modules.rows):
            for start, length in codes.runs(black):
                low = y * mm + (modules.height - row - 1) * down
                path.rect(x * mm + start * across, low, length * across, down)
        canvas.drawPath(path, stroke=0, fill=1)


PEAK = """
import re, sys
from pathlib import Path
import django
django.setup()
from bench.sheets import _ours, vouchers

def highest():  # of this process alone: getrusage includes what its parent had
    return int(re.search(r"VmHWM:\\s+([0-9]+)", Path("/proc/self/status").read_text())[1])

_ours(vouchers(40))
bons = vouchers(int(sys.argv[1]))
before = highest()
_ours(bons)
print(highest() - before)
"""


def peak_memory(count: int) -> float:
    """How many megabytes printing so many vouchers takes at most, the file itself included, in a process of its own."""
    run = subprocess.run([sys.executable, "-c", PEAK, str(count)], capture_output=True, text=True, check=True)
    return int(run.stdout) / 1024
