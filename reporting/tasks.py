"""The province's report as a step of the closing chain (kbl/settlements/chain.py calls it by name)."""

from celery import shared_task

from kbl import clock
from kbl.settlements import failures
from kbl.settlements.models import Closing
from reporting import province_report


@shared_task
def make_report(closing_id: int) -> None:
    """Issue the report of a closed quarter; what was issued already stays as it is. Why it failed is kept."""
    closing, now = Closing.objects.get(pk=closing_id), clock.now()
    failures.attempt(lambda: province_report.issue(closing, at=now), closing=closing, at=now)
