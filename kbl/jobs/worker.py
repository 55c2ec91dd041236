"""Celery inside the demonstration's own process: a worker and a beat as threads, so that `make demo` needs no server.

Production runs both as processes of their own (docker-compose.yml); the tasks and the timetable are the same.
"""

import logging
import threading

from celery import current_app
from celery.beat import EmbeddedService
from django.conf import settings

log = logging.getLogger(__name__)

IN_MEMORY = "memory://"
FIRST = (
    "kbl.settlements.tasks.open_closing",
    "kbl.settlements.tasks.finish_closings",
    "kbl.jobs.tasks.sweep",
    "reporting.tasks.summarise_days",
)


def start_in_process() -> None:
    """Start the worker and the beat, and let them catch up with what an earlier run left undone. Call it once.

    Does nothing when there is a broker: then the workers are elsewhere.
    """
    if not settings.CELERY_BROKER_URL.startswith(IN_MEMORY):
        return
    app = current_app
    app.loader.import_default_modules()
    # WorkController and not Worker: that one takes the signals of the process, which belong to the web server.
    # Celery closes the thread's database connections after every task, as it does in a worker of its own.
    worker = app.WorkController(
        hostname="demonstration",
        pool="solo",
        concurrency=1,
        without_heartbeat=True,
        without_mingle=True,
        without_gossip=True,
    )
    threading.Thread(target=worker.start, name="worker", daemon=True).start()
    EmbeddedService(app, thread=True, scheduler_cls="celery.beat:Scheduler").start()
    for task in FIRST:
        app.send_task(task)
    log.info("The worker and the timetable run inside this process.")
