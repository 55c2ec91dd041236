"""Which libraries take part near a resident: from the books, without a map and without asking anybody."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from kbl.organisations.models import Branch, Municipality
from libraries.places import places_for
from tests.public.conftest import NL, TODAY, said

pytestmark = pytest.mark.both_engines


@pytest.fixture
def towns(venlo, gennep) -> dict[str, Municipality]:
    """Venlo takes part since September, Gennep since October, Maastricht does from January; Mook has no library."""
    lies = {"Venlo": ("51.370", "6.172"), "Gennep": ("51.698", "5.973")}
    for name, (north, east) in lies.items():
        Municipality.objects.filter(name=name).update(latitude=Decimal(north), longitude=Decimal(east))
    mook = Municipality.objects.create(
        code="GM0944", name="Mook en Middelaar", latitude=Decimal("51.752"), longitude=Decimal("5.882")
    )
    return {"venlo": venlo.municipality, "gennep": gennep.municipality, "mook": mook}


def look(phone: Client, municipality: Municipality | str, **headers):
    code = municipality.code if isinstance(municipality, Municipality) else municipality
    return phone.get("/v/", {"gemeente": code}, headers={"X-Part": "libraries", **headers})


def test_who_lives_where_a_library_takes_part_gets_its_branches(phone, towns, venlo):
    Branch.objects.create(
        organisation=venlo, name="Blerick", municipality=towns["venlo"], street="Voorbeeldplein 2", city="Venlo"
    )
    answer = look(phone, towns["venlo"]).content.decode()
    assert "Blerick" in answer and "Voorbeeldplein 2" in answer and "Centrum" in answer
    assert NL["elsewhere"] not in answer and "Gennep" not in answer


def test_who_lives_elsewhere_gets_the_nearest_first(towns):
    places = places_for(towns["mook"], on=TODAY)
    assert places.here == [] and not places.open_here
    assert [place.branch.municipality.name for place in places.near] == ["Gennep", "Venlo"]


def test_a_municipality_that_nobody_placed_comes_last(towns):
    Municipality.objects.filter(name="Gennep").update(latitude=None, longitude=None)
    assert [each.branch.municipality.name for each in places_for(towns["mook"], on=TODAY).near] == ["Venlo", "Gennep"]


def test_a_library_that_still_starts_says_when_and_nearby_ones_help_until_then(phone, towns, gennep):
    gennep.participation.starts_on = date(2026, 1, 1)
    gennep.participation.save()
    answer = look(phone, towns["gennep"]).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "Doet mee vanaf 1 januari 2026" in answer
    assert NL["not_here"].format(municipality="Gennep") in answer
    assert NL["elsewhere"] in answer and "Venlo" in answer
    assert "1 stycznia 2026" in phone.get(
        "/v/", {"gemeente": towns["gennep"].code, "taal": "pl"}
    ).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    open_on_the_day = places_for(towns["gennep"], on=date(2026, 1, 1))
    assert open_on_the_day.open_here and open_on_the_day.near == []


def test_before_anybody_takes_part_it_says_so(phone, towns, venlo, gennep):
    for library in (venlo, gennep):
        library.participation.starts_on = date(2026, 1, 1)
        library.participation.save()
    answer = look(phone, towns["mook"]).content.decode()
    assert NL["nowhere"] in answer and NL["elsewhere"] not in answer


@pytest.mark.parametrize("code", ["", "GM9999", "<script>", "x" * 5_000, "\x00"])
def test_what_is_no_municipality_gives_the_page_without_libraries(phone, towns, code):
    answer = phone.get("/v/", {"gemeente": code})
    assert answer.status_code == 200 and not answer.cookies
    assert 'class="bon-places"' not in answer.content.decode() and "<script>" not in answer.content.decode()


def test_the_choice_goes_along_to_another_language(phone, towns):
    page = phone.get("/v/", {"gemeente": towns["venlo"].code}).content.decode()
    assert f'href="?taal=uk&amp;gemeente={towns["venlo"].code}"' in page


def test_without_script_a_voucher_that_is_shown_stays_and_its_number_is_in_the_body(phone, towns, voucher, digits):
    shown = phone.post("/v/", {"number": digits}).content.decode()
    search = shown.split('id="zoeken"')[0].rsplit("<form", 1)[1]
    assert 'method="post"' in search and digits not in search
    again = phone.post("/v/", {"number": digits, "gemeente": towns["venlo"].code}).content.decode()
    assert str(voucher.number) in again and 'class="bon-places"' in again


def test_more_branches_ask_no_more_questions(phone, towns, venlo, django_assert_max_num_queries):
    for count in range(40):
        Branch.objects.create(organisation=venlo, name=f"Punt {count}", municipality=towns["venlo"])
    with django_assert_max_num_queries(2):
        look(phone, towns["mook"])


def test_a_name_with_brackets_stays_whole_from_right_to_left(phone, towns):
    Municipality.objects.filter(pk=towns["mook"].pk).update(name="Bergen (L.)")
    answer = phone.get("/v/", {"gemeente": towns["mook"].code, "taal": "ar"}).content.decode()
    assert (
        said("ar")["not_here"].format(municipality="\N{FIRST STRONG ISOLATE}Bergen (L.)\N{POP DIRECTIONAL ISOLATE}")
        in answer
    )
