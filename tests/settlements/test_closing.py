"""Closing a quarter: what is frozen, for whom, at which tariff; and everything that stops it without a trace."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from intermediaries.models import Accreditation
from kbl.money import ZERO
from kbl.organisations.models import ClosedQuarter
from kbl.periods import Quarter
from kbl.settlements.closing import closing, digest, unbilled_items
from kbl.settlements.closing.closing import ClosingRefused
from kbl.settlements.models import Closing, Line, NumberSeries, Statement, Tariff
from kbl.settlements.statements import statement_view
from kbl.settlements.tariffs.tariffs import MissingTariff
from libraries.models import Participation
from tests import by_two
from tests.conftest import at
from tests.settlements.conftest import PRESSED, Q1, Q4
from tests.told_once import told_once
from vouchers.numbers import SerialRange

globals().update(told_once("busy_quarter", of=__package__))

pytestmark = [pytest.mark.both_engines, pytest.mark.with_report]

Q2 = Quarter(2026, 2)
MIDNIGHT = at(date(2026, 1, 1), hour=0)


def nothing_changed() -> bool:
    """No trace of a closing of the fourth quarter."""
    return not (
        Closing.objects.filter(quarter=Q4).exists()
        or ClosedQuarter.objects.filter(quarter=Q4).exists()
        or Statement.objects.filter(closing__quarter=Q4).exists()
        or NumberSeries.objects.filter(last_number__gt=0).exists()
    )


# When


def test_a_quarter_is_over_at_local_midnight(busy_quarter, coordinator):
    with pytest.raises(ClosingRefused) as refused:
        closing.close(Q4, by=coordinator, at=MIDNIGHT - timedelta(seconds=1))
    assert refused.value.reason == ClosingRefused.Reason.NOT_OVER
    assert nothing_changed()

    assert closing.close(Q4, by=coordinator, at=MIDNIGHT).quarter == Q4


def test_a_quarter_is_closed_once(closed, close):
    with pytest.raises(ClosingRefused) as refused:
        close(Q4, date(2026, 1, 13))
    assert refused.value.reason == ClosingRefused.Reason.ALREADY_CLOSED
    assert Closing.objects.filter(quarter=Q4).count() == 1


def test_quarters_are_closed_in_order(busy_quarter, close):
    with pytest.raises(ClosingRefused) as refused:
        close(Q1, date(2026, 4, 12))
    assert (refused.value.reason, refused.value.first) == (ClosingRefused.Reason.EARLIER_OPEN, Q4)
    assert nothing_changed()


# What is frozen, and for how much


def test_handling_goes_to_the_intermediary_and_fees_to_the_library(closed, food_bank, venlo):
    declaration = closed.statements.get(organisation=food_bank)
    invoice = closed.statements.get(organisation=venlo)

    assert (declaration.kind, declaration.net, declaration.lines.count()) == ("declaration", Decimal("20.00"), 5)
    assert (invoice.kind, invoice.net, invoice.lines.count()) == ("invoice", Decimal("126.00"), 3)


def test_what_is_shown_is_what_is_frozen(busy_quarter, coordinator):
    shown = closing.preview(Q4, at=PRESSED)
    assert nothing_changed()

    frozen = closing.close(Q4, by=coordinator, at=PRESSED).statements

    assert {(party.kind, party.organisation, party.net, party.payable) for party in shown} == {
        (each.kind, each.organisation, each.net, each.payable) for each in frozen.all()
    }


def test_the_preview_of_a_running_quarter_shows_what_there_is_so_far(busy_quarter):
    shown = closing.preview(Q4, at=at(date(2025, 10, 4)))
    assert sum(party.net for party in shown) == Decimal("104.00")  # five hand-outs, two of the three memberships


def test_what_was_reported_late_rolls_in_marked_with_its_own_quarter_and_tariff(
    closed, close, food_bank, worker, venlo, give, enrol
):
    serials = give(food_bank, worker, 1, date(2025, 12, 31), heard=date(2026, 2, 1))
    enrol(venlo, serials.first, date(2025, 12, 31), heard=date(2026, 2, 1))

    later = close(Q1, date(2026, 4, 12))

    (fee,) = later.statements.get(organisation=venlo).lines.all()
    (handling,) = later.statements.get(organisation=food_bank).lines.all()
    assert (fee.net, fee.quarter) == (Decimal("42.00"), Q4)
    assert (handling.net, handling.quarter) == (Decimal("4.00"), Q4)
    assert fee.is_late
    assert closed.statements.get(organisation=venlo).net == Decimal("126.00")


def test_what_we_hear_after_the_press_waits_for_the_next_closing(busy_quarter, coordinator, venlo, voucher, enrol):
    enrol(venlo, voucher.pk, date(2025, 12, 20), heard=date(2026, 1, 13))
    shut = closing.close(Q4, by=coordinator, at=PRESSED)
    assert shut.statements.get(organisation=venlo).lines.count() == 3
    assert unbilled_items.memberships(Q1.last_day, at(date(2026, 1, 13))).count() == 1


def test_nothing_is_frozen_twice(closed, close):
    again = close(Q1, date(2026, 4, 12))
    assert not Line.objects.filter(statement__closing=again).exists()


def test_who_had_nothing_gets_a_nil_report(closed, landgraaf):
    nil = closed.statements.get(organisation=landgraaf)
    assert (nil.net, nil.number, nil.is_nil, nil.lines.count()) == (ZERO, None, True, 0)


def test_a_track_may_have_a_tariff_of_its_own(busy_quarter, coordinator, food_bank):
    by_two.tariff(kind="handling", track=4, first_day=date(2025, 10, 1), amount=Decimal("5.50"), vat="outside")
    shut = closing.close(Q4, by=coordinator, at=PRESSED)
    assert shut.statements.get(organisation=food_bank).net == Decimal("27.50")


def test_vat_is_rounded_over_the_total_of_its_rate(busy_quarter, coordinator, venlo):
    by_two.tariff(kind="membership", first_day=date(2025, 10, 1), amount=Decimal("41.95"), vat="high")
    invoice = closing.close(Q4, by=coordinator, at=PRESSED).statements.get(organisation=venlo)
    assert (invoice.net, invoice.vat, invoice.total) == (Decimal("125.85"), Decimal("26.43"), Decimal("152.28"))
    (row,) = statement_view.vat_rows(invoice)
    assert (row.rate, row.net, row.vat) == (Decimal(21), invoice.net, invoice.vat)


# What is not paid


# What stops it


def test_a_missing_tariff_stops_the_closing_and_nothing_is_guessed(busy_quarter, close):
    by_two.no_tariff(Tariff.objects.filter(kind="handling"))
    with pytest.raises(MissingTariff) as missing:
        close(Q4, date(2026, 1, 12))
    assert (missing.value.kind, missing.value.on) == ("handling", date(2025, 10, 2))
    assert nothing_changed()


def test_a_party_without_an_account_stops_the_closing_by_name(busy_quarter, food_bank, venlo, close):
    for organisation in (food_bank, venlo):
        organisation.iban = ""
        organisation.save()
    with pytest.raises(ClosingRefused) as refused:
        close(Q4, date(2026, 1, 12))
    assert refused.value.reason == ClosingRefused.Reason.NO_IBAN
    assert set(refused.value.organisations) == {food_bank, venlo}
    assert nothing_changed()


def test_who_gets_nothing_needs_no_account(busy_quarter, landgraaf, close):
    landgraaf.iban = ""
    landgraaf.save()
    assert close(Q4, date(2026, 1, 12))


def test_an_office_is_paid_through_the_organisation_it_reports_to(busy_quarter, food_bank, welfare, close):
    food_bank.iban = ""
    food_bank.save()
    by_two.belongs(food_bank, welfare)
    statement = close(Q4, date(2026, 1, 12)).statements.get(organisation=food_bank)
    assert (statement.particulars["payee"], statement.particulars["iban"]) == (welfare.name, welfare.iban)


# Who gets a statement


@pytest.mark.parametrize(
    ("first", "last", "gets_one"),
    [
        (date(2025, 8, 1), date(2025, 9, 30), False),
        (date(2025, 8, 1), date(2025, 10, 1), True),
        (date(2025, 12, 31), None, True),
        (date(2026, 1, 1), None, False),
    ],
)
def test_a_day_of_accreditation_in_the_quarter_is_enough_for_a_nil_report(
    first, last, gets_one, busy_quarter, welfare, close
):
    Accreditation.objects.filter(organisation=welfare).update(valid_from=first, valid_until=last)
    assert close(Q4, date(2026, 1, 12)).statements.filter(organisation=welfare).exists() is gets_one


@pytest.mark.parametrize(("first", "gets_one"), [(date(2025, 12, 31), True), (date(2026, 1, 1), False)])
def test_a_library_that_begins_on_the_last_day_reports_too(first, gets_one, busy_quarter, gennep, close):
    Participation.objects.filter(library=gennep).update(starts_on=first)
    assert close(Q4, date(2026, 1, 12)).statements.filter(organisation=gennep).exists() is gets_one


# Credits and numbers


def test_a_credit_is_carried_forward_until_it_is_used_up(closed, close, coordinator, venlo, stock_of_food_bank, enrol):
    for line in closed.statements.get(organisation=venlo).lines.all():
        by_two.correct(line, reason="twice", by=coordinator, at=at(date(2026, 1, 20)))
    first = close(Q1, date(2026, 4, 12)).statements.get(organisation=venlo)
    assert (first.net, first.payable, first.carried_out) == (Decimal(-126), ZERO, Decimal(-126))

    enrol(venlo, stock_of_food_bank.first, date(2026, 4, 20))
    second = close(Q2, date(2026, 7, 12)).statements.get(organisation=venlo)
    assert (second.carried_in, second.payable, second.carried_out) == (Decimal(-126), ZERO, Decimal(-81))

    for step in (1, 2):
        enrol(venlo, stock_of_food_bank.first + step, date(2026, 8, 20))
    third = close(Quarter(2026, 3), date(2026, 10, 12)).statements.get(organisation=venlo)
    assert (third.carried_in, third.net, third.payable, third.carried_out) == (Decimal(-81), 90, Decimal(9), ZERO)


def test_a_credit_waits_for_a_party_that_stopped(closed, close, coordinator, food_bank):
    line = closed.statements.get(organisation=food_bank).lines.first()
    Accreditation.objects.update(valid_until=date(2025, 12, 31))
    by_two.correct(line, reason="twice", by=coordinator, at=at(date(2026, 1, 20)))
    close(Q1, date(2026, 4, 12))
    waiting = close(Q2, date(2026, 7, 12)).statements.get(organisation=food_bank)
    assert (waiting.carried_in, waiting.carried_out, waiting.is_nil) == (Decimal(-4), Decimal(-4), True)


def test_numbers_run_on_without_gaps_whatever_failed(
    busy_quarter, close, food_bank, welfare, worker, other_worker, give, landgraaf
):
    iban, food_bank.iban = food_bank.iban, ""
    food_bank.save()
    for _ in range(3):
        with pytest.raises(ClosingRefused):
            close(Q4, date(2026, 1, 12))
    by_two.account(food_bank, iban)
    give(welfare, other_worker, 1, date(2026, 2, 1))
    give(food_bank, worker, 1, date(2026, 2, 1))
    close(Q4, date(2026, 1, 12))
    close(Q1, date(2026, 4, 12))

    numbers = Statement.objects.filter(number__isnull=False).order_by("pk").values_list("number", flat=True)
    assert list(numbers) == ["DECL-2025-0001", "VEN-2025-0001", "DECL-2026-0001", "DECL-2026-0002"]


# The hash of the books


def test_the_digest_of_a_closing_stays_what_it_was(closed, close):
    before = digest.books_digest(closed)
    other = close(Q1, date(2026, 4, 12))
    assert digest.books_digest(closed) == before
    assert digest.books_digest(other) != before


def test_lines_name_the_numbers(closed, food_bank):
    serials = list(closed.statements.get(organisation=food_bank).lines.values_list("serial", flat=True))
    assert SerialRange(serials[0], serials[-1]) == SerialRange(min(serials), max(serials))
    assert len(set(serials)) == 5
