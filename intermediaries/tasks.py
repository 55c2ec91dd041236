"""What runs by itself about intermediaries: thin. When, says kbl/celery.py."""

from celery import shared_task

from intermediaries.notices import mailing
from intermediaries.stock_levels import low_stock
from kbl import clock


@shared_task
def watch_stock() -> None:
    """Every morning: whose stock runs low, and who should hear of it."""
    at = clock.now()
    low_stock.watch(at=at)
    mailing.send_all(at=at)


@shared_task
def send_mail() -> None:
    """Every ten minutes: mail about orders that was not sent yet."""
    mailing.send_all(at=clock.now())
