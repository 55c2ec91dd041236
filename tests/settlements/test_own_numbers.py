"""A library that numbers its own invoices: its number stands on the paper, once, and nothing goes before it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from kbl.settlements.closing import after_closing
from kbl.settlements.documents import issuing
from kbl.settlements.models import OwnNumber, Statement
from kbl.settlements.sentences import sentence
from kbl.settlements.statements import notices, own_numbers, steps
from kbl.settlements.statements.own_numbers import NumberRefused
from kbl.settlements.statements.steps import NumberAwaited
from libraries.models import Participation
from tests.settlements.conftest import PRESSED, Q1, Q4
from tests.told_once import told_once

globals().update(told_once("busy_quarter", of=__package__))

LATER = PRESSED + timedelta(days=2)


@pytest.fixture
def own(venlo) -> None:
    Participation.objects.filter(library=venlo).update(own_numbers=True)


@pytest.fixture
def mine(own, busy_quarter, venlo, close) -> Statement:
    """Venlo's invoice, without its number."""
    return close(Q4, date(2026, 1, 12)).statements.get(organisation=venlo)


@pytest.mark.both_engines
def test_the_document_waits_for_the_number_and_then_is_made(mine, quick, manager, mailoutbox, venlo):
    closed = mine.closing
    assert mine.awaits_number and mine.number == "VEN-2025-0001" and mine in own_numbers.awaiting()
    issuing.make_all(closed, at=PRESSED)
    assert not hasattr(Statement.objects.get(pk=mine.pk), "document")
    after_closing.make_report(closed)
    notices.send_all(closed, at=PRESSED)
    assert [each.to for each in mailoutbox if each.to == [venlo.email]], "who must type a number hears of it"
    assert after_closing.is_finished(closed), "nothing is left for a machine to do"
    assert after_closing.progress(closed).awaiting == 1
    own_numbers.give(mine, "  2026  / 17 ", by=manager, at=LATER)
    assert Statement.objects.get(pk=mine.pk).invoice_number == "2026 / 17"
    assert not after_closing.is_finished(closed)
    after_closing.finish(at=LATER)
    assert Statement.objects.get(pk=mine.pk).document and after_closing.is_finished(closed)
    assert len([each for each in mailoutbox if each.to == [venlo.email] and "4e kwartaal" in each.subject]) == 1


@pytest.mark.both_engines
def test_cubiss_does_not_approve_what_has_no_number(mine, manager, finance):
    steps.confirm(mine, by=manager, at=PRESSED)
    with pytest.raises(NumberAwaited):
        steps.approve(mine, by=finance, at=LATER)
    assert steps.approve_confirmed(mine.closing, by=finance, at=LATER) == ([], [])
    own_numbers.give(mine, "17", by=manager, at=LATER)
    steps.approve(mine, by=finance, at=LATER)
    assert mine.status == Statement.Status.APPROVED


@pytest.fixture
def next_one(mine, give, food_bank, worker, take, venlo, close) -> Statement:
    """Venlo's invoice over the quarter after that."""
    take(venlo, give(food_bank, worker, 2, date(2026, 2, 2)), date(2026, 2, 3))
    return close(Q1, date(2026, 4, 12)).statements.get(organisation=venlo)


@pytest.mark.both_engines
@pytest.mark.parametrize("again", ["INV 17a", "inv17A", " i n v 1 7 a "])
def test_a_number_is_used_once_whatever_its_capitals_and_spaces(mine, next_one, manager, again):
    own_numbers.give(mine, "Inv 17a", by=manager, at=LATER)
    with pytest.raises(NumberRefused) as refused:
        own_numbers.give(next_one, again, by=manager, at=LATER)
    assert (refused.value.reason, refused.value.other) == (NumberRefused.Reason.USED, mine)
    assert "staat al op de factuur over het 4e kwartaal 2025" in sentence(refused.value)
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnNumber.objects.create(
            statement=next_one, organisation=next_one.organisation, number=again.strip(), at=LATER, by=manager
        )


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", NumberRefused.Reason.EMPTY),
        ("   ", NumberRefused.Reason.EMPTY),
        ("x" * 31, NumberRefused.Reason.LONG),
        ("17; DROP", NumberRefused.Reason.ODD),
        ("zeventien €", NumberRefused.Reason.ODD),
        ("VEN-2025-0001", NumberRefused.Reason.OURS),
        ("ven-2026-1234", NumberRefused.Reason.OURS),
        ("decl-2025-0001", NumberRefused.Reason.OURS),
    ],
)
def test_what_is_no_number_or_one_of_ours_is_refused_in_a_sentence(mine, manager, typed, reason):
    with pytest.raises(NumberRefused) as refused:
        own_numbers.give(mine, typed, by=manager, at=LATER)
    assert refused.value.reason == reason and sentence(refused.value).endswith(".")
    assert not OwnNumber.objects.exists()


def test_a_number_once_given_stays(mine, manager):
    own_numbers.give(mine, "17", by=manager, at=LATER)
    with pytest.raises(NumberRefused) as refused:
        own_numbers.give(Statement.objects.get(pk=mine.pk), "18", by=manager, at=LATER)
    assert sentence(refused.value) == "Deze factuur heeft al nummer 17. Dat verandert niet meer."


def test_two_libraries_may_have_the_same_number(mine, next_one, landgraaf, manager, close):
    own_numbers.give(mine, "17", by=manager, at=LATER)
    other = Statement.objects.filter(organisation=landgraaf).order_by("pk").last()
    assert other is not None
    Participation.objects.filter(library=landgraaf).update(own_numbers=True)
    OwnNumber.objects.create(statement=other, organisation=landgraaf, number="17", at=LATER, by=manager)


def test_who_does_not_number_its_own_invoices_is_not_asked(invoice, manager):
    with pytest.raises(NumberRefused) as refused:
        own_numbers.give(invoice, "17", by=manager, at=LATER)
    assert refused.value.reason == NumberRefused.Reason.NOT_ASKED


@pytest.mark.both_engines
def test_the_choice_is_frozen_with_the_statement(mine, venlo, manager):
    Participation.objects.filter(library=venlo).update(own_numbers=False)
    assert Statement.objects.get(pk=mine.pk).awaits_number
    own_numbers.give(Statement.objects.get(pk=mine.pk), "17", by=manager, at=LATER)
