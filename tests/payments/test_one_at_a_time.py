"""Lists are read in one after another; a lost worker gives no sign of life; an account that we paid from stays ours."""

from datetime import date

import pytest
from django.db import connection, transaction

from kbl.intake import saving
from kbl.jobs import heartbeat
from kbl.jobs.heartbeat import Progress
from kbl.jobs.models import Job
from kbl.organisations.models import Organisation
from kbl.payments.bank import importing
from tests.conftest import at

NOW = at(date(2026, 1, 30))


@pytest.fixture
def held():
    """Somebody else holds a lock, over a connection of his own."""
    other = connection.copy()

    def hold(lock: int) -> None:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [lock])
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")

    yield hold
    other.close()


@pytest.mark.postgresql
@pytest.mark.django_db
def test_of_two_lists_the_second_waits(held, monkeypatch):
    monkeypatch.setattr(saving, "examine", lambda *args: pytest.fail("it did not wait"))
    with transaction.atomic():
        held(saving.LOCK)
        with pytest.raises(saving.IntakeBusy):
            saving.save(object, None, saving.Upload(by=None, at=NOW, on=NOW.date()))
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("state", "attempt", "heard"), [("running", 2, True), ("running", 3, False), ("waiting", 2, False)]
)
def test_a_worker_that_lost_its_job_gives_no_sign_of_life_for_it(state, attempt, heard, coordinator, monkeypatch):
    mine = Job(kind="try", arguments={}, asked_by=coordinator, asked_at=NOW, attempt=2, state="running", seen_at=NOW)
    mine.key = "00000000-0000-0000-0000-000000000001"
    mine.save()
    Job.objects.update(state=state, attempt=attempt)

    class Twice:
        turns = [False, True]

        def wait(self, seconds: float) -> bool:
            return self.turns.pop(0)

    monkeypatch.setattr(heartbeat, "connection", type("Here", (), {"close": lambda here: None})())
    heartbeat._beat(mine, Progress(5), Twice())
    Twice.turns = [False, True]
    kept = Job.objects.get()
    assert (kept.done == 5, kept.seen_at != NOW) == (heard, heard)


@pytest.mark.both_engines
def test_an_account_that_we_paid_from_stays_ours(released, cubiss, monkeypatch):
    """Whatever became of the run; the account of today goes first."""
    assert importing.own_accounts() == [cubiss.iban]
    monkeypatch.setattr(importing, "only_cubiss", Organisation.objects.none)
    assert importing.own_accounts() == [cubiss.iban]
