"""The same books give the same report, byte for byte, in whatever process it is made."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from reporting.models import KeptReport
from tests.reporting import keeping

HOUSE = Path(__file__).resolve().parents[2]


def made_elsewhere(quarter: str) -> dict[str, str]:
    """What a process with another order of its sets makes of a quarter: this one has its own by chance, or was told."""
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    done = subprocess.run(
        [sys.executable, "-m", "tests.reporting.keeping", str(connection.settings_dict["NAME"]), quarter],
        cwd=HOUSE,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_processes_make_the_same_report_of_the_same_books(two_quarters):
    here = keeping.made("2025-Q4")
    assert made_elsewhere("2025-Q4") == here
    assert here["kept"] == KeptReport.objects.get(closing=two_quarters[1]).sha256
