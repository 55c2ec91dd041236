"""The sheet as paper: equal vouchers, cutting marks beside them, white around the codes, and the same bytes again."""

import io
import re
import subprocess
import sys
from datetime import date

import pikepdf
import pytest
from PIL import Image

from tests.vouchers.paper.reading import (
    ALL,
    CARD,
    FORMATS,
    MM,
    NAMES,
    NOON,
    UNTIL,
    make,
    pages,
    picture,
    read,
    sheets,
    some,
)
from vouchers.paper.codes import CODE128_QUIET, QR_QUIET, code128, qr
from vouchers.paper.formats import MARGIN
from vouchers.paper.plate import lay_out
from vouchers.paper.sheets import POINT, print_sheets

DPI = 300
SAFE = 3.0  # millimetres that a crooked cut may take


def ink(image: Image.Image, box: tuple[float, float, float, float], *, darker_than: int = 200):
    """The bounds of what is printed inside a box of millimetres, in millimetres from the sheet's corner."""
    left, top, right, bottom = (round(side * DPI / MM) for side in box)
    part = image.crop((left, top, right, bottom)).point(lambda value: 255 if value < darker_than else 0)
    bounds = part.getbbox()
    return bounds and tuple(
        (side + start) * MM / DPI for side, start in zip(bounds, (left, top, left, top), strict=True)
    )


@pytest.fixture(params=ALL, ids=NAMES)
def form(request):
    return request.param


def test_vouchers_are_equally_large_and_stand_on_the_sheet(form):
    """Measured on paper: the same piece of every voucher lies at the same place from its own corner, within 0.1 mm."""
    (page,) = pages(sheets(some(form.per_page), form))
    assert [side / POINT for side in page.get_size()] == pytest.approx(form.sheet, abs=0.01)
    image = picture(page, DPI)
    seen = []
    for x, y in form.corners():
        left, top, right, bottom = ink(image, (x + 1, y + 1, x + form.width - 1, y + form.height - 1))
        seen.append((left - x, top - y, right - x, bottom - y))
    for each in seen:
        assert each == pytest.approx(seen[0], abs=0.1)
        assert each[0] >= SAFE and each[1] >= SAFE
        assert each[2] <= form.width - SAFE and each[3] <= form.height - SAFE


@pytest.mark.parametrize("form", [each for each in ALL if each.per_page > 1])
def test_cutting_marks_are_outside_the_vouchers(form):
    """In the margin, at every cut; an office printer reaches them, and none touches a voucher."""
    (page,) = pages(sheets(some(form.per_page), form))
    image = picture(page, DPI)
    width, height = form.sheet
    for x, y, to_x, to_y in form.marks():
        assert not (MARGIN - 1 < x < width - MARGIN + 1 and MARGIN - 1 < y < height - MARGIN + 1)
        assert not (MARGIN - 1 < to_x < width - MARGIN + 1 and MARGIN - 1 < to_y < height - MARGIN + 1)
        middle = ((x + to_x) / 2, (y + to_y) / 2)
        assert ink(image, (middle[0] - 0.5, middle[1] - 0.5, middle[0] + 0.5, middle[1] + 0.5)), "a mark is missing"
    assert len(form.marks()) == 2 * (form.columns + 1) + 2 * (form.rows + 1)
    gap = MARGIN - 1.3, MARGIN - 0.4  # between the marks and the vouchers nothing is printed, but for the seams' dots
    for near, far in (gap, (width - gap[1], width - gap[0])):
        assert ink(image, (near, MARGIN, far, height - MARGIN), darker_than=120) is None
    for near, far in (gap, (height - gap[1], height - gap[0])):
        assert ink(image, (MARGIN, near, width - MARGIN, far), darker_than=120) is None


def test_the_last_sheet_has_no_empty_vouchers():
    form = FORMATS[4]
    content = sheets(some(5), form)
    assert len(pages(content)) == 2
    assert len(read(content, form)) == 5
    image = picture(pages(content)[1], DPI)
    for x, y in form.corners()[1:]:
        assert ink(image, (x + 1, y + 1, x + form.width - 1, y + form.height - 1)) is None


def test_each_voucher_has_its_own_last_day():
    """A range may cross batches; long and short months lie in the same place."""
    days = [date(2027, 12, 31), date(2027, 9, 30), date(2028, 3, 1)]
    bons = [some(1, first=100 + i, until=days[i % 3])[0] for i in range(7)]
    found = read(sheets(bons, FORMATS[8]), FORMATS[8])
    words = ["31 december 2027", "30 september 2027", "1 maart 2028"]
    assert [re.search(r"\b\d+ [a-z]+ \d{4}\b", each.words)[0] for each in found] == [words[i % 3] for i in range(7)]


def test_a_voucher_says_what_a_person_needs_and_nothing_that_marks_them(form):
    (first, *_) = read(sheets(some(1), form), form)
    for words in (
        "Waardebon",
        "Welkom in de bibliotheek",
        "Een jaar lang lid. U betaalt niets.",
        "Ga naar een bibliotheek die meedoet.",
        "Neem mee: deze bon",
        "legitimatiebewijs",
        "Wij weten niet wie u bent. Dat hoeft ook niet.",
        "Geldig tot en met",
        "31 december 2027",
    ):
        assert words in first.words
    for never in ("armoede", "minima", "inkomen", "voedselbank", "schuld", "doelgroep", "gratis"):
        assert never not in first.words.lower()


@pytest.mark.parametrize("dark", ["qr", "code128"])
def test_a_scanner_finds_white_around_each_code(form, dark):
    """Four modules around a QR code, ten left and right of the bars."""
    (bon,) = some(1)
    plate = lay_out(form, untils=[UNTIL], title="proef", made_at=NOON, identifier="proef")
    place, modules, quiet = (
        (plate.qr, qr(bon.digits), QR_QUIET) if dark == "qr" else (plate.code128, code128(bon.digits), CODE128_QUIET)
    )
    a, _, _, d, e, f = (side / POINT for side in place.matrix)
    x, y = form.corners()[0]
    left, top, module = x + e, y + form.height - f, a / modules.width
    above = quiet * module - 0.15 if dark == "qr" else 0
    box = (left - quiet * module + 0.15, top - above, left + a + quiet * module - 0.15, top - d + above)
    image = picture(pages(sheets([bon], form))[0], DPI)
    found = ink(image, box)
    assert found == pytest.approx((left, top, left + a, top - d), abs=0.15)


def test_the_same_vouchers_give_the_same_bytes(form):
    bons = some(form.per_page + 1)
    assert make(bons, form) == make(bons, form)
    assert make(bons, form) != make(some(form.per_page + 1, first=9), form)


def test_no_vouchers_is_no_sheet():
    with pytest.raises(ValueError, match="no vouchers"):
        sheets([], FORMATS[4])


def test_progress_is_told_after_every_sheet(tmp_path):
    told = []
    with (tmp_path / "vellen.pdf").open("wb") as out:
        count = print_sheets(some(9), FORMATS[4], out, title="", made_at=NOON, identifier="", progress=told.append)
    assert (count, told) == (3, [4, 8, 9])


def test_the_file_is_a_sound_pdf_that_prints_at_its_own_size(form):
    content = sheets(some(2 * form.per_page), form)
    with pikepdf.open(io.BytesIO(content)) as book:
        assert book.check_pdf_syntax() == []
        assert book.Root.ViewerPreferences.PrintScaling == "/None"
        assert len(book.pages) == 2
        assert not any(
            "/Image" in str(each.get("/Subtype", "")) for each in book.objects if isinstance(each, pikepdf.Stream)
        )


def test_the_card_is_a_phones_width_and_fills_an_a4():
    assert CARD.sheet[0] / CARD.sheet[1] == pytest.approx(210 / 297, abs=0.001)


MEASURE = """
import resource, sys
sys.path.insert(0, ".")
import django
django.setup()
from tests.vouchers.paper.reading import FORMATS, NOON, some
from vouchers.paper.sheets import print_sheets
print_sheets(some(40), FORMATS[4], open(sys.argv[1], "wb"), title="", made_at=NOON, identifier="")
bons = some(10_000)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print_sheets(bons, FORMATS[4], open(sys.argv[1], "wb"), title="", made_at=NOON, identifier="")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_ten_thousand_vouchers_take_little_memory(tmp_path):
    """Nothing is kept but where each object begins: less than 60 MB more than forty vouchers took."""
    file = tmp_path / "vellen.pdf"
    command = [sys.executable, "-c", MEASURE, str(file)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(run.stdout) < 60_000, f"{run.stdout} kB"
    with pikepdf.open(file) as book:
        assert len(book.pages) == 2_500
