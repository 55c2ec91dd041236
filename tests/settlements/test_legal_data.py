"""What an e-invoice asks of both parties: right in the database, and asked for before a quarter is closed."""

from datetime import date
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from kbl.organisations.models import Organisation
from kbl.settlements.closing import closing
from kbl.settlements.closing.closing import ClosingRefused
from kbl.settlements.models import Closing
from kbl.settlements.sentences import code, sentence, sentence_of_code
from tests import by_two
from tests.settlements.conftest import PRESSED

WRONG = [
    {"kvk": "1234567"},
    {"kvk": "1234567x"},
    {"postcode": "5900AA"},
    {"postcode": "0900 AA"},
    {"postcode": "5900 aa"},
    {"street": ""},
    {"postcode": ""},
    {"city": ""},
    {"buyer_reference": "  "},
]


@pytest.mark.both_engines
@pytest.mark.parametrize("values", WRONG, ids=str)
def test_the_database_itself_refuses_what_no_e_invoice_can_say(values, venlo):
    """Written past the columns themselves, which would put a postcode in its one form first."""
    ((column, value),) = values.items()
    table = Organisation._meta.db_table
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE id = %s', [value, venlo.pk])


@pytest.mark.both_engines
def test_nothing_known_yet_is_no_mistake(venlo):
    Organisation.objects.filter(pk=venlo.pk).update(kvk="", street="", postcode="", city="", buyer_reference="")
    assert Organisation.objects.create(name="Nieuw", slug="nieuw").kvk == ""


def test_a_postcode_is_kept_in_one_form_and_half_an_address_is_told(venlo):
    venlo.postcode = " 5911ab "
    venlo.save()
    assert Organisation.objects.get(pk=venlo.pk).postcode == "5911 AB"
    venlo.city = ""
    with pytest.raises(ValidationError) as told:
        venlo.clean()
    assert told.value.message_dict == {"city": ["Bij het adres ontbreekt nog: plaats. Vul het hele adres in."]}


# --- asked for before the quarter is closed -----------------------------------------------------------------------


def refusal(quarter, coordinator) -> ClosingRefused:
    """The quarter is not closed, and nothing of it was begun."""
    with pytest.raises(ClosingRefused) as refused, transaction.atomic():
        closing.close(quarter, by=coordinator, at=PRESSED)
    assert refused.value.reason == ClosingRefused.Reason.NO_LEGAL_DATA
    assert not Closing.objects.filter(quarter=quarter).exists()
    return refused.value


def party(quarter, organisation, kind="invoice") -> closing.PartyTotals:
    found = closing.preview(quarter, at=PRESSED)
    return next(each for each in found if (each.organisation, each.kind) == (organisation, kind))


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"kvk": ""}, ("KvK-nummer",)),
        ({"street": "", "postcode": "", "city": ""}, ("straat en huisnummer", "postcode", "plaats")),
        ({"vat_id": ""}, ("btw-id",)),
    ],
)
def test_a_library_without_its_legal_data_stops_the_closing_and_the_preview_tells(
    values, missing, busy_quarter, venlo, coordinator
):
    assert party(busy_quarter, venlo).lacks == ()
    Organisation.objects.filter(pk=venlo.pk).update(**values)
    assert party(busy_quarter, venlo).lacks == missing
    refused = refusal(busy_quarter, coordinator)
    assert refused.lacks == [(venlo, missing)]
    words = sentence(refused)
    assert "Bibliotheek Venlo" in words and all(each in words for each in missing)


@pytest.mark.both_engines
def test_cubiss_needs_its_own_data_and_a_reference(busy_quarter, cubiss, coordinator):
    Organisation.objects.filter(pk=cubiss.pk).update(buyer_reference="", kvk="")
    assert refusal(busy_quarter, coordinator).lacks == [(cubiss, ("KvK-nummer", "kenmerk voor facturen"))]


def test_who_is_no_entrepreneur_needs_no_vat_id(busy_quarter, venlo, coordinator):
    Organisation.objects.filter(pk=venlo.pk).update(vat_id="")
    refusal(busy_quarter, coordinator)
    by_two.vat(organisation=venlo, kind="membership", first_day=date(2025, 9, 1), vat="outside")
    assert closing.close(busy_quarter, by=coordinator, at=PRESSED)


def test_who_has_nothing_to_invoice_needs_nothing(busy_quarter, landgraaf, food_bank, coordinator):
    for each in (landgraaf, food_bank):
        Organisation.objects.filter(pk=each.pk).update(kvk="", vat_id="", street="", postcode="", city="")
    assert closing.close(busy_quarter, by=coordinator, at=PRESSED)


def test_an_intermediary_that_charges_vat_does(busy_quarter, food_bank, coordinator):
    by_two.vat(organisation=food_bank, kind="handling", first_day=date(2025, 1, 1), vat="high")
    assert party(busy_quarter, food_bank, "declaration").lacks == ("btw-id",)
    refusal(busy_quarter, coordinator)


def test_an_address_may_be_that_of_who_is_paid(busy_quarter, venlo, landgraaf, coordinator):
    by_two.belongs(venlo, landgraaf)
    Organisation.objects.filter(pk=venlo.pk).update(iban="", street="", postcode="", city="")
    assert closing.close(busy_quarter, by=coordinator, at=PRESSED)


def test_the_reason_is_kept_for_the_page(busy_quarter, venlo, coordinator):
    Organisation.objects.filter(pk=venlo.pk).update(kvk="")
    assert code(refusal(busy_quarter, coordinator)) == "no_legal_data"
    assert "e-factuur" in sentence_of_code("no_legal_data", busy_quarter)


# --- what was there before the rules ------------------------------------------------------------------------------


class Before:
    """An organisation as it may lie in a database from before; it remembers what was saved."""

    def __init__(self, name: str, **values: str) -> None:
        self.name, self.saved = name, False
        self.kvk = self.postcode = self.street = self.city = self.buyer_reference = ""
        self.__dict__.update(values)

    def save(self, update_fields: list[str]) -> None:
        self.saved = True


def tidy(*rows: Before) -> None:
    migration = import_module("kbl.organisations.migrations.0006_legal_data")
    manager = SimpleNamespace(using=lambda alias: rows)
    apps = SimpleNamespace(get_model=lambda *names: SimpleNamespace(objects=manager))
    migration.tidy(apps, SimpleNamespace(connection=SimpleNamespace(alias="default")))


def test_what_has_one_form_is_brought_into_it():
    row, good = Before("A", kvk="1234 5678", street=" Markt 1", postcode="5911ab", city="Venlo"), Before("B")
    tidy(row, good)
    assert (row.kvk, row.street, row.postcode, row.saved) == ("12345678", "Markt 1", "5911 AB", True)
    assert not good.saved


def test_what_stays_wrong_stops_the_migration_by_name():
    with pytest.raises(ValueError, match="Correct these organisations first") as stopped:
        tidy(
            Before("Alfa", kvk="12"),
            Before("Beta", street="Markt 1", postcode="B-1000", city="Brussel"),
            Before("Gamma", city="Venlo"),
        )
    told = str(stopped.value)
    assert "Alfa: kvk '12'" in told and "Beta: postcode 'B-1000'" in told and "Gamma: street, postcode missing" in told
