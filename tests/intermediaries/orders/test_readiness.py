"""Seven steps of a library: facts, taken back with a trace, and a warning that stops nobody."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from kbl.facts import FutureDate
from kbl.organisations import readiness
from kbl.organisations.models import ReadinessStep
from tests.intermediaries.orders.conftest import NOW, TODAY, words

pytestmark = [pytest.mark.both_engines, pytest.mark.usefixtures("monday")]


def tick(library, step, coordinator, on: date = TODAY) -> ReadinessStep:
    return readiness.done(library, step, on=on, by=coordinator, at=NOW)


def test_a_library_is_ready_after_seven_steps(venlo, landgraaf, coordinator):
    for step in readiness.Step:
        (found,) = readiness.readiness([venlo])
        assert step in found.missing and not found.is_ready
        tick(venlo, step, coordinator)
    ours, other = readiness.readiness([venlo, landgraaf])
    assert (ours.is_ready, ours.done, other.done) == (True, 7, 0)


def test_a_step_is_told_once_and_can_be_taken_back(venlo, coordinator, finance):
    first = tick(venlo, "training", coordinator)
    assert tick(venlo, "training", coordinator) == first
    assert readiness.undone(venlo, "training", by=finance, at=NOW)
    assert not readiness.undone(venlo, "training", by=finance, at=NOW)
    assert tick(venlo, "training", coordinator) != first
    first.refresh_from_db()
    assert (first.revoked_by, first.revoke_reason) == (finance, "did_not_happen")
    with pytest.raises(DatabaseError), transaction.atomic():
        ReadinessStep.objects.filter(pk=first.pk).update(step="launch")


def test_a_step_is_not_done_tomorrow(venlo, coordinator):
    with pytest.raises(FutureDate):
        tick(venlo, "launch", coordinator, TODAY + timedelta(days=1))


def test_the_libraries_around_an_intermediary(food_bank, venlo, landgraaf, gennep):
    assert list(readiness.libraries_around(food_bank)) == [venlo]
    assert list(readiness.libraries_around(gennep)) == [gennep]
    food_bank.municipality = None
    assert list(readiness.libraries_around(food_bank)) == []
    assert [each.library for each in readiness.not_ready(venlo)] == [venlo]


def test_cubiss_ticks_steps_off(log_in, coordinator, reader, venlo):
    carla, rik = log_in(coordinator), log_in(reader)
    url = f"/cubiss/organisaties/{venlo.slug}/klaar/"
    assert "0 van 7 stappen" in words(carla.get(url))
    page = carla.post(url, {"step": "kick_off", "on": "2025-10-01"}, follow=True)
    assert "1 van 7 stappen" in words(page) and "1 oktober 2025, Carla" in words(page)
    page = carla.post(url, {"step": "training", "on": "2025-10-07"})
    assert page.status_code == 422 and "moet nog komen" in words(page)
    assert 'value="2025-10-07"' in words(page), "what was typed stays"
    assert "Kies een dag." in words(carla.post(url, {"step": "training", "on": ""}))
    assert carla.post(url, {"step": "nonsense", "on": "2025-10-01"}).status_code == 422
    assert rik.get(url).status_code == 200 and rik.post(url, {"step": "launch", "on": "2025-10-01"}).status_code == 403
    carla.post(url, {"step": "kick_off", "undo": "yes"})
    assert "0 van 7 stappen" in words(carla.get(url))
