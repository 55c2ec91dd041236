"""What draws paper and sheets is loaded where it is used: every process, and every test run, starts without it."""

import os
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
HEAVY = ("weasyprint", "fontTools", "openpyxl", "pikepdf", "PIL", "vl_convert")

START = """
import sys, django
django.setup()
import kbl.urls, kbl.wsgi
from kbl.celery import app
app.loader.import_default_modules()
print(*sys.modules)
"""


def test_nothing_that_draws_is_loaded_to_start():
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "kbl.settings", "DEMO": "true"}
    told = subprocess.run([sys.executable, "-c", START], cwd=HOUSE, env=environment, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    loaded = set(told.stdout.split())
    assert "kbl.urls" in loaded and not loaded & set(HEAVY)
