"""The office's pages about paying: what is shown, what can be pressed, and what is answered when it cannot."""

import hashlib
import re
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from kbl.payments.accounts import accounts
from kbl.payments.models import Payment, PaymentRun
from kbl.payments.office import choosing
from kbl.payments.runs import payable, runs
from tests.conftest import at
from tests.payments.conftest import DAY, PREPARED, RELEASED
from tests.payments.test_runs import read_by_the_bank
from tests.settlements.browsing import press, see, words
from tests.told_once import told_once

globals().update(told_once("closed", of=__package__))

pytestmark = pytest.mark.both_engines

NEW = "NL20INGB0001234567"


@pytest.fixture(autouse=True)
def that_tuesday():
    with time_machine.travel(PREPARED, tick=False):
        yield


@pytest.fixture
def frank(log_in, finance):
    return log_in(finance)


@pytest.fixture
def carla(log_in, coordinator):
    return log_in(coordinator)


def ticked(*statements, on: date = DAY) -> dict:
    """The form as the page shows it, with these ticked."""
    shown = {each.statement.pk: each.seen for each in payable.payable_statements()}
    form = {"execute_on": on.isoformat(), "statement": [each.pk for each in statements]}
    return form | {f"seen-{pk}": seen for pk, seen in shown.items()}


def others_on(client) -> str:
    """What the page says of the statements without a line of their own, for in the form."""
    found = re.search(r'name="others" value="(\w+)"', see(client, "payments").content.decode())
    return found[1] if found else ""


def test_one_tick_is_for_all_that_have_no_line_of_their_own(invoice, declaration, frank, monkeypatch):
    """As they were on the page: what changed meanwhile is looked at again."""
    assert others_on(frank) == ""
    monkeypatch.setattr(choosing, "MOST_SHOWN", 1)
    page = see(frank, "payments")
    assert "Ook de andere 1 afrekening, samen € " in words(page)
    assert page.content.decode().count('name="statement"') == 1
    first, second = payable.payable_statements()
    form = {"execute_on": DAY.isoformat(), "statement": [first.statement.pk], "others": others_on(frank)}
    form[f"seen-{first.statement.pk}"] = first.seen
    refused = frank.post(reverse("cubiss:payments_prepare"), form | {"others": "0" * 64})
    assert refused.status_code == 422 and "Kijk ze nog eens na en kies opnieuw." in words(refused)
    assert not PaymentRun.objects.exists()
    press(frank, "payments_prepare", **form)
    assert {each.statement for each in PaymentRun.objects.get().payments.all()} == {invoice, declaration}
    again = press(frank, "payments_prepare", **form)
    assert "stond al klaar" in words(again) and PaymentRun.objects.count() == 1


def test_frank_prepares_carla_releases_and_the_bank_gets_those_bytes(
    invoice, declaration, frank, carla, log_in, finance
):
    page = words(see(frank, "payments"))
    assert "€ 146,00" in page and "Bibliotheek Venlo" in page and "NL91 ABNA 0417 1643 00" in page
    answer = press(frank, "payments_prepare", **ticked(invoice, declaration))
    run = PaymentRun.objects.get()
    assert answer.request["PATH_INFO"] == reverse("cubiss:payment_run", args=[run.number])

    mine = words(see(frank, "payment_run", run.number))
    assert "Een collega geeft deze run vrij" in mine and "Geef vrij" not in mine
    assert frank.get(reverse("cubiss:payment_file", args=[run.number])).status_code == 403
    hers = words(see(carla, "payment_run", run.number))
    assert "Geef vrij" in hers and "€ 126,00" in hers and "KBL-BET-0001" in hers and run.file.sha256 in hers
    press(frank, "payment_release", run.number)
    run.refresh_from_db()
    assert run.status == "prepared", "not by who prepared it"
    press(carla, "payment_release", run.number)
    files = [frank.get(reverse("cubiss:payment_file", args=[run.number])) for _ in range(2)]
    assert {hashlib.sha256(each.content).hexdigest() for each in files} == {run.file.sha256}
    assert "KBL-BET-0001-2026-01-22.xml" in files[0]["Content-Disposition"]

    with time_machine.travel(at(DAY, 18), tick=False):
        frank = log_in(finance)  # two days later
        press(frank, "payment_executed", run.number)
        assert "bij de bank uitgevoerd" in words(see(frank, "payment_run", run.number))


def test_pressed_twice_it_is_one_run(invoice, declaration, frank):
    form = ticked(invoice, declaration)
    first, second = press(frank, "payments_prepare", **form), press(frank, "payments_prepare", **form)
    assert first.request["PATH_INFO"] == second.request["PATH_INFO"] == reverse("cubiss:payment_run", args=[1])
    assert PaymentRun.objects.count() == 1 and Payment.objects.count() == 2


def test_a_colleague_who_was_first_is_told_and_the_rest_can_still_be_paid(invoice, declaration, frank, finance):
    form = ticked(invoice, declaration)
    runs.prepare([invoice], execute_on=DAY, by=finance, at=PREPARED)
    answer = press(frank, "payments_prepare", **form)
    assert answer.status_code == 422
    page = words(answer)
    assert "Van Bibliotheek Venlo (VEN-2025-0001) kan de betaling nu niet klaargezet worden" in page
    assert "DECL-2025-0001" in page and f'value="{declaration.pk}" checked' in answer.content.decode()
    assert PaymentRun.objects.count() == 1


def test_an_account_that_changed_while_frank_looked_is_told(invoice, venlo, frank, manager, coordinator):
    form = ticked(invoice)
    accounts.accept(accounts.ask(venlo, NEW, by=manager, at=PREPARED), by=coordinator, at=PREPARED)
    answer = press(frank, "payments_prepare", **form)
    assert answer.status_code == 422 and not PaymentRun.objects.exists()
    page = words(answer)
    assert "Het bedrag of de rekening van Bibliotheek Venlo veranderde terwijl u keek" in page
    assert "nieuw rekeningnummer" in page and "gevraagd door Mara" in page and "goedgekeurd door Carla" in page
    press(frank, "payments_prepare", **ticked(invoice))
    page = words(see(frank, "payment_run", 1))
    assert "nieuw rekeningnummer" in page and "gevraagd door Mara" in page and "NL20 INGB 0001 2345 67" in page


def test_a_day_that_the_bank_is_closed_keeps_what_was_ticked(invoice, declaration, frank):
    answer = press(frank, "payments_prepare", **ticked(invoice, on=date(2026, 1, 24)))
    page = answer.content.decode()
    assert answer.status_code == 422 and "De eerste dag daarna is" in words(answer)
    assert f'value="{invoice.pk}" checked' in page and f'value="{declaration.pk}" checked' not in page
    assert "Kies minstens één afrekening" in words(press(frank, "payments_prepare", **ticked()))
    assert press(frank, "payments_prepare", execute_on="", statement=["x", "9" * 30]).status_code == 422


def test_a_run_is_cancelled_and_a_change_of_account_stops_the_release(run, venlo, manager, finance, frank, carla):
    accounts.accept(accounts.ask(venlo, NEW, by=manager, at=PREPARED), by=finance, at=PREPARED)
    page = words(see(carla, "payment_run", run.number))
    assert "Een rekeningnummer veranderde sinds het klaarzetten" in page and "Geef vrij" not in page
    press(carla, "payment_release", run.number)
    run.refresh_from_db()
    assert run.status == "prepared"
    press(carla, "payment_cancel", run.number)
    assert "ingetrokken" in words(see(carla, "payment_run", run.number))
    assert "€ 146,00" in words(see(frank, "payments"))


def test_a_run_that_the_bank_refused_is_opened_again_and_its_file_stays_away(released, invoice, finance, log_in):
    """A week later: the bank's statements were read, and nothing of the run is on them."""
    with time_machine.travel(at(date(2026, 1, 30)), tick=False):
        frank = log_in(finance)
        assert "Niet uitgevoerd?" in words(see(frank, "payment_run", 1))
        assert "Lees eerst alle afschriften in" in words(press(frank, "payment_not_executed", 1))
        read_by_the_bank(date(2026, 1, 21), date(2026, 1, 29), finance)
        page = words(press(frank, "payment_not_executed", 1))
        assert "kan opnieuw betaald worden" in page and "niet uitgevoerd door de bank" in page
        assert frank.get(reverse("cubiss:payment_file", args=[1])).status_code == 403
        assert "€ 146,00" in words(see(frank, "payments"))
        assert "Niet uitgevoerd door de bank" in words(see(frank, "statement", invoice.pk))


def test_a_statement_shows_where_its_money_is(run, invoice, carla, coordinator, log_in, manager):
    party, page = log_in(manager), reverse("library:statement", args=[invoice.pk])
    assert "In betaling sinds" in words(see(carla, "statement", invoice.pk))
    assert "In betaling sinds" in words(party.get(page))
    runs.cancel(run, by=coordinator, at=RELEASED)
    assert "Ingetrokken voor de vrijgave" in words(see(carla, "statement", invoice.pk))
    assert "Ingetrokken voor de vrijgave" not in words(party.get(page)), "what never went out is no news to a library"


def test_today_tells_what_waits(run, made, welfare, venlo, manager, frank):
    accounts.ask(venlo, NEW, by=manager, at=PREPARED)
    made(welfare, "20.00", "DECL-2025-0077")
    page = words(see(frank, "home"))
    assert "1 betaalrun wacht op vrijgave" in page
    assert "1 ander rekeningnummer wacht op een tweede persoon" in page
    assert "1 goedgekeurde afrekening wacht op betaling" in page


def test_a_payment_that_was_taken_back_is_no_new_approval(run, finance, frank):
    before = words(see(frank, "home")).count("Cubiss keurde de")
    runs.cancel(run, by=finance, at=RELEASED)
    assert words(see(frank, "home")).count("Cubiss keurde de") == before == 2
