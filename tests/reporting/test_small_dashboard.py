"""What a library and an intermediary see of how it goes: their own, and of the programme what was released."""

from datetime import date

import pytest
import time_machine

from reporting.dashboard import small
from tests.conftest import at

DAY = date(2026, 2, 1)


def test_before_a_report_is_released_a_library_sees_its_own(two_quarters, venlo):
    seen = small.of_library(venlo, DAY)
    members, renewed = seen.own
    assert (members.quarter, members.year, members.all) == (0, 0, 12)
    assert renewed.all == 0 and seen.programme is None
    in_autumn = small.of_library(venlo, date(2025, 9, 30)).own[0]
    assert (in_autumn.quarter, in_autumn.year, in_autumn.all) == (12, 12, 12)


def test_of_the_programme_they_see_what_was_released_and_no_more(reported_in_words, history, venlo, clerk):
    """Three members came since: of its own it sees them, of the programme only what was released."""
    history.both(3, venlo, date(2026, 1, 20), by=clerk)
    seen = small.of_library(venlo, DAY)
    assert seen.own[0].all == 15, "its own is of today"
    assert seen.programme and str(seen.programme.quarter) == "2025-Q4"
    assert dict(seen.programme.lines)["Nieuw lid en omgezet"] == "19", "of the programme the three are not there yet"


@pytest.mark.parametrize(("who", "address"), [("manager", "/bibliotheek/zo-gaat-het/"), ("worker", "/intermediair/")])
def test_mara_and_willem_read_it(request, signed_in, reported_in_words, who, address):
    with time_machine.travel(at(DAY), tick=False):
        text = signed_in(request.getfixturevalue(who)).get(address).content.decode()
    assert "Het hele programma" in text and "19 van 12.500" in text
    own = "Nieuw lid en omgezet: van u" if who == "manager" else "Uitgereikt: van u"
    assert own in text
    others = "Uitgereikt: van u" if who == "manager" else "Nieuw lid en omgezet: van u"
    assert others not in text


@pytest.mark.parametrize(
    ("who", "address", "first"),
    [
        ("manager", "/bibliotheek/zo-gaat-het/bestand/", "Bibliotheek Venlo;Nieuw lid en omgezet;dit kwartaal;0;"),
        ("worker", "/intermediair/zo-gaat-het/bestand/", "Voedselbank Venlo;Uitgereikt;dit kwartaal;0;"),
    ],
)
def test_they_take_it_along_as_a_file(request, signed_in, reported_in_words, who, address, first):
    with time_machine.travel(at(DAY), tick=False):
        answer = signed_in(request.getfixturevalue(who)).get(address)
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert rows[1].startswith(first) and "het hele programma;Nieuw lid en omgezet" in rows[-2]
    assert "attachment" in answer["Content-Disposition"]
