"""The page of the forecast, and its file."""

from datetime import date

import pytest
import time_machine

from tests.conftest import at
from tests.told_once import told_once

globals().update(told_once("two_quarters", of=__package__))


@pytest.mark.django_db
@pytest.mark.both_engines
class TestThePage:
    page = "/cubiss/rapportages/vooruitblik/"

    def test_the_coordinator_sees_where_it_goes_and_what_is_assumed(self, two_quarters, coordinator, signed_in):
        words = signed_in(coordinator).get(self.page).content.decode()
        assert "Hier rekenen wij mee" in words and "het doel is 12.500" in words
        assert "Nog niet alles is te zeggen" in words, "hardly anything happened"

    def test_a_what_if_stands_beside_the_expectation(self, two_quarters, coordinator, signed_in):
        words = signed_in(coordinator).get(self.page + "?tempo=200&verlengen=50&vergoeding=50,00").content.decode()
        assert "Dit maakt het uit" in words and "Terug naar de verwachting" in words

    @pytest.mark.parametrize(
        ("asked", "sentence"),
        [
            ("tempo=veel", "Kies een tempo van 0 tot en met 400."),
            ("tempo=-1", "Kies een tempo van 0 tot en met 400."),
            ("verlengen=101", "Kies een deel van 0 tot en met 100."),
            ("vergoeding=tien", "Dit is geen bedrag."),
            ("vergoeding=-3", "Typ een bedrag van 0 tot en met 1.000 euro."),
            ("vanaf=2031-Q9", "Kies een kwartaal uit de lijst."),
        ],
    )
    def test_nonsense_gets_a_sentence_and_the_page_stays(self, two_quarters, coordinator, signed_in, asked, sentence):
        response = signed_in(coordinator).get(f"{self.page}?{asked}")
        assert response.status_code == 422 and sentence in response.content.decode()
        assert "Hier rekenen wij mee" in response.content.decode()

    def test_the_file_has_a_line_per_course_and_quarter(self, two_quarters, coordinator, signed_in):
        lines = signed_in(coordinator).get(self.page + "csv/").content.decode("utf-8-sig").splitlines()
        assert (
            lines[0].startswith("verloop;kwartaal;uitreikingen") and len(lines) == 1 + 3 * 5
        )  # from 6 October 2026 on

    def test_after_the_last_day_nothing_more_is_expected(self, two_quarters, coordinator, signed_in):
        with time_machine.travel(at(date(2028, 2, 1)), tick=False):
            response = signed_in(coordinator).get(self.page)
        assert response.status_code == 200 and "Vooruitblik" in response.content.decode()
