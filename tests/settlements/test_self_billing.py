"""The agreement that Cubiss draws up a library's invoices: made, ended, frozen with the statement, never rewritten."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from kbl.facts import FutureDate
from kbl.settlements.models import SelfBilling
from kbl.settlements.sentences import sentence
from kbl.settlements.statements import self_billing
from kbl.settlements.statements.self_billing import AgreementRefused
from libraries.models import Participation
from tests.conftest import at
from tests.races.support import kinds, together
from tests.settlements.browsing import press, see, words
from tests.settlements.conftest import Q4

pytestmark = pytest.mark.django_db


@pytest.fixture
def libraries_agreed() -> bool:
    """Nobody agreed on anything yet."""
    return False


FIRST, ENDED = date(2025, 11, 3), date(2026, 2, 2)


def since(library) -> date | None:
    return Participation.objects.get(library=library).self_billing_since


@pytest.mark.both_engines
def test_what_is_agreed_holds_from_its_day_until_it_is_ended(venlo, manager, finance):
    agreed = self_billing.agree(venlo, since=FIRST, by=manager, at=at(FIRST))
    assert since(venlo) == FIRST and self_billing.standing(venlo) == agreed
    with pytest.raises(AgreementRefused, match="stands"):
        self_billing.agree(venlo, since=ENDED, by=finance, at=at(ENDED))
    with pytest.raises(AgreementRefused, match="too_early"):
        self_billing.end(venlo, on=date(2025, 11, 2), by=finance, at=at(ENDED))
    self_billing.end(venlo, on=ENDED, by=finance, at=at(ENDED))
    assert since(venlo) is None and self_billing.standing(venlo) is None
    with pytest.raises(AgreementRefused, match="none"):
        self_billing.end(venlo, on=ENDED, by=finance, at=at(ENDED))
    with pytest.raises(AgreementRefused, match="too_early") as refused:
        self_billing.agree(venlo, since=FIRST, by=manager, at=at(ENDED))
    assert "Kies 2 februari 2026 of een latere dag" in sentence(refused.value)
    again = self_billing.agree(venlo, since=ENDED, by=manager, at=at(ENDED))
    assert since(venlo) == ENDED
    assert list(self_billing.story(venlo)) == [again, agreed]


@pytest.mark.both_engines
def test_an_agreement_is_not_of_tomorrow_and_is_never_rewritten(venlo, manager):
    with pytest.raises(FutureDate):
        self_billing.agree(venlo, since=date(2025, 11, 4), by=manager, at=at(FIRST))
    agreed = self_billing.agree(venlo, since=FIRST, by=manager, at=at(FIRST))
    with pytest.raises(IntegrityError), transaction.atomic():
        SelfBilling.objects.create(library=venlo, since=FIRST, at=at(FIRST), by=manager)
    for change in ({"since": ENDED}, {"by": None}, {"at": at(ENDED)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            SelfBilling.objects.filter(pk=agreed.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        agreed.delete()


def test_a_closing_freezes_what_was_agreed_and_ending_it_changes_no_invoice(busy_quarter, venlo, manager, close):
    self_billing.agree(venlo, since=FIRST, by=manager, at=at(FIRST))
    invoice = close(Q4, date(2026, 1, 12)).statements.get(organisation=venlo)
    self_billing.end(venlo, on=ENDED, by=manager, at=at(ENDED))
    invoice.refresh_from_db()
    assert invoice.particulars["self_billing_since"] == "2025-11-03"


def test_the_programme_file_brings_one_and_never_back(venlo, manager):
    assert self_billing.from_file(venlo, FIRST, at=at(FIRST))
    assert since(venlo) == FIRST
    self_billing.end(venlo, on=ENDED, by=manager, at=at(ENDED))
    assert not self_billing.from_file(venlo, FIRST, at=at(ENDED))
    assert since(venlo) is None


def test_the_manager_agrees_and_ends_on_her_own_page(venlo, mara):
    page = words(mara.get(reverse("library:self_billing")))
    assert "Ja, Cubiss mag mijn facturen maken" in page
    page = words(mara.post(reverse("library:self_billing_agree"), follow=True))
    assert "De afspraak is vastgelegd" in page and "Beëindig de afspraak" in page
    agreed = SelfBilling.objects.get()
    assert agreed.by is not None and agreed.by.name == "Mara" and since(venlo) == agreed.since
    assert "Deze afspraak is er al" in words(mara.post(reverse("library:self_billing_agree"), follow=True))
    assert "beëindigd" in words(mara.post(reverse("library:self_billing_end"), follow=True))
    assert since(venlo) is None


def test_cubiss_enters_one_with_its_day_and_what_was_typed_stays(venlo, carla, rik):
    refused = press(carla, "self_billing_agree", venlo.slug, on="2999-01-01")
    assert refused.status_code == 422 and 'value="2999-01-01"' in refused.content.decode()
    assert "nog niet geweest" in words(refused)
    press(carla, "self_billing_agree", venlo.slug, on="2025-11-03")
    assert since(venlo) == FIRST
    early = press(carla, "self_billing_end", venlo.slug, on="2025-11-02")
    assert early.status_code == 422 and "Kies 3 november 2025 of een latere dag" in words(early)
    assert "Afgesproken op 3 november 2025" in words(see(rik, "invoicing", venlo.slug))
    press(carla, "own_numbers", venlo.slug, own="ja")
    assert Participation.objects.get(library=venlo).own_numbers
    press(carla, "own_numbers", venlo.slug)
    assert not Participation.objects.get(library=venlo).own_numbers


def test_who_is_no_library_has_no_such_page(food_bank, carla):
    assert see(carla, "invoicing", food_bank.slug).status_code == 404


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_both_sides_agree_at_the_same_moment_once(venlo, manager, finance):
    results = together(
        lambda: self_billing.agree(venlo, since=FIRST, by=manager, at=at(FIRST)),
        lambda: self_billing.agree(venlo, since=FIRST, by=finance, at=at(FIRST)),
    )
    assert kinds(results) == ["AgreementRefused", "SelfBilling"]
    assert SelfBilling.objects.count() == 1
