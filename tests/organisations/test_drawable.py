"""A name that our papers cannot draw is refused where it is typed, not found as a hole in an invoice."""

import io
import re
from datetime import date
from functools import cache

import pikepdf
import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from fontTools.ttLib import TTFont

from kbl.intake.widgets import Text
from kbl.organisations.models import Organisation
from kbl.pdf import engine
from kbl.pdf.letters import FACES, faces_for
from kbl.texts.lines import UNDRAWABLE, tidy_line, validate_drawable
from tests.conftest import at

WEIGHTS = ("400", "500", "600", "700")
ALWAYS = [f"vendor/inter/inter-latin-{weight}.ttf" for weight in WEIGHTS]  # what every paper has
FONTS = [*ALWAYS, *(file for _, file, _ in FACES)]
NAMES = {
    "Dutch": "Café Zoë & Co – ’t Hoëkske",
    "Turkish": "Gençlik Evi İstanbul Şahin Ağaç Iğdır",
    "Polish": "Łódź Ćwiklińska Żółw",
    "Vietnamese": "Hội người Việt Nguyễn Thị Phương Ưu Đãi",
    "Greek": "Ελληνική Κοινότητα Άγιος",
    "Polytonic": "Ἑλληνικὴ Βιβλιοθήκη",
    "Cyrillic": "Библиотека «Читалище» Ђорђе Їжак",
    "Kazakh": "Қазақ кітапханасы",
    "Arabic": "مكتبة الحي ٢٠٢٥",
    "Persian": "کتابخانهٔ پارسی‌زبانان",
    "Hebrew": "ספריית השכונה",
    "Two at once": "Stichting مكتبة Βιβλιοθήκη Библиотека",
}


@cache
def taken() -> set[str]:
    """Every sign that a name may have: more than a million are asked."""
    return {chr(code) for code in range(0x110000) if not UNDRAWABLE.match(chr(code))}


def drawn_by(file: str) -> set[int]:
    return set(TTFont(settings.BASE_DIR / "static" / file).getBestCmap())


def test_whatever_is_taken_in_our_fonts_can_draw():
    drawn = set().union(*map(drawn_by, FONTS))
    assert set(map(ord, taken())) - drawn == set()


def test_what_is_taken_comes_with_the_font_that_draws_it():
    """Every sign is in every weight of the font of all papers, or brings a font along that has it."""
    always = set.intersection(*map(drawn_by, ALWAYS))
    faces = [(re.compile(letters), drawn_by(file)) for _, file, letters in FACES]
    bare = [
        sign
        for sign in taken()
        if ord(sign) not in always
        and sign not in "\u200c\u200d"  # the joiners come with the letters that they join
        and not any(letters.match(sign) and ord(sign) in drawn for letters, drawn in faces)
    ]
    assert bare == []


def test_a_paper_asks_for_no_weight_that_was_not_cut():
    """Another one would be drawn in the nearest that there is, and cutting it out of a variable font takes long."""
    sheets = {each.name: each.read_text() for each in (settings.BASE_DIR / "static/documents").glob("*.css")}
    asked = {weight for sheet in sheets.values() for weight in re.findall(r"font-weight: *([^;]+);", sheet)}
    assert asked <= set(WEIGHTS)
    for name in ("base.css", "voucher.css"):
        assert "-wght-" not in sheets[name] and "inter-latin-" in sheets[name]
    for file in ALWAYS:
        font = TTFont(settings.BASE_DIR / "static" / file)
        assert "fvar" not in font and str(font["OS/2"].usWeightClass) in file


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_as_people_here_write_it_is_taken(name):
    validate_drawable(tidy_line(name))


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_paper_with_such_a_name_has_no_hole_and_no_font_of_this_machine(name):
    html = '<html lang="nl"><head><title>x</title><link rel="stylesheet" href="documents/base.css"></head>'
    made = engine.make(
        f"{html}<body><h1>{name}</h1><p><b>{name}</b> in Venlo</p></body></html>",
        made_at=at(date(2026, 1, 5)),
        identifier="x",
        drawn={},
        kept=True,
    )
    with pikepdf.open(io.BytesIO(made)) as paper:
        fonts = [each for each in paper.objects if isinstance(each, pikepdf.Dictionary) and "/BaseFont" in each]
        used = {str(each.BaseFont).partition("+")[2] for each in fonts}
    assert used and all(each.startswith(("Inter", "Noto-Sans", "KBL")) for each in used), used
    assert made == engine.make(
        f"{html}<body><h1>{name}</h1><p><b>{name}</b> in Venlo</p></body></html>",
        made_at=at(date(2026, 1, 5)),
        identifier="x",
        drawn={},
        kept=True,
    )


def test_a_paper_without_such_names_carries_no_other_font():
    assert faces_for("<p>Bibliotheek Venlo – café</p>") == ""
    assert "greek" in faces_for("<p>Βιβλιοθήκη</p>") and "cyrillic" not in faces_for("<p>Βιβλιοθήκη</p>")


@pytest.mark.parametrize("name", ["Bieb 📚", "图书馆", "ห้องสมุด", "Bieb ♥", "पुस्तकालय", "Bieb ①"])
def test_a_name_that_cannot_be_drawn_is_refused_in_words_at_every_entrance(name):
    with pytest.raises(ValidationError, match="niet op papier zetten"):
        Organisation._meta.get_field("name").clean(name, None)
    with pytest.raises(ValueError, match="niet op papier zetten"):
        Text(120).clean(name)
