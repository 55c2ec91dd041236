"""The discrepancies' own work in the background: thin. What it does is in reminders.py; when, in kbl/celery.py."""

from celery import shared_task

from kbl import clock
from kbl.discrepancies import reminders


@shared_task
def remind() -> None:
    """Every morning: who should hear of its open items, and that mail."""
    at = clock.now()
    reminders.remind(at=at)
    reminders.send_all(at=at)


@shared_task
def send_mail() -> None:
    """Every ten minutes: reminders that were not sent yet."""
    reminders.send_all(at=clock.now())
