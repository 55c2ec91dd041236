"""The books of answers and reminders are clean after an honest history, and every planted corruption is found."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from kbl.discrepancies import answers, reconciliation, reminders
from kbl.discrepancies.models import Answer, DiscrepancyKind
from libraries import enrolment
from libraries.enrolment import VoucherRefused
from reporting.integrity import evaluate
from tests.conftest import at, branch_of
from tests.reporting import test_check_books
from tests.reporting.test_check_books import BY_NAME, freed, plant, plants, wrong
from vouchers.models import Voucher

PLANTS = Path(__file__).with_name("plants.sql")
INNOCENT = Path(__file__).with_name("innocent.sql")
DAY = date(2025, 10, 2)
SOON = DAY + timedelta(days=14)
BACK = SOON + timedelta(days=7)
LATER = SOON + timedelta(days=14)


def one(where: str) -> str:
    return f"(SELECT MIN(id) FROM discrepancies_answer WHERE {where})"


ROWS = {
    "AN_ANSWER": one("words = 'checked' AND ordinal = 2"),
    "A_PAUSE": one("words = 'later'"),
    "A_DENIAL": one("words = 'not_ours'"),
    "REVOKED": one("revoked_at IS NOT NULL"),
    "ABOUT_TWICE": one("kind = 'twice'"),
}


@pytest.fixture
def honest_answers(stock_of_food_bank, food_bank, worker, venlo, landgraaf, other_clerk, coordinator, finance, enrol):
    """Answers of every sort: later and then the last word, taken back and given again, denied; and two reminders."""
    first, second, third, fourth = (enrol(venlo, stock_of_food_bank.first + place, DAY).pk for place in range(4))
    unreported = reconciliation.of(DiscrepancyKind.UNREPORTED)

    def say(pk: int, words: str, on: date, until: date | None = None, by=coordinator, by_party: bool = False):
        told = {"words": words, "until": until, "by": by, "at": at(on), "by_party": by_party}
        answers.answer(unreported.facts(on), unreported, [pk], **told)

    say(first, "later", SOON, BACK)
    say(first, "checked", BACK)
    say(second, "checked", SOON)
    answers.revoke(Answer.objects.get(enrolment=second), reason="correction", by=finance, at=at(SOON))
    say(second, "checked", BACK)
    say(third, "not_ours", SOON, by=worker, by_party=True)

    number = Voucher.objects.get(pk=stock_of_food_bank.first).number
    with pytest.raises(VoucherRefused):
        enrolment.redeem(number, branch=branch_of(landgraaf), kind="new", on=DAY, by=other_clerk, at=at(DAY))
    twice = reconciliation.of(DiscrepancyKind.TWICE)
    told = {"words": "first_had_it", "until": None, "by": finance, "at": at(SOON)}
    answers.answer(twice.facts(SOON), twice, [fact.pk for fact in twice.find(SOON)], **told)

    reminders.remind(at=at(SOON))  # of the fourth
    reminders.remind(at=at(LATER))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # so that a plant may alter a table
    return fourth


@pytest.mark.both_engines
def test_honest_answers_raise_no_alarm(honest_answers):
    assert wrong() == {}
    assert Answer.objects.count() == 6


def test_every_planted_corruption_is_found(honest_answers, subtests, monkeypatch):
    monkeypatch.setattr(test_check_books, "ROWS", ROWS)
    for name, check, statements in plants(PLANTS):
        with subtests.test(name), transaction.atomic():
            plant(freed(statements))
            found = evaluate(BY_NAME[check]).rows
            transaction.set_rollback(True)
            assert found, f"not found by {check}"
    assert wrong() == {}, "and everything was taken back"


def test_what_is_no_corruption_raises_no_alarm(honest_answers, subtests, monkeypatch):
    monkeypatch.setattr(test_check_books, "ROWS", ROWS)
    for name, check, statements in plants(INNOCENT):
        with subtests.test(name), transaction.atomic():
            plant(freed(statements))
            found = evaluate(BY_NAME[check]).rows
            transaction.set_rollback(True)
            assert not found, "a false alarm"
