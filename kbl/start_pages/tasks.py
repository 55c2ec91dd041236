"""The start page's work in the background."""

from celery import shared_task

from kbl import clock
from kbl.start_pages import dear


@shared_task
def count_today() -> None:
    """Every five minutes: what the project team's start page cannot count itself with very many vouchers."""
    dear.refresh(clock.now())
