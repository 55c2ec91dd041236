"""What the second person reads, who may not be asked at all, and what the database guards by itself."""

from datetime import timedelta

import pytest
from django.db import connection

from kbl.accounts import waiting
from kbl.accounts.models import Role, User
from kbl.organisations.models import Organisation
from kbl.payments.accounts import account_mail, accounts
from kbl.payments.accounts.accounts import SEPA, AccountRefused
from kbl.payments.accounts.verdicts import bank_verdict
from kbl.payments.models import AccountMail
from kbl.programme.demo.bank_statement import executed
from kbl.second_person import office_mail, second_person
from kbl.second_person.models import OfficeMail, PendingChange
from kbl.second_person.needs_two import GUARDS
from kbl.second_person.second_person import ChangeRefused
from tests.conftest import PASSWORD
from tests.payments.conftest import DAY as PAID_ON
from tests.payments.conftest import HEARD, START
from tests.payments.test_accounts import NEW
from tests.payments.test_matching import payment_of
from tests.payments.test_what_waits import DAY, MINUTE, address, refused

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
BESIDE_IT = "IS LI NO AD AL CH GB GI MC MD ME MK RS SM VA"
WEEK = timedelta(days=7)


def test_what_is_guarded_is_what_stands_in_the_database():
    """`check_books` looks for these; a guard that it does not know could be taken away unseen."""
    sql = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE %s"
    if connection.vendor == "postgresql":
        sql = "SELECT tgname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE prosrc LIKE %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, ["%needs two: %"])
        assert {name for (name,) in cursor.fetchall()} == set(GUARDS)


def test_accounts_of_the_whole_payments_area_can_be_paid_and_no_others():
    assert {*EU.split(), *BESIDE_IT.split()} == SEPA


@pytest.mark.parametrize(
    ("name", "email", "like"),
    [
        ("FRANK", "iemand@voorbeeld.example", True),
        ("Iemand Anders", "Frank+twee@voorbeeld.example", True),
        ("Iemand Anders", "iemand@voorbeeld.example", False),
    ],
)
def test_no_role_is_asked_for_who_looks_like_a_colleague(name, email, like, coordinator, finance):
    someone = User.objects.create_user(email, PASSWORD, name=name)
    if like:
        with refused(ChangeRefused.Reason.LIKE_ANOTHER):
            second_person.ask_role(someone, Role.CUBISS_READER, by=coordinator, at=DAY)
    else:
        second_person.ask_role(someone, Role.CUBISS_READER, by=coordinator, at=DAY)
    assert PendingChange.objects.filter(decided_at=None).exists() is not like


def test_the_second_person_reads_what_it_was_and_what_it_becomes(coordinator, finance, food_bank, welfare):
    def words(change: PendingChange) -> tuple[str, str, str]:
        return change.subject, change.was, change.becomes

    food_bank.email, food_bank.parent, name = "", None, food_bank.name
    assert words(second_person.ask_parent(food_bank, welfare, by=finance, at=DAY)) == (name, "geen", welfare.name)
    assert words(address(food_bank, "nieuw", finance)) == (name, "geen", "nieuw@voorbeeld.example")
    food_bank.parent, food_bank.email = welfare, "was@voorbeeld.example"
    PendingChange.objects.filter(decided_at=None).update(decided_at=DAY, decided_by=coordinator, outcome="refused")
    assert words(second_person.ask_parent(food_bank, None, by=finance, at=DAY)) == (name, welfare.name, "geen")
    gone = second_person.ask_mail_address(food_bank, "", by=finance, at=DAY)
    assert words(gone) == (name, "was@voorbeeld.example", "geen")
    asked = second_person.ask_role(coordinator, Role.CUBISS_FINANCE, by=finance, at=DAY)
    assert words(asked) == (f"Carla ({coordinator.email})", "Cubiss coördinator", "Cubiss financiën")
    long = second_person.ask(PendingChange.Kind.PARENT, "a" * 301, "b" * 301, "c" * 301, {}, finance, DAY)
    assert [len(each) for each in words(long)] == [300] * 3


@pytest.mark.parametrize(("who", "outcome"), [("coordinator", "withdrawn"), ("finance", "refused")])
def test_who_asked_takes_it_back_and_another_refuses_it(who, outcome, coordinator, finance, venlo):
    change = address(venlo, "een", coordinator)
    second_person.decline(change, by={"coordinator": coordinator, "finance": finance}[who], at=DAY + MINUTE)
    kept = PendingChange.objects.get(pk=change.pk)
    assert (kept.outcome, kept.decided_at) == (outcome, DAY + MINUTE)
    with refused(ChangeRefused.Reason.DECIDED):
        second_person.decline(change, by=finance, at=DAY + MINUTE)


def test_each_letter_has_its_own_words(coordinator, finance, venlo, mailoutbox):
    someone = User.objects.create_user("iemand@voorbeeld.example", PASSWORD, name="Iemand Anders")
    role = second_person.ask_role(someone, Role.CUBISS_READER, by=coordinator, at=DAY)
    office_mail.send_all(at=DAY)
    second_person.accept(role, by=finance, at=DAY)
    office_mail.send_all(at=DAY)
    look = address(venlo, "een", coordinator)
    office_mail.send_all(at=DAY)
    asked, given, looks = [each for each in mailoutbox if each.to == [finance.email]]
    assert "krijgt misschien een rol" in asked.subject and "is gevraagd, bij Cubiss" in asked.body
    assert "kreeg een rol" in given.subject and f"goedgekeurd door Frank ({finance.email})" in given.body
    assert "Wilt u meekijken?" in looks.subject and "/tweede-persoon" in looks.body
    second_person.accept(look, by=finance, at=DAY + MINUTE)
    assert not OfficeMail.objects.exclude(state="sent").exists(), "what is no power is not told once it is there"


def test_mail_of_an_account_that_a_lost_worker_held_goes_after_all(venlo, manager, mailoutbox):
    accounts.ask(venlo, NEW, by=manager, at=DAY)
    AccountMail.objects.update(state=AccountMail.State.SENDING, claimed_at=DAY - timedelta(days=1), attempts=1)
    account_mail.send_all(at=DAY)
    assert [each.to for each in mailoutbox] == [[venlo.email]]


def test_without_a_programme_a_new_account_waits_a_week(db, programme):
    programme.new_account_waits = 30
    programme.save()
    assert waiting._wait() == timedelta(days=30)
    programme.delete()
    assert waiting._wait() == WEEK


def test_a_first_account_may_be_filled_in_after_a_request_that_was_refused(venlo, manager, finance):
    Organisation.objects.filter(pk=venlo.pk).update(iban="")
    venlo.refresh_from_db()
    change = accounts.ask(venlo, NEW, by=manager, at=DAY)
    accounts.refuse(change, by=finance, at=DAY)
    assert accounts.may_be_filled_in(venlo)
    accounts.accept(accounts.ask(venlo, NEW, by=manager, at=DAY), by=finance, at=DAY)
    venlo.iban = ""
    assert not accounts.may_be_filled_in(venlo)


@pytest.mark.parametrize("name", ["a" * 71, "山田", ""])
def test_in_whose_name_an_account_is(name, venlo):
    if not name:
        assert accounts.tidy_holder(venlo.name, venlo) == "" == accounts.tidy_holder("  ", venlo)
        assert accounts.tidy_holder(f" {venlo.name}  Centrum", venlo) == f"{venlo.name} Centrum"
        return
    with pytest.raises(AccountRefused, match="holder"):
        accounts.tidy_holder(name, venlo)


class TestWhatTheBankSaid:
    """Venlo's payment came back; what was agreed before, refused since or called otherwise makes no difference."""

    @pytest.fixture
    def came_back(self, released, invoice, hear):
        def returned(code: str) -> None:
            hear(executed(released, on=PAID_ON, opening=START, returned={payment_of(invoice).end_to_end_id: code}))

        return returned

    @pytest.mark.parametrize(("ago", "stands"), [(timedelta(), False), (timedelta(seconds=1), True)])
    def test_what_two_people_agreed_before_says_nothing_of_what_came_after(
        self, ago, stands, came_back, venlo, manager, finance
    ):
        came_back("AC04")
        accounts.accept(accounts.ask(venlo, venlo.iban, by=manager, at=HEARD - ago), by=finance, at=HEARD - ago)
        assert bool(bank_verdict(venlo)) is stands

    def test_a_request_that_was_refused_confirms_nothing(self, came_back, venlo, manager, finance):
        came_back("AC04")
        accounts.refuse(accounts.ask(venlo, venlo.iban, by=manager, at=HEARD), by=finance, at=HEARD)
        assert bank_verdict(venlo)

    @pytest.mark.parametrize(("code", "stands"), [("AC04", True), ("BE01", False)])
    def test_another_name_mends_only_a_name_that_did_not_fit(self, code, stands, came_back, venlo):
        came_back(code)
        assert bank_verdict(venlo)
        Organisation.objects.filter(pk=venlo.pk).update(name="Bibliotheek Venlo en Omstreken")
        venlo.refresh_from_db()
        assert bool(bank_verdict(venlo)) is stands

    def test_what_another_agreed_about_this_account_is_not_ours(self, came_back, venlo, landgraaf, manager, finance):
        came_back("AC04")
        accounts.accept(accounts.ask(landgraaf, venlo.iban, by=finance, at=HEARD), by=manager_of_cubiss(), at=HEARD)
        assert bank_verdict(venlo)


def manager_of_cubiss() -> User:
    return User.objects.get(name="Carla")
