"""A closing that is cut off anywhere, and everything twice at once: the sweeper ends with the same books."""

from datetime import timedelta

import pytest
from celery import current_app
from django.core.mail import EmailMessage

from kbl import clock
from kbl.mail import sending as post
from kbl.settlements import tasks
from kbl.settlements.closing import after_closing, unbilled_items
from kbl.settlements.documents import statement_pdf
from kbl.settlements.models import Closing, ClosingWindow
from kbl.settlements.statements import notices
from tests.races.support import together
from tests.settlements.conftest import PRESSED
from tests.settlements.test_after_closing import Killed, everything, outcome, press

# --- cut off anywhere -------------------------------------------------------------------------------------------------


def cut(monkeypatch, owner, name: str, call: int, after: bool) -> None:
    """Let the process be killed at the so-maniest call, before it happens or right after."""
    real = getattr(owner, name)
    calls = iter(range(1, 1000))

    def cut_off(*args, **named):
        here = next(calls) == call
        if here and not after:
            raise Killed
        result = real(*args, **named)
        if here:
            raise Killed
        return result

    monkeypatch.setattr(owner, name, cut_off)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("owner", "name", "call"),
    [
        (unbilled_items, "gather", 1),
        (unbilled_items, "freeze", 1),
        (unbilled_items, "clear", 1),
        (after_closing, "start_after_closing", 1),
        (statement_pdf, "render", 1),
        (statement_pdf, "render", 3),
        (after_closing, "make_report", 1),
        (notices, "_prepare", 2),
        (post, "claim", 1),
        (EmailMessage, "send", 2),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_anywhere_leaves_work_that_the_sweeper_finishes(
    owner, name, call, after, quarter, coordinator, workers, monkeypatch, mailoutbox
):
    with monkeypatch.context() as patch:
        cut(patch, owner, name, call, after)
        try:
            press(quarter, coordinator)  # the tasks run at once, in this process
            after_closing.finish(at=clock.now())
        except Killed:
            pass
    later = clock.now() + post.CLAIM_LASTS + timedelta(seconds=1)
    after_closing.finish(at=later)
    assert outcome() == everything()
    after_closing.finish(at=later + timedelta(hours=1))
    assert outcome() == everything()
    # Only a kill between the mail server's yes and ours can send a mail twice, and then with the same Message-ID.
    twice = 1 if name == "send" and after else 0
    assert len(mailoutbox) == 3 + twice
    assert len({mail.extra_headers["Message-ID"] for mail in mailoutbox}) == 3


# --- twice at once, and once more later -------------------------------------------------------------------------------


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_every_task_twice_at_once_and_once_more_later(quarter, coordinator, mailoutbox, monkeypatch):
    monkeypatch.setattr(after_closing, "_start", lambda work: None)
    window = press(quarter, coordinator)

    def thrice(task, *ids) -> None:
        assert together(*[lambda: task(*ids)] * 2) == [None, None]
        seen, mails = outcome(), len(mailoutbox)
        task(*ids)
        assert (outcome(), len(mailoutbox)) == (seen, mails)

    thrice(tasks.open_closing)
    mailoutbox.clear()
    thrice(tasks.close_quarter, window.pk)
    closing = Closing.objects.get(quarter=quarter)
    thrice(tasks.make_documents, closing.pk)
    thrice(current_app.tasks[after_closing.REPORT], closing.pk)
    thrice(tasks.send_notices, closing.pk)
    thrice(tasks.finish_closings)
    assert outcome() == everything()
    assert len(mailoutbox) == 3


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_sweeper_beside_the_workers_does_nothing_twice(quarter, coordinator, mailoutbox, monkeypatch):
    monkeypatch.setattr(after_closing, "_start", lambda work: None)
    window = press(quarter, coordinator)
    together(lambda: tasks.close_quarter(window.pk), *[tasks.finish_closings] * 3)
    assert outcome() == everything()
    assert len(mailoutbox) == 3


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_presses_and_eight_workers_close_once(quarter, coordinator, finance, monkeypatch):
    monkeypatch.setattr(after_closing, "_start", lambda work: None)
    moments = [PRESSED + timedelta(seconds=second) for second in range(8)]
    together(*[lambda moment=moment: press(quarter, finance, moment) for moment in moments])
    window = ClosingWindow.objects.get(quarter=quarter)
    assert window.requested_at in moments
    assert together(*[lambda: tasks.close_quarter(window.pk)] * 8) == [None] * 8
    assert Closing.objects.get(quarter=quarter).closed_at == window.requested_at
    assert outcome()["series"] == everything()["series"]
