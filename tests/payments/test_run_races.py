"""Threat 33: two finance officers, eight browsers, one list of statements: each is paid once, in one run."""

from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from kbl import clock
from kbl.accounts.models import Role
from kbl.organisations.models import Organisation
from kbl.payments.accounts import accounts
from kbl.payments.bank_days import next_bank_day
from kbl.payments.models import Payment, PaymentFile, PaymentRun
from kbl.payments.runs import payable, runs
from kbl.settlements.models import NumberSeries, Statement
from kbl.settlements.statements import steps as road
from tests import by_two
from tests.conftest import at
from tests.payments.conftest import DAY, PREPARED, RELEASED
from tests.races.support import kinds, looked_by_all, somebody_waits, together, until

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

NEW = "NL86INGB0002445588"


@pytest.fixture
def other_finance(make_user):
    """Frank's colleague, who also pays."""
    return make_user("Fatima", Role.CUBISS_FINANCE)


@pytest.fixture
def approved(cubiss, made) -> list[Statement]:
    """Twelve statements to be paid."""
    return [
        made(
            Organisation.objects.create(name=f"Partij {i}", slug=f"partij-{i}", iban="NL02ABNA0123456789"),
            f"{i}.10",
            f"DECL-2025-{i:04}",
        )
        for i in range(1, 13)
    ]


def everybody_is_paid_once(approved) -> bool:
    standing = Payment.objects.filter(ended_at__isnull=True)
    return (
        sorted(standing.values_list("statement", flat=True)) == sorted(each.pk for each in approved)
        and {each.amount for each in standing} == {each.payable for each in approved}
        and set(Statement.objects.values_list("status", flat=True)) == {"in_payment"}
    )


def test_eight_browsers_of_two_officers_make_one_run(approved, finance, other_finance, log_in):
    browsers = [log_in(user) for user in (finance, other_finance) * 4]
    form = {
        "execute_on": next_bank_day(clock.today() + timedelta(days=1)).isoformat(),
        "statement": [each.pk for each in approved],
    }
    form |= {f"seen-{each.statement.pk}": each.seen for each in payable.payable_statements()}
    answers = together(*[lambda each=each: each.post("/cubiss/betalingen/klaarzetten/", form) for each in browsers])
    assert sorted({each.status_code for each in answers}) in ([302], [302, 422])
    assert PaymentRun.objects.count() == PaymentFile.objects.count() == 1
    assert everybody_is_paid_once(approved)


def test_lists_that_overlap_are_never_paid_twice(approved, finance, other_finance):
    """Each presses with another part of the list, in another order; whoever comes later is refused as a whole."""

    def prepare(chosen, by):
        return lambda: runs.prepare(chosen, execute_on=DAY, by=by, at=PREPARED)

    for _ in range(5):
        parts = [approved[:8], approved[4:][::-1], approved[::2], approved[::-3]]
        results = together(*[prepare(part, by) for part in parts for by in (finance, other_finance)])
        made = [each for each in results if isinstance(each, PaymentRun)]
        assert set(kinds(results)) == {"NotPayable", "PaymentRun"}
        standing = Payment.objects.filter(ended_at__isnull=True)
        assert standing.count() == len(set(standing.values_list("statement", flat=True)))
        assert {each.run_id for each in standing} == {each.pk for each in made}
        numbers = sorted(PaymentRun.objects.values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1)) and NumberSeries.objects.get().last_number == len(numbers)
        for run in made:
            runs.cancel(run, by=finance, at=PREPARED)


def test_lists_that_do_not_overlap_become_runs_with_numbers_of_their_own(approved, finance, other_finance):
    """The second waits for the number of the first, however little they have to do with each other."""
    answer: list[object] = []
    runs.cancel(runs.prepare(approved, execute_on=DAY, by=finance, at=PREPARED), by=finance, at=PREPARED)
    with transaction.atomic():
        first = runs.prepare(approved[:4], execute_on=DAY, by=finance, at=PREPARED)
        second = Thread(
            target=lambda: answer.extend(
                together(lambda: runs.prepare(approved[4:], execute_on=DAY, by=other_finance, at=PREPARED))
            )
        )
        second.start()
        until(somebody_waits)
    second.join()
    assert isinstance(answer[0], PaymentRun), answer
    assert (first.number, answer[0].number) == (2, 3)
    assert everybody_is_paid_once(approved)


@contextmanager
def without_guards(monkeypatch):
    """No locks, no step that says what it expects to find, and no rule in the database."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **kwargs: rows)
    numbers = iter(range(1, 100))
    monkeypatch.setattr(runs, "_take_number", lambda at: next(numbers))
    monkeypatch.setattr(road, "start_payment", lambda statement, **kwargs: None)
    monkeypatch.setattr(runs.pain, "end_to_end_id", lambda statement, attempt: f"{statement.number}-{uuid4().hex[:8]}")
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_standing_payment_per_statement")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'TRUNCATE "{Payment._meta.db_table}" CASCADE')
            cursor.execute(
                f'CREATE UNIQUE INDEX one_standing_payment_per_statement ON "{Payment._meta.db_table}" (statement_id)'
                " WHERE ended_at IS NULL"
            )


def test_this_race_is_real_without_the_guards_everybody_is_paid_more_than_once(approved, finance, monkeypatch):
    with without_guards(monkeypatch):
        monkeypatch.setattr(runs, "payable_statements", looked_by_all(runs.payable_statements, 8))
        together(*[lambda: runs.prepare(approved, execute_on=DAY, by=finance, at=PREPARED)] * 8)
        assert Payment.objects.filter(ended_at__isnull=True).count() == 8 * len(approved)


def test_released_or_cancelled_never_both(approved, finance, coordinator, other_finance):
    for _ in range(10):
        run = runs.prepare(approved, execute_on=DAY, by=finance, at=PREPARED)
        results = together(
            *[lambda run=run: runs.release(run, by=coordinator, at=RELEASED)] * 2,
            *[lambda run=run: runs.cancel(run, by=other_finance, at=RELEASED)] * 2,
        )
        assert kinds(results) == ["NoneType", "RunMoved", "RunMoved", "RunMoved"]
        run.refresh_from_db()
        standing = run.payments.filter(ended_at__isnull=True).count()
        assert (run.status, standing) in {("released", 12), ("cancelled", 0)}
        if run.status == "released":
            for payment in run.payments.select_related("statement"):
                runs.end(payment, Payment.Ended.RETURNED, by=finance, at=at(DAY))


def test_of_two_who_ask_for_an_account_at_once_the_second_hears_that_one_is_open(food_bank, finance, coordinator):
    answer: list[object] = []
    with transaction.atomic():
        accounts.ask(food_bank, NEW, by=finance, at=PREPARED)
        second = Thread(
            target=lambda: answer.extend(together(lambda: accounts.ask(food_bank, NEW, by=coordinator, at=PREPARED)))
        )
        second.start()
        until(somebody_waits)
    second.join()
    assert isinstance(answer[0], accounts.AccountRefused) and answer[0].reason == "open", answer


def test_an_account_that_is_filled_in_while_another_is_accepted_is_not_written_over(food_bank, finance, coordinator):
    """Two agreed on the first account, which is filled in; at that moment a request about an empty one is accepted."""
    Organisation.objects.filter(pk=food_bank.pk).update(iban="")
    change = accounts.ask(Organisation.objects.get(pk=food_bank.pk), NEW, by=finance, at=PREPARED)
    answer: list[object] = []
    with transaction.atomic():
        by_two.account(Organisation.objects.get(pk=food_bank.pk), food_bank.iban)
        accepts = Thread(
            target=lambda: answer.extend(together(lambda: accounts.accept(change, by=coordinator, at=RELEASED)))
        )
        accepts.start()
        until(somebody_waits)
    accepts.join()
    assert isinstance(answer[0], accounts.AccountRefused) and answer[0].reason == "moved", answer
    assert Organisation.objects.get(pk=food_bank.pk).iban == food_bank.iban


def test_an_account_that_changes_at_the_moment_of_the_release(approved, finance, coordinator, other_finance):
    """Either the release was first, or it is refused: a run never goes out with an account that changed before it.

    Four times the release is first, four times the change, and four times they meet.
    """
    party, ended = approved[0].organisation, {}
    for turn, iban in enumerate((NEW, "NL20INGB0001234567") * 6):
        first = ("the release", "the change", "nobody")[turn % 3]
        run = runs.prepare(approved, execute_on=DAY, by=finance, at=PREPARED)
        change = accounts.ask(party, iban, by=finance, at=PREPARED)

        def let_go(run=run):
            runs.release(run, by=coordinator, at=RELEASED)

        def accept(change=change):
            accounts.accept(change, by=other_finance, at=RELEASED)

        if first == "the release":
            (released,), (accepted,) = together(let_go), together(accept)
        elif first == "the change":
            (accepted,), (released,) = together(accept), together(let_go)
        else:
            released, accepted = together(let_go, accept)
        run.refresh_from_db()
        assert accepted is None and (released is None or isinstance(released, runs.AccountsChanged))
        assert (run.status == "released") == (released is None)
        ended.setdefault(first, set()).add(run.status)
        if run.status == "released":
            for payment in run.payments.select_related("statement"):
                runs.end(payment, Payment.Ended.RETURNED, by=finance, at=at(DAY))
        else:
            runs.cancel(run, by=finance, at=RELEASED)
    assert ended.pop("nobody") <= {"released", "prepared"}
    assert ended == {"the release": {"released"}, "the change": {"prepared"}}
