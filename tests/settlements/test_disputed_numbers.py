"""A question about a statement names its vouchers: looked up, kept, and shown to Cubiss."""

from datetime import date

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse

from kbl.settlements.models import DisputedNumber, StatementStep
from kbl.settlements.statements import steps
from kbl.settlements.statements.steps import NumbersRefused, StepRefused
from tests.conftest import at
from tests.settlements.browsing import NOW, words
from tests.told_once import told_once
from vouchers.numbers import SerialRange

globals().update(told_once("closed", of=__package__))

Reason = StatementStep.Reason


@pytest.fixture(autouse=True)
def a_tuesday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ask(invoice, mara):
    """Mara's question about Venlo's invoice of three lines (serials 1, 2 and 3)."""
    return lambda **asked: mara.post(reverse("library:statement_dispute", args=[invoice.pk]), asked, follow=True)


def named() -> list[int]:
    return list(DisputedNumber.objects.values_list("serial", flat=True))


@pytest.mark.both_engines
def test_the_numbers_of_a_question_are_kept_and_cubiss_sees_them(ask, invoice, carla, voucher_numbers):
    assert "Uw vraag is doorgegeven" in words(ask(reason="wrong", numbers=f"{voucher_numbers[0]}\n 2 "))
    assert named() == [1, 2]
    assert "Het gaat om 0000001-0000002" in words(carla.get(reverse("cubiss:statement", args=[invoice.pk])))


@pytest.mark.both_engines
def test_every_number_that_does_not_fit_says_why_and_the_rest_can_still_be_sent(ask):
    wrong = words(ask(reason="wrong", numbers="2, 70\nhallo\n80-81"))
    for sentence in (
        "0000070 staat niet op deze afrekening",
        "0000080-0000081 staan niet op deze afrekening",
        "“hallo” is geen nummer",
        "Stuur alleen wat klopt (0000002)",
    ):
        assert sentence in wrong
    assert not StatementStep.objects.exists()
    ask(reason="wrong", numbers="2, 70\nhallo\n80-81", only_good="ja")
    assert named() == [2]


def test_a_number_that_is_missed_is_not_there_yet(ask):
    assert "0000002 staat al op deze afrekening" in words(ask(reason="missing", numbers="2"))
    assert "Uw vraag is doorgegeven" in words(ask(reason="missing", numbers="4, 9000"))
    assert named() == [4, 9000]


def test_a_question_without_numbers_is_a_question_too(ask):
    assert "Uw vraag is doorgegeven" in words(ask(reason="particulars"))
    assert named() == []


def test_too_many_numbers_are_too_many(ask):
    assert "Noem hooguit 1.000 nummers" in words(ask(reason="missing", numbers="1-9999"))


@pytest.mark.both_engines
def test_the_rule_itself_refuses_and_leaves_nothing(invoice, manager):
    with pytest.raises(NumbersRefused) as refused:
        steps.dispute(invoice, reason=Reason.NUMBERS_WRONG, numbers=[SerialRange(3, 4)], by=manager, at=NOW)
    assert refused.value.serials == (SerialRange(4, 4),)
    steps.confirm(invoice, by=manager, at=NOW)
    with pytest.raises(StepRefused):
        steps.dispute(invoice, reason=Reason.NUMBERS_WRONG, numbers=[SerialRange(3, 3)], by=manager, at=NOW)
    assert named() == []


@pytest.mark.both_engines
def test_what_was_asked_is_never_rewritten(ask):
    ask(reason="wrong", numbers="2")
    for change in (lambda: DisputedNumber.objects.update(serial=3), lambda: DisputedNumber.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert named() == [2]


def test_the_page_says_in_plain_words_where_it_stands(invoice, mara, manager, finance):
    def page() -> str:
        return words(mara.get(reverse("library:statement", args=[invoice.pk])))

    assert "Wacht op uw akkoord" in page()
    steps.confirm(invoice, by=manager, at=at(date(2026, 1, 19)))
    assert "U gaf akkoord Dat was op 19 januari 2026" in page()
    steps.approve(invoice, by=finance, at=at(date(2026, 1, 20)))
    assert "Cubiss keurde het goed Dat was op 20 januari 2026. € 126,00 gaat mee met de volgende betaling" in page()
