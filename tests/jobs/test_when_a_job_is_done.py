"""When a job is done, freed, given up and thrown away, to the second; and how a letter is kept until it may go."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage

from kbl.jobs import heartbeat, running, work
from kbl.jobs.models import TRIES, Job, JobFile
from kbl.jobs.work import WORKS, Made, Refused, Work, again, ask, work_of
from kbl.mail import outbox
from kbl.mail.models import Letter
from kbl.organisations.closing_lock import QuarterClosed, assert_open, closing_that_froze, frozen_in
from kbl.organisations.models import ClosedQuarter
from kbl.periods import Quarter
from tests.conftest import at
from tests.jobs.conftest import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

State = Job.State
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def job(coordinator, monkeypatch, sent, monday):
    """A job of a kind that gives back 7, in whatever state a test wants it."""
    monkeypatch.setitem(WORKS, "try", Work("try", lambda job, progress: 7, "Proef"))

    def make(state: State = State.WAITING, **changes) -> Job:
        over = state in (State.DONE, State.REFUSED, State.FAILED)
        worked = state in (State.RUNNING, State.DONE)
        words = {
            "asked_at": NOON,
            "asked_by": coordinator,
            "key": uuid4(),
            "kind": "try",
            "arguments": {},
            "state": state,
        }
        words |= {"finished_at": NOON} if over else {}
        words |= {"seen_at": NOON, "attempt": 1} if worked else {}
        words |= {"refusal": "no"} if state == State.REFUSED else {}
        return Job.objects.create(**words | changes)

    return make


def state_of(one: Job) -> str:
    one.refresh_from_db()
    return one.state


@pytest.mark.parametrize(
    ("ago", "state"),
    [
        (MINUTE, State.RUNNING),
        (MINUTE + SECOND, State.WAITING),
        (-HOUR, State.RUNNING),
        (-HOUR - SECOND, State.WAITING),
    ],
)
def test_a_worker_that_was_not_seen_for_a_minute_is_gone(ago, state, job, monkeypatch):
    monkeypatch.setattr(running, "run", lambda pk: None)
    held = job(State.RUNNING, seen_at=NOON - ago)
    running.sweep(at=NOON)
    assert state_of(held) == state
    if state == State.WAITING:
        assert held.seen_at == NOON - ago, "it rests from when it was seen"


@pytest.mark.parametrize(
    ("ago", "done"),
    [(None, True), (MINUTE, False), (MINUTE + SECOND, True), (-SECOND, False), (-HOUR, False), (-HOUR - SECOND, True)],
)
def test_what_failed_rests_for_a_minute(ago, done, job):
    waits = job(seen_at=None if ago is None else NOON - ago, attempt=1)
    running.sweep(at=NOON)
    assert state_of(waits) == (State.DONE if done else State.WAITING)


def test_what_was_asked_first_is_done_first(job, monkeypatch):
    done = []
    monkeypatch.setattr(running, "run", done.append)
    late, first, second = job(asked_at=NOON + MINUTE), job(), job()
    job(State.DONE)
    running.sweep(at=NOON + HOUR)
    assert done == [first.pk, second.pk, late.pk]


@pytest.mark.parametrize(("days", "files", "jobs"), [(7, 1, 1), (8, 0, 1), (365, 0, 1), (366, 0, 0)])
def test_how_long_files_and_jobs_last(days, files, jobs, job):
    made = job(State.DONE)
    JobFile.objects.create(job=made, filename="a", content_type="b", content=b"c")
    running.sweep(at=NOON + days * DAY)
    assert (JobFile.objects.count(), Job.objects.count()) == (files, jobs)


@pytest.mark.parametrize("state", [State.RUNNING, State.DONE, State.REFUSED, State.FAILED])
def test_only_what_waits_is_taken(state, job):
    other = job(state)
    assert running._claim(other.pk) is None and running._claim(0) is None
    taken = running._claim(job(done=5).pk)
    assert (taken.state, taken.attempt, taken.tries_left, taken.seen_at, taken.done) == (
        State.RUNNING, 1, TRIES - 1, NOON, 0,
    )  # fmt: skip


def test_of_two_who_saw_it_wait_one_has_it(job, monkeypatch):
    one = job()
    first = Job.objects.filter(pk=one.pk)
    found = Job.objects.select_related("asked_by").get(pk=one.pk)
    first.update(attempt=1)
    monkeypatch.setattr(Job.objects.none().__class__, "first", lambda rows: found)
    assert running._claim(one.pk) is None
    assert state_of(one) == State.WAITING


def test_how_a_job_ends(job, monkeypatch):
    def does(doing) -> Job:
        monkeypatch.setitem(WORKS, "try", Work("try", doing, "Proef"))
        one = job(total=9)
        running.run(one.pk)
        one.refresh_from_db()
        return one

    def refuse(job, progress):
        raise Refused("too_many")

    def fail(job, progress):
        raise ValueError

    counted = does(lambda job, progress: 7)
    assert (counted.state, counted.result, counted.done, counted.finished_at, counted.seen_at) == (
        State.DONE, 7, 9, NOON, NOON,
    )  # fmt: skip
    filed = does(lambda job, progress: Made("a.csv", "text/csv", b"x"))
    assert (filed.state, filed.result, bytes(filed.file.content)) == (State.DONE, None, b"x")
    refused = does(refuse)
    assert (refused.state, refused.refusal, refused.finished_at) == (State.REFUSED, "too_many", NOON)
    failed = does(fail)
    assert (failed.state, failed.seen_at, failed.done, failed.finished_at) == (State.WAITING, NOON, 0, None)
    last = job(tries_left=1)
    running.run(last.pk)
    assert state_of(last) == State.FAILED and last.finished_at == NOON


@pytest.mark.parametrize("state", State)
def test_only_what_was_refused_or_failed_is_asked_again(state, job, finance, sent):
    one = job(state, tries_left=0, done=3, seen_at=NOON, attempt=2)
    over = state in (State.REFUSED, State.FAILED)
    assert again(one, at=NOON + HOUR, by=finance) is over
    if over:
        kept = (one.state, one.asked_at, one.asked_by, one.tries_left, one.seen_at, one.finished_at, one.refusal)
        assert kept == (State.WAITING, NOON + HOUR, finance, TRIES, None, None, "") and one.done == 0
        assert again(job(state), at=NOON) and Job.objects.latest("pk").asked_by.name == "Carla"
    else:
        assert (one.state, one.asked_at) == (state, NOON)


def test_a_key_is_of_one_question_by_one_person(job, coordinator, finance):
    key = uuid4()
    first = ask("try", {"a": 1}, by=coordinator, at=NOON, key=key, total=3)
    assert (first.total, first.asked_at) == (3, NOON)
    assert ask("try", {"a": 1}, by=coordinator, at=NOON + HOUR, key=key) == first
    for words, by in (({"a": 2}, coordinator), ({"a": 1}, finance)):
        with pytest.raises(work.AlreadyAsked):
            ask("try", words, by=by, at=NOON, key=key)
    with pytest.raises(KeyError):
        ask("nothing", {}, by=coordinator, at=NOON, key=uuid4())
    assert work_of(Job(kind="gone")).title_of(first) == "Werk van een eerdere versie"


def test_how_far_it_is_is_the_furthest_that_is_known(job):
    one = job(State.RUNNING, done=4)
    with heartbeat.beating(one) as progress:
        progress(3)
        assert (heartbeat.done_so_far(one), progress.done) == (4, 3)
        progress(5)
        if not isinstance(progress, heartbeat._HereProgress):
            return
        assert heartbeat.done_so_far(one) == 5
    assert heartbeat.done_so_far(one) == 4


NOW = at(date(2026, 10, 6))


def letter(**changes) -> Letter:
    words = {"recipient": "a@b.example", "purpose": "system", "subject": "S", "body": "B", "written_at": NOW}
    return Letter.objects.create(**words | {"expires_at": NOW + DAY, **changes})


def test_a_letter_for_each_address_once():
    message = EmailMessage(" Een\n  onderwerp " + "x" * 300, "Tekst", to=["a@b.example", "c@d.example", "a@b.example"])
    outbox.post(message, Letter.Purpose.SEAL, at=NOW, once="seal")
    kept = list(Letter.objects.order_by("pk"))
    assert [each.recipient for each in kept] == ["a@b.example", "c@d.example"]
    assert {len(each.subject) for each in kept} == {200} and kept[0].subject.startswith("Een onderwerp x")
    assert {(each.body, each.written_at, each.expires_at) for each in kept} == {("Tekst", NOW, NOW + outbox.LASTS)}
    assert [each.once for each in kept] == ["seal a@b.example", "seal c@d.example"]
    outbox.post(message, Letter.Purpose.SEAL, at=NOW + HOUR, once="seal")
    assert Letter.objects.count() == 2
    outbox.post(EmailMessage("S", "T", to=["e@f.example"]), Letter.Purpose.SYSTEM, at=NOW, lasts=HOUR)
    assert Letter.objects.get(recipient="e@f.example").expires_at == NOW + HOUR


def test_a_letter_goes_until_it_is_past_its_time(mailoutbox):
    for expires in (NOW, NOW + SECOND):
        outbox.send_one(letter(written_at=NOW - DAY, expires_at=expires).pk, at=NOW)
    outbox.send_one(letter(state=Letter.State.FAILED).pk, at=NOW)
    outbox.send_one(0, at=NOW)
    assert len(mailoutbox) == 1
    letter(written_at=NOW - DAY, expires_at=NOW, recipient="late@b.example")
    letter(recipient="c@d.example")
    outbox.send_all(at=NOW)
    assert [each.to for each in mailoutbox] == [["a@b.example"], ["c@d.example"]]


@pytest.mark.parametrize(
    ("once", "age", "text", "row"),
    [
        ("", outbox.KEPT - SECOND, "", True),
        ("", outbox.KEPT, "", False),
        ("seal", outbox.KEPT, "", True),
        ("seal", outbox.KEPT_ONCE - SECOND, "", True),
        ("seal", outbox.KEPT_ONCE, "", False),
    ],
)
def test_what_is_past_its_time_goes_the_text_first(once, age, text, row):
    old = letter(once=once, written_at=NOW - age, expires_at=NOW)
    waits = letter(once="other", written_at=NOW - age, expires_at=NOW + SECOND)
    outbox._throw_away(NOW)
    assert Letter.objects.filter(pk=old.pk).exists() is row
    if row:
        assert Letter.objects.get(pk=old.pk).body == text
    assert Letter.objects.get(pk=waits.pk).body == "B"


def test_which_closing_froze_a_fact(db):
    for number, day in ((1, date(2026, 4, 11)), (2, date(2026, 7, 11))):
        ClosedQuarter.objects.create(quarter=Quarter(2026, number), closed_at=at(day))
    spring, summer = at(date(2026, 4, 11)), at(date(2026, 7, 11))

    class Fact:
        def __init__(self, pk: int, on: date, recorded_at) -> None:
            self.pk, self.on, self.recorded_at = pk, on, recorded_at

    cases = [
        (date(2026, 3, 31), spring, Quarter(2026, 1)),
        (date(2026, 3, 31), spring + SECOND, Quarter(2026, 2)),
        (date(2026, 4, 1), spring, Quarter(2026, 2)),
        (date(2026, 3, 31), summer + SECOND, None),
        (date(2026, 7, 1), spring, None),
        (date(2025, 12, 31), summer, Quarter(2026, 2)),
    ]
    facts = [Fact(pk, on, heard) for pk, (on, heard, _) in enumerate(cases)]
    assert frozen_in(facts) == {pk: quarter for pk, (_, _, quarter) in enumerate(cases) if quarter}
    for on, heard, quarter in cases:
        assert closing_that_froze(on, heard) == quarter
        if quarter:
            with pytest.raises(QuarterClosed) as closed:
                assert_open(on, heard)
            assert closed.value.quarter == quarter
        else:
            assert_open(on, heard)
