"""The work of paying, as tasks: thin. When, is in kbl/celery.py."""

from celery import shared_task

from kbl import clock
from kbl.payments.accounts import account_mail
from kbl.second_person import office_mail


@shared_task
def send_account_mail() -> None:
    """Every ten minutes: what was not sent yet."""
    account_mail.send_all(at=clock.now())
    office_mail.send_all(at=clock.now())
