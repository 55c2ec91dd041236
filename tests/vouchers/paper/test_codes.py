"""Every code that we print is read back: at a good and a poor resolution, from every format, and from bad paper."""

import pytest
from PIL import Image, ImageFilter

from tests.vouchers.paper.reading import ALL, CARD, FORMATS, NAMES, Read, make, read, sheets, some
from vouchers.numbers import parse_number
from vouchers.paper import codes
from vouchers.paper.printed import PrintedVoucher

SITE = "https://kbl.voorbeeld.example"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


def expected(bons: list[PrintedVoucher]) -> list[tuple[str, str, str]]:
    return [(bon.digits, codes.public_url(bon.digits), bon.digits) for bon in bons]


def said(found: list[Read]) -> list[tuple[str, str, str]]:
    return [(each.number, each.qr, each.code128) for each in found]


@pytest.mark.parametrize("dpi", [300, 150])
@pytest.mark.parametrize("form", ALL, ids=NAMES)
def test_every_code_on_every_page_says_the_number_beside_it(form, dpi):
    """Two full sheets and one that is not: number, QR code and bars of each voucher are the same."""
    bons = some(2 * form.per_page + 1)
    assert said(read(sheets(bons, form), form, dpi=dpi)) == expected(bons)


def _from_a_tired_printer(image: Image.Image) -> Image.Image:
    """Pale grey on greyish paper, a little out of focus, and put in askew."""
    pale = image.point(lambda value: 90 + value * 110 // 255)
    return pale.filter(ImageFilter.GaussianBlur(1.6)).rotate(2, resample=Image.Resampling.BICUBIC, fillcolor=200)


@pytest.mark.parametrize("form", ALL, ids=NAMES)
def test_a_pale_blurred_crooked_print_is_still_read(form):
    bons = some(form.per_page)
    found = read(sheets(bons, form), form, spoil=_from_a_tired_printer)
    assert said(found) == expected(bons)


def test_a_long_address_of_the_site_still_fits_and_is_read(settings):
    settings.SITE_URL = "https://vouchers.bibliotheek-in-een-lange-provincie.voorbeeld.example"
    bons = some(8)
    assert said(read(sheets(bons, FORMATS[8]), FORMATS[8], dpi=200)) == expected(bons)


def test_a_stamp_with_another_number_would_be_found(monkeypatch):
    """The twin: one QR code among eight is another voucher's."""
    bons, right = some(8), codes.qr
    wrong = bons[5].digits
    monkeypatch.setattr(codes, "qr", lambda digits: right(bons[2].digits if digits == wrong else digits))
    found, wanted = said(read(make(bons, FORMATS[8]), FORMATS[8])), expected(bons)
    assert [one == other for one, other in zip(found, wanted, strict=True)].index(False) == 5
    assert found[5][1] == wanted[2][1]


def test_what_a_phone_reads_is_what_the_desk_can_read(settings):
    """A desk that scans the QR code gets the address; what stands behind # is the number."""
    (bon,) = some(1)
    assert parse_number(codes.public_url(bon.digits)).digits == bon.digits


def test_the_number_stands_behind_the_hash_only():
    (bon,) = some(1)
    before, behind = codes.public_url(bon.digits).split("#")
    assert (before, behind) == (f"{SITE}/v/", bon.digits)


def test_the_screen_shows_the_same_modules_as_the_paper():
    """One picture of a code, in a PDF's words and in an SVG's."""
    (bon,) = some(1)
    for drawn in (codes.qr(bon.digits), codes.code128(bon.digits)):
        assert len(set(map(len, drawn.rows))) == 1
        black = sum(row.count(0) for row in drawn.rows)
        on_paper = sum(int(line.split()[2]) for line in codes.pdf_path(drawn).splitlines())
        on_screen = sum(int(part.split("h")[1].split("v")[0]) for part in codes.svg_path(drawn).split("M")[1:])
        assert on_paper == on_screen == black


def test_the_card_for_a_phone_can_be_scanned_from_its_screen():
    """A phone shows the page some seven centimetres wide: the code is read from that too."""
    bons = some(1)
    assert said(read(sheets(bons, CARD), CARD, dpi=110)) == expected(bons)
