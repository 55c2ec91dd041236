"""Cubiss says on an intermediary's page what it serves, and reads there what holds."""

from datetime import date

import pytest
from django.urls import reverse

from intermediaries.models import ServiceArea
from kbl.organisations.models import Municipality


@pytest.fixture
def page(food_bank, venlo, gennep) -> str:
    food_bank.municipality = venlo.municipality
    food_bank.save()
    return reverse("cubiss:service_area", args=[food_bank.slug])


def test_the_coordinator_says_what_an_intermediary_serves(client, page, coordinator, food_bank):
    client.force_login(coordinator)
    assert "checked" in client.get(page).content.decode(), "its seat is filled in"
    towns = list(Municipality.objects.order_by("name").values_list("pk", flat=True))
    answer = client.post(page, {"first_day": "2026-10-06", "municipalities": towns}, follow=True)
    words = answer.content.decode()
    assert f"Het werkgebied van {food_bank} is vastgelegd." in words
    assert "Gennep, Venlo" in words and "geldt nu" in words
    assert set(ServiceArea.objects.values_list("first_day", "recorded_by")) == {(date(2026, 10, 6), coordinator.pk)}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"first_day": "2026-10-06"}, "Kies minstens één gemeente."),
        ({"first_day": "2030-01-01", "municipalities": "first"}, "Het programma loopt van 1 januari 2025"),
        ({"first_day": "morgen", "municipalities": "first"}, "Dit is geen dag."),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(client, page, coordinator, typed, said):
    client.force_login(coordinator)
    if "municipalities" in typed:
        typed = typed | {"municipalities": [Municipality.objects.first().pk]}
    answer = client.post(page, typed)
    words = answer.content.decode()
    assert answer.status_code == 422 and said in words and typed["first_day"] in words
    assert not ServiceArea.objects.exists()
