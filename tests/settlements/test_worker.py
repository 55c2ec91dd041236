"""The worker and the timetable inside the demonstration's own process."""

import os
import subprocess
import sys
from pathlib import Path

from tests.database import migrated_file

HOUSE = Path(__file__).resolve().parents[2]

SCRIPT = """
import django, time
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from kbl.accounts.models import User
from kbl.organisations.models import Programme
from kbl.periods import Quarter
from kbl.settlements.models import ClosingWindow
from kbl.jobs.worker import start_in_process
from kbl.settlements.closing import after_closing
from tests.conftest import at
from datetime import date
Programme.objects.create(pk=1, name="x", starts_on=date(2025, 1, 1), ends_on=date(2027, 12, 31), target_group=1,
                         commissioner="x")
somebody = User.objects.create_user("x@voorbeeld.example", name="x")
start_in_process()
window = after_closing.request_closing(Quarter(2025, 1), by=somebody, at=at(date(2026, 1, 12)))
deadline = time.monotonic() + 120
while time.monotonic() < deadline:
    from kbl.settlements.models import Closing
    if Closing.objects.exists():
        print("closed by the worker")
        break
    time.sleep(0.1)
"""


def test_the_demonstration_closes_in_its_own_process_on_sqlite(tmp_path):
    migrated_file(tmp_path / "demo.sqlite3")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "kbl.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'demo.sqlite3'}",
        "REDIS_URL": "",
        "DEMO": "true",
    }
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=HOUSE, env=environment, capture_output=True, text=True)
    assert "closed by the worker" in done.stdout, done.stderr
    assert done.returncode == 0
