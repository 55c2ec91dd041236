"""The start page says in time that target A falls behind, and is silent when it does not."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from kbl.start_pages.attention_targets import targets
from reporting.dashboard.pace import part_of_year
from tests.conftest import at

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


@pytest.mark.parametrize(
    ("on", "reached", "told"),
    [
        (date(2026, 11, 30), 541, True),  # 15 % of the target with 92 % of the year over
        (date(2026, 12, 31), 2_799, True),
        (date(2026, 12, 31), 2_800, False),  # four fifths of 3,500
        (date(2026, 3, 31), 0, False),  # too early: 90 of 365 days
        (date(2026, 4, 2), 0, True),
        (date(2026, 7, 2), 1_500, False),
    ],
)
def test_a_target_that_is_far_behind_its_year_is_told(venlo, on, reached, told):
    assert bool(targets(3_500, reached, on)) is told


def test_the_sentence_names_both_parts(venlo):
    (point,) = targets(3_500, 541, date(2026, 11, 30))
    assert point.note == (
        "541 van 3.500 nieuwe lidmaatschappen (15\N{NO-BREAK SPACE}%), terwijl 92\N{NO-BREAK SPACE}% van het jaar"
        " voorbij is."
    )


def test_a_year_begins_when_the_first_library_takes_part(venlo):
    """Venlo takes part from 1 September 2025: 122 days of that year count."""
    assert part_of_year(date(2025, 8, 31)) == 0
    assert part_of_year(date(2025, 10, 31)) == Decimal(61) / 122
    assert part_of_year(date(2026, 12, 31)) == 1


def test_without_a_target_nothing_is_behind(venlo):
    assert targets(0, 0, date(2026, 12, 31)) == []


def test_the_coordinator_reads_it_on_the_start_page(client, venlo, coordinator):
    """On 6 October 2025, of the 122 days of that year 36, nobody is a member yet."""
    with time_machine.travel(at(date(2025, 10, 6)), tick=False):
        client.force_login(coordinator)
        page = client.get("/cubiss/").content.decode()
    assert "Doel A van 2025 loopt achter" in page and "/cubiss/rapportages/vooruitblik/" in page
