"""What an e-invoice asks of both parties: right in the database, and asked for before a quarter is closed."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kbl.organisations.models import Organisation

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
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(pk=venlo.pk).update(**values)


@pytest.mark.both_engines
def test_nothing_known_yet_is_no_mistake(venlo):
    Organisation.objects.filter(pk=venlo.pk).update(kvk="", street="", postcode="", city="", buyer_reference="")
    assert Organisation.objects.create(name="Nieuw", slug="nieuw").kvk == ""


def test_a_postcode_is_kept_in_one_form_and_half_an_address_is_told(venlo):
    venlo.postcode = " 5911ab "
    venlo.clean()
    assert venlo.postcode == "5911 AB"
    venlo.city = ""
    with pytest.raises(ValidationError) as told:
        venlo.clean()
    assert told.value.message_dict == {"city": ["Bij het adres ontbreekt nog: plaats. Vul het hele adres in."]}
