"""Answers: a row leaves the list by one of a few words, comes back on a day, and of two who answer one does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from intermediaries.handouts import handout
from kbl.discrepancies import answers, reconciliation, worklist
from kbl.discrepancies.answers import AnswerRefused, NotRevocable
from kbl.discrepancies.models import Answer, DiscrepancyKind
from kbl.discrepancies.worklist import WorklistFilter
from kbl.start_pages import library_open_items
from libraries import enrolment
from libraries.enrolment import VoucherRefused
from tests.conftest import at, branch_of
from tests.races.support import looked_by_all
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines

DAY = date(2025, 10, 2)
SOON = DAY + timedelta(days=10)
UNREPORTED = reconciliation.of(DiscrepancyKind.UNREPORTED)
UNREDEEMED = reconciliation.of(DiscrepancyKind.UNREDEEMED)


def answer(discrepancy, pks, words, by, on=SOON, until=None, **more):
    return answers.answer(discrepancy.facts(on), discrepancy, pks, words=words, until=until, by=by, at=at(on), **more)


def pks(discrepancy, on=SOON):
    return [fact.pk for fact in discrepancy.find(on)]


@pytest.fixture
def three_redeemed(stock_of_food_bank, venlo, enrol) -> list[int]:
    """Venlo redeemed three vouchers of the food bank that nobody reported."""
    return [enrol(venlo, serial, DAY).pk for serial in range(stock_of_food_bank.first, stock_of_food_bank.first + 3)]


def test_an_answer_takes_a_row_from_the_list_and_keeps_its_history(three_redeemed, coordinator):
    first, *others = three_redeemed
    looked = answer(UNREPORTED, [first], "checked", coordinator)
    assert (looked.good, looked.left) == ((first,), ())
    assert pks(UNREPORTED) == others
    assert [fact.pk for fact in UNREPORTED.answered(SOON)] == [first]
    assert next(each.count for each in reconciliation.overview(SOON) if each.discrepancy is UNREPORTED) == 2
    (told,) = UNREPORTED.history(first)
    assert (told.recorded_by, told.get_words_display(), told.on) == (coordinator, "nagegaan: klopt zo", SOON)


def test_later_comes_back_on_its_day_and_can_be_answered_again(three_redeemed, coordinator, finance):
    first = three_redeemed[0]
    back = SOON + timedelta(days=7)
    answer(UNREPORTED, [first], "later", coordinator, until=back)
    assert first not in pks(UNREPORTED, back - timedelta(days=1))
    assert first in pks(UNREPORTED, back)
    answer(UNREPORTED, [first], "checked", finance, on=back)
    assert first not in pks(UNREPORTED, back + timedelta(days=400))
    assert [each.words for each in UNREPORTED.history(first)] == ["checked", "later"]


def test_the_facts_settle_a_row_without_an_answer(three_redeemed, stock_of_food_bank, food_bank, worker, coordinator):
    serial = stock_of_food_bank.first
    handout.hand_out(food_bank, [SerialRange(serial, serial)], on=DAY, by=worker, at=at(SOON))
    looked = answer(UNREPORTED, three_redeemed, "checked", coordinator)
    assert looked.good == tuple(three_redeemed[1:])
    (left,) = looked.left
    assert (left.pk, left.first) == (three_redeemed[0], None)


def test_who_is_second_hears_who_was_first_and_the_rest_is_answered(three_redeemed, coordinator, finance):
    answer(UNREPORTED, three_redeemed[:1], "checked", coordinator)
    looked = answer(UNREPORTED, three_redeemed, "asked", finance, until=SOON + timedelta(days=14))
    assert looked.good == tuple(three_redeemed[1:])
    (left,) = looked.left
    assert left.first and (left.first.recorded_by, left.first.words) == (coordinator, "checked")
    assert Answer.objects.count() == 3


def test_an_answer_can_be_taken_back_once_and_the_row_is_open_again(three_redeemed, coordinator, finance):
    first = three_redeemed[0]
    answer(UNREPORTED, [first], "checked", coordinator)
    one = Answer.objects.get()
    answers.revoke(one, reason="correction", by=finance, at=at(SOON))
    assert first in pks(UNREPORTED)
    with pytest.raises(NotRevocable):
        answers.revoke(Answer.objects.get(), reason="correction", by=finance, at=at(SOON))
    answer(UNREPORTED, [first], "checked", finance)
    assert [each.ordinal for each in UNREPORTED.history(first)] == [2, 1]


def test_of_two_answers_the_last_is_taken_back_first(three_redeemed, coordinator, finance):
    first = three_redeemed[0]
    back = SOON + timedelta(days=7)
    answer(UNREPORTED, [first], "later", coordinator, until=back)
    answer(UNREPORTED, [first], "checked", finance, on=back)
    last, older = UNREPORTED.history(first)
    with pytest.raises(NotRevocable):
        answers.revoke(older, reason="correction", by=finance, at=at(back))
    assert older.stands and first not in pks(UNREPORTED, back)
    answers.revoke(last, reason="correction", by=finance, at=at(back))
    answers.revoke(older, reason="correction", by=finance, at=at(back))
    assert first in pks(UNREPORTED, SOON)


def test_only_the_answers_of_the_class_and_a_sensible_day(three_redeemed, coordinator):
    first = three_redeemed[:1]
    for words, until in [
        ("copy", None),  # of another class
        ("not_ours", None),  # only for the intermediary itself
        ("later", None),
        ("later", SOON),
        ("later", SOON + timedelta(days=184)),
        ("checked", SOON + timedelta(days=7)),
    ]:
        with pytest.raises(AnswerRefused):
            answer(UNREPORTED, first, words, coordinator, until=until)
    with pytest.raises(AnswerRefused):
        answer(UNREPORTED, range(1, answers.AT_ONCE + 2), "checked", coordinator)
    assert not Answer.objects.exists()


def test_what_the_intermediary_denies_stays_open_for_cubiss(three_redeemed, worker, coordinator):
    first = three_redeemed[0]
    answer(UNREPORTED, [first], "not_ours", worker, by_party=True)
    assert first in pks(UNREPORTED)
    row = UNREPORTED.row(UNREPORTED.find(SOON).get(pk=first), SOON)
    assert "niet door ons uitgereikt" in row.words
    assert row.owner == "De coördinator"
    answer(UNREPORTED, [first], "checked", coordinator)
    assert first not in pks(UNREPORTED)


def test_a_second_offer_that_was_sorted_out_leaves_the_librarys_open_items(
    voucher, venlo, landgraaf, enrol, other_clerk, coordinator
):
    enrol(venlo, voucher.pk, DAY)
    with pytest.raises(VoucherRefused):
        enrolment.redeem(voucher.number, branch=branch_of(landgraaf), kind="new", on=DAY, by=other_clerk, at=at(DAY))
    twice = reconciliation.of(DiscrepancyKind.TWICE)
    assert len(library_open_items.second_with(landgraaf, on=SOON)) == 1
    answer(twice, pks(twice), "first_had_it", coordinator)
    assert library_open_items.second_with(landgraaf, on=SOON) == []


def test_the_database_takes_one_last_word_and_one_answer_a_turn(three_redeemed, coordinator):
    answer(UNREPORTED, three_redeemed[:1], "checked", coordinator)
    one = Answer.objects.get()
    for ordinal, words, until in [(1, "later", date(2026, 1, 1)), (2, "checked", None)]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Answer.objects.create(
                kind=one.kind,
                enrolment=one.enrolment,
                words=words,
                until=until,
                ordinal=ordinal,
                on=SOON,
                recorded_at=at(SOON),
                recorded_by=coordinator,
            )


def test_the_filters(three_redeemed, venlo, food_bank, welfare, other_worker, give, enrol, coordinator):
    late = enrol(venlo, three_redeemed_serial(three_redeemed) + 10, DAY + timedelta(days=5))
    give(welfare, other_worker, 1, DAY)

    def shown(**chosen):
        return [fact.pk for fact in worklist.rows(UNREPORTED, WorklistFilter(**chosen), SOON)]

    everything = [*three_redeemed, late.pk]
    assert shown() == everything
    assert shown(order=worklist.RowOrder.NEWEST)[0] == late.pk
    assert shown(organisation=food_bank.pk, municipality=food_bank.municipality_id, track=4) == everything
    assert shown(organisation=welfare.pk) == shown(track=3) == []
    assert shown(older_than=10) == shown(until=DAY) == three_redeemed
    assert shown(since=DAY + timedelta(days=1)) == [late.pk]
    answer(UNREPORTED, [late.pk], "checked", coordinator)
    assert shown() == three_redeemed
    assert shown(state=worklist.RowState.ANSWERED) == [late.pk]
    assert list(worklist.parties(UNREPORTED, SOON)) == [food_bank]


def three_redeemed_serial(three_redeemed) -> int:
    return enrolment.Enrolment.objects.get(pk=three_redeemed[0]).voucher_id


@pytest.fixture
def fifty(stock_of_food_bank, food_bank, worker) -> list[int]:
    """Fifty hand-outs that nobody redeemed in ninety days."""
    handout.hand_out(food_bank, [stock_of_food_bank], on=DAY, by=worker, at=at(DAY))
    return pks(UNREDEEMED, DAY + reconciliation.PATIENCE)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_people_answer_the_same_rows_at_once(fifty, coordinator, finance):
    """Eight times the same fifty rows, half in the other order: fifty answers, and everybody hears the truth."""
    on = DAY + reconciliation.PATIENCE

    def press(number: int) -> int:
        try:
            order = fifty if number % 2 else fifty[::-1]
            return len(answer(UNREDEEMED, order, "checked", (coordinator, finance)[number % 2], on=on).good)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as desks:
        answered = list(desks.map(press, range(8)))
    assert sum(answered) == 50 == Answer.objects.count()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_that_race_is_real(fifty, coordinator, finance, monkeypatch):
    """Without holding the rows several get past the look, and only the database keeps them apart."""
    on = DAY + reconciliation.PATIENCE
    monkeypatch.setattr(answers, "hold", lambda model, pks: None)
    monkeypatch.setattr(answers, "preview", looked_by_all(answers.preview, 8))

    def press(number: int) -> str:
        try:
            answer(UNREDEEMED, fifty, "checked", (coordinator, finance)[number % 2], on=on)
        except IntegrityError:
            return "collided"
        finally:
            connection.close()
        return "fine"

    rounds = []
    with ThreadPoolExecutor(8) as desks:
        rounds += list(desks.map(press, range(8)))
    assert "collided" in rounds
    assert Voucher.objects.count() == 100
