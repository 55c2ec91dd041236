"""Reminders: one mail with everything, each level once, firmer each time, and never a voucher number."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from intermediaries.handouts import handout
from kbl.celery import app
from kbl.discrepancies import answers, reconciliation, reminders, tasks
from kbl.discrepancies.models import DiscrepancyKind, Reminder, ReminderPlan, ReminderSeries
from kbl.discrepancies.reminders import NotReminded
from tests import by_two
from tests.conftest import at
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines

DAY = date(2025, 10, 2)


def days(count: int) -> date:
    return DAY + timedelta(days=count)


def morning(on: date, times: int = 1) -> None:
    """What the tasks do."""
    for _ in range(times):
        reminders.remind(at=at(on, 8))
        reminders.send_all(at=at(on, 8))


@pytest.fixture
def used(stock_of_food_bank, venlo, enrol) -> SerialRange:
    """Three vouchers of the food bank that Venlo saw, and nobody reported."""
    serials = SerialRange(stock_of_food_bank.first, stock_of_food_bank.first + 2)
    for serial in serials:
        enrol(venlo, serial, DAY)
    return serials


def test_three_levels_each_once_and_further_apart(used, food_bank, coordinator, programme):
    morning(days(13), times=2)
    assert mail.outbox == []
    morning(days(14), times=3)
    (first,) = mail.outbox
    assert (first.to, first.cc) == ([food_bank.email], [])
    assert "3 vouchers zijn al gebruikt" in first.body
    assert "/intermediair/open-punten/" in first.body

    morning(days(27), times=2)
    assert len(mail.outbox) == 1
    morning(days(28), times=2)
    assert len(mail.outbox) == 2
    assert (mail.outbox[1].to, mail.outbox[1].cc) == ([food_bank.email], [programme.contact_email])

    morning(days(42), times=2)
    assert len(mail.outbox) == 3
    assert (mail.outbox[2].to, mail.outbox[2].cc) == ([coordinator.email], [])
    assert food_bank.name in mail.outbox[2].subject
    assert "16 oktober 2025" in mail.outbox[2].body, "which reminder went when"
    morning(days(400), times=2)
    assert len(mail.outbox) == 3, "after that people talk"
    assert [each.level for each in Reminder.objects.all()] == [1, 2, 3]
    for each in mail.outbox:
        assert not re.search(r"\d{7}", each.body + each.subject), "no voucher number in a mail"


def test_what_was_reported_ends_it_and_what_comes_later_begins_anew(used, food_bank, worker, venlo, enrol):
    morning(days(14))
    handout.hand_out(food_bank, [used], on=DAY, by=worker, at=at(days(15)))
    enrol(venlo, used.last + 1, days(15))  # a fresh one, after the first mail
    morning(days(28))
    assert len(mail.outbox) == 1
    assert ReminderSeries.objects.get().over_on == days(28)
    morning(days(29))
    (again,) = mail.outbox[1:]
    assert again.cc == [], "friendly again"
    assert ReminderSeries.objects.count() == 2


def test_an_answer_stops_the_reminders_until_its_day(used, worker, coordinator):
    unreported = reconciliation.of(DiscrepancyKind.UNREPORTED)
    facts = unreported.facts(days(10))
    answers.answer(
        facts,
        unreported,
        [fact.pk for fact in facts],
        words="later",
        until=days(40),
        by=worker,
        at=at(days(10)),
        by_party=True,
    )
    morning(days(39))
    assert mail.outbox == []
    morning(days(40))
    assert len(mail.outbox) == 1


def test_one_mail_tells_both_and_a_few_unused_ones_alone_are_no_reason(food_bank, worker, welfare, other_worker, give):
    give(food_bank, worker, reminders.FEW_UNREDEEMED, DAY)
    give(welfare, other_worker, reminders.FEW_UNREDEEMED - 1, DAY)
    morning(days(89))
    assert mail.outbox == []
    morning(days(90))
    (only,) = mail.outbox
    assert only.to == [food_bank.email]
    assert "5 vouchers reikte u meer dan 90 dagen geleden uit" in only.body


def test_what_began_goes_on_though_fewer_are_left(food_bank, worker, venlo, give, enrol):
    used = give(food_bank, worker, reminders.FEW_UNREDEEMED, DAY)
    for on in range(90, 104):
        morning(days(on))
        if on == 91:
            enrol(venlo, used.first, days(on))
    assert len(mail.outbox) == 1
    morning(days(104))
    assert len(mail.outbox) == 2 and "Een paar vouchers reikte u" in mail.outbox[-1].body
    assert [each.level for each in Reminder.objects.all()] == [1, 2]


def test_however_many_are_reminded_it_asks_as_many_questions(food_bank, worker, welfare, other_worker, give):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked, transaction.atomic():
            reminders.remind(at=at(days(90), 8))
            remembered.update(Reminder.objects.values_list("series__organisation", "level"))
            transaction.set_rollback(True)
        return len(asked)

    remembered: dict = {}
    give(food_bank, worker, reminders.FEW_UNREDEEMED, DAY)
    of_one = questions()
    give(welfare, other_worker, reminders.FEW_UNREDEEMED, DAY)
    assert questions() == of_one
    assert remembered == {food_bank.pk: 1, welfare.pk: 1}


def test_few_unused_ones_are_told_without_their_number(stock_of_food_bank, food_bank, worker, venlo, give, enrol):
    give(food_bank, worker, 2, DAY)
    enrol(venlo, stock_of_food_bank.first, days(90))
    morning(days(104))
    (only,) = mail.outbox
    assert "Een paar vouchers reikte u" in only.body
    assert "1 voucher is al gebruikt" in only.body


def test_the_button_does_not_wait_and_pressing_twice_sends_once(used, food_bank, coordinator, finance):
    reminder = reminders.remind_now(food_bank, by=coordinator, at=at(days(2)))
    assert (reminder.level, reminder.asked_by) == (1, coordinator)
    with pytest.raises(NotReminded) as refused:
        reminders.remind_now(food_bank, by=finance, at=at(days(2), 13))
    assert refused.value.reason == NotReminded.Reason.TODAY
    reminders.send_all(at=at(days(2), 13))
    reminders.remind_now(food_bank, by=finance, at=at(days(3)))
    reminders.send_all(at=at(days(3)))
    assert [each.to for each in mail.outbox] == [[food_bank.email]] * 2
    with pytest.raises(NotReminded) as refused:
        reminders.remind_now(food_bank, by=coordinator, at=at(days(3), 13))
    assert refused.value.reason == NotReminded.Reason.TODAY, "of the second no more than of the first"
    with pytest.raises(NotReminded) as refused:
        reminders.remind_now(food_bank, by=finance, at=at(days(4)))
    assert refused.value.reason == NotReminded.Reason.ALL, "the third is for the coordinators, when its day comes"


def test_nothing_open_nothing_sent(food_bank, coordinator):
    with pytest.raises(NotReminded) as refused:
        reminders.remind_now(food_bank, by=coordinator, at=at(DAY))
    assert refused.value.reason == NotReminded.Reason.NOTHING
    assert not ReminderSeries.objects.exists()


def test_without_an_address_it_waits_for_one_and_cubiss_sees_it(used, food_bank):
    by_two.mail_address(food_bank, "")
    morning(days(14))
    assert Reminder.objects.get().state == Reminder.State.FAILED
    by_two.mail_address(food_bank, "nieuw@voorbeeld.example")
    morning(days(15))
    assert [each.to for each in mail.outbox] == [["nieuw@voorbeeld.example"]]


def test_a_mail_that_waited_until_everything_was_told_does_not_go(used, food_bank, worker):
    reminders.remind(at=at(days(14)))
    handout.hand_out(food_bank, [used], on=DAY, by=worker, at=at(days(14)))
    morning(days(15))
    assert mail.outbox == []


def test_the_days_can_be_set(used, food_bank):
    ReminderPlan.objects.create(pk=1, first_after=30, second_after=7, third_after=7)
    morning(days(29))
    assert mail.outbox == []
    morning(days(30))
    morning(days(37))
    assert len(mail.outbox) == 2


def test_what_the_office_denied_is_not_asked_again(used, food_bank, worker):
    unreported = reconciliation.of(DiscrepancyKind.UNREPORTED)
    facts = unreported.facts(DAY)
    told = {"words": "not_ours", "until": None, "by": worker, "at": at(DAY), "by_party": True}
    answers.answer(facts, unreported, [fact.pk for fact in facts], **told)
    morning(days(60))
    assert mail.outbox == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_remind_once(used, food_bank):
    """The database keeps one series at a time and one mail a level; whoever is second leaves it alone."""

    def work(_: int) -> None:
        try:
            morning(days(14))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(work, range(8)))
    morning(days(14))
    assert (ReminderSeries.objects.count(), Reminder.objects.count(), len(mail.outbox)) == (1, 1, 1)


def test_it_runs_by_itself():
    """The morning's look and the mail are in the timetable, under the names that the tasks have."""
    timetable = {each["task"] for each in app.conf.beat_schedule.values()}
    assert {tasks.remind.name, tasks.send_mail.name} <= timetable


def test_the_task_does_it(used, food_bank):
    with time_machine.travel(at(days(14), 8), tick=False):
        tasks.remind()
        tasks.send_mail()
    assert [each.to for each in mail.outbox] == [[food_bank.email]]
