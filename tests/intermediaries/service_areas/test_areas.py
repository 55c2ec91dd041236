"""An intermediary serves one or more municipalities; what it hands out counts for a municipality by that."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from intermediaries.handouts import handout
from intermediaries.models import Handout, ServiceArea
from intermediaries.service_areas.areas import ServiceAreaRefused, ServiceAreas, serve
from kbl.organisations.models import Municipality
from reporting.figures import counted_facts, counting
from reporting.figures.as_of import AsOf
from reporting.figures.measures import Measure
from tests.conftest import at
from vouchers.numbers import SerialRange

SEPTEMBER, OCTOBER, NOVEMBER = date(2025, 9, 10), date(2025, 10, 10), date(2025, 11, 10)


@pytest.fixture
def towns(venlo, landgraaf, gennep, food_bank) -> dict[str, Municipality]:
    """The food bank has its seat in Venlo."""
    found = {each.name: each for each in Municipality.objects.all()}
    food_bank.municipality = found["Venlo"]
    food_bank.save()
    return found


@pytest.fixture
def handed_out(towns, food_bank, stock_of_food_bank, worker) -> None:
    """Six in September, seven in October, eight in November."""
    first = stock_of_food_bank.first
    for day, count in ((SEPTEMBER, 6), (OCTOBER, 7), (NOVEMBER, 8)):
        handout.hand_out(food_bank, [SerialRange(first, first + count - 1)], on=day, by=worker, at=at(day))
        first += count


def counted(towns, *moments: AsOf) -> dict:
    names = {None: None, **{each.pk: each.name for each in towns.values()}}
    found = counting.count(Measure.HANDED_OUT, moments, "municipality")
    return {names[key]: numbers for (key,), numbers in found.items()}


def seen(day: date) -> AsOf:
    return AsOf(NOVEMBER, at(day, hour=23))


def test_as_long_as_nobody_said_it_an_intermediary_serves_the_municipality_of_its_seat(handed_out, towns):
    assert counted(towns, seen(NOVEMBER)) == {"Venlo": [21]}
    assert not ServiceAreas.known().shared


@pytest.mark.both_engines
def test_from_its_day_on_what_was_said_holds_until_something_else_does(handed_out, towns, food_bank, coordinator):
    said = at(NOVEMBER)
    serve(food_bank, [towns["Gennep"]], first_day=date(2025, 10, 1), by=coordinator, at=said)
    both = [towns["Venlo"], towns["Gennep"]]
    serve(food_bank, both, first_day=date(2025, 11, 1), by=coordinator, at=said)
    assert counted(towns, seen(NOVEMBER)) == {"Venlo": [6], "Gennep": [7], None: [8]}
    assert ServiceAreas.known().shared == {each.pk for each in both}


@pytest.mark.both_engines
def test_a_figure_knows_what_was_known_at_its_moment(handed_out, towns, food_bank, coordinator):
    """What is said later of an earlier day changes no figure of before it was said."""
    serve(food_bank, [towns["Gennep"]], first_day=SEPTEMBER, by=coordinator, at=at(date(2026, 1, 20)))
    before, after = seen(date(2026, 1, 12)), seen(date(2026, 4, 12))
    assert counted(towns, before) == {"Venlo": [21]}
    assert counted(towns, before, after) == {"Venlo": [21, 0], "Gennep": [0, 21]}


def test_the_facts_of_a_figure_are_those_that_it_counts(handed_out, towns, food_bank, coordinator):
    two = [towns["Gennep"], towns["Landgraaf"]]
    serve(food_bank, two, first_day=date(2025, 10, 1), by=coordinator, at=at(date(2026, 1, 20)))
    before, after = seen(date(2026, 1, 12)), seen(date(2026, 4, 12))
    for name, then, now, counts in (("Venlo", 21, 6, -15), ("Gennep", 0, 0, 0), (None, 0, 15, 15)):
        of = {"municipality": towns[name].pk if name else None}
        assert counted_facts.facts(Measure.HANDED_OUT, before, of=of).count() == then
        assert counted_facts.facts(Measure.HANDED_OUT, after, of=of).count() == now
        added = counted_facts.facts(Measure.HANDED_OUT, after, before, of=of)
        assert sum(each.counts for each in added) == counts
    last = Handout.objects.order_by("on").last()
    assert [counted_facts.place_of(last, each) for each in (before, after)] == [towns["Venlo"].pk, None]


def test_what_is_said_again_of_the_same_day_takes_its_place(towns, food_bank, coordinator):
    areas = [[towns["Gennep"], towns["Venlo"]], [towns["Gennep"]]]
    for hour, wanted in enumerate(areas, start=9):
        assert serve(food_bank, wanted, first_day=OCTOBER, by=coordinator, at=at(NOVEMBER, hour=hour))
    assert ServiceAreas.known().served(food_bank.pk, None, OCTOBER) == {towns["Gennep"].pk}
    assert ServiceArea.objects.count() == 3, "nothing is taken away"
    assert not serve(food_bank, areas[-1], first_day=OCTOBER, by=coordinator, at=at(NOVEMBER, hour=12))
    assert ServiceArea.objects.count() == 3, "what is known already is not said twice"


def test_it_is_refused_outside_the_programme_and_for_nowhere(towns, food_bank, coordinator):
    said = {"by": coordinator, "at": at(NOVEMBER)}
    with pytest.raises(ServiceAreaRefused) as refused:
        serve(food_bank, [towns["Venlo"]], first_day=date(2024, 12, 31), **said)
    assert refused.value.reason == ServiceAreaRefused.Reason.OUTSIDE_PROGRAMME
    assert (refused.value.first, refused.value.last) == (date(2025, 1, 1), date(2027, 12, 31))
    with pytest.raises(ServiceAreaRefused):
        serve(food_bank, [], first_day=NOVEMBER, **said)
    assert not ServiceArea.objects.exists()


@pytest.mark.both_engines
def test_the_database_keeps_what_was_said(towns, food_bank, coordinator):
    serve(food_bank, [towns["Gennep"]], first_day=OCTOBER, by=coordinator, at=at(NOVEMBER))
    for change in (
        lambda: ServiceArea.objects.update(first_day=NOVEMBER),
        lambda: ServiceArea.objects.all().delete(),
        lambda: ServiceArea.objects.create(
            organisation=food_bank,
            municipality=towns["Gennep"],
            first_day=OCTOBER,
            recorded_at=at(NOVEMBER),
            recorded_by=coordinator,
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_an_organisation_without_a_seat_counts_for_no_municipality_that_can_be_told(handed_out, towns, food_bank):
    food_bank.municipality = None
    food_bank.save()
    assert counted(towns, seen(NOVEMBER)) == {None: [21]}
