"""Lists and bank files are read in one after another; what a page carries ends; a lost worker gives no sign of life."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.core import signing
from django.db import IntegrityError, OperationalError, connection, transaction

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


@pytest.mark.postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("act", [importing.read_in, importing.preview])
def test_of_two_bank_files_the_second_waits(act, held, monkeypatch):
    monkeypatch.setattr(importing, "own_accounts", lambda: pytest.fail("it did not wait"))
    with transaction.atomic():
        held(importing.LOCK)
        with pytest.raises(importing.Busy):
            act([], sha256="x", by=None, at=NOW)
        transaction.set_rollback(True)


def test_what_a_page_carries_of_a_bank_file_is_for_an_hour_and_for_one_person(monkeypatch):
    monkeypatch.setattr(importing, "own_accounts", list)
    frank, rik = SimpleNamespace(pk=7), SimpleNamespace(pk=8)
    with time_machine.travel(NOW, tick=False) as clock:
        carried = importing.carry([], sha256="x", by=frank)
        clock.shift(importing.GOOD_FOR)
        assert importing.unpack(carried, by=frank) == ([], "x")
        with pytest.raises(importing.Stale):
            importing.unpack(carried, by=rik)
        with pytest.raises(importing.Stale):
            importing.unpack(signing.dumps([7, "x", []], salt="x"), by=frank)
        clock.shift(timedelta(seconds=1))
        with pytest.raises(importing.Stale):
            importing.unpack(carried, by=frank)
        monkeypatch.setattr(importing, "LARGEST", len(carried))
        assert len(importing.carry([], sha256="x", by=frank)) == len(carried)
        monkeypatch.setattr(importing, "LARGEST", len(carried) - 1)
        with pytest.raises(importing.TooMuch):
            importing.carry([], sha256="x", by=frank)


@pytest.mark.parametrize("again", [True, False])
def test_who_was_second_on_another_page_is_judged_once_more(again, monkeypatch):
    """A row that somebody else had made meanwhile: judged again it is there. Twice wrong is a fault of ours."""
    times = []

    def save(*args):
        times.append(args)
        if len(times) == 1 or again:
            raise IntegrityError
        return "saved"

    monkeypatch.setattr(saving, "_save", save)
    upload = saving.Upload(by=None, at=NOW, on=NOW.date())
    if again:
        with pytest.raises(IntegrityError):
            saving.save(object, None, upload)
    else:
        assert saving.save(object, None, upload) == "saved"
    assert len(times) == 2 and all(each[2].saving for each in times) and not upload.saving


@pytest.mark.parametrize(("code", "told"), [("55P03", True), ("57014", False), ("", False)])
def test_only_a_lock_that_was_not_given_is_told_as_busy(code, told, monkeypatch):
    """Whatever else the database says stays what it is, in a list and in a bank file."""

    def fail(*args, **kwargs):
        raise OperationalError from type("Said", (Exception,), {"pgcode": code})()

    monkeypatch.setattr(saving, "_save", fail)
    with pytest.raises(saving.IntakeBusy if told else OperationalError):
        saving.save(object, None, saving.Upload(by=None, at=NOW, on=NOW.date()))
    with pytest.raises(importing.Busy if told else OperationalError), importing._alone():
        fail()
    for name, busy in (("bank_statement_read_once", True), ("iets_anders", False)):
        with pytest.raises(importing.Busy if busy else IntegrityError), importing._alone():
            raise IntegrityError(name)


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
    kept = [{"iban": "NL02ABNA0123456789"}, {"iban": ""}, {}, {"iban": "NL02ABNA0123456789"}]
    monkeypatch.setattr(
        importing, "PaymentRun", SimpleNamespace(objects=SimpleNamespace(values_list=lambda *a, **k: kept))
    )
    assert importing.own_accounts() == ["NL02ABNA0123456789"], "none is no account"
