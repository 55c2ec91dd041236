"""A name that our papers cannot draw is refused where it is typed, not found as a hole in an invoice."""

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from fontTools.ttLib import TTFont

from kbl.intake.widgets import Text
from kbl.organisations.models import Organisation
from kbl.texts.lines import UNDRAWABLE, validate_drawable

FONTS = ["inter-latin-wght-normal.woff2", "inter-latin-ext-wght-normal.woff2"]


def test_whatever_is_taken_in_our_fonts_can_draw():
    drawn: set[int] = set()
    for name in FONTS:
        drawn |= set(TTFont(settings.BASE_DIR / "static/vendor/inter" / name).getBestCmap())
    taken = {code for code in range(0x110000) if not UNDRAWABLE.match(chr(code))}
    assert taken - drawn == set()


@pytest.mark.parametrize(
    "name", ["Café Zoë", "Op d’n Heuvel", "Łódź – Şahin", "Bibliotheek ‘De Brûlerie’ & Co", "Ĳsbrand"]
)
def test_a_name_as_people_here_write_it_is_taken(name):
    validate_drawable(name)


@pytest.mark.parametrize("name", ["Bieb 📚", "图书馆", "مكتبة", "Библиотека", "Bieb ♥"])
def test_a_name_that_cannot_be_drawn_is_refused_in_words_at_every_entrance(name):
    with pytest.raises(ValidationError, match="niet op papier zetten"):
        Organisation._meta.get_field("name").clean(name, None)
    with pytest.raises(ValueError, match="niet op papier zetten"):
        Text(120).clean(name)
