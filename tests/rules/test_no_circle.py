"""Organisations belong to each other in a line, never in a circle; and no page dies of a row that says otherwise."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from kbl.organisations.circle_guard import NAME, TABLE
from kbl.organisations.models import Organisation
from kbl.payments.accounts import accounts
from kbl.payments.runs.payable import payees

pytestmark = pytest.mark.both_engines


def tie(child: Organisation, parent: Organisation) -> None:
    """As a script or another program would: past every form."""
    with transaction.atomic():
        Organisation.objects.filter(pk=child.pk).update(parent=parent)


def test_nobody_belongs_to_itself(food_bank):
    with pytest.raises(DatabaseError):
        tie(food_bank, food_bank)
    with pytest.raises(DatabaseError), transaction.atomic():
        Organisation.objects.create(pk=999, name="Zelf", slug="zelf", parent_id=999)
    food_bank.parent = food_bank
    with pytest.raises(ValidationError, match="niet bij zichzelf"):
        food_bank.full_clean()


def test_nor_through_one_other_or_two(food_bank, welfare, venlo, landgraaf):
    tie(food_bank, welfare)
    with pytest.raises(DatabaseError, match="circle"):
        tie(welfare, food_bank)
    tie(welfare, venlo)
    with pytest.raises(DatabaseError, match="circle"):
        tie(venlo, food_bank)
    venlo.parent = Organisation.objects.get(pk=food_bank.pk)
    with pytest.raises(ValidationError, match="hoort zelf al bij Bibliotheek Venlo"):
        venlo.full_clean()
    tie(venlo, landgraaf)
    tie(welfare, landgraaf)
    assert [each.name for each in Organisation.objects.get(pk=food_bank.pk).line] == [
        "Voedselbank Venlo",
        "Welzijn Noord",
        "Bibliotheek Landgraaf",
    ]


def test_a_line_says_who_is_paid_and_mailed(food_bank, welfare, venlo):
    tie(food_bank, welfare)
    tie(welfare, venlo)
    Organisation.objects.filter(pk__in=[food_bank.pk, welfare.pk]).update(iban="", email="")
    office = Organisation.objects.get(pk=food_bank.pk)
    assert (office.payee, accounts.address_of(office)) == (venlo, venlo.email)


@pytest.mark.django_db(transaction=True)
def test_no_page_and_no_payment_dies_of_a_circle_that_is_there(food_bank, welfare, coordinator, client):
    """A copy put back from before the rule: the guard was not there when its rows came in."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [NAME])
            (guard,) = cursor.fetchone()
            cursor.execute(f"DROP TRIGGER {NAME}")
        else:
            cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER {NAME}")
    try:
        Organisation.objects.filter(pk__in=[food_bank.pk, welfare.pk]).update(iban="", email="")
        tie(food_bank, welfare)
        tie(welfare, food_bank)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(guard if connection.vendor == "sqlite" else f"ALTER TABLE {TABLE} ENABLE TRIGGER {NAME}")
    one = Organisation.objects.get(pk=food_bank.pk)
    assert (one.payee.iban, accounts.address_of(one)) == ("", "")
    assert set(payees([food_bank.pk, welfare.pk])) == {food_bank.pk, welfare.pk}
    client.force_login(coordinator, "allauth.account.auth_backends.AuthenticationBackend")
    pages = ("/cubiss/", "/cubiss/betalingen/", "/cubiss/organisaties/", f"/cubiss/organisaties/{food_bank.slug}/")
    assert [client.get(page).status_code for page in pages] == [200] * len(pages)
