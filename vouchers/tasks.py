"""What runs by itself about vouchers; when, says kbl/celery.py."""

from celery import shared_task

from kbl import clock
from vouchers.viewing import trace


@shared_task
def forget_views() -> None:
    """Every night: who looked at which number goes after a year."""
    trace.forget(at=clock.now())
