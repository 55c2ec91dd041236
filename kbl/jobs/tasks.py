"""Jobs as tasks: thin, with ids only. What they do is in running.py; when, in kbl/celery.py."""

from celery import shared_task

from kbl import clock
from kbl.jobs import running


@shared_task
def do(job_id: int) -> None:
    """Do a job, if nobody did or does it."""
    running.run(job_id)


@shared_task
def sweep() -> None:
    """Every minute: do what a lost broker or a killed worker left undone."""
    running.sweep(at=clock.now())
