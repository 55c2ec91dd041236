"""Mail about stock: once each time that stock runs low, once per answer, to the office itself, without a number."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage

from intermediaries import accreditation
from intermediaries.notices import mailing
from intermediaries.notices.models import StockMail
from intermediaries.orders import orders
from intermediaries.stock_levels import levels, low_stock
from intermediaries.stock_levels.models import LowStockPeriod
from kbl.celery import app
from tests import by_two
from tests.conftest import START, at
from tests.intermediaries.orders.conftest import NOW, SOON, TODAY
from tests.races.support import together
from vouchers.custody import stock
from vouchers.numbers import SerialRange

State = StockMail.State


@pytest.fixture
def low(stock_of_food_bank, food_bank, hand_out):
    """Forty of fifty went out in five weeks: what is left does not last four."""
    hand_out(SerialRange(1, 40), START)
    return food_bank


def watch(day: date = TODAY) -> None:
    low_stock.watch(at=at(day, 7))
    mailing.send_all(at=at(day, 7))


@pytest.mark.both_engines
def test_one_mail_per_dip(low, mailoutbox, settings):
    for days in range(4):
        watch(TODAY + timedelta(days=days))
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([low.email], "Uw vouchers raken op")
    assert "U hebt nog 10 vouchers" in mail.body
    assert f"{settings.SITE_URL}/intermediair/bestellen/" in mail.body
    assert not re.search(r"\d{7}", mail.body)


def test_a_dip_is_over_when_the_stock_is_back_and_the_next_one_is_told_again(
    low, coordinator, worker, hand_out, mailoutbox
):
    watch()
    stock.allocate(SerialRange(51, 90), to=low, on=TODAY, by=coordinator, at=NOW)
    watch(TODAY + timedelta(days=1))
    assert LowStockPeriod.objects.get().over_on == TODAY + timedelta(days=1)
    hand_out(SerialRange(51, 90), TODAY + timedelta(days=2))
    watch(TODAY + timedelta(days=3))
    assert len(mailoutbox) == 2 and LowStockPeriod.objects.filter(over_on=None).count() == 1


def test_nothing_is_said_while_an_order_waits(low, worker, mailoutbox):
    order = orders.place(low, medium="paper", count=40, key=uuid4(), by=worker, at=NOW)
    watch()
    assert not LowStockPeriod.objects.exists()
    orders.cancel(order, by=worker, at=NOW)
    watch()
    assert len(mailoutbox) == 1


def test_nothing_is_said_to_who_is_not_accredited(low, mailoutbox):
    accreditation.end(low.accreditations.get(), last_day=TODAY - timedelta(days=1))
    watch()
    assert not LowStockPeriod.objects.exists() and not mailoutbox


def test_a_dip_of_who_lost_its_accreditation_can_still_end(low, coordinator):
    watch()
    accreditation.end(low.accreditations.get(), last_day=TODAY)
    stock.allocate(SerialRange(51, 100), to=low, on=TODAY, by=coordinator, at=NOW)
    watch(TODAY + timedelta(days=1))
    assert LowStockPeriod.objects.get().over_on


def test_a_level_of_ones_own_decides(stock_of_food_bank, food_bank, worker, mailoutbox):
    watch()
    levels.set_level(food_bank, medium="paper", minimum=50, fill_up_to=80, by=worker, at=NOW)
    watch()
    assert not mailoutbox, "fifty is not below fifty"
    levels.set_level(food_bank, medium="paper", minimum=51, fill_up_to=80, by=worker, at=NOW)
    watch()
    assert len(mailoutbox) == 1


def test_an_answer_is_mailed_once(order, batch, welfare, other_worker, coordinator, mailoutbox, settings):
    second = orders.place(welfare, medium="paper", count=5, key=uuid4(), by=other_worker, at=NOW)
    orders.ship(order, [SerialRange(1, 25)], seen=30, by=coordinator, at=SOON)
    orders.decline(second, seen=5, reason="enough", by=coordinator, at=SOON)
    for _ in range(3):
        mailing.send_all(at=SOON)
    shipped, declined = mailoutbox
    assert (shipped.to, shipped.subject) == (
        ["voedselbank-venlo@voorbeeld.example"],
        "Uw bestelling B-2025-0001 is onderweg",
    )
    assert "25 vouchers op papier. De pakbon zit erbij" in shipped.body
    assert f"{settings.SITE_URL}/intermediair/bestellen/{order.pk}/" in shipped.body
    assert declined.subject == "Uw bestelling B-2025-0002 gaat niet door"
    assert "want u hebt nog genoeg vouchers." in declined.body
    assert not re.search(r"\d{7}", shipped.body + declined.body)


def test_an_office_without_an_address_is_mailed_through_its_parent_or_seen(low, welfare, mailoutbox):
    by_two.mail_address(low, "")
    watch()
    assert StockMail.objects.get().state == State.FAILED and not mailoutbox
    by_two.belongs(low, welfare)
    mailing.send_all(at=NOW)
    assert mailoutbox[0].to == [welfare.email]


def test_what_fails_stays_visible_and_is_tried_again(low, mailoutbox, monkeypatch):
    def down(self, fail_silently=False):
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", down)
        watch()
    assert StockMail.objects.get().state == State.FAILED
    mailing.send_all(at=at(TODAY, 7) + timedelta(minutes=9))
    assert not mailoutbox
    mailing.send_all(at=at(TODAY, 7) + timedelta(minutes=10))
    assert len(mailoutbox) == 1 and StockMail.objects.get().state == State.SENT


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_four_workers_start_a_dip_and_mail_it_once(low, mailoutbox):
    together(*[lambda: watch()] * 4)
    mailing.send_all(at=NOW)
    assert (LowStockPeriod.objects.count(), StockMail.objects.count(), len(mailoutbox)) == (1, 1, 1)


def test_the_timetable_knows_both_tasks():
    tasks = {each["task"] for each in app.conf.beat_schedule.values()}
    assert {"intermediaries.tasks.watch_stock", "intermediaries.tasks.send_mail"} <= tasks
    app.loader.import_default_modules()
    assert {"intermediaries.tasks.watch_stock", "intermediaries.tasks.send_mail"} <= set(app.tasks)
