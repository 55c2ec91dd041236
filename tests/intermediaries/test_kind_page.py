"""Cubiss chooses the kind of an intermediary on its page, and in the list of organisations."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from intermediaries.kinds.models import IntermediaryKind, RecordedKind
from intermediaries.models import Track
from tests.conftest import at


@pytest.fixture
def page(food_bank) -> str:
    return reverse("cubiss:intermediary_kind", args=[food_bank.slug])


def test_the_coordinator_chooses_a_kind(client, page, coordinator, food_bank):
    client.force_login(coordinator)
    organisation = reverse("cubiss:organisation", args=[food_bank.slug])
    assert "Nog niet bekend" in client.get(organisation).content.decode()
    answer = client.post(page, {"kind": IntermediaryKind.FOOD_BANK}, follow=True).content.decode()
    assert f"De soort van {food_bank} is vastgelegd." in answer and "Voedselbank</strong>" in answer
    assert (
        "was al zo vastgelegd" in client.post(page, {"kind": IntermediaryKind.FOOD_BANK}, follow=True).content.decode()
    )
    assert list(RecordedKind.objects.values_list("kind", "recorded_by")) == [
        (IntermediaryKind.FOOD_BANK, coordinator.pk)
    ]


def test_what_the_track_tells_is_filled_in_and_said(client, page, coordinator, food_bank):
    food_bank.accreditations.update(track=Track.OWN_SCHEME)
    client.force_login(coordinator)
    assert client.get(page).context["form"].initial == {"kind": IntermediaryKind.MUNICIPALITY}
    words = client.get(reverse("cubiss:organisation", args=[food_bank.slug])).content.decode()
    assert "Gemeente</strong>" in words and "volgt uit het spoor" in words


@pytest.mark.parametrize(("typed", "said"), [({}, "Kies een soort."), ({"kind": "99"}, "Kies een soort uit de lijst.")])
def test_nothing_chosen_or_nonsense(client, page, coordinator, typed, said):
    client.force_login(coordinator)
    answer = client.post(page, typed)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not RecordedKind.objects.exists()


@pytest.mark.both_engines
def test_the_database_knows_the_list_and_keeps_what_was_said(food_bank, coordinator):
    row = {"organisation": food_bank, "recorded_at": at(date(2026, 1, 30)), "recorded_by": coordinator}
    with pytest.raises(DatabaseError), transaction.atomic():
        RecordedKind.objects.create(**row, kind=14)
    kept = RecordedKind.objects.create(**row, kind=IntermediaryKind.CARE)
    with pytest.raises(DatabaseError), transaction.atomic():
        RecordedKind.objects.filter(pk=kept.pk).update(kind=IntermediaryKind.WORK)
