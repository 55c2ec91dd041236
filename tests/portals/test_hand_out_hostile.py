"""Hostile files at the intermediaries' door: a sentence each, quickly, and nothing recorded (docs/threats.md, 27)."""

import pytest

from intermediaries.models import Handout
from tests.effort import honest_list, measured
from tests.portals.test_hand_out_list import choose
from tests.spreadsheets.hostile_files import FILES

SOME = [
    "748 kB that unpack to 219 MB",
    "half a million cells",
    "a billion laughs",
    "macros",
    "an archive in an archive",
    "five million columns",
    "a line of quotes",
    "wide rows",
]


@pytest.mark.parametrize("name", SOME)
def test_a_hostile_file_gets_a_sentence(willem, stock_of_food_bank, name):
    content = FILES[name][0]()
    work, response = measured(lambda: choose(willem, content, "lijst.xlsx"))
    assert work < 5 * honest_list()
    assert response.status_code == 200
    assert response.context["form"].errors or response.context["preview"]
    assert not Handout.objects.exists()


def test_more_than_is_taken_in_is_told(willem, stock_of_food_bank):
    page = choose(willem, b"Nummer\n" + b"1\n" * 4_200_000).content.decode()
    assert "Dit bestand is te groot: er past hooguit 5 MB in." in page


def test_an_account_has_so_many_files_read_and_no_more(willem, stock_of_food_bank, settings):
    settings.UPLOADS_PER_QUARTER_HOUR = 2
    for _ in range(2):
        assert choose(willem, b"Nummer\n1\n").context["preview"]["count"] == 1
    page = choose(willem, b"Nummer\n2\n")
    assert "Dat waren veel bestanden achter elkaar." in page.content.decode()
    assert page.context["preview"] is None
