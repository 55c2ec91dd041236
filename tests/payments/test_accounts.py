"""Another account needs a second person; the organisation hears of it; and the database keeps to it by itself."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from kbl.organisations.models import AccountChange, Organisation
from kbl.payments.accounts import account_mail, accounts
from kbl.payments.accounts.accounts import AccountRefused
from kbl.payments.models import AccountMail
from kbl.payments.runs import runs
from kbl.payments.sentences import sentence
from tests import by_two
from tests.conftest import at
from tests.payments.conftest import DAY, PREPARED, RELEASED

pytestmark = pytest.mark.both_engines

NEW, OTHER = "NL20INGB0001234567", "NL86INGB0002445588"
ASKED, DECIDED = at(date(2026, 1, 16)), at(date(2026, 1, 17))


def iban_of(organisation: Organisation) -> str:
    return Organisation.objects.values_list("iban", flat=True).get(pk=organisation.pk)


def refused_by_the_database(organisation: Organisation, iban: str) -> bool:
    try:
        with transaction.atomic():
            Organisation.objects.filter(pk=organisation.pk).update(iban=iban)
    except DatabaseError as error:
        return "account needs two" in str(error)
    return False


def test_a_manager_asks_and_somebody_of_cubiss_accepts(venlo, manager, finance):
    old = venlo.iban
    change = accounts.ask(venlo, " nl20 ingb 0001 2345 67 ", by=manager, at=ASKED)
    assert (change.iban, change.old_iban, iban_of(venlo)) == (NEW, old, old), "asking alone changes nothing"
    accounts.accept(change, by=finance, at=DECIDED)
    assert iban_of(venlo) == NEW
    kept = AccountChange.objects.get()
    assert (kept.asked_by, kept.decided_by, kept.outcome) == (manager, finance, "accepted")


def test_whoever_asked_does_not_accept(venlo, finance, coordinator):
    change = accounts.ask(venlo, NEW, by=finance, at=ASKED)
    with pytest.raises(AccountRefused) as refused:
        accounts.accept(change, by=finance, at=DECIDED)
    assert refused.value.reason == AccountRefused.Reason.OWN and "collega" in sentence(refused.value)
    accounts.accept(change, by=coordinator, at=DECIDED)
    with pytest.raises(AccountRefused) as refused:
        accounts.accept(change, by=coordinator, at=DECIDED)
    assert refused.value.reason == AccountRefused.Reason.DECIDED


@pytest.mark.parametrize("decide", [accounts.refuse, accounts.withdraw])
def test_a_request_that_is_refused_or_withdrawn_changes_nothing(decide, venlo, manager, finance):
    old, change = venlo.iban, accounts.ask(venlo, NEW, by=manager, at=ASKED)
    decide(change, by=finance, at=DECIDED)
    assert iban_of(venlo) == old
    with pytest.raises(AccountRefused):
        accounts.accept(change, by=finance, at=DECIDED)
    accounts.ask(venlo, OTHER, by=manager, at=DECIDED)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("NL20INGB0001234568", "wrong"),
        ("NL20", "wrong"),
        ("", "wrong"),
        ("TR330006100519786457841326", "outside"),
        ("nl91 abna 0417 1643 00", "same"),
    ],
)
def test_an_account_that_cannot_be_paid_is_refused(typed, reason, venlo, manager):
    with pytest.raises(AccountRefused) as refused:
        accounts.ask(venlo, typed, by=manager, at=ASKED)
    assert refused.value.reason == reason and sentence(refused.value)


def test_one_request_at_a_time(venlo, manager, finance):
    accounts.ask(venlo, NEW, by=manager, at=ASKED)
    with pytest.raises(AccountRefused) as refused:
        accounts.ask(venlo, OTHER, by=finance, at=ASKED)
    assert refused.value.reason == AccountRefused.Reason.OPEN


def test_the_database_changes_no_account_without_an_accepted_request(venlo, manager, finance):
    old = venlo.iban
    assert refused_by_the_database(venlo, NEW)
    change = accounts.ask(venlo, NEW, by=manager, at=ASKED)
    assert refused_by_the_database(venlo, NEW), "asked is not accepted"
    accounts.accept(change, by=finance, at=DECIDED)
    assert refused_by_the_database(venlo, OTHER)
    assert refused_by_the_database(venlo, old), "nor back again"
    assert refused_by_the_database(venlo, ""), "emptied first, one person could fill it in again"
    Organisation.objects.filter(pk=venlo.pk).update(city="Venlo-Zuid", iban=NEW)


def test_an_old_permission_is_no_permission_for_later(venlo, manager, finance):
    """Venlo went to another bank and on to a third; nobody takes it back to the second without asking."""
    for iban in (NEW, OTHER):
        accounts.accept(accounts.ask(venlo, iban, by=manager, at=ASKED), by=finance, at=DECIDED)
        venlo.refresh_from_db()
    assert refused_by_the_database(venlo, NEW) and iban_of(venlo) == OTHER


def test_a_first_account_may_be_filled_in_by_one(programme):
    taalhuis = Organisation.objects.create(name="Taalhuis", slug="taalhuis")
    assert accounts.may_be_filled_in(taalhuis)
    Organisation.objects.filter(pk=taalhuis.pk).update(iban=NEW)
    taalhuis.refresh_from_db()
    assert taalhuis.iban == NEW and not accounts.may_be_filled_in(taalhuis)


def test_after_a_payment_an_account_is_not_emptied(run, venlo):
    assert refused_by_the_database(venlo, "")


def test_an_office_that_was_paid_through_another_needs_two_for_its_own(made, welfare, finance, coordinator, cubiss):
    office = Organisation.objects.create(name="Uitgiftepunt", slug="uitgiftepunt", parent=welfare)
    statement = made(office, "20.00", "DECL-2025-0009")
    run = runs.prepare([statement], execute_on=DAY, by=finance, at=PREPARED)
    assert run.payments.get().iban == welfare.iban
    assert refused_by_the_database(office, NEW) and not accounts.may_be_filled_in(office)
    accounts.accept(accounts.ask(office, NEW, by=finance, at=ASKED), by=coordinator, at=DECIDED)
    assert iban_of(office) == NEW


def test_an_account_that_changes_after_preparing_stops_the_release(run, venlo, manager, finance, coordinator):
    accounts.accept(accounts.ask(venlo, NEW, by=manager, at=PREPARED), by=finance, at=PREPARED)
    with pytest.raises(runs.AccountsChanged) as refused:
        runs.release(run, by=coordinator, at=RELEASED)
    assert refused.value.payees == ("Bibliotheek Venlo",)
    assert "Trek deze run in" in sentence(refused.value)
    runs.cancel(run, by=coordinator, at=RELEASED)
    again = runs.prepare([each.statement for each in run.payments.all()], execute_on=DAY, by=finance, at=RELEASED)
    assert again.payments.get(statement__organisation=venlo).iban == NEW
    runs.release(again, by=coordinator, at=RELEASED)


def test_the_run_shows_which_account_is_new_and_who_saw_to_it(invoice, declaration, venlo, manager, finance):
    change = accounts.ask(venlo, NEW, by=manager, at=ASKED)
    waiting = {each.statement: each for each in runs.payable_statements()}
    assert waiting[invoice].asked == change and not waiting[invoice].has_new_account
    accounts.accept(change, by=finance, at=DECIDED)
    new = {each.statement: each for each in runs.payable_statements()}
    assert new[invoice].has_new_account and (new[invoice].change, new[invoice].asked) == (change, None)
    assert not new[declaration].has_new_account and new[declaration].change is None


def test_the_trigger_is_there(db):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = 'organisations_organisation'::regclass")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        assert "organisation_account_needs_two" in {name for (name,) in cursor.fetchall()}


def test_the_organisation_hears_of_it_at_its_own_address_once(venlo, manager, finance, mailoutbox):
    change = accounts.ask(venlo, NEW, by=manager, at=ASKED)
    for _ in range(2):
        account_mail.send_all(at=ASKED)
    (asked,) = mailoutbox
    body = asked.body.replace("\xa0", " ")
    assert asked.to == [venlo.email] != [manager.email] and "klopt dat?" in asked.subject
    assert "16 januari 2026" in body and "eindigt op 4567" in body and NEW not in body
    accounts.accept(change, by=finance, at=DECIDED)
    for _ in range(2):
        account_mail.send_all(at=DECIDED)
    assert [each.subject for each in mailoutbox[1:]] == ["Uw rekeningnummer is gewijzigd"]


def test_without_an_address_the_mail_is_seen_to_have_failed_and_goes_once_there_is_one(venlo, manager, mailoutbox):
    by_two.mail_address(venlo, "")
    venlo.refresh_from_db()
    accounts.ask(venlo, NEW, by=manager, at=ASKED)
    account_mail.send_all(at=ASKED)
    assert AccountMail.objects.get().state == "failed" and mailoutbox == []
    by_two.mail_address(venlo, "venlo@voorbeeld.example")
    account_mail.send_all(at=DECIDED)
    assert [each.to for each in mailoutbox] == [["venlo@voorbeeld.example"]]


def test_the_name_of_the_holder_changes_by_two_as_well(venlo, manager, finance):
    change = accounts.ask(venlo, NEW, holder="  Stichting Openbare Bibliotheek  Venlo ", by=manager, at=ASKED)
    venlo.refresh_from_db()
    assert venlo.account_holder == "", "asking alone changes nothing"
    accounts.accept(change, by=finance, at=DECIDED)
    venlo.refresh_from_db()
    assert venlo.account_name == "Stichting Openbare Bibliotheek Venlo"
    with pytest.raises(AccountRefused) as refused:
        accounts.ask(venlo, NEW, holder=venlo.account_holder, by=manager, at=DECIDED)
    assert refused.value.reason == AccountRefused.Reason.SAME
    accounts.accept(accounts.ask(venlo, NEW, holder=venlo.name, by=manager, at=DECIDED), by=finance, at=DECIDED)
    venlo.refresh_from_db()
    assert (venlo.account_holder, venlo.account_name) == ("", "Bibliotheek Venlo"), "its own name is no other name"


def test_a_name_that_no_bank_takes_is_refused(venlo, manager):
    for holder in ("★☆", "123456782", "x" * 71):
        with pytest.raises(AccountRefused) as refused:
            accounts.ask(venlo, NEW, holder=holder, by=manager, at=ASKED)
        assert refused.value.reason == AccountRefused.Reason.HOLDER and sentence(refused.value)


def test_the_file_names_the_holder_of_either_account(invoice, declaration, venlo, cubiss, finance, coordinator):
    for party, holder in ((venlo, "Stichting Bieb Venlo"), (cubiss, "Stichting Cubiss")):
        change = accounts.ask(party, party.iban, holder=holder, by=finance, at=ASKED)
        accounts.accept(change, by=coordinator, at=DECIDED)
    run = runs.prepare([invoice, declaration], execute_on=DAY, by=finance, at=PREPARED)
    content = bytes(run.file.content)
    assert b"<Cdtr><Nm>Stichting Bieb Venlo</Nm></Cdtr>" in content
    assert b"<Dbtr><Nm>Stichting Cubiss</Nm></Dbtr>" in content
    runs.release(run, by=coordinator, at=RELEASED)


@pytest.mark.parametrize("what", ["iban", "holder"])
def test_our_own_account_that_changes_after_preparing_stops_the_release(what, run, cubiss, finance, coordinator):
    """The file debits what was Cubiss' account on the day of preparing."""
    words = {"iban": (NEW, ""), "holder": (cubiss.iban, "Stichting Cubiss")}[what]
    change = accounts.ask(cubiss, words[0], holder=words[1], by=finance, at=PREPARED)
    accounts.accept(change, by=coordinator, at=PREPARED)
    with pytest.raises(runs.AccountsChanged) as refused:
        runs.release(run, by=coordinator, at=RELEASED)
    assert refused.value.payees == ("Cubiss",) and "Cubiss" in sentence(refused.value)


def test_a_request_about_an_account_that_moved_is_refused_in_words(programme, finance, request):
    """The programme file brought the first account, before there were two, while a request waited."""
    taalhuis = Organisation.objects.create(name="Taalhuis", slug="taalhuis")
    change = accounts.ask(taalhuis, NEW, by=finance, at=ASKED)
    Organisation.objects.filter(pk=taalhuis.pk).update(iban=OTHER)
    coordinator = request.getfixturevalue("coordinator")
    with pytest.raises(AccountRefused) as refused:
        accounts.accept(change, by=coordinator, at=DECIDED)
    assert refused.value.reason == AccountRefused.Reason.MOVED
    assert "Wijs deze af en vraag opnieuw" in sentence(refused.value)
    change.refresh_from_db()
    assert (iban_of(taalhuis), change.outcome) == (OTHER, ""), "nothing of it"


def test_an_account_that_two_people_changed_is_not_filled_in_by_one(programme, finance, coordinator):
    """Whatever the account is now, and though nothing was ever paid."""
    taalhuis = Organisation.objects.create(name="Taalhuis", slug="taalhuis")
    accounts.accept(accounts.ask(taalhuis, NEW, by=finance, at=ASKED), by=coordinator, at=DECIDED)
    taalhuis.iban = ""  # as if it were emptied; the database itself refuses that
    assert not accounts.may_be_filled_in(taalhuis)
    assert refused_by_the_database(taalhuis, "")
