"""Two people are not two accounts: what the coordinator tried, who wanted to pay himself, and where each road ends."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from kbl.accounts.models import Assignment, Role, User
from kbl.accounts.waiting import MadeByYou, TooNew, has_office_name
from kbl.organisations.models import Organisation, Programme
from kbl.payments.accounts import accounts
from kbl.payments.runs import runs
from kbl.payments.sentences import sentence
from kbl.second_person import office_mail, second_person
from kbl.second_person.models import OfficeMail, PendingChange
from kbl.second_person.second_person import ChangeRefused
from kbl.settlements.models import Tariff
from kbl.settlements.tariffs import asked
from tests import by_two
from tests.conftest import PASSWORD, at
from tests.office.test_admin import LIST, USERS, inline, new_user

pytestmark = pytest.mark.both_engines

HIS = "NL20INGB0001234567"
DAY = at(date(2026, 10, 6))
LATER = DAY + timedelta(days=8)


@pytest.fixture
def carla(client, coordinator):
    """The coordinator at her keyboard."""
    client.force_login(coordinator, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def role_row(role: str, organisation: Organisation | None = None) -> dict:
    chosen = organisation.pk if organisation else ""
    return inline("assignments", {"id": "", "user": "", "role": role, "organisation": chosen, "branch": ""})


def refused(reason: ChangeRefused.Reason):
    return pytest.raises(ChangeRefused, match=reason)


def test_the_coordinator_who_wants_to_pay_himself_is_stopped_on_every_road(
    carla, coordinator, finance, reader, venlo, mailoutbox
):
    """A second account for finance, then another IBAN: the role waits, everybody hears, and he cannot agree himself."""
    carla.post(f"{USERS}add/", {**new_user(name="Fien"), **role_row("cubiss_finance")})
    second = User.objects.get(email="nieuw@voorbeeld.example")
    assert not second.assignments.exists(), "the role is not there yet"
    asked = PendingChange.objects.get(decided_at=None)
    assert (asked.kind, asked.subject) == ("office_role", "Fien (nieuw@voorbeeld.example)")
    carla.post(reverse("cubiss:pending_change_decide", args=[asked.pk]), {"answer": "yes"})
    assert not second.assignments.exists(), "who asked does not accept"

    office_mail.send_all(at=DAY)
    told = {mail.to[0]: mail for mail in mailoutbox if "Cubiss" in mail.subject}
    assert set(told) == {coordinator.email, finance.email, reader.email}
    assert "Fien (nieuw@voorbeeld.example)" in told[finance.email].body
    assert f"Carla ({coordinator.email})" in told[finance.email].body
    carla.force_login(finance, "allauth.account.auth_backends.AuthenticationBackend")
    assert "wacht op een tweede persoon" in carla.get(reverse("cubiss:home")).content.decode()

    change = accounts.ask(venlo, HIS, by=coordinator, at=DAY)
    second_person.accept(asked, by=finance, at=DAY)  # a colleague is misled: the new account still waits
    with pytest.raises(TooNew):
        accounts.accept(change, by=second, at=DAY)
    assert Organisation.objects.get(pk=venlo.pk).iban == venlo.iban


def test_a_manager_that_he_made_himself_asks_in_vain(carla, coordinator, finance, venlo):
    """Another road: an account at the library, which asks for the IBAN that he then accepts."""
    carla.post(f"{USERS}add/", {**new_user(), **role_row("library_manager", venlo)})
    puppet = User.objects.get(email="nieuw@voorbeeld.example")
    assert puppet.assignments.get().granted_by == coordinator
    change = accounts.ask(venlo, HIS, by=puppet, at=DAY)
    with pytest.raises(MadeByYou) as stopped:
        accounts.accept(change, by=coordinator, at=LATER)
    assert "Een andere collega" in sentence(stopped.value)
    accounts.accept(change, by=finance, at=LATER)


def test_a_new_colleague_is_not_the_second_person_yet(coordinator, finance, venlo, programme):
    nadia = User.objects.create_user("nadia@voorbeeld.example", PASSWORD, name="Nadia")
    second_person.accept(second_person.ask_role(nadia, Role.CUBISS_FINANCE, by=coordinator, at=DAY), by=finance, at=DAY)
    given = nadia.assignments.get()
    assert (given.granted_by, given.confirmed_by, given.granted_at) == (coordinator, finance, DAY)
    parent = second_person.ask_parent(venlo, None if venlo.parent else venlo_parent(), by=finance, at=DAY)
    for moment in (DAY, DAY + timedelta(days=7) - timedelta(seconds=1)):
        with pytest.raises(TooNew) as early:
            second_person.accept(parent, by=nadia, at=moment)
        assert "13 oktober 2026" in sentence(early.value)
    second_person.accept(parent, by=nadia, at=DAY + timedelta(days=7))
    programme.new_account_waits = 30
    programme.save()
    change = accounts.ask(venlo, HIS, by=finance, at=DAY)
    with pytest.raises(TooNew):
        accounts.accept(change, by=nadia, at=LATER)


def venlo_parent() -> Organisation:
    return Organisation.objects.create(name="Fonds", slug="fonds", iban="NL86INGB0002445588")


def test_an_old_reader_who_became_finance_waits_as_well(coordinator, finance, reader, venlo):
    change = accounts.ask(venlo, HIS, by=coordinator, at=DAY)
    second_person.accept(
        second_person.ask_role(reader, Role.CUBISS_FINANCE, by=coordinator, at=DAY), by=finance, at=DAY
    )
    with pytest.raises(TooNew):
        accounts.accept(change, by=reader, at=DAY)


def test_what_leads_to_money_waits_at_every_entrance(carla, coordinator, finance, venlo, food_bank, welfare):
    """The lists of the office: parent, warned address, first account."""
    url = reverse("admin:organisations_organisation_change", args=[food_bank.pk])
    form = {"name": food_bank.name, "slug": food_bank.slug, "municipality": food_bank.municipality_id}
    form |= {"street": food_bank.street, "postcode": food_bank.postcode, "city": food_bank.city, "kvk": food_bank.kvk}
    form |= {**inline("participation"), **inline("branches"), "parent": welfare.pk, "email": "hij@voorbeeld.example"}
    carla.post(url, form)
    now = Organisation.objects.get(pk=food_bank.pk)
    assert (now.parent, now.email) == (None, food_bank.email)
    asked = {each.kind: each for each in PendingChange.objects.filter(decided_at=None)}
    assert set(asked) == {"parent", "mail_address"}
    for each in asked.values():
        with refused(ChangeRefused.Reason.OWN):
            second_person.accept(each, by=coordinator, at=DAY)
        second_person.accept(each, by=finance, at=DAY)
        with refused(ChangeRefused.Reason.DECIDED):
            second_person.accept(each, by=finance, at=DAY)
    now = Organisation.objects.get(pk=food_bank.pk)
    assert (now.parent, now.email) == (welfare, "hij@voorbeeld.example")


def test_a_tariff_has_a_ceiling(client, finance, coordinator, programme):
    client.force_login(finance, "allauth.account.auth_backends.AuthenticationBackend")
    add = f"{LIST}settlements/tariff/add/"
    form = {"kind": "handling", "track": "", "first_day": "2026-10-01", "amount": "4000", "vat": "outside"}
    page = client.post(add, form).content.decode()
    assert "hoogstens" in page
    assert not PendingChange.objects.filter(decided_at=None).exists()
    tariff = Tariff(kind="handling", first_day=date(2026, 10, 1), amount=Decimal("25.01"), vat="outside")
    with refused(ChangeRefused.Reason.CEILING):
        asked.ask_tariff(tariff, by=finance, at=DAY)
    client.post(add, {**form, "amount": "5"})
    change = PendingChange.objects.get(decided_at=None)
    programme.highest_handling = Decimal("4.50")
    programme.save()
    with refused(ChangeRefused.Reason.CEILING):
        second_person.accept(change, by=coordinator, at=DAY)
    change.refresh_from_db()
    assert change.outcome == "" and not Tariff.objects.filter(amount=5).exists()
    second_person.decline(change, by=coordinator, at=DAY)
    assert PendingChange.objects.get(pk=change.pk).outcome == "refused"


def test_an_account_of_cubiss_that_was_closed_opens_by_two(carla, coordinator, finance, reader):
    User.objects.filter(pk=reader.pk).update(is_active=False)
    mine = reader.assignments.get()
    row = {"id": mine.pk, "user": reader.pk, "role": mine.role, "organisation": "", "branch": ""}
    form = {"name": reader.name, "is_active": "on", **inline("assignments", row, initial=1)}
    carla.post(reverse("admin:accounts_user_change", args=[reader.pk]), form)
    assert not User.objects.get(pk=reader.pk).is_active
    second_person.accept(PendingChange.objects.get(decided_at=None), by=finance, at=DAY)
    assert User.objects.get(pk=reader.pk).is_active


def test_nobody_else_has_the_name_of_a_colleague(carla, finance):
    page = carla.post(f"{USERS}add/", new_user(name=" frank ")).content.decode()
    assert "Zo heet al een collega van Cubiss" in page
    assert not User.objects.filter(email="nieuw@voorbeeld.example").exists()


def test_nobody_accepts_his_own_role(coordinator, finance):
    change = second_person.ask_role(finance, Role.CUBISS_COORDINATOR, by=coordinator, at=DAY)
    with refused(ChangeRefused.Reason.ABOUT_YOU):
        second_person.accept(change, by=finance, at=DAY)
    with refused(ChangeRefused.Reason.OPEN):
        second_person.ask_role(finance, Role.CUBISS_COORDINATOR, by=coordinator, at=DAY)


def test_the_database_refuses_one_person_twice(coordinator, finance, food_bank, welfare):
    change = second_person.ask_parent(food_bank, welfare, by=coordinator, at=DAY)
    own = {"outcome": "accepted", "decided_at": DAY, "decided_by": coordinator}
    for values in (own, {"becomes": "iets anders"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            PendingChange.objects.filter(pk=change.pk).update(**values)
    with pytest.raises(DatabaseError), transaction.atomic():
        Assignment.objects.create(
            user=finance, role=Role.CUBISS_READER, granted_by=coordinator, confirmed_by=coordinator
        )
    told = [(each.kind, each.recipient) for each in OfficeMail.objects.all()]
    assert told == [("look", finance.email)], "who can be the second person hears of it; a role is told to everybody"


@pytest.mark.parametrize(("days", "may"), [(0, False), (6, False), (7, True)])
def test_a_run_is_not_released_by_a_new_account(days, may, coordinator, finance, run):
    nadia = User.objects.create_user("nadia@voorbeeld.example", PASSWORD, name="Nadia")
    by_two.office_role(nadia, Role.CUBISS_COORDINATOR, at=run.prepared_at - timedelta(days=days))
    if may:
        runs.release(run, by=nadia, at=run.prepared_at)
        assert run.released_by == nadia
    else:
        with pytest.raises(TooNew):
            runs.release(run, by=nadia, at=run.prepared_at)


def test_a_run_is_not_released_by_who_made_the_one_that_prepared_it(coordinator, finance, run, venlo):
    """Whatever role he gave alone: who got it may be he."""
    finance.assignments.create(
        role=Role.LIBRARY_MANAGER, organisation=venlo, granted_by=coordinator, granted_at=run.prepared_at
    )
    with pytest.raises(MadeByYou):
        runs.release(run, by=coordinator, at=run.prepared_at)


# --- the rule for each of two, at each entrance, on the border itself -------------------------------------------------


def by_accounts(venlo, asker):
    change = accounts.ask(venlo, HIS, by=asker, at=DAY)
    return lambda by, moment: accounts.accept(change, by=by, at=moment)


def by_waiting_change(venlo, asker):
    change = second_person.ask_mail_address(venlo, "nieuw@voorbeeld.example", by=asker, at=DAY)
    return lambda by, moment: second_person.accept(change, by=by, at=moment)


@pytest.mark.parametrize("entrance", [by_accounts, by_waiting_change])
def test_who_made_the_one_who_asks_accepts_nothing_of_him(entrance, venlo, manager, coordinator, finance):
    """A role that one person gave is that person again; once another confirmed it, two people know him."""
    accept = entrance(venlo, manager)
    Assignment.objects.filter(user=manager).update(granted_by=coordinator)
    with pytest.raises(MadeByYou):
        accept(coordinator, LATER)
    Assignment.objects.filter(user=manager).update(confirmed_by=finance)
    accept(coordinator, LATER)


@pytest.mark.parametrize("entrance", [by_accounts, by_waiting_change])
def test_who_has_the_right_by_two_roles_has_it_from_the_first(entrance, venlo, coordinator, finance):
    """Finance for years and coordinator since today is no new colleague; a reader for years who became both is."""
    accept = entrance(venlo, coordinator)
    nadia = User.objects.create_user("nadia@voorbeeld.example", PASSWORD, name="Nadia")
    for role, days in ((Role.CUBISS_FINANCE, 7), (Role.CUBISS_COORDINATOR, 0), (Role.CUBISS_READER, 900)):
        by_two.office_role(nadia, role, at=DAY - timedelta(days=days))
    with pytest.raises(TooNew) as early:
        accept(nadia, DAY - timedelta(seconds=1))
    assert early.value.until == DAY
    accept(nadia, DAY)


@pytest.mark.parametrize("entrance", [by_accounts, by_waiting_change])
def test_a_right_from_before_the_rule_does_not_begin_to_wait_by_a_second_role(entrance, venlo, coordinator, finance):
    accept = entrance(venlo, coordinator)
    assert finance.assignments.get().granted_at is None
    by_two.office_role(finance, Role.CUBISS_COORDINATOR, at=DAY)
    accept(finance, DAY)


@pytest.mark.parametrize(("kind", "ceiling"), [("handling", "highest_handling"), ("membership", "highest_fee")])
def test_the_ceiling_itself_may_be_asked_and_accepted(kind, ceiling, programme, coordinator, finance):
    highest = getattr(Programme.objects.get(), ceiling)

    def tariff(amount: Decimal) -> Tariff:
        return Tariff(kind=kind, first_day=date(2026, 11, 1), amount=amount, vat="exempt")

    with refused(ChangeRefused.Reason.CEILING):
        asked.ask_tariff(tariff(highest + Decimal("0.01")), by=finance, at=DAY)
    second_person.accept(asked.ask_tariff(tariff(highest), by=finance, at=DAY), by=coordinator, at=DAY)
    assert Tariff.objects.get(kind=kind, first_day=date(2026, 11, 1)).amount == highest


def test_an_account_that_is_not_in_use_hears_nothing_and_keeps_no_name(coordinator, finance, reader):
    User.objects.filter(pk=reader.pk).update(is_active=False)
    nadia = User.objects.create_user("nadia@voorbeeld.example", PASSWORD, name="Nadia")
    second_person.ask_role(nadia, Role.CUBISS_READER, by=coordinator, at=DAY)
    assert set(OfficeMail.objects.values_list("recipient", flat=True)) == {coordinator.email, finance.email}
    assert has_office_name(finance.name) and not has_office_name(reader.name)


def parent_of(organisation, which):
    return second_person.ask_parent(organisation, which, by=User.objects.get(name="Frank"), at=DAY)


def mail_of(organisation, which):
    return second_person.ask_mail_address(organisation, which.email, by=User.objects.get(name="Frank"), at=DAY)


@pytest.mark.parametrize("ask", [parent_of, mail_of])
def test_of_two_requests_about_one_thing_the_second_is_about_what_is_gone(
    ask, coordinator, finance, food_bank, welfare, venlo
):
    """Both were asked of what stood there then; after the first nobody saw what the second would change."""
    first, second = ask(food_bank, welfare), ask(food_bank, venlo)
    second_person.accept(first, by=coordinator, at=DAY)
    with refused(ChangeRefused.Reason.GONE):
        second_person.accept(second, by=coordinator, at=DAY)
    now = Organisation.objects.get(pk=food_bank.pk)
    assert (now.parent or now.email) in (welfare, welfare.email)
    assert PendingChange.objects.get(pk=second.pk).outcome == "", "it still waits, to be declined"
