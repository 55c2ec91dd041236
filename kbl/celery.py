"""The Celery app and, as one table, everything that runs by itself.

Tasks carry ids, never objects; the database is the only truth, so a lost broker costs time and nothing else:
`finish_closings` and `sweep` find whatever work was left undone.
"""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kbl.settings")

app = Celery("kbl")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "vouchers",
        "intermediaries",
        "kbl.discrepancies",
        "kbl.settlements",
        "kbl.payments",
        "kbl.jobs",
        "kbl.mail",
        "kbl.intake",
        "kbl.start_pages",
        "reporting",
    ]
)

app.conf.beat_scheduler = "kbl.upkeep.scheduler:Scheduler"  # it signs that it lives
app.conf.beat_schedule = {
    "open the closing of a finished quarter": {
        "task": "kbl.settlements.tasks.open_closing",
        "schedule": crontab(hour=6, minute=0),
    },
    "finish documents and mail that were left undone": {
        "task": "kbl.settlements.tasks.finish_closings",
        "schedule": crontab(minute="*/10"),
    },
    "remind silent parties, and take silence for agreement on its day": {
        "task": "kbl.settlements.tasks.watch_silence",
        "schedule": crontab(hour=8, minute=0),
    },
    "see whose vouchers run low, and say so": {
        "task": "intermediaries.tasks.watch_stock",
        "schedule": crontab(hour=7, minute=0),
    },
    "send the letters of the outbox": {
        "task": "kbl.mail.tasks.send_letters",
        "schedule": crontab(),
        "options": {"expires": 60},
    },
    "send mail about orders": {
        "task": "intermediaries.tasks.send_mail",
        "schedule": crontab(minute="*/10"),
    },
    "tell organisations about their account": {
        "task": "kbl.payments.tasks.send_account_mail",
        "schedule": crontab(minute="*/10"),
    },
    "invite colleagues who were not invited yet": {
        "task": "kbl.intake.tasks.send_invitations",
        "schedule": crontab(minute="*/10"),
    },
    "remind organisations of their open items": {
        "task": "kbl.discrepancies.tasks.remind",
        "schedule": crontab(hour=8, minute=0),
    },
    "send reminders of open items": {
        "task": "kbl.discrepancies.tasks.send_mail",
        "schedule": crontab(minute="*/10"),
    },
    "see whether the fund runs low, and say so": {
        "task": "reporting.tasks.watch_fund",
        "schedule": crontab(hour=7, minute=10),
    },
    "send warnings about the fund": {
        "task": "reporting.tasks.send_fund_warnings",
        "schedule": crontab(minute="*/10"),
    },
    "send quarterly messages": {
        "task": "reporting.tasks.send_quarter_messages",
        "schedule": crontab(minute="5-59/10"),
    },
    "take new facts into the day summary": {
        "task": "reporting.tasks.summarise_days",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 300},
    },
    "count what the start page cannot count itself": {
        "task": "kbl.start_pages.tasks.count_today",
        "schedule": crontab(minute="1-59/5"),
        "options": {"expires": 300},
    },
    "forget who looked at which voucher a year ago": {
        "task": "vouchers.tasks.forget_views",
        "schedule": crontab(hour=3, minute=20),
    },
    "do the jobs that were left undone": {
        "task": "kbl.jobs.tasks.sweep",
        "schedule": crontab(),
        "options": {"expires": 60},  # while the workers are away or busy, sweeps do not pile up
    },
}
