"""Workers to be killed: a process that closes a quarter and makes what follows, on a database of its own.

`python -m tests.settlements.killed_closing`, then a line with the name of a database and how papers are made (`plain`
or `earnest`) on its input. A child of this process closes there what was pressed, until it is done or somebody kills
it: the line `PID` says which child, `done` that it was not killed. Forked and not started anew: so a kill falls in the
work, not in the loading of the programme.
"""

import os
import sys
from datetime import datetime

import django
import time_machine

django.setup()

from celery import current_app  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

import kbl.pdf.engine  # noqa: E402
import kbl.urls  # noqa: E402, F401
import reporting.report.chart_drawing  # noqa: E402
import reporting.report.pdf  # noqa: E402, F401
from kbl import pdf  # noqa: E402
from kbl.settlements.closing import after_closing  # noqa: E402
from tests.quick_paper import quick_render  # noqa: E402
from tests.settlements.conftest import PRESSED  # noqa: E402

if __name__ == "__main__":
    # On the day on which the test plays: who finishes what was shot must not live before who was.
    time_machine.travel(datetime.fromisoformat(os.environ["PLAYS_AT"]), tick=True).start()
    settings.DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    current_app.loader.import_default_modules()
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            connection.settings_dict["NAME"], papers = line.split()
            if papers == "plain":
                pdf.render = quick_render
            print(os.getpid(), flush=True)
            after_closing.finish(at=PRESSED)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print("done" if status == 0 else "killed", flush=True)
