"""The mail to new colleagues, as a task: thin. What it does is in invitations.py; when, in kbl/celery.py."""

from celery import shared_task

from kbl import clock
from kbl.intake import invitations


@shared_task
def send_invitations() -> None:
    """After a file was saved, and every ten minutes: invite who was not invited yet."""
    invitations.send_all(at=clock.now())
