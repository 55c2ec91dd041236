"""The province's report after a closing (closing/after_closing.py calls it by name), fund warnings, the day summary."""

from celery import shared_task

from kbl import clock
from kbl.settlements.documents import failures
from kbl.settlements.models import Closing
from reporting.dashboard import outlook, summarising
from reporting.message import sending_it
from reporting.monitor import fund_warnings
from reporting.report import pdf


@shared_task
def make_report(closing_id: int) -> None:
    """Issue the report of a closed quarter; what was issued already stays as it is. Why it failed is kept."""
    closing, now = Closing.objects.get(pk=closing_id), clock.now()
    failures.attempt(lambda: pdf.issue(closing, at=now), closing=closing, at=now)


@shared_task
def watch_fund() -> None:
    """Every morning: who must be warned that the fund, or a year of it, reached a threshold."""
    fund_warnings.watch(at=clock.now())
    fund_warnings.send_all(at=clock.now())


@shared_task
def send_fund_warnings() -> None:
    """Every ten minutes: what did not go out yet."""
    fund_warnings.send_all(at=clock.now())


@shared_task
def send_quarter_messages() -> None:
    """After it was sent, and every ten minutes: what of a quarterly message did not go out yet."""
    sending_it.send_all(at=clock.now())


@shared_task
def summarise_days() -> None:
    """Every five minutes: what was recorded since goes into the day summary, and the fund's outlook is worked out."""
    summarising.catch_up()
    outlook.refresh(clock.now())
