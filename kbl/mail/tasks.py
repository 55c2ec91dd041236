"""The outbox's work in the background: thin. What it does is in outbox.py; when, in kbl/celery.py."""

from celery import shared_task

from kbl import clock
from kbl.mail import outbox


@shared_task
def send_letter(pk: int) -> None:
    """One letter, as soon as what it tells is committed."""
    outbox.send_one(pk, at=clock.now())


@shared_task
def send_letters() -> None:
    """Every minute: letters that were not sent yet."""
    outbox.send_all(at=clock.now())
