"""What an organisation fills in is stored in one form, by whatever entrance, so that banks and e-invoices take it."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kbl.organisations.models import Organisation
from kbl.organisations.one_form import tidy_iban, tidy_vat_id
from kbl.payments.accounts import accounts
from kbl.texts.lines import tidy_line
from tests.conftest import at

IBAN, VAT_ID = "NL91ABNA0417164300", "NL000099998B57"


@pytest.mark.parametrize(
    "typed",
    [
        "NL91 ABNA 0417 1643 00",
        "NL91-ABNA-0417-1643-00",
        "nl91.abna.0417.1643.00",
        "NL91\N{NO-BREAK SPACE}ABNA\N{NO-BREAK SPACE}0417164300",
        "NL91\N{NON-BREAKING HYPHEN}ABNA\N{EN DASH}0417\N{MINUS SIGN}1643\N{HYPHEN}00",
        "\N{ZERO WIDTH NO-BREAK SPACE}NL91ABNA0417164300\N{ZERO WIDTH SPACE}",
        "\tNL91ABNA0417164300\v",
    ],
)
def test_an_account_has_one_form(typed):
    assert tidy_iban(typed) == IBAN


@pytest.mark.parametrize(
    "typed", ["000099998B57", "99998B57", "NL99998B57", "nl000099998b57", "NL-0000.99998 B57", "NL 0000 99 998 B 57"]
)
def test_a_vat_id_has_its_country_and_nine_digits(typed):
    assert tidy_vat_id(typed) == VAT_ID


def test_nothing_stays_nothing():
    assert tidy_iban(" \v") == tidy_vat_id(" ") == tidy_line("\ufeff") == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Bibliotheek\vVenlo", "Bibliotheek Venlo"),
        ("Bibliotheek\r\nVenlo\u2028", "Bibliotheek Venlo"),
        ("Venlo\ufffe", "Venlo"),
        ("\ufeffVenlo\u200b", "Venlo"),
        ("  Sint\N{NO-BREAK SPACE}Jan  ", "Sint Jan"),
        ("Café ’t Hoëkske – één & ander", "Café ’t Hoëkske – één & ander"),
    ],
)
def test_a_name_is_a_line_of_signs_that_can_be_written_anywhere(typed, kept):
    assert tidy_line(typed) == kept


@pytest.mark.django_db
def test_every_way_of_writing_keeps_the_one_form(venlo):
    made = Organisation.objects.create(
        name="Sint\vJan", slug="sint-jan", iban="nl91-abna-0417-1643-00", vat_id="99998B57"
    )
    assert (made.name, made.iban, made.vat_id) == ("Sint Jan", IBAN, VAT_ID)  # what is in hand is what is stored
    Organisation.objects.bulk_create([Organisation(name="Bulk", slug="bulk", iban="NL91.ABNA.0417.1643.00")])
    Organisation.objects.filter(slug="bulk").update(
        vat_id="NL99998B57", city="Venlo\v", street="Markt 1", postcode="5911 AA"
    )
    bulk = Organisation.objects.get(slug="bulk")
    assert (bulk.iban, bulk.vat_id, bulk.city) == (IBAN, VAT_ID, "Venlo")
    bulk.iban = "NL91 ABNA 0417 1643 00"
    bulk.full_clean()
    assert bulk.iban == IBAN


@pytest.mark.django_db
def test_another_account_is_asked_in_its_one_form(venlo, coordinator):
    change = accounts.ask(venlo, "NL20-INGB-0001-2345-67", by=coordinator, at=at(date(2026, 3, 3)))
    change.refresh_from_db()
    assert change.iban == "NL20INGB0001234567"


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["iban", "vat_id"])
def test_the_database_refuses_what_no_bank_would_take(venlo, field):
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(pk=venlo.pk).update(**{field: "ONZIN"})


@pytest.mark.django_db
def test_what_is_wrong_is_said_beside_its_field(venlo):
    venlo.iban, venlo.vat_id = "NL92-ABNA-0417-1643-00", "NL99999B57"
    with pytest.raises(ValidationError) as refused:
        venlo.full_clean()
    assert set(refused.value.message_dict) >= {"iban", "vat_id"}
