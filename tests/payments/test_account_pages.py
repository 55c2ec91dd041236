"""Another account for who is paid: asked for on a page, and decided by a colleague."""

import pytest
from django.urls import reverse

from kbl.organisations.models import AccountChange, Organisation
from tests.payments.test_run_pages import NEW, that_tuesday  # noqa: F401 (a fixture for every test)
from tests.settlements.browsing import press, see, words

pytestmark = pytest.mark.both_engines


def test_the_office_asks_for_another_account_and_a_colleague_decides(venlo, frank, carla, manager):
    answer = press(frank, "account", venlo.slug, iban="NL20 INGB 0001 2345 68")
    assert answer.status_code == 422 and "Dit IBAN klopt niet" in words(answer)
    assert "NL20 INGB 0001 2345 68" in answer.content.decode(), "what was typed stays"
    press(frank, "account", venlo.slug, iban="NL20 INGB 0001 2345 67")
    change = AccountChange.objects.get()
    assert "Trek in" in words(see(frank, "account_changes")) and "Keur goed" not in words(see(frank, "account_changes"))
    press(frank, "account_decide", change.pk, answer="yes")
    assert Organisation.objects.get(pk=venlo.pk).iban == venlo.iban
    press(carla, "account_decide", change.pk, answer="yes")
    assert Organisation.objects.get(pk=venlo.pk).iban == NEW
    who = "gevraagd door Frank (frank@voorbeeld.example), besloten door Carla (carla@voorbeeld.example)"
    assert who in words(see(carla, "account_changes"))


@pytest.mark.parametrize(("who", "door"), [("manager", "library"), ("worker", "intermediary")])
def test_a_party_asks_for_another_account_itself(who, door, request, log_in, venlo, food_bank, carla):
    organisation = {"library": venlo, "intermediary": food_bank}[door]
    party, page = log_in(request.getfixturevalue(who)), reverse(f"{door}:particulars")
    assert "Ander rekeningnummer" in words(party.get(page))
    assert party.post(page, {"iban": organisation.iban}).status_code == 422
    party.post(page, {"iban": NEW})
    assert "wacht op Cubiss" in words(party.get(page))
    change = AccountChange.objects.get()
    party.post(reverse(f"{door}:account_withdraw", args=[change.pk]))
    party.post(page, {"iban": NEW})
    press(carla, "account_decide", AccountChange.objects.latest("pk").pk, answer="yes")
    assert "NL20 INGB 0001 2345 67" in words(party.get(page))
    assert Organisation.objects.get(pk=organisation.pk).iban == NEW


def test_the_lists_of_the_office_show_an_account_and_send_to_its_own_page(venlo, carla):
    page = carla.get(f"/cubiss/beheer/organisations/organisation/{venlo.pk}/change/", follow=True)
    shown = page.content.decode()
    assert page.status_code == 200 and venlo.iban in shown and 'name="iban"' not in shown
    assert reverse("cubiss:account", args=[venlo.slug]) in shown
