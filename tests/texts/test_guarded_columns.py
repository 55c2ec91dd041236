"""Every text column of every table: guarded by the column itself at every entrance, or exempt with a reason."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, models, transaction
from django.test import Client
from django.urls import reverse

from kbl.accounts.models import User
from kbl.admin import office
from kbl.admin.site import OfficeList
from kbl.fund import ledger
from kbl.fund.models import FundEntry, LedgerAccount
from kbl.intake.widgets import Text
from kbl.organisations.models import Branch, Municipality, Organisation
from kbl.texts.lines import GuardedField, tidy_line
from kbl.texts.personal import Looks
from reporting.clearing import clearing
from reporting.integrity.register import OPAQUE, allowed, registered
from reporting.models import ClearedText
from reporting.office.journal import AccountsForm
from tests import by_two
from tests.conftest import at

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

TEXT = (models.CharField, models.TextField, models.JSONField)
COLUMNS = [
    (model, field)
    for model in apps.get_models(include_auto_created=True)
    for field in model._meta.local_concrete_fields
    if isinstance(field, TEXT)
]
GUARDED = [(model, field) for model, field in COLUMNS if isinstance(field, GuardedField)]
PERSONAL = {
    Looks.BSN: "111222333",
    Looks.PHONE: "0612345678",
    Looks.EMAIL: "j@vries.nl",
    Looks.IBAN: "NL91ABNA0417164300",
    Looks.ADDRESS: "Dorp 7, 6101 XZ",
}


@pytest.fixture
def as_coordinator(coordinator) -> Client:
    client = Client()
    client.force_login(coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def named(column) -> str:
    return column._meta.db_table if isinstance(column, type) else column.column


@pytest.mark.parametrize(("model", "field"), COLUMNS, ids=named)
def test_every_text_column_is_guarded_or_says_why_not(model, field):
    entry = registered()[model._meta.db_table][field.column]
    why = entry.get("unguarded", "") if isinstance(entry, dict) else ""
    holds = allowed(model._meta.db_table, field.column)
    if isinstance(field, GuardedField):
        assert not why, "a column that guards itself needs no excuse"
        assert {str(each) for each in field.holds} == holds, "the column and the register name the same"
    else:
        assert why or field.choices or OPAQUE in holds, "guard this column (kbl/texts/lines.py) or say why not"


def test_a_random_key_is_no_text():
    """SQLite keeps one as 32 letters and digits, and nine of those may pass for somebody's number by chance."""
    keys = [field for model in apps.get_models() for field in model._meta.fields if isinstance(field, models.UUIDField)]
    assert keys
    for field in keys:
        assert OPAQUE in allowed(field.model._meta.db_table, field.column), field


def test_every_text_column_says_that_a_text_is_too_long():
    """Before the database does: SQLite would take it, PostgreSQL would end in an error page."""
    columns = [
        field
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField) and field.max_length and not field.choices
    ]
    assert len(columns) > 80
    for field in columns:
        assert any(isinstance(each, MaxLengthValidator) for each in field.validators), field


def test_the_walk_walks():
    assert len(GUARDED) > 30
    assert {"organisations_organisation", "organisations_branch", "accounts_user", "fund_cost"} <= {
        model._meta.db_table for model, _ in GUARDED
    }


@pytest.mark.parametrize(("model", "field"), GUARDED, ids=named)
def test_a_guarded_column_refuses_at_every_entrance(model, field):
    for looks in set(Looks) - field.holds:
        text = PERSONAL[looks]
        if len(text) > field.max_length:
            continue
        with pytest.raises(ValidationError):  # a form, the admin, full_clean
            field.clean(text, None)
        with pytest.raises(ValidationError):  # update, and bulk_update
            model._base_manager.filter(pk=1).update(**{field.attname: text})
        row = model(**{field.attname: text})
        with pytest.raises(ValidationError):
            field.get_db_prep_save(field.pre_save(row, add=True), None)


@pytest.mark.parametrize("text", list(PERSONAL.values()))
def test_no_way_of_making_an_organisation_takes_it(text, venlo):
    ways = [
        lambda: Organisation.objects.create(name=text, slug="x"),
        lambda: Organisation(name="Wijkcentrum", slug=text).save(),
        lambda: Organisation.objects.bulk_create([Organisation(name=text, slug="x")]),
        lambda: Organisation.objects.filter(pk=venlo.pk).update(name=text),
        lambda: Organisation.objects.update_or_create(pk=venlo.pk, defaults={"name": text}),
        lambda: Organisation.objects.bulk_update([Organisation(pk=venlo.pk, name=text)], ["name"]),
    ]
    for way in ways:
        with pytest.raises(ValidationError), transaction.atomic():
            way()
    with pytest.raises(ValueError, match="lijkt"):
        Text(120).clean(text)


def slipped(row: models.Model, column: str, text: str) -> None:
    """As it stood there before the column had a guard."""
    expression = models.Value(text, output_field=models.CharField())
    type(row)._base_manager.filter(pk=row.pk).update(**{column: expression})


def test_what_slipped_through_is_in_the_way_of_nothing_else(worker):
    slipped(worker, "name", "Bel 0612345678")
    there = User.objects.get(pk=worker.pk)
    there.set_password("een lang en goed wachtwoord")
    there.save()
    there.name = "Bel 0687654321"
    with pytest.raises(ValidationError):
        there.save()


def test_a_short_name_that_is_a_bsn_is_refused_in_the_list_of_the_office(as_coordinator):
    given = {
        "name": "Wijkcentrum 013",
        "slug": "111222333",
        "participation-TOTAL_FORMS": "0",
        "participation-INITIAL_FORMS": "0",
        "branches-TOTAL_FORMS": "0",
        "branches-INITIAL_FORMS": "0",
    }
    page = as_coordinator.post(reverse("beheer:organisations_organisation_add"), given)
    assert "lijkt" in page.content.decode()
    assert not Organisation.objects.filter(slug="111222333").exists()
    assert not LogEntry.objects.exists()
    as_coordinator.post(reverse("beheer:organisations_organisation_add"), given | {"slug": "wijkcentrum-013"})
    made = Organisation.objects.get(slug="wijkcentrum-013")
    logged = LogEntry.objects.get()
    assert logged.object_repr == f"organisatie {made.pk}"
    assert "Wijkcentrum" not in logged.change_message


def test_every_list_of_the_office_logs_without_names():
    assert all(isinstance(each, OfficeList) for each in office._registry.values())


def test_a_branch_that_is_added_leaves_no_name_in_the_log(as_coordinator, food_bank, venlo):
    given = {
        "name": food_bank.name,
        "slug": food_bank.slug,
        "participation-TOTAL_FORMS": "0",
        "participation-INITIAL_FORMS": "0",
        "branches-TOTAL_FORMS": "1",
        "branches-INITIAL_FORMS": "0",
        "branches-0-name": "Blerick",
        "branches-0-municipality": str(venlo.municipality_id),
    }
    as_coordinator.post(reverse("beheer:organisations_organisation_change", args=[food_bank.pk]), given)
    assert Branch.objects.filter(name="Blerick").exists()
    logged = LogEntry.objects.get()
    assert "Blerick" not in logged.change_message
    assert "Vestiging" in logged.get_change_message(), "which kind of row was added, it does say"
    assert json.loads(logged.change_message)


@pytest.mark.parametrize(
    ("column", "text", "kept"),
    [("name", "Bel 0612345678", "gewist {}"), ("slug", "111222333", "gewist-{}"), ("city", "j@vries.nl", "gewist {}")],
)
def test_the_coordinator_clears_a_place_and_nobody_reads_what_stood_there(
    as_coordinator, food_bank, column, text, kept
):
    slipped(food_bank, column, text)
    page = as_coordinator.get(reverse("cubiss:personal_data")).content.decode()
    assert f"Organisatie {food_bank.pk}" in page
    assert text not in page
    place = {"table": "organisations_organisation", "column": column, "row": str(food_bank.pk)}
    page = as_coordinator.post(reverse("cubiss:personal_data_clear"), place, follow=True).content.decode()
    assert "Het is gewist" in page
    assert f"Organisatie {food_bank.pk}, {Organisation._meta.get_field(column).verbose_name}: leek op een " in page
    assert text not in page
    food_bank.refresh_from_db()
    assert getattr(food_bank, column) == kept.format(food_bank.pk)
    log = ClearedText.objects.get()
    assert (log.in_table, log.in_column, log.of_row) == tuple(place.values())
    assert text not in str([getattr(log, each.attname) for each in log._meta.fields])
    page = as_coordinator.post(reverse("cubiss:personal_data_clear"), place, follow=True).content.decode()
    assert "niets meer" in page
    assert ClearedText.objects.count() == 1


def test_what_is_frozen_stays_and_the_page_says_so(as_coordinator, coordinator, programme):
    entry = FundEntry.objects.create(
        kind="other_cost",
        amount=-5,
        on=date(2026, 1, 5),
        description="Bel 0612345678",
        reference="cost:1",
        recorded_at=at(date(2026, 1, 5)),
        recorded_by=coordinator,
    )
    page = as_coordinator.get(reverse("cubiss:personal_data")).content.decode()
    assert f"Boeking van het lidmaatschapsfonds {entry.pk}" in page
    assert "Dit staat vast" in page
    assert "0612345678" not in page
    with pytest.raises(clearing.NothingThere):
        clearing.clear("fund_fundentry", "description", str(entry.pk), by=coordinator, at=at(date(2026, 1, 6)))


def test_a_cost_that_names_somebody_is_not_booked(coordinator, programme):
    with pytest.raises(ValidationError):
        by_two.spend(
            Decimal(5),
            reference="cost:1",
            description="Bel 0612345678",
            on=date(2026, 1, 5),
            by=coordinator,
            at=at(date(2026, 1, 5)),
        )
    assert ledger.opposite_of("Bel 0612345678") == "Tegenboeking"


@pytest.mark.parametrize("field", ["name", "street", "city"])
@pytest.mark.parametrize("sign", ["\x0b", "\x85", "\u202e", "\u2066", "\u200f", "\ufeff", "\ufffe", "\u00ad"])
def test_the_database_refuses_a_sign_that_nobody_sees(venlo, worker, field, sign):
    municipality = venlo.municipality
    branch = Branch.objects.create(organisation=venlo, name="Tegelen", municipality=municipality)
    rows = [venlo, branch, *([municipality, worker] if field == "name" else [])]
    for row in rows:
        with pytest.raises(IntegrityError), transaction.atomic():
            slipped(row, field, f"Ven{sign}lo")
        setattr(row, field, f"Ven{sign}lo")
        if isinstance(row, (Municipality, User)):
            row.save()
            row.refresh_from_db()
            assert getattr(row, field) in ("Ven lo", "Venlo")


def test_a_letter_and_its_accent_are_one_sign():
    assert tidy_line("Zoe\u0308") == "Zoë"
    assert tidy_line("Nguye\u0302\u0303n") == "Nguyễn"


def test_the_first_coordinator_is_called_by_a_name(db):
    with pytest.raises(CommandError, match="lijkt"):
        call_command("first_coordinator", "0612345678", "carla@voorbeeld.example")
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        ("Naam;Korte naam", "Wijkcentrum 013;111222333"),
        ("Naam;Korte naam", "Bel 0612345678;wijk"),
        ("Naam;Plaats", "Wijkcentrum 013;j@vries.nl"),
        ("Naam;Naam rekeninghouder", "Wijkcentrum 013;NL91ABNA0417164300"),
        ("Naam;Spoor;Geaccrediteerd vanaf;Protocol", "Wijkcentrum 013;4;1-9-2025;111222333"),
    ],
)
def test_a_list_of_the_office_refuses_the_row_in_words(as_coordinator, programme, headings, cells):
    file = SimpleUploadedFile("x.csv", f"{headings}\n{cells}\n".encode())
    page = as_coordinator.post(reverse("cubiss:intake_kind", args=["organisaties"]), {"file": file})
    assert page.context["counts"]["wrong"] == 1
    assert "lijkt" in page.content.decode()


def test_no_form_lets_through_what_its_column_refuses(as_coordinator, programme, food_bank):
    """A form that is not made of the model asks the guard itself, or its page would break where it writes."""
    given = {"track": "4", "protocol": "111222333", "valid_from": "2026-01-01"}
    page = as_coordinator.post(reverse("cubiss:accredit", args=[food_bank.slug]), given)
    assert "lijkt" in page.content.decode()
    form = AccountsForm(dict.fromkeys(LedgerAccount.Role.values, "0612345678"), today=date(2026, 1, 5))
    assert all("lijkt" in str(form.errors[role]) for role in LedgerAccount.Role.values)
