"""After the bank: what it said of an account is remembered, twice is twice, early is done, old accounts are told."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from kbl.organisations.models import AccountChange
from kbl.payments.accounts import accounts
from kbl.payments.accounts.verdicts import bank_verdict
from kbl.payments.bank import worklist
from kbl.payments.models import BankFile
from kbl.payments.runs import runs
from kbl.payments.runs.payable import payable_statements
from kbl.programme.demo.bank_statement import PlayedBooking, back, batch, executed, out
from tests.conftest import at
from tests.payments.conftest import DAY, HEARD, RELEASED, START
from tests.payments.test_accounts import NEW
from tests.payments.test_matching import outcomes, payment_of, status
from tests.payments.test_run_pages import press, see, words
from tests.told_once import told_once

globals().update(told_once("run", of=__package__))

pytestmark = pytest.mark.both_engines

LATER = date(2026, 1, 26)


@pytest.fixture
def closed_account(released, invoice, hear):
    """Venlo's payment came back: the account was closed."""
    hear(executed(released, on=DAY, opening=START, returned={payment_of(invoice).end_to_end_id: "AC04"}))


def obstacles() -> dict[str, str | None]:
    return {each.payee.slug: each.obstacle for each in payable_statements()}


def test_an_account_that_came_back_closed_is_not_prepared_again(closed_account, invoice, finance):
    (waits,) = payable_statements()
    assert (waits.statement, waits.obstacle) == (invoice, "bank_refused")
    assert (waits.verdict.reason.code, waits.verdict.on) == ("AC04", DAY)
    with pytest.raises(runs.NotPayable):
        runs.prepare([invoice], execute_on=LATER, by=finance, at=HEARD)


@pytest.mark.parametrize("code", ["AC01", "AC06", "BE01", "MD07"])
def test_its_kin_is_remembered_as_well(code, released, invoice, hear):
    hear(executed(released, on=DAY, opening=START, returned={payment_of(invoice).end_to_end_id: code}))
    assert obstacles() == {"bibliotheek-venlo": "bank_refused"}


@pytest.mark.parametrize("code", ["MS03", "AM04", "TECH", ""])
def test_what_is_no_fault_of_the_account_is_paid_again(code, released, invoice, hear):
    hear(executed(released, on=DAY, opening=START, returned={payment_of(invoice).end_to_end_id: code}))
    assert obstacles() in ({"bibliotheek-venlo": None}, {})


def test_another_statement_of_the_same_payee_waits_too(closed_account, made, venlo):
    made(venlo, "4.00", "DECL-2025-0044")
    assert [each.obstacle for each in payable_statements()] == ["bank_refused"] * 2


def test_another_account_is_paid(closed_account, venlo, manager, finance):
    accounts.accept(accounts.ask(venlo, NEW, by=manager, at=HEARD), by=finance, at=HEARD)
    assert obstacles() == {"bibliotheek-venlo": None}


def test_two_people_confirm_that_the_account_is_right_after_all(closed_account, venlo, manager, finance):
    change = accounts.ask(venlo, venlo.iban, by=manager, at=HEARD)
    assert obstacles() == {"bibliotheek-venlo": "bank_refused"}, "asking alone changes nothing"
    accounts.accept(change, by=finance, at=HEARD)
    assert obstacles() == {"bibliotheek-venlo": None}
    with pytest.raises(accounts.AccountRefused):
        accounts.ask(venlo, venlo.iban, by=manager, at=HEARD)


def test_an_account_of_before_is_no_account_of_now(closed_account, venlo, manager, finance):
    """Changed, and back again by two people, later than what the bank said: they know."""
    old = venlo.iban
    for iban in (NEW, old):
        venlo.refresh_from_db()
        accounts.accept(accounts.ask(venlo, iban, by=manager, at=HEARD), by=finance, at=HEARD)
    venlo.refresh_from_db()
    assert bank_verdict(venlo) is None


def test_a_name_that_did_not_fit_is_paid_under_its_holder(released, invoice, hear, venlo, manager, finance):
    hear(executed(released, on=DAY, opening=START, returned={payment_of(invoice).end_to_end_id: "BE01"}))
    change = accounts.ask(venlo, venlo.iban, holder="Stichting Bieb Venlo", by=manager, at=HEARD)
    accounts.accept(change, by=finance, at=HEARD)
    assert obstacles() == {"bibliotheek-venlo": None}


def test_the_pages_say_what_the_bank_said(closed_account, venlo, frank):
    told = words(see(frank, "payments"))
    assert "de rekening is opgeheven (code AC04)" in told and "Wijzig de rekening" in told
    told = words(see(frank, "account", venlo.slug))
    assert "De bank zei op 22 januari 2026: de rekening is opgeheven (code AC04)" in told
    press(frank, "account", venlo.slug, iban=venlo.iban)
    assert AccountChange.objects.get().iban == venlo.iban


def test_a_booking_before_the_execution_day_ends_the_run(released, invoice, says):
    early = DAY - timedelta(days=1)
    says(out(payment_of(invoice), early), day=early, when=at(early))
    released.refresh_from_db()
    assert (released.status, status(invoice)) == ("executed", "paid")
    assert released.executed_at == at(early)


def test_a_run_that_somebody_tells_too_early_is_still_refused(released, finance):
    with pytest.raises(runs.NotYet):
        runs.mark_executed(released, by=finance, at=at(DAY - timedelta(days=1)))


def test_what_went_out_twice_is_told_as_twice(released, invoice, says, frank):
    says(out(payment_of(invoice), DAY), out(payment_of(invoice), DAY, reference="SECOND"))
    assert outcomes() == ["paid", "twice"]
    (item,) = worklist.items(DAY)
    assert (item.kind, item.amount) == ("too_much", Decimal("126.00")) and "twee keer" in item.words
    page = words(see(frank, "bank_file", BankFile.objects.get().pk))
    assert "twee keer betaald" in page and "ander bedrag" not in page
    assert "Twee keer betaald" in words(see(frank, "statement", invoice.pk))


def test_twice_and_all_of_it_back_is_to_be_paid_again(released, invoice, says):
    paid = payment_of(invoice)
    says(out(paid, DAY), out(paid, DAY, reference="SECOND"))
    says(back(paid, DAY, "MS03"), PlayedBooking(paid.amount, DAY, paid.end_to_end_id, "BACK2"))
    assert (status(invoice), runs.due(invoice)) == ("approved", invoice.payable)
    assert "kwam terug" in next(each for each in worklist.items(DAY) if each.kind == "returned").words


def test_once_more_after_it_came_back_is_paid(released, invoice, says):
    paid = payment_of(invoice)
    says(out(paid, DAY), back(paid, DAY, "MS03"), out(paid, DAY, reference="AGAIN"))
    assert outcomes() == ["paid", "returned", "paid"] and status(invoice) == "paid"


def test_a_batch_that_names_a_cancelled_run_pays_nothing(run, invoice, declaration, says, finance):
    """With the number and the total of when it was prepared: a file that nobody released."""
    whole = batch(run, list(run.payments.all()), DAY, itemised=False)
    runs.cancel(run, by=finance, at=RELEASED)
    says(whole)
    assert outcomes() == ["batch"] and (status(invoice), status(declaration)) == ("approved", "approved")
    (item,) = worklist.items(DAY)
    assert item.kind == "batch" and run.name in item.words


@pytest.mark.parametrize("who", ["venlo", "cubiss"])
def test_a_released_run_says_that_an_account_changed_since(
    who,
    request,
    released,
    invoice,
    says,
    finance,
    coordinator,
    carla,
    frank,
):
    party = request.getfixturevalue(who)
    assert worklist.items(DAY) == []
    accounts.accept(accounts.ask(party, NEW, by=finance, at=RELEASED), by=coordinator, at=RELEASED)
    (item,) = worklist.items(DAY)
    assert (item.kind, item.title) == ("old_account", released.name) and party.name in item.words
    page = words(see(carla, "payment_run", released.number))
    assert "Dit bestand betaalt een rekening die veranderde" in page and party.name in page
    if who == "venlo":
        says(out(payment_of(invoice), DAY))
        assert [each.kind for each in worklist.items(DAY)] == [], "it was seen: there is nothing to stop"
