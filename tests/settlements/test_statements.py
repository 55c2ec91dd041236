"""A statement's road: the party agrees or asks, Cubiss approves, the fund is drawn on once."""

from datetime import date
from decimal import Decimal

import pytest

from kbl.fund import ledger
from kbl.fund.models import FundEntry
from kbl.money import ZERO
from kbl.settlements.models import Statement, StatementStep
from kbl.settlements.statements import steps
from kbl.settlements.statements.steps import OwnWork, StepRefused
from tests import by_two
from tests.conftest import at
from tests.settlements.conftest import Q1
from tests.told_once import told_once

globals().update(told_once("closed", of=__package__))

pytestmark = pytest.mark.both_engines

MONDAY, TUESDAY = at(date(2026, 1, 19)), at(date(2026, 1, 20))


def test_the_party_agrees_and_cubiss_approves(invoice, manager, finance):
    steps.confirm(invoice, by=manager, at=MONDAY)
    steps.approve(invoice, by=finance, at=TUESDAY)

    assert [step.status for step in invoice.steps.all()] == ["confirmed", "approved"]
    entry = FundEntry.objects.get()
    assert (entry.amount, entry.reference) == (Decimal("-126.00"), f"statement:{invoice.pk}")
    assert str(invoice.number) in entry.description


def test_a_question_is_answered_before_the_agreement(invoice, manager, finance):
    steps.dispute(invoice, reason=StatementStep.Reason.NUMBERS_MISSING, by=manager, at=MONDAY)
    with pytest.raises(StepRefused) as refused:
        steps.approve(invoice, by=finance, at=TUESDAY)
    assert refused.value.status == "disputed"
    steps.confirm(invoice, by=manager, at=TUESDAY)
    steps.approve(invoice, by=finance, at=TUESDAY)
    assert Statement.objects.get(pk=invoice.pk).status == "approved"


def test_nobody_approves_what_the_party_has_not_seen(invoice, finance):
    with pytest.raises(StepRefused):
        steps.approve(invoice, by=finance, at=MONDAY)
    assert not FundEntry.objects.exists()
    assert not invoice.steps.exists()


@pytest.mark.parametrize("step", [steps.confirm, steps.approve])
def test_a_step_is_made_once(step, invoice, manager, finance):
    steps.confirm(invoice, by=manager, at=MONDAY)
    steps.approve(invoice, by=finance, at=MONDAY)
    with pytest.raises(StepRefused) as refused:
        step(Statement.objects.get(pk=invoice.pk), by=finance, at=TUESDAY)
    assert refused.value.status == "approved"
    assert ledger.spent() == Decimal("126.00")


@pytest.mark.parametrize("before", ["draft", "disputed", "confirmed", "approved"])
def test_only_what_was_in_payment_is_opened_again(before, invoice, manager, finance):
    """No other road leads to approved than the approval: by somebody else than who agreed, and with a draw."""
    if before == "disputed":
        steps.dispute(invoice, reason=StatementStep.Reason.AMOUNT, by=manager, at=MONDAY)
    if before in ("confirmed", "approved"):
        steps.confirm(invoice, by=manager, at=MONDAY)
    if before == "approved":
        steps.approve(invoice, by=finance, at=MONDAY)
    booked, taken = FundEntry.objects.count(), invoice.steps.count()
    with pytest.raises(StepRefused) as refused:
        steps.reopen(invoice, by=manager, at=TUESDAY)
    assert refused.value.status == Statement.objects.get(pk=invoice.pk).status == before
    assert (FundEntry.objects.count(), invoice.steps.count()) == (booked, taken)


def test_what_was_paid_is_opened_again_when_the_money_came_back(invoice, manager, finance):
    steps.confirm(invoice, by=manager, at=MONDAY)
    steps.approve(invoice, by=finance, at=MONDAY)
    for step in (steps.start_payment, steps.reopen, steps.start_payment, steps.mark_paid, steps.reopen):
        step(invoice, by=finance, at=TUESDAY)
    assert invoice.status == "approved"
    assert ledger.spent() == Decimal("126.00"), "drawn once"


def test_an_agreement_is_not_taken_back_by_a_question(invoice, manager):
    steps.confirm(invoice, by=manager, at=MONDAY)
    with pytest.raises(StepRefused):
        steps.dispute(invoice, reason="amount", by=manager, at=TUESDAY)


def test_who_agreed_on_behalf_of_a_party_does_not_approve(invoice, coordinator, finance):
    steps.confirm(invoice, by=coordinator, at=MONDAY)
    with pytest.raises(OwnWork):
        steps.approve(invoice, by=coordinator, at=TUESDAY)
    steps.approve(invoice, by=finance, at=TUESDAY)


def test_a_nil_report_is_approved_without_a_draw(closed, landgraaf, manager, finance):
    nil = closed.statements.get(organisation=landgraaf)
    steps.confirm(nil, by=manager, at=MONDAY)
    steps.approve(nil, by=finance, at=TUESDAY)
    assert not FundEntry.objects.exists()


def test_a_credit_gives_back_to_the_fund(invoice, close, venlo, coordinator, manager, finance):
    steps.confirm(invoice, by=manager, at=MONDAY)
    steps.approve(invoice, by=finance, at=TUESDAY)
    for line in invoice.lines.all():
        by_two.correct(line, reason="twice", by=coordinator, at=TUESDAY)
    credit = close(Q1, date(2026, 4, 12)).statements.get(organisation=venlo)
    steps.confirm(credit, by=manager, at=at(date(2026, 4, 13)))
    steps.approve(credit, by=finance, at=at(date(2026, 4, 14)))

    assert credit.is_credit
    assert credit.payable == ZERO
    assert ledger.spent() == ZERO


def test_everything_confirmed_is_approved_at_once_but_not_ones_own_work(
    closed, venlo, landgraaf, food_bank, manager, finance
):
    for organisation, by in ((venlo, manager), (food_bank, finance)):
        steps.confirm(closed.statements.get(organisation=organisation), by=by, at=MONDAY)

    approved, left = steps.approve_confirmed(closed, by=finance, at=TUESDAY)

    assert [each.organisation for each in approved] == [venlo]
    assert [each.organisation for each in left] == [food_bank]
    assert closed.statements.get(organisation=landgraaf).status == "draft"
    assert steps.approve_confirmed(closed, by=finance, at=TUESDAY)[0] == []


def test_who_reports_for_others_sees_theirs_and_nobody_elses(closed, food_bank, welfare, venlo):
    by_two.belongs(food_bank, welfare)
    assert {each.organisation for each in steps.statements_of(welfare)} == {food_bank, welfare} - (
        set() if closed.statements.filter(organisation=welfare).exists() else {welfare}
    )
    assert {each.organisation for each in steps.statements_of(food_bank)} == {food_bank}
