"""Between two quarters: how it stands after a month, suppressed with all reports, made by one, released by another."""

import csv
import io
from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from intermediaries.service_areas import areas
from kbl import formats
from reporting.editions import interim
from reporting.editions.interim import InterimRefused
from reporting.figures.measures import Measure
from reporting.figures.suppression import is_small
from reporting.models import KeptInterim
from reporting.report import kept_reports, payload
from tests.conftest import at
from tests.reporting.conftest import FEBRUARY
from tests.told_once import told_once

globals().update(told_once("january", of=__package__))

pytestmark = pytest.mark.both_engines


def test_two_clicks_by_two_people_bring_it_to_the_province(january, history, client_class, province):
    browser = client_class(province)
    address = reverse("province:interim_file", args=[january.pk, "csv"])
    assert browser.get(address).status_code == 404
    for refused, by in (("own", history.coordinator),):
        with pytest.raises(InterimRefused, match=refused):
            interim.release(january, by=by, at=FEBRUARY)
    with pytest.raises(DatabaseError), transaction.atomic():
        KeptInterim.objects.update(released_at=FEBRUARY, released_by=history.coordinator)
    office = client_class(history.finance)
    assert "Geef vrij" in office.get(reverse("cubiss:reports")).content.decode()
    assert (
        "Vrijgegeven" in office.post(reverse("cubiss:interim_release", args=[january.pk]), follow=True).content.decode()
    )
    lines = list(csv.reader(io.StringIO(browser.get(address).content.decode("utf-8-sig")), delimiter=";"))
    assert ["Lidmaatschappen", "Nieuwe leden", "Dit kwartaal", "9", ""] in lines


def test_it_says_that_it_is_provisional_and_of_which_month(january):
    shown = payload.load(bytes(january.content))["shown"]
    headings = shown["report"].headings
    assert headings["title"] == "Tussenstand" and headings["quarter"].split() == ["januari", "2026"]
    assert headings["period"].split()[::6] == ["1", "31"], "to the last day of January"
    assert headings["provisional"].startswith("Voorlopig")
    assert "ongeveer" in str(shown["fund_table"].rows[1].cells[0].text), "amounts by the thousand"


def test_it_says_until_which_day_it_counts_and_how_far_the_plan_was_then(january):
    """The quarter runs until the end of March; of its 875 new members the plan has 301 by the 31st of January."""
    shown = payload.load(bytes(january.content))["shown"]
    until = formats.day(date(2026, 1, 31))
    assert shown["fund_table"].title == f"Stand op {until}"
    meaning = {each.term: each.meaning for each in shown["report"].definitions}
    assert f"tot en met {until}" in meaning["Dit kwartaal"] and until in meaning["Toegezegd"]
    (target_a,) = [each for each in shown["targets"] if each.letter == "A"]
    assert f"Volgens het plan zijn het er dan {formats.number(2_000 + 875 * 31 // 90)}." in target_a.figure


def test_hand_outs_that_cannot_be_told_apart_are_no_zero_here_either(january, history, food_bank, venlo, landgraaf):
    """The food bank serves Venlo and Landgraaf from February on: none of it is Landgraaf's alone."""
    both, first = [venlo.municipality, landgraaf.municipality], date(2026, 2, 1)
    areas.serve(food_bank, both, first_day=first, by=history.coordinator, at=at(date(2026, 2, 5)))
    kept = interim.make(by=history.coordinator, at=at(date(2026, 3, 3)))
    table = payload.load(bytes(kept.content))["shown"]["municipalities"]
    (row,) = [each for each in table.rows if each.label == "Landgraaf"]
    assert row.cells[0].text == "meer gemeenten" and row.note


def test_of_a_month_there_is_one_and_of_a_running_month_none(january, history):
    for day in (date(2026, 2, 4), date(2026, 2, 28)):
        with pytest.raises(InterimRefused, match="no_month"):
            interim.make(by=history.coordinator, at=at(day))
    assert interim.next_month(date(2026, 3, 1)) == date(2026, 2, 28)
    assert interim.next_month(date(2026, 4, 1)) == date(2026, 3, 31), "over, and not closed yet"
    assert interim.next_month(date(2026, 5, 1)) is None, "its quarter comes after one that is not closed"
    with pytest.raises(DatabaseError), transaction.atomic():
        KeptInterim.objects.update(content=b"{}")
    with pytest.raises(DatabaseError), transaction.atomic():
        KeptInterim.objects.all().delete()


def test_the_quarters_report_counts_from_its_closing_and_hides_from_its_interim(january, history, venlo, clerk):
    """Three more in March: with the January edition beside it they would stand alone, so they wait."""
    history.both(3, venlo, date(2026, 3, 3), by=clerk)
    spring = kept_reports.read(history.close("2026-Q1")).period
    before = payload.load(bytes(january.content))["period"]
    assert spring.plus.value == before.plus.value and spring.plus.held
    for measure, each in spring.measures.items():
        for name, table in each.tables.items():
            former = before.measures[measure].tables[name].rows
            for key, figure in table.rows.items():
                step = figure.value - (former[key].value if key in former else 0)
                assert not is_small(step), (measure, name, key)


def test_what_came_in_the_quarter_is_told_since_its_closing_and_not_since_the_interim(january, history, venlo, clerk):
    history.both(7, venlo, date(2026, 3, 3), by=clerk)
    spring = kept_reports.read(history.close("2026-Q1")).period
    assert spring.plus.added == 16 and not spring.plus.held
    assert spring.measures[Measure.PLUS].tables["libraries"].rows[venlo.pk].added == 16
