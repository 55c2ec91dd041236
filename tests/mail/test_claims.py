"""Which mail a worker takes, to the second: what waits, what rested long enough, and what a lost worker held."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core.mail import EmailMessage

from kbl.mail import outage, sending
from kbl.mail.models import Letter
from tests.conftest import at

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

NOW = at(date(2026, 10, 6))
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
State = Letter.State
MOST = sending.MOST_ATTEMPTS
HELD = sending.CLAIM_LASTS


def letter(state: str, attempts: int = 0, claimed=None, recipient: str = "carla@voorbeeld.example") -> Letter:
    return Letter.objects.create(
        recipient=recipient,
        purpose="system",
        subject="Een bericht",
        body="" if state == State.SENT else "Tekst",
        written_at=NOW - MINUTE,
        expires_at=NOW + timedelta(days=14),
        state=state,
        attempts=attempts,
        claimed_at=claimed,
    )


@pytest.mark.parametrize(
    ("state", "attempts", "ago", "goes"),
    [
        (State.WAITING, 0, None, True),
        (State.SENDING, 1, timedelta(days=1), False),
        (State.SENT, 1, timedelta(days=1), False),
        (State.FAILED, 0, timedelta(days=1), False),
        (State.FAILED, 1, MINUTE, True),
        (State.FAILED, 1, MINUTE - SECOND, False),
        (State.FAILED, 3, 4 * MINUTE, True),
        (State.FAILED, 3, 4 * MINUTE - SECOND, False),
        (State.FAILED, MOST - 1, timedelta(days=9), True),
        (State.FAILED, MOST, timedelta(days=9), False),
        (State.FAILED, 5, -HELD, False),
        (State.FAILED, 5, -HELD - SECOND, True),
    ],
)
def test_what_is_sent_now(state, attempts, ago, goes):
    mail = letter(state, attempts, None if ago is None else NOW - ago)
    assert sending.unsent(Letter.objects.all(), at=NOW) == ([mail] if goes else [])


@pytest.mark.parametrize(
    ("state", "ago", "freed"),
    [
        (State.SENDING, HELD, False),
        (State.SENDING, HELD + SECOND, True),
        (State.SENDING, -HELD, False),
        (State.SENDING, -HELD - SECOND, True),
        (State.SENT, HELD + SECOND, False),
        (State.FAILED, HELD + SECOND, False),
    ],
)
def test_what_a_lost_worker_held_is_given_back(state, ago, freed):
    mail = letter(state, 1, NOW - ago)
    sending.free_stale(Letter.objects.all(), at=NOW)
    assert Letter.objects.get(pk=mail.pk).state == (State.WAITING if freed else state)


@pytest.mark.parametrize("changed", [{"state": State.SENDING}, {"state": State.FAILED}, {"attempts": 1}])
def test_a_claim_is_of_the_mail_as_it_was_seen(changed):
    mail = letter(State.WAITING)
    Letter.objects.filter(pk=mail.pk).update(**changed)
    assert not sending.claim(mail, NOW)
    mail.refresh_from_db()
    assert sending.claim(mail, NOW) and not sending.claim(mail, NOW)
    now = Letter.objects.get(pk=mail.pk)
    assert (now.state, now.attempts, now.claimed_at) == (State.SENDING, mail.attempts + 1, NOW)


def test_only_what_failed_and_has_an_address_is_tried_again_by_hand(django_capture_on_commit_callbacks):
    for state in (State.WAITING, State.SENDING, State.SENT):
        assert not sending.again(letter(state), "anders@voorbeeld.example", task="x")
    failed = letter(State.FAILED, MOST, NOW)
    assert not sending.again(failed, "", task="x")
    with django_capture_on_commit_callbacks() as after:
        assert sending.again(failed, "anders@voorbeeld.example", task="x")
    failed.refresh_from_db()
    assert (failed.state, failed.recipient, failed.attempts) == (State.WAITING, "anders@voorbeeld.example", 0)
    assert len(after) == 1, "a worker hears of it"


def test_mail_that_had_no_address_waits_as_soon_as_there_is_one():
    lost, known = letter(State.FAILED, recipient=""), letter(State.FAILED, 3, NOW)
    sending.find_addresses(Letter.objects.all(), lambda each: "")
    assert Letter.objects.get(pk=lost.pk).state == State.FAILED
    sending.find_addresses(Letter.objects.all(), lambda each: "nieuw@voorbeeld.example")
    lost.refresh_from_db()
    assert (lost.state, lost.recipient) == (State.WAITING, "nieuw@voorbeeld.example")
    assert Letter.objects.get(pk=known.pk).recipient == "carla@voorbeeld.example"


def test_while_the_server_is_silent_nothing_is_claimed(monkeypatch):
    mail = letter(State.WAITING)
    monkeypatch.setattr(outage, "is_silent", lambda: True)
    sending.send(mail, lambda: None, at=NOW)
    assert Letter.objects.get(pk=mail.pk).state == State.WAITING


@pytest.mark.parametrize("ends", ["sent", "with nothing to say", "failed"])
def test_who_lost_the_claim_meanwhile_says_nothing_of_it(ends, monkeypatch):
    """A colleague has the letter by then, in a later attempt: it is his to say how it went."""
    mail = letter(State.WAITING)

    def taken_over() -> EmailMessage | None:
        Letter.objects.filter(pk=mail.pk).update(attempts=2)
        if ends == "failed":
            raise ValueError
        return EmailMessage("Een bericht", "Tekst", to=[mail.recipient]) if ends == "sent" else None

    sending.send(mail, taken_over, at=NOW)
    now = Letter.objects.get(pk=mail.pk)
    assert (now.state, now.attempts, now.sent_at, now.body) == (State.SENDING, 2, None, "Tekst")


def test_every_room_that_sends_gives_back_first_what_a_lost_worker_held():
    """Forgotten in one room, a mail there would stand as being sent for ever."""
    sends = {
        path.relative_to(settings.BASE_DIR).as_posix(): path.read_text(encoding="utf-8")
        for room in ("kbl", "intermediaries", "libraries", "reporting", "vouchers")
        for path in (settings.BASE_DIR / room).rglob("*.py")
        if "sending.unsent(" in path.read_text(encoding="utf-8")
    }
    assert len(sends) >= 9
    assert [name for name, text in sends.items() if "sending.free_stale(" not in text] == []
