"""Races, each first shown to be real: the twin takes the guard away, and then it does go wrong."""

import threading
from collections.abc import Callable
from datetime import date

import pytest
from django.db.models import Count

from intermediaries.handouts import cases, handout
from intermediaries.handouts.handout import HandoutNotUndoable
from intermediaries.handouts.rule import HandoutUndoReason
from intermediaries.models import Handout
from kbl.organisations import closing_lock
from kbl.organisations.models import ClosedQuarter
from kbl.periods import Quarter
from kbl.settlements.closing import closing
from kbl.settlements.closing.closing import ClosingRefused
from kbl.settlements.models import Closing, Correction, Line, Statement
from libraries import enrolment, redemption_written, renewal
from libraries.eligibility import renewing
from libraries.eligibility.renewing import NotRenewable
from libraries.models import Enrolment, MembershipEnd, MembershipYear
from tests import by_two
from tests.conftest import at, branch_of
from tests.races.support import (
    PATIENCE,
    kinds,
    looked_by_all,
    somebody_waits,
    together,
    unique_index,
    until,
    without_unique,
)
from vouchers import lifecycle
from vouchers.custody import stock
from vouchers.models import StockMovement, Voucher
from vouchers.numbers import SerialRange

pytestmark = [pytest.mark.with_report, pytest.mark.race, pytest.mark.django_db(transaction=True)]

DAY = date(2025, 10, 2)


# What a desk's one statement expects to find (vouchers/lifecycle.py), each enough by itself.
STATUS, VERSION = " AND status = %(seen)s", " AND xmin = %(version)s::xid"


def desks_write_without(monkeypatch, *guards: str) -> None:
    """All eight desks look before any of them writes, and what they write expects less to be as it was seen."""
    looked, everybody, look = threading.local(), threading.Barrier(8, timeout=PATIENCE), enrolment._desk_where_it_can

    def look_and_wait(*args, **kwargs):
        seen = look(*args, **kwargs)
        if not hasattr(looked, "once"):  # who comes second looks again, alone
            looked.once = True
            everybody.wait()
        return seen

    statement = redemption_written.IN_ONE
    for guard in guards:
        assert guard in statement
        statement = statement.replace(guard, "")
    monkeypatch.setattr(redemption_written, "IN_ONE", statement)
    monkeypatch.setattr(enrolment, "_desk_where_it_can", look_and_wait)


def seen_as(vouchers, seen) -> list[int]:
    """Which vouchers have a status that was seen."""
    seen = {seen} if isinstance(seen, str) else set(seen)
    return [pk for pk, status in vouchers.values_list("pk", "status") if status in seen]


def check_then_act(people: int) -> Callable[..., int]:
    """The unguarded twin of `lifecycle.move_those`: all look first, then each writes whatever is there by then."""
    look = looked_by_all(seen_as, people)

    def move_those(vouchers, *, seen, to, **changes) -> int:
        return Voucher.objects.filter(pk__in=look(vouchers, seen)).update(status=to, **changes)

    return move_those


# --- two desks, one voucher ---------------------------------------------------------------------------------------


def eight_desks(number, venlo, clerk, landgraaf, other_clerk):
    def at_venlo():
        return enrolment.redeem(number, branch=branch_of(venlo), kind="new", on=DAY, by=clerk, at=at(DAY))

    def at_landgraaf():
        return enrolment.redeem(number, branch=branch_of(landgraaf), kind="new", on=DAY, by=other_clerk, at=at(DAY))

    return together(*[at_venlo, at_landgraaf] * 4)


def test_eight_desks_redeem_one_voucher_once(stock_of_food_bank, venlo, clerk, landgraaf, other_clerk):
    """Threat 1: a photocopy offered at several libraries in the same second."""
    for serial in list(stock_of_food_bank)[:15]:
        number = Voucher.objects.get(pk=serial).number
        results = eight_desks(number, venlo, clerk, landgraaf, other_clerk)
        assert kinds(results) == ["Enrolment"] + ["VoucherRefused"] * 7
        assert all(each.reason == "already_redeemed" for each in results if not isinstance(each, Enrolment))
    assert Enrolment.objects.standing().count() == 15


def test_this_race_is_real_without_the_guard_a_voucher_is_redeemed_more_than_once(
    stock_of_food_bank, venlo, clerk, landgraaf, other_clerk, monkeypatch
):
    desks_write_without(monkeypatch, STATUS, VERSION)
    with without_unique("one_standing_enrolment_per_voucher"):
        for serial in list(stock_of_food_bank)[:5]:
            eight_desks(Voucher.objects.get(pk=serial).number, venlo, clerk, landgraaf, other_clerk)
        doubled = Enrolment.objects.values("voucher").annotate(count=Count("pk")).filter(count__gt=1).count()
    assert doubled == 5, "every voucher is redeemed twice when nothing guards it"


def test_the_constraint_alone_stops_the_second_desk_too(
    stock_of_food_bank, venlo, clerk, landgraaf, other_clerk, monkeypatch
):
    desks_write_without(monkeypatch, STATUS, VERSION)
    number = Voucher.objects.get(pk=stock_of_food_bank.first).number
    eight_desks(number, venlo, clerk, landgraaf, other_clerk)
    assert Enrolment.objects.standing().count() == 1


@pytest.mark.parametrize("taken_away", [STATUS, VERSION])
def test_what_a_desk_saw_of_a_voucher_stops_the_second_desk_each_by_itself(
    stock_of_food_bank, venlo, clerk, landgraaf, other_clerk, monkeypatch, taken_away
):
    desks_write_without(monkeypatch, taken_away)
    number = Voucher.objects.get(pk=stock_of_food_bank.first).number
    results = eight_desks(number, venlo, clerk, landgraaf, other_clerk)
    assert kinds(results) == ["Enrolment"] + ["VoucherRefused"] * 7


# --- one membership, two answers ----------------------------------------------------------------------------------

YEAR_ON = date(2026, 10, 2)


def renewed_and_ended_at_once(serials, venlo, clerk):
    """Of five members two colleagues tell different things in the same second; how many got both answers."""
    for voucher in Voucher.objects.within(SerialRange(serials.first, serials.first + 4)):
        made = enrolment.redeem(voucher.number, branch=branch_of(venlo), kind="new", on=DAY, by=clerk, at=at(DAY))
        year = made.years.get()
        results = together(
            lambda year=year: renewal.renew(year, by=clerk, at=at(YEAR_ON)),
            lambda year=year: renewal.end(year, by=clerk, at=at(YEAR_ON)),
        )
        assert all(isinstance(each, MembershipYear | MembershipEnd | NotRenewable) for each in results)
    return Enrolment.objects.filter(ends__isnull=False, years__ordinal=2).count()


def test_a_membership_is_renewed_or_ended_never_both(stock_of_food_bank, venlo, clerk):
    assert renewed_and_ended_at_once(stock_of_food_bank, venlo, clerk) == 0
    assert MembershipEnd.objects.count() + MembershipYear.objects.filter(ordinal=2).count() == 5


def test_this_race_is_real_unless_one_membership_is_held_both_answers_stand(
    stock_of_food_bank, venlo, clerk, monkeypatch
):
    monkeypatch.setattr(renewing, "hold", lambda enrolment: None)
    monkeypatch.setattr(renewing, "why_not", looked_by_all(renewing.why_not, 2))
    assert renewed_and_ended_at_once(stock_of_food_bank, venlo, clerk) == 5


# --- close pressed twice ------------------------------------------------------------------------------------------


@pytest.fixture
def a_quarter_to_close(stock_of_food_bank, food_bank, worker, venlo, clerk, coordinator):
    """Thirty hand-outs and twenty redemptions in the fourth quarter of 2025; the earlier quarters are closed."""
    first = stock_of_food_bank.first
    handout.hand_out(food_bank, [SerialRange(first, first + 29)], on=DAY, by=worker, at=at(DAY))
    for voucher in Voucher.objects.within(SerialRange(first, first + 19)):
        enrolment.redeem(voucher.number, branch=branch_of(venlo), kind="new", on=DAY, by=clerk, at=at(DAY))
    for quarter in (Quarter(2025, 1), Quarter(2025, 2), Quarter(2025, 3)):
        closing.close(quarter, by=coordinator, at=at(date(2026, 1, 11)))
    return Quarter(2025, 4)


CLOSED_AT = at(date(2026, 1, 12))


def test_close_pressed_by_eight_at_once_closes_once(a_quarter_to_close, coordinator):
    """Threat 9: one winner, one set of statements, numbers without gaps."""
    press = lambda: closing.close(a_quarter_to_close, by=coordinator, at=CLOSED_AT)  # noqa: E731
    results = together(*[press] * 8)
    assert kinds(results) == ["Closing"] + ["ClosingRefused"] * 7
    assert {each.reason for each in results if isinstance(each, ClosingRefused)} == {
        ClosingRefused.Reason.ALREADY_CLOSED
    }
    assert Line.objects.count() == 50
    assert sorted(Statement.objects.exclude(number=None).values_list("number", flat=True)) == [
        "DECL-2025-0001",
        "VEN-2025-0001",
    ]


def test_this_race_is_real_without_lock_and_constraints_a_quarter_is_billed_twice(
    a_quarter_to_close, coordinator, monkeypatch
):
    monkeypatch.setattr(closing_lock, "hold_alone", lambda: None)
    monkeypatch.setattr(closing, "assert_closable", looked_by_all(closing.assert_closable, 2))
    press = lambda: closing.close(a_quarter_to_close, by=coordinator, at=CLOSED_AT)  # noqa: E731
    with without_unique(
        unique_index(ClosedQuarter._meta.db_table, "quarter"),
        unique_index(Closing._meta.db_table, "quarter"),
        "handling_paid_once",
        "membership_year_paid_once",
    ):
        together(press, press)
        assert Line.objects.count() == 100, "every euro twice"


# --- hand-out against void ----------------------------------------------------------------------------------------


def hand_out_against_void(serials, food_bank, worker, coordinator):
    return together(
        lambda: handout.hand_out(food_bank, [serials], on=DAY, by=worker, at=at(DAY)),
        lambda: stock.void(serials, reason="lost", on=DAY, by=coordinator, at=at(DAY)),
    )


def void_was_lost() -> int:
    """Vouchers that a movement made void and that are not."""
    return sum(
        Voucher.objects.within(void.range).exclude(status=Voucher.Status.VOID).count()
        for void in StockMovement.objects.filter(kind="void")
    )


def test_a_voucher_made_void_while_it_is_handed_out_stays_void(stock_of_food_bank, food_bank, worker, coordinator):
    first = stock_of_food_bank.first
    for start in range(first, first + 40, 4):
        handed, voided = hand_out_against_void(SerialRange(start, start + 3), food_bank, worker, coordinator)
        assert isinstance(voided, list), voided
        assert handed == 4 or isinstance(handed, handout.HandoutRefused)
        facts = Handout.objects.standing().filter(voucher__serial__range=(start, start + 3)).count()
        assert facts == (4 if handed == 4 else 0)
    assert void_was_lost() == 0


def test_this_race_is_real_without_the_guard_a_void_voucher_comes_back(
    stock_of_food_bank, food_bank, worker, coordinator, monkeypatch
):
    look, voided, void = looked_by_all(seen_as, 2), threading.Event(), stock.void

    def writes_later(vouchers, *, seen, to, **changes):
        found = look(vouchers, seen)
        if to == Voucher.Status.HANDED_OUT:
            assert voided.wait(PATIENCE)
        return Voucher.objects.filter(pk__in=found).update(status=to, **changes)

    def void_and_tell(*args, **kwargs):
        void(*args, **kwargs)
        voided.set()

    monkeypatch.setattr(lifecycle, "move_those", writes_later)
    monkeypatch.setattr(stock, "void", void_and_tell)
    monkeypatch.setattr(cases, "hold", lambda vouchers: vouchers)
    first = stock_of_food_bank.first
    hand_out_against_void(SerialRange(first, first + 3), food_bank, worker, coordinator)
    assert void_was_lost() == 4


# --- undo against closing -----------------------------------------------------------------------------------------


def undo_against_closing(quarter, worker, coordinator, closing_begins=lambda: None) -> None:
    """Whoever is first: nothing is billed that does not stand."""
    one = Handout.objects.order_by("-pk").first()  # not redeemed
    undone, (_, closed) = together(
        lambda: handout.undo(one, reason="typing_error", by=worker, at=CLOSED_AT),
        lambda: (closing_begins(), closing.close(quarter, by=coordinator, at=CLOSED_AT)),
    )
    assert isinstance(closed, Closing), closed
    one.refresh_from_db()
    billed = Line.objects.filter(handout=one).count()
    if isinstance(undone, HandoutNotUndoable):
        assert undone.reason == HandoutUndoReason.QUARTER_CLOSED
        assert one.stands and billed == 1
    else:
        assert undone is None and not one.stands and billed == 0


def test_an_undo_comes_before_the_closing_or_is_refused(a_quarter_to_close, worker, coordinator):
    """Threat 14."""
    undo_against_closing(a_quarter_to_close, worker, coordinator)


def slow_undo(monkeypatch, rest: Callable[[], object]) -> threading.Event:
    """An undo that rests between looking whether the books are open and revoking; gives the moment that it looked."""
    look, looked = closing_lock.assert_open, threading.Event()

    def look_and_rest(on, recorded_at):
        look(on, recorded_at)
        looked.set()
        rest()

    monkeypatch.setattr(closing_lock, "assert_open", look_and_rest)
    return looked


def test_a_closing_waits_for_an_undo_that_is_under_way(a_quarter_to_close, worker, coordinator, monkeypatch):
    looked = slow_undo(monkeypatch, rest=lambda: until(somebody_waits))
    undo_against_closing(a_quarter_to_close, worker, coordinator, closing_begins=lambda: looked.wait(PATIENCE))
    assert Closing.objects.filter(quarter=a_quarter_to_close).exists()


def test_this_race_is_real_without_the_closing_lock_a_revoked_fact_is_billed(
    a_quarter_to_close, worker, coordinator, monkeypatch
):
    monkeypatch.setattr(closing_lock, "hold_open", lambda: None)
    closed = threading.Event()
    looked = slow_undo(monkeypatch, rest=lambda: closed.wait(PATIENCE))
    one = Handout.objects.order_by("-pk").first()
    together(
        lambda: handout.undo(one, reason="typing_error", by=worker, at=CLOSED_AT),
        lambda: (
            looked.wait(PATIENCE),
            closing.close(a_quarter_to_close, by=coordinator, at=CLOSED_AT),
            closed.set(),
        ),
    )
    one.refresh_from_db()
    assert not one.stands and Line.objects.filter(handout=one).exists(), "billed and revoked"


# --- a redemption while the quarter closes, and a credit asked twice ----------------------------------------------


def test_redemptions_while_the_quarter_closes_are_neither_lost_nor_billed_twice(
    a_quarter_to_close, venlo, clerk, coordinator, stock_of_food_bank
):
    first = stock_of_food_bank.first
    numbers = [each.number for each in Voucher.objects.within(SerialRange(first + 20, first + 35))]
    moments = [at(date(2026, 1, 12), 11), at(date(2026, 1, 12), 13)]  # recorded before and after the press

    def late(number, moment):
        return lambda: enrolment.redeem(number, branch=branch_of(venlo), kind="new", on=DAY, by=clerk, at=moment)

    results = together(
        lambda: closing.close(a_quarter_to_close, by=coordinator, at=CLOSED_AT),
        *[late(number, moments[i % 2]) for i, number in enumerate(numbers)],
    )
    assert kinds(results) == ["Closing"] + ["Enrolment"] * 16
    closing.close(a_quarter_to_close.next, by=coordinator, at=at(date(2026, 4, 12)))
    billed = Line.objects.filter(membership_year__isnull=False)
    assert billed.count() == billed.values("membership_year").distinct().count() == 36


def test_a_correction_asked_twice_at_once_is_made_once(a_quarter_to_close, coordinator, finance):
    """Threat 16."""
    closing.close(a_quarter_to_close, by=coordinator, at=CLOSED_AT)
    for line in Line.objects.filter(handout__isnull=False)[:20]:
        ask = lambda line=line: by_two.correct(line, reason="twice", by=finance, at=CLOSED_AT)  # noqa: E731
        assert kinds(together(ask, ask)) == ["Correction", "NotCorrectable"]
    assert Correction.objects.count() == 20
