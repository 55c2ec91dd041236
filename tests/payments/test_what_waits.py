"""What waits for a second person: who hears of it, in which order it is shown, and how each way of deciding ends."""

from datetime import date, timedelta

import pytest

from kbl.accounts.models import Assignment, Role, User
from kbl.second_person import office_mail, second_person
from kbl.second_person.models import OfficeMail, PendingChange
from kbl.second_person.second_person import ChangeRefused
from tests import by_two
from tests.conftest import PASSWORD, at

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

Kind, Outcome, Reason = PendingChange.Kind, PendingChange.Outcome, ChangeRefused.Reason
DAY = at(date(2026, 10, 6))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def nadia(coordinator, finance) -> User:
    """A third colleague who may decide; two people know her, for a year."""
    made = User.objects.create_user("nadia@voorbeeld.example", PASSWORD, name="Nadia")
    by_two.office_role(made, Role.CUBISS_FINANCE, at=DAY - timedelta(days=365))
    OfficeMail.objects.all().delete()
    return made


def address(organisation, name: str, by, at=DAY) -> PendingChange:
    return second_person.ask_mail_address(organisation, f"{name}@voorbeeld.example", by=by, at=at)


def told() -> list[tuple[str, str]]:
    return sorted(OfficeMail.objects.values_list("kind", "recipient"))


def refused(reason: Reason):
    return pytest.raises(ChangeRefused, match=reason)


def test_what_waits_longest_stands_first_and_a_kind_can_be_asked_for(coordinator, venlo, food_bank, welfare):
    late = address(venlo, "later", coordinator, DAY + MINUTE)
    first = address(food_bank, "eerst", coordinator)
    parent = second_person.ask_parent(food_bank, welfare, by=coordinator, at=DAY + 2 * MINUTE)
    assert second_person.waiting() == [first, late, parent]
    assert second_person.waiting(Kind.MAIL_ADDRESS) == [first, late]
    assert second_person.waiting(Kind.PARENT) == [parent] and second_person.waiting(Kind.TARIFF) == []


def test_what_was_decided_last_stands_first_and_no_more_than_twenty(coordinator, finance, venlo):
    for number in range(21):
        change = address(venlo, f"a{number}", coordinator)
        second_person.decline(change, by=finance, at=DAY + number * MINUTE)
    waits = address(venlo, "nog", coordinator)
    shown = second_person.decided()
    assert len(shown) == 20 and waits not in shown
    assert [each.decided_at for each in shown] == [DAY + number * MINUTE for number in range(20, 0, -1)]


def test_no_is_said_once_and_is_taking_back_for_who_asked(coordinator, finance, venlo):
    mine, his = address(venlo, "een", coordinator), address(venlo, "twee", coordinator)
    second_person.decline(mine, by=coordinator, at=DAY)
    second_person.decline(his, by=finance, at=DAY + MINUTE)
    for change, outcome, by in ((mine, Outcome.WITHDRAWN, coordinator), (his, Outcome.REFUSED, finance)):
        change.refresh_from_db()
        assert (change.outcome, change.decided_by) == (outcome, by)
        for step in (second_person.decline, second_person.accept):
            with refused(Reason.DECIDED):
                step(change, by=finance, at=DAY + 2 * MINUTE)
    change.refresh_from_db()
    assert change.decided_at == DAY + MINUTE, "a later word changes nothing"
    was = venlo.email
    venlo.refresh_from_db()
    assert venlo.email == was


def test_who_can_be_the_second_hears_once_as_long_as_his_mail_waits(coordinator, finance, nadia, reader, venlo):
    """A list from Excel asks for many at once; what is asked after the mail went is news again."""
    address(venlo, "een", coordinator)
    address(venlo, "twee", coordinator)
    assert told() == [("look", finance.email), ("look", nadia.email)], "not who asked, and not who only reads"
    OfficeMail.objects.filter(recipient=finance.email).update(state=OfficeMail.State.SENT)
    address(venlo, "drie", coordinator)
    assert told() == [("look", finance.email), ("look", finance.email), ("look", nadia.email)]


def test_who_is_too_new_to_decide_is_not_asked_to_look(coordinator, finance, venlo):
    new = User.objects.create_user("nadia@voorbeeld.example", PASSWORD, name="Nadia")
    by_two.office_role(new, Role.CUBISS_FINANCE, at=DAY - timedelta(days=1))
    OfficeMail.objects.all().delete()
    assert second_person.colleagues_of(coordinator, at=DAY) == [finance]
    address(venlo, "een", coordinator)
    assert told() == [("look", finance.email)]


def test_a_role_is_not_given_to_who_took_the_name_of_a_colleague_meanwhile(coordinator, finance):
    someone = User.objects.create_user("iemand@voorbeeld.example", PASSWORD, name="Iemand Anders")
    change = second_person.ask_role(someone, Role.CUBISS_READER, by=coordinator, at=DAY)
    User.objects.filter(pk=someone.pk).update(name=finance.name.upper())
    with refused(Reason.LIKE_ANOTHER):
        second_person.accept(change, by=finance, at=DAY + MINUTE)
    assert not someone.assignments.exists()
    assert PendingChange.objects.get(pk=change.pk).outcome == "", "it still waits"


def test_mail_that_a_lost_worker_held_goes_after_all(coordinator, finance, venlo, mailoutbox):
    address(venlo, "een", coordinator)
    OfficeMail.objects.update(state=OfficeMail.State.SENDING, claimed_at=DAY - timedelta(days=1), attempts=1)
    office_mail.send_all(at=DAY)
    assert [each.to for each in mailoutbox] == [[finance.email]]


def test_a_mail_that_waits_keeps_no_news_of_power_from_anybody(coordinator, finance, nadia, reader, venlo):
    address(venlo, "een", coordinator)
    OfficeMail.objects.exclude(kind="look").delete()
    someone = User.objects.create_user("iemand@voorbeeld.example", PASSWORD, name="Iemand Anders")
    change = second_person.ask_role(someone, Role.CUBISS_READER, by=coordinator, at=DAY)
    everybody = {each.email for each in (coordinator, finance, nadia, reader)}
    assert {recipient for kind, recipient in told() if kind == "asked"} == everybody
    second_person.accept(change, by=finance, at=DAY + MINUTE)
    assert {recipient for kind, recipient in told() if kind == "accepted"} == {*everybody, someone.email}


def test_what_is_no_power_is_told_when_it_is_asked_and_not_when_it_is_there(coordinator, finance, venlo):
    change = address(venlo, "een", coordinator)
    second_person.accept(change, by=finance, at=DAY + MINUTE)
    assert told() == [("look", finance.email)]


def test_whoever_asks_reads_who_can_look(coordinator, finance, reader, venlo, nadia):
    change = address(venlo, "een", coordinator)
    sentence = second_person.who_looks(change)
    assert f"{finance.name} ({finance.email}) of {nadia.name} ({nadia.email}). Tot dan" in sentence
    User.objects.filter(pk=nadia.pk).update(is_active=False)
    assert f"persoon: {finance.name} ({finance.email}). Tot dan" in second_person.who_looks(change)
    Assignment.objects.filter(user__in=[nadia, finance]).delete()
    assert "die is er nog niet" in second_person.who_looks(change)


def test_an_account_that_opens_begins_anew_and_not_by_the_hand_of_who_had_it(coordinator, finance, nadia):
    """It waits like a new one, and two people stand for it; whose account it is does not decide on it."""
    User.objects.filter(pk=nadia.pk).update(is_active=False)
    change = second_person.ask_account(nadia, by=coordinator, at=DAY)
    with refused(Reason.ABOUT_YOU):
        second_person.accept(change, by=nadia, at=DAY)
    second_person.accept(change, by=finance, at=DAY + MINUTE)
    mine = nadia.assignments.get()
    assert (mine.granted_at, mine.granted_by, mine.confirmed_by) == (DAY + MINUTE, coordinator, finance)
    assert coordinator.assignments.get().confirmed_by is None, "of nobody else"


def test_the_beginning_is_over_with_two_people_or_with_the_first_agreement(venlo):
    """One who may, one who only reads: nobody to agree with. A third who may ends it, and his going brings it back."""
    assert not PendingChange.objects.exists() and second_person.is_beginning()
    roles = (Role.CUBISS_COORDINATOR, Role.CUBISS_READER, Role.CUBISS_FINANCE)
    people = [User.objects.create_user(f"{role}@voorbeeld.example", PASSWORD, name=role.label) for role in roles]
    for user, role, beginning in zip(people, roles, (True, True, False), strict=True):
        Assignment.objects.create(user=user, role=role)
        assert second_person.is_beginning() is beginning
    first, _, other = people
    second_person.decline(address(venlo, "nee", first), by=other, at=DAY)
    other.assignments.all().delete()
    assert second_person.is_beginning(), "what was refused was not agreed"
    Assignment.objects.create(user=other, role=Role.CUBISS_FINANCE)
    second_person.accept(address(venlo, "ja", first), by=other, at=DAY)
    other.assignments.all().delete()
    assert not second_person.is_beginning(), "two people agreed once"


def test_what_was_decided_stands_apart_and_by_when_it_was(coordinator, finance, venlo, food_bank):
    first, second = address(venlo, "een", coordinator), address(food_bank, "twee", coordinator, DAY + MINUTE)
    second_person.decline(second, by=finance, at=DAY + 2 * MINUTE)
    second_person.decline(first, by=finance, at=DAY + 3 * MINUTE)
    waits = address(venlo, "drie", coordinator)
    assert second_person.decided()[:2] == [first, second] and second_person.waiting() == [waits]


def test_who_gave_the_asker_his_role_alone_is_not_asked_to_look(coordinator, finance, manager):
    manager.assignments.update(granted_by=finance)
    assert second_person.colleagues_of(manager, at=DAY) == [coordinator]


def test_news_of_a_role_keeps_no_question_to_look_from_anybody(coordinator, finance, venlo):
    someone = User.objects.create_user("iemand@voorbeeld.example", PASSWORD, name="Iemand Anders")
    second_person.ask_role(someone, Role.CUBISS_READER, by=coordinator, at=DAY)
    address(venlo, "een", coordinator)
    assert ("look", finance.email) in told()


def test_a_role_that_is_there_already_is_gone_as_a_question(coordinator, finance):
    someone = User.objects.create_user("iemand@voorbeeld.example", PASSWORD, name="Iemand Anders")
    change = second_person.ask_role(someone, Role.CUBISS_READER, by=coordinator, at=DAY)
    by_two.office_role(someone, Role.CUBISS_READER)
    with refused(Reason.GONE):
        second_person.accept(change, by=finance, at=DAY + MINUTE)
    assert someone.assignments.count() == 1 and PendingChange.objects.get(pk=change.pk).decided_at is None


def test_only_the_account_and_the_address_that_were_asked_about_change(coordinator, finance, nadia, venlo, food_bank):
    other = User.objects.create_user("weg@voorbeeld.example", PASSWORD, name="Weg", is_active=False)
    User.objects.filter(pk=nadia.pk).update(is_active=False)
    change = second_person.ask_account(nadia, by=finance, at=DAY)
    second_person.accept(change, by=coordinator, at=DAY + MINUTE)
    mine = nadia.assignments.get()
    assert (mine.granted_at, mine.granted_by, mine.confirmed_by) == (DAY + MINUTE, finance, coordinator)
    other.refresh_from_db()
    assert not other.is_active
    for each in (venlo, food_bank):
        by_two.mail_address(each, "samen@voorbeeld.example")
        each.refresh_from_db()
    second_person.accept(address(venlo, "nieuw", coordinator), by=finance, at=DAY)
    venlo.refresh_from_db()
    food_bank.refresh_from_db()
    assert (venlo.email, food_bank.email) == ("nieuw@voorbeeld.example", "samen@voorbeeld.example")


def test_each_role_and_each_colleague_is_named(coordinator, finance, nadia, venlo):
    Assignment.objects.create(user=nadia, role=Role.LIBRARY_DESK, organisation=venlo)
    asked = second_person.ask_role(nadia, Role.CUBISS_READER, by=coordinator, at=DAY)
    assert sorted(asked.was.split(", ")) == ["Bibliotheek balie", "Cubiss financiën"]
    again = second_person.ask_account(nadia, by=coordinator, at=DAY)
    assert (again.subject, again.was, again.becomes) == (f"Nadia ({nadia.email})", "niet in gebruik", "in gebruik")
    another = User.objects.create_user("a@voorbeeld.example", PASSWORD, name="Anna")
    by_two.office_role(another, Role.CUBISS_FINANCE, at=DAY - timedelta(days=365))
    who = f"persoon: Anna (a@voorbeeld.example), {finance.name} ({finance.email}) of Nadia ({nadia.email}). Tot dan"
    assert who in second_person.who_looks(asked)
