"""`make demo` has no server: a batch is made by the worker inside its own process, on SQLite."""

import os
import subprocess
import sys
from pathlib import Path

from tests.database import migrated_file

HOUSE = Path(__file__).resolve().parents[2]

SCRIPT = """
import time
from datetime import date, datetime, UTC
from uuid import uuid4
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from intermediaries.orders import batch_job
from kbl.accounts.models import User
from kbl.jobs import work
from kbl.jobs.models import Job
from kbl.jobs.worker import start_in_process
by = User.objects.create_user("x@voorbeeld.example", name="x")
words = dict(medium="paper", valid_until=date(2099, 12, 31), by=by, at=datetime(2026, 10, 6, 10, tzinfo=UTC))
send, work._send = work._send, lambda pk: None
batch_job.ask_for_batch(None, count=300, key=uuid4(), **words)  # a run that was stopped before anybody did it
work._send = send
start_in_process()
batch_job.ask_for_batch(None, count=20_000, key=uuid4(), **words)
deadline = time.monotonic() + 120
while time.monotonic() < deadline and Job.objects.exclude(state="done").exists():
    time.sleep(0.1)
print(sorted(Job.objects.values_list("state", "done")))
"""


def test_the_demonstration_makes_batches_in_its_own_process_also_those_of_an_earlier_run(tmp_path):
    migrated_file(tmp_path / "demo.sqlite3")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "kbl.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'demo.sqlite3'}",
        "REDIS_URL": "",
        "DEMO": "true",
    }
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=HOUSE, env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == "[('done', 300), ('done', 20000)]", done.stderr
