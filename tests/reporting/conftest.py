"""A small history with known figures: Venlo and Landgraaf in two closed quarters and a running one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
from django.test import Client

from intermediaries.handouts import handout
from kbl.fund.models import BudgetLine, Instalment
from kbl.organisations.models import Organisation
from kbl.periods import Quarter
from kbl.settlements.closing import closing
from kbl.settlements.models import Closing
from kbl.settlements.statements import steps
from libraries import enrolment
from libraries.models import Enrolment
from reporting import tasks
from reporting.editions import interim
from reporting.models import KeptInterim
from tests import by_two, released_report
from tests.access.once import papers_in_words
from tests.conftest import at, branch_of
from vouchers.models import Voucher
from vouchers.numbers import SerialRange


@pytest.fixture
def budget(programme) -> None:
    """The plan's budget of the fund and of what the province pays beside it."""
    rows = [("5.1", 84_000, 247_500, 562_500), ("5.2", 8_000, 14_000, 28_000), ("5.3", 2_500, 0, 0)]
    rows += [("2.2", 25_000, 10_000, 5_000), ("2.3", 10_000, 30_000, 30_000), ("2.4", 8_500, 8_500, 8_500)]
    for post, *amounts in rows:
        for year, amount in zip((2025, 2026, 2027), amounts, strict=True):
            BudgetLine.objects.create(
                year=year, post=post, name=post, amount=Decimal(amount), paid_by=programme.commissioner
            )


@dataclass
class History:
    """Who takes part and what they do; every `next` voucher is the food bank's next one."""

    food_bank: Organisation
    worker: Any
    coordinator: Any
    finance: Any
    next: int

    def hand_out(self, count: int, on: date, *, heard: date | None = None) -> range:
        """So many vouchers go to residents on a day."""
        numbers = range(self.next, self.next + count)
        self.next += count
        serials = SerialRange(numbers[0], numbers[-1])
        handout.hand_out(self.food_bank, [serials], on=on, by=self.worker, at=at(heard or on))
        return numbers

    def redeem(self, numbers, library: Organisation, on: date, *, kind: str = "new", heard: date | None = None, by):
        """Those vouchers become memberships at a library."""
        for serial in numbers:
            number = Voucher.objects.get(pk=serial).number
            enrolment.redeem(number, branch=branch_of(library), kind=kind, on=on, by=by, at=at(heard or on))

    def both(self, count: int, library: Organisation, on: date, *, kind: str = "new", by) -> range:
        numbers = self.hand_out(count, on)
        self.redeem(numbers, library, on, kind=kind, by=by)
        return numbers

    def close(self, quarter: str) -> Closing:
        """Close a quarter twelve days after it, with what was still open before it."""
        wanted = Quarter.parse(quarter)
        while (first := closing.next_to_close()) < wanted:
            closing.close(first, by=self.coordinator, at=self.moment(first))
        return closing.close(wanted, by=self.coordinator, at=self.moment(wanted))

    def moment(self, quarter: Quarter) -> datetime:
        return at(quarter.last_day + timedelta(days=12))

    def approve(self, closed: Closing) -> None:
        """Everybody agrees, and Cubiss approves."""
        when = closed.closed_at + timedelta(days=2)
        for statement in closed.statements.all():
            steps.confirm(statement, by=self.worker, at=when)
            steps.approve(statement, by=self.finance, at=when + timedelta(days=1))


@pytest.fixture
def history(stock_of_food_bank, food_bank, worker, coordinator, finance, budget) -> History:
    return History(food_bank, worker, coordinator, finance, stock_of_food_bank.first)


@pytest.fixture
def two_quarters(history, venlo, landgraaf, clerk, other_clerk) -> tuple[Closing, Closing]:
    """Autumn and winter of 2025: 12 at Venlo, 6 heard of late; 7 at Landgraaf; one already free."""
    instalment = Instalment.objects.create(description="Termijn 1", due_on=date(2025, 7, 1), amount=Decimal("94500"))
    by_two.receive(
        instalment, amount=instalment.amount, on=date(2025, 7, 3), by=history.finance, at=at(date(2025, 7, 3))
    )
    history.both(6, venlo, date(2025, 9, 10), by=clerk)
    late = history.hand_out(6, date(2025, 9, 20))
    autumn = history.close("2025-Q3")
    history.approve(autumn)
    history.redeem(late, venlo, date(2025, 9, 25), by=clerk, heard=date(2025, 10, 20))
    history.both(6, landgraaf, date(2025, 11, 3), by=other_clerk)
    history.both(1, landgraaf, date(2025, 11, 4), kind=Enrolment.Kind.CONVERSION, by=other_clerk)
    history.both(1, landgraaf, date(2025, 11, 5), kind=Enrolment.Kind.FREE_ANYWAY, by=other_clerk)
    winter = history.close("2025-Q4")
    return autumn, winter


FEBRUARY = at(date(2026, 2, 3))


@pytest.fixture
def january(two_quarters, history, venlo, clerk) -> KeptInterim:
    """Nine more at Venlo in January, and the interim edition that says so; its paper takes no time."""
    history.both(9, venlo, date(2026, 1, 20), by=clerk)
    kept = interim.make(by=history.coordinator, at=FEBRUARY)
    with (
        mock.patch.object(interim.drawings, "drawn_now", lambda charts: {}),
        mock.patch.object(interim.paper, "render", lambda template, context, **rest: b"%PDF-1.7 a paper"),
    ):
        interim.draw(kept, at=FEBRUARY)
    kept.refresh_from_db()
    return kept


Signed = Callable[[Any], Any]


@pytest.fixture
def signed_in(client) -> Signed:
    """A browser in which somebody is logged in."""

    def log_in(user):
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def reported(two_quarters, history):
    """Both quarters as the province reads them: kept, issued at the closing, and released."""
    for each in two_quarters:
        tasks.make_report(each.pk)
        released_report.released(each, history.coordinator, history.finance, fund="De eerste facturen kwamen laat.")
    return two_quarters


@pytest.fixture
def reported_in_words(two_quarters, history):
    """As `reported`, for whoever does not look at the paper: it has its words and no look."""
    with papers_in_words():
        for each in two_quarters:
            tasks.make_report(each.pk)
            released_report.released(each, history.coordinator, history.finance, fund="De eerste facturen kwamen laat.")
    return two_quarters


@pytest.fixture
def client_class():
    """A browser per person."""

    def log_in(user) -> Client:
        browser = Client()
        browser.force_login(user)
        return browser

    return log_in
