"""The start page's work in the background."""

from celery import shared_task

from kbl import clock
from kbl.start_pages import keeping


@shared_task
def count_today() -> None:
    """Every five minutes: what the project team's pages cannot count by themselves with very many vouchers."""
    keeping.refresh(clock.now())
