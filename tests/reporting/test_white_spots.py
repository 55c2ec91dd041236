"""Where the programme does not reach yet, beside the target group; and which municipality is far behind its share."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from intermediaries.models import Track
from intermediaries.service_areas.areas import serve
from kbl.organisations import target_groups
from kbl.organisations.models import Municipality, TargetGroup
from kbl.start_pages.attention_targets import municipalities
from reporting.figures.white_spots import Pace, Spot, far_behind, white_spots
from tests.conftest import at

FEBRUARY = date(2026, 2, 1)


def town(name: str) -> Municipality:
    return Municipality.objects.get(name=name)


def spots(name: str) -> dict[Track, Spot]:
    (found,) = (each for each in white_spots(FEBRUARY, at(FEBRUARY)) if each.municipality.name == name)
    return {each.track: each.spot for each in found.tracks}


@pytest.fixture
def estimated(two_quarters, gennep) -> None:
    """Venlo, Landgraaf and Gennep have a target group."""
    for name, people in (("Venlo", 1_000), ("Landgraaf", 1_000), ("Gennep", 500)):
        target_groups.estimate(town(name), people=people, source="Raming", by=None, at=at(FEBRUARY))


def test_a_white_spot_says_what_is_missing_first(two_quarters, food_bank, coordinator, gennep):
    """The food bank hands out in Venlo (track 4); at Landgraaf's branch people became members with its vouchers."""
    assert spots("Venlo")[Track.DIRECT] == Spot.MEMBERS
    assert spots("Landgraaf")[Track.DIRECT] == spots("Venlo")[Track.OWN_SCHEME] == Spot.NO_INTERMEDIARY
    serve(food_bank, [town("Gennep")], first_day=date(2026, 1, 15), by=coordinator, at=at(FEBRUARY))
    assert spots("Gennep")[Track.DIRECT] == Spot.NO_HANDOUT
    serve(food_bank, [town("Gennep")], first_day=date(2025, 1, 1), by=coordinator, at=at(FEBRUARY))
    assert spots("Gennep")[Track.DIRECT] == Spot.NO_MEMBER


def test_hand_outs_that_may_be_anybodys_are_no_white_spot(two_quarters, food_bank, coordinator, gennep):
    both = [town("Venlo"), town("Gennep")]
    serve(food_bank, both, first_day=date(2025, 1, 1), by=coordinator, at=at(FEBRUARY))
    assert spots("Gennep")[Track.DIRECT] == Spot.SEVERAL
    assert Spot.SEVERAL.is_white is False


def test_a_municipality_stands_beside_its_share(estimated):
    """Venlo and Landgraaf began in September, Gennep in October: shares by target group and days."""
    found = {each.municipality.name: each for each in white_spots(FEBRUARY, at(FEBRUARY))}
    assert (found["Venlo"].members, found["Landgraaf"].members, found["Gennep"].members) == (12, 7, 0)
    assert sum(each.expected for each in found.values()) == 19
    assert round(float(found["Venlo"].reached), 4) == 0.012
    assert found["Gennep"].pace == Pace.TOO_EARLY, "its share is less than ten members yet"


def test_a_municipality_far_behind_its_share_asks_attention(estimated):
    members = {town("Venlo").pk: 120, town("Landgraaf").pk: 20, town("Gennep").pk: 40}
    (behind,) = far_behind(FEBRUARY, members)
    assert behind.municipality.name == "Landgraaf" and 70 < behind.expected < 85
    (point,) = municipalities(members, FEBRUARY)
    assert point.words == "1 gemeente loopt ver achter"
    assert f"Landgraaf (20 van {round(behind.expected)})" in point.note
    assert municipalities(members, date(2025, 11, 1)) == [], "too early to say"
    assert municipalities({key: n // 20 for key, n in members.items()}, FEBRUARY) == [], "too few to say"


def test_without_an_estimate_nothing_is_said_of_a_pace(two_quarters):
    assert {each.pace for each in white_spots(FEBRUARY, at(FEBRUARY))} == {Pace.UNKNOWN}
    assert far_behind(FEBRUARY, {}) == []


@pytest.mark.both_engines
def test_an_estimate_names_its_source_and_its_history_stays(venlo):
    for wrong in ({"people": 0, "source": "CBS"}, {"people": 10, "source": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            TargetGroup.objects.create(municipality=town("Venlo"), at=at(FEBRUARY), **wrong)
    target_groups.estimate(town("Venlo"), people=10, source="CBS", by=None, at=at(FEBRUARY))
    with pytest.raises(IntegrityError), transaction.atomic():
        TargetGroup.objects.update(people=12)


def test_cubiss_reads_the_white_spots_and_sets_a_target_group(client, two_quarters, coordinator, venlo):
    client.force_login(coordinator)
    page = reverse("cubiss:target_group", args=[venlo.municipality.code])
    wrong = client.post(page, {"people": "0", "source": ""})
    assert wrong.status_code == 422 and "Vul in waar het getal vandaan komt." in wrong.content.decode()
    said = client.post(page, {"people": "10770", "source": "CBS 2025"}, follow=True).content.decode()
    assert "De doelgroep van Venlo is opgeslagen." in said and "10.770" in said and "geen intermediair" in said
    assert "De doelgroep is een schatting. 1 gemeente: CBS 2025. Weet u het beter?" in said
    file = client.get(reverse("cubiss:white_spots_file", args=["csv"])).content.decode()
    assert "Venlo;10770;CBS 2025;" in file
    assert TargetGroup.objects.get().by == coordinator
