"""Choosing who it is about: a list while it is short, a box with names when it is long; what was typed stays."""

from datetime import date
from importlib import import_module

import pytest
from django import forms
from django.conf import settings

from intermediaries.models import Accreditation
from kbl.accounts.models import User
from kbl.organisations.models import Branch, Municipality, Organisation
from kbl.organisations.picking import MOST_IN_A_LIST, PickField, PickManyField
from kbl.search.choosing import SOURCES
from kbl.settlements.models import Statement

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]


@pytest.fixture
def a_country(venlo, food_bank):
    """So many organisations, municipalities and branches that no list is short: four statements."""
    towns = Municipality.objects.bulk_create(
        Municipality(code=f"GM9{n:03}", name=f"Dorp {n}") for n in range(MOST_IN_A_LIST + 9)
    )
    parties = Organisation.objects.bulk_create(
        Organisation(name=f"Welzijn {n}", slug=f"welzijn-{n}", municipality=town) for n, town in enumerate(towns)
    )
    Accreditation.objects.bulk_create(
        Accreditation(organisation=each, track=2, protocol="1", valid_from=date(2025, 9, 1)) for each in parties
    )
    Branch.objects.bulk_create(
        Branch(organisation=venlo, name=f"Plek {n}", municipality=town) for n, town in enumerate(towns)
    )


class Choose(forms.Form):
    """Something that is recorded, and a filter."""

    who = PickField(Organisation.objects.all(), source="organisaties", label="Wie?", help_text="Voor wie het is.")
    only = PickField(
        Organisation.objects.all(), source="organisaties", guesses=True, required=False, empty_label="Alle organisaties"
    )


def told(form: forms.Form, name: str = "who") -> str:
    return " ".join(form.errors.get(name, []))


def test_a_few_are_a_list_of_names(venlo, food_bank):
    form = Choose({"who": venlo.pk})
    assert form.is_valid() and form.cleaned_data["who"] == venlo
    assert "<select" in str(form["who"]) and "Bibliotheek Venlo</option>" in str(form["who"])
    assert told(Choose({"who": "999999"})) == "Selecteer een geldige keuze. Deze keuze is niet beschikbaar."


def test_many_are_a_box_in_which_the_whole_name_is_typed(a_country, venlo):
    for typed in ("Bibliotheek Venlo", "  bibliothéék   venlo", str(venlo.pk)):
        form = Choose({"who": typed})
        assert form.is_valid() and form.cleaned_data["who"] == venlo, typed
    shown = str(Choose({"who": str(venlo.pk)})["who"])
    assert 'value="Bibliotheek Venlo"' in shown and 'list="id_who_namen"' in shown and "<select" not in shown
    assert Choose()["who"].help_text == "Typ een deel van de naam en kies. Voor wie het is."
    assert 'placeholder="Alle organisaties"' in str(Choose()["only"])


def test_who_cannot_be_told_gets_a_sentence_and_what_was_typed_stays(a_country, venlo, food_bank):
    half = Choose({"who": "venlo"})
    assert told(half) == "Bij “venlo” passen 2 namen: Bibliotheek Venlo of Voedselbank Venlo."
    assert 'value="venlo"' in str(half["who"]) and '<option value="Voedselbank Venlo">' in str(half["who"])
    assert told(Choose({"who": "voedselbank"})) == (
        "“voedselbank” staat niet in deze lijst. Bedoelt u Voedselbank Venlo? Typ of kies die naam."
    )
    assert told(Choose({"who": "voedselbenk venlo"})).endswith("Bedoelt u Voedselbank Venlo? Typ of kies die naam.")
    many = told(Choose({"who": "welzijn"}))
    assert many.startswith("Bij “welzijn” passen 69 namen: Welzijn 0, Welzijn 1, ") and many.endswith("…")
    for nobody in ("zwembad", "<x>", "-", "999999999999999999999", "٣", "\x00"):
        assert told(Choose({"who": nobody})).endswith("Kijk de naam na."), repr(nobody)
    assert told(Choose({"who": ""})) == "Dit veld is verplicht."


def test_a_filter_takes_the_only_name_that_fits(a_country, food_bank):
    form = Choose({"who": "x", "only": "voedselbank"})
    form.is_valid()
    assert form.cleaned_data["only"] == food_bank


def test_two_names_that_differ_in_a_sign_are_told_apart(a_country):
    signs = [Organisation.objects.create(name=name, slug=f"s{n}") for n, name in enumerate(["Sint-Jan", "Sint Jan"])]
    for each in signs:
        form = Choose({"who": each.name})
        assert form.is_valid() and form.cleaned_data["who"] == each
    assert told(Choose({"who": "sint jan."})) == "Bij “sint jan.” passen 2 namen: Sint-Jan of Sint Jan."


def test_the_office_gets_the_names_that_fit_while_typing(a_country, log_in, coordinator, clerk, venlo):
    carla = log_in(coordinator)
    found = carla.get("/cubiss/kiezen/bibliotheken/?veld=to&to=VEN").content.decode()
    assert found == '<option value="Bibliotheek Venlo">Venlo</option>'
    assert carla.get("/cubiss/kiezen/gemeenten/?veld=x&x=dorp").content.decode().count("<option") == 12
    assert "Bibliotheek Venlo: Plek 7" in carla.get("/cubiss/kiezen/vestigingen/?veld=x&x=plek 7").content.decode()
    assert carla.get("/cubiss/kiezen/gemeenten/").content == b""
    assert carla.get("/cubiss/kiezen/geheimen/?veld=x&x=a").status_code == 404
    for source in SOURCES:
        assert carla.get(f"/cubiss/kiezen/{source}/?veld=x&x=e").status_code == 200


def test_a_service_area_is_typed_too(a_country, log_in, coordinator, food_bank):
    carla, url = log_in(coordinator), "/cubiss/organisaties/voedselbank-venlo/werkgebied/"
    page = carla.get(url).content.decode()
    assert page.count('type="checkbox"') == 1 and page.count('list="id_municipalities_') == 4
    wrong = carla.post(url, {"first_day": "2025-10-01", "municipalities": ["Venlo", "dorp 7", "drop 8", ""]})
    assert wrong.status_code == 422 and "“drop 8” staat niet in deze lijst." in wrong.content.decode()
    assert 'value="drop 8"' in wrong.content.decode()
    carla.post(url, {"first_day": "2025-10-01", "municipalities": ["Venlo", "dorp 7", "DORP 8", ""]})
    said = food_bank.service_areas.values_list("municipality__name", flat=True)
    assert sorted(said) == ["Dorp 7", "Dorp 8", "Venlo"]


def test_no_form_of_the_house_lists_whoever_there_can_be_thousands_of():
    """Every choice of rows of these tables leaves it to the one field; Beheer makes its forms at each request."""
    import_module(settings.ROOT_URLCONF)
    thousands = (Organisation, Municipality, Branch, User, Statement)

    def subclasses(of: type) -> set[type]:
        return {each for one in of.__subclasses__() for each in (one, *subclasses(one))}

    declared = [
        (f"{form.__module__}.{form.__name__}.{name}", field)
        for form in subclasses(forms.BaseForm)
        for name, field in getattr(form, "base_fields", {}).items()
        if not form.__module__.startswith(("tests.", "django.", "allauth.", "kbl.admin."))
    ]
    chosen = [(name, field) for name, field in declared if getattr(field, "queryset", None) is not None]
    assert len(chosen) > 10, "all forms of the house were read"
    assert not [
        name
        for name, field in chosen
        if field.queryset.model in thousands and not isinstance(field, PickField | PickManyField)
    ]


PAGES = [
    "/cubiss/",
    "/cubiss/organisaties/",
    "/cubiss/verschillen/",
    "/cubiss/vouchers/overzicht/",
    "/cubiss/vouchers/toewijzen/",
    "/cubiss/vouchers/series/nieuw/",
    "/cubiss/beheer/organisations/organisation/add/",
    "/cubiss/beheer/organisations/municipality/add/",
    "/cubiss/beheer/settlements/partyvat/add/",
]


def test_no_page_has_a_list_that_grows_with_the_country(a_country, log_in, coordinator, finance, venlo):
    admin = [f"/cubiss/beheer/organisations/organisation/{venlo.pk}/change/"]
    admin.append(f"/cubiss/beheer/accounts/user/{finance.pk}/change/")
    carla, frank = log_in(coordinator), log_in(finance)
    for url in (*PAGES, *admin):
        page = carla.get(url)
        page = frank.get(url) if page.status_code == 403 else page
        assert page.status_code == 200, url
        text = page.content.decode()
        assert "hx-get=" in text and max(part.count("<option") for part in text.split("</select>")) <= MOST_IN_A_LIST, (
            url
        )


def test_the_office_lists_of_beheer_save_what_was_typed(a_country, log_in, coordinator, venlo):
    """A branch in a municipality of which only the name was typed."""
    towns = list(Municipality.objects.filter(name__startswith="Dorp")[:1])
    url = "/cubiss/beheer/organisations/organisation/add/"
    typed = {
        "name": "Welzijn Nieuw", "slug": "welzijn-nieuw", "municipality": f" {towns[0].name.upper()} ", "parent": "",
        "participation-TOTAL_FORMS": 0, "participation-INITIAL_FORMS": 0,
        "branches-TOTAL_FORMS": 1, "branches-INITIAL_FORMS": 0, "branches-0-name": "Plek",
        "branches-0-municipality": "drop",
    }  # fmt: skip
    carla = log_in(coordinator)
    refused = carla.post(url, typed)
    assert "“drop” staat niet in deze lijst." in refused.content.decode() and 'value="drop"' in refused.content.decode()
    assert carla.post(url, typed | {"branches-0-municipality": "Venlo"}).status_code == 302
    made = Organisation.objects.get(slug="welzijn-nieuw")
    assert (made.municipality, made.branches.get().municipality.name) == (towns[0], "Venlo")
