"""The intermediaries' own work in the background: thin. What it does is in notices.py; when, in kbl/celery.py."""

from celery import shared_task

from intermediaries import notices
from kbl import clock


@shared_task
def watch_stock() -> None:
    """Every morning: whose stock runs low, and who should hear of it."""
    at = clock.now()
    notices.watch(at=at)
    notices.send_all(at=at)


@shared_task
def send_mail() -> None:
    """Every ten minutes: mail about orders that was not sent yet."""
    notices.send_all(at=clock.now())
