"""The work of a closing, as tasks: thin, with ids only. What they do: closing/after_closing.py; when: kbl/celery.py."""

from celery import shared_task

from kbl import clock
from kbl.settlements.closing import after_closing, clock_check, window
from kbl.settlements.documents import issuing
from kbl.settlements.models import Closing, ClosingWindow, Statement
from kbl.settlements.statements import notices, silence


@shared_task
def close_quarter(window_id: int) -> None:
    """The books of the quarter that was asked for, closed; then what follows is started."""
    if closed := after_closing.close_requested(ClosingWindow.objects.get(pk=window_id)):
        after_closing.start_after_closing(closed)


@shared_task
def make_documents(closing_id: int, after: int = 0) -> None:
    """A chunk of documents, of statements after this one that have none; and then the next chunk is started."""
    after_closing.make_documents(Closing.objects.get(pk=closing_id), after=after, at=clock.now())


@shared_task
def make_document(statement_id: int) -> None:
    """The document of one statement: its library gave the number that it waited for."""
    issuing.make_one(Statement.objects.get(pk=statement_id), at=clock.now())


@shared_task
def send_notice(pk: int) -> None:
    """One mail for which somebody asked another try."""
    notices.send_one(pk, at=clock.now())


@shared_task
def send_reminder(pk: int) -> None:
    """One reminder for which somebody asked another try."""
    silence.send_one(pk, at=clock.now())


@shared_task
def send_notices(closing_id: int) -> None:
    """One mail to every party that had none."""
    notices.send_all(Closing.objects.get(pk=closing_id), at=clock.now())


@shared_task
def open_closing() -> None:
    """Every morning: open the closing of the last finished quarter on the day that the programme sets, and say so."""
    at = clock.now()
    if clock_check.trusted(at=at):
        window.announce_window(at=at)


@shared_task
def watch_silence() -> None:
    """Every morning: remind who says nothing, and take silence for agreement on the day that was told."""
    at = clock.now()
    if clock_check.trusted(at=at):
        silence.watch(at=at)


@shared_task
def finish_closings() -> None:
    """Every ten minutes: finish what a lost broker, a killed worker or a mail server left undone."""
    after_closing.finish(at=clock.now())
