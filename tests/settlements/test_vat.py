"""How VAT applies: by tariff, by organisation and by day; frozen on the line, and the same in preview and closing."""

from datetime import date
from decimal import Decimal

import pytest

from kbl.periods import Quarter
from kbl.settlements.closing import closing
from kbl.settlements.models import PartyVat, Statement, Tariff
from kbl.settlements.statements import corrections, statement_view
from kbl.settlements.tariffs.tariffs import TariffTooEarly, assert_addable
from tests.conftest import at
from tests.settlements.conftest import PRESSED, Q1
from vouchers.numbers import SerialRange

LOW = Decimal("9.00")


def invoice_of(closed, library) -> Statement:
    return closed.statements.get(kind="invoice", organisation=library)


def treated(statement: Statement) -> list[tuple[date, str, Decimal]]:
    return [(line.on, line.vat, line.vat_rate) for line in statement.lines.order_by("on")]


@pytest.mark.both_engines
def test_an_organisations_own_treatment_goes_before_the_tariffs_from_its_first_day(
    busy_quarter, venlo, landgraaf, coordinator
):
    """Venlo enrolled on 3, 4 and 5 October: exempt as the tariff says, then 9 %, and from a later day 21 %."""
    PartyVat.objects.create(organisation=venlo, kind="membership", first_day=date(2025, 10, 4), vat="low")
    PartyVat.objects.create(organisation=venlo, kind="membership", first_day=date(2025, 10, 5), vat="high")
    PartyVat.objects.create(organisation=venlo, kind="handling", first_day=date(2025, 1, 1), vat="outside")
    PartyVat.objects.create(organisation=landgraaf, kind="membership", first_day=date(2025, 1, 1), vat="outside")
    expected = next(
        each
        for each in closing.preview(busy_quarter, at=PRESSED)
        if each.kind == "invoice" and each.organisation == venlo
    )
    statement = invoice_of(closing.close(busy_quarter, by=coordinator, at=PRESSED), venlo)
    assert treated(statement) == [
        (date(2025, 10, 3), "exempt", Decimal(0)),
        (date(2025, 10, 4), "low", LOW),
        (date(2025, 10, 5), "high", Decimal(21)),
    ]
    assert (statement.net, statement.vat) == (Decimal("126.00"), Decimal("12.60"))
    assert (expected.net, expected.vat, expected.lines) == (statement.net, statement.vat, 3)
    assert [(row.words, row.net, row.vat) for row in statement_view.vat_rows(statement)] == [
        ("vrijgesteld", Decimal("42.00"), Decimal("0.00")),
        ("9 %", Decimal("42.00"), Decimal("3.78")),
        ("21 %", Decimal("42.00"), Decimal("8.82")),
    ]


@pytest.mark.both_engines
def test_outside_is_not_exempt_though_both_are_nothing(busy_quarter, venlo, coordinator, food_bank, worker, give, take):
    PartyVat.objects.create(organisation=venlo, kind="membership", first_day=date(2025, 10, 4), vat="outside")
    statement = invoice_of(closing.close(busy_quarter, by=coordinator, at=PRESSED), venlo)
    assert [(row.words, row.lines) for row in statement_view.vat_rows(statement)] == [
        ("vrijgesteld", 1),
        ("geen btw (geen ondernemer)", 2),
    ]


@pytest.mark.both_engines
def test_a_correction_takes_back_the_vat_that_was_billed_whatever_holds_now(
    busy_quarter, venlo, coordinator, give, take, food_bank, worker
):
    PartyVat.objects.create(organisation=venlo, kind="membership", first_day=date(2025, 10, 1), vat="low")
    first = invoice_of(closing.close(busy_quarter, by=coordinator, at=PRESSED), venlo)
    PartyVat.objects.create(organisation=venlo, kind="membership", first_day=date(2026, 1, 1), vat="high")
    corrections.correct(first.lines.first(), reason="twice", by=coordinator, at=at(date(2026, 2, 1)))
    serials = give(food_bank, worker, 1, date(2026, 1, 20))
    take(venlo, SerialRange(serials.first, serials.first), date(2026, 1, 22))
    later = invoice_of(closing.close(Q1, by=coordinator, at=at(date(2026, 4, 12))), venlo)
    assert [(line.net, line.vat, line.vat_rate) for line in later.lines.order_by("net")] == [
        (Decimal("-42.00"), "low", LOW),
        (Decimal("45.00"), "high", Decimal(21)),
    ]
    assert later.vat == Decimal("-3.78") + Decimal("9.45")


def test_what_is_new_starts_after_closed_books(closed):
    with pytest.raises(TariffTooEarly) as refused:
        assert_addable(date(2025, 12, 31))
    assert refused.value.frozen_until == Quarter(2025, 4).last_day
    assert_addable(date(2026, 1, 1))


def test_the_seeded_treatment_is_a_setting(programme):
    assert {tariff.vat for tariff in Tariff.objects.filter(kind="membership")} == {"exempt"}
