"""What the project sets when a host sets no more than it must: tests that go their own way do not show that."""

import json
import os
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
AS_SET = (
    "import json, kbl.settings as s; print(json.dumps({n: v for n, v in vars(s).items() if n.isupper()}, default=str))"
)


def settings_of(**environment: str) -> dict:
    """Every setting of a host with this environment."""
    own = {"PATH": os.environ["PATH"], "SECRET_KEY": "k" * 60, **environment}
    told = subprocess.run([sys.executable, "-c", AS_SET], cwd=HOUSE, env=own, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def test_a_host_that_sets_the_least_is_strict():
    found = settings_of(DATABASE_URL="postgres://kbl:x@db/kbl", SITE_URL="https://kbl.voorbeeld.example")
    assert not found["DEMO"] and not found["DEBUG"]
    assert found["SECOND_FACTOR_REQUIRED"] is True
    assert (found["CLOCK_MAY_DIFFER_MINUTES"], found["CLOCK_QUIET_DAYS"]) == (5, 45)
    assert found["UPLOADS_PER_QUARTER_HOUR"] == 40
    assert (found["UPLOAD_APART_FROM_BYTES"], found["UPLOAD_SECONDS"], found["UPLOAD_MEGABYTES"]) == (100_000, 20, 300)
    assert found["UPLOADS_AT_ONCE"] == 1, "of two web workers one stays free"
    assert found["SESSION_COOKIE_AGE"] == 8 * 60 * 60 and found["SESSION_EXPIRE_AT_BROWSER_CLOSE"]
    assert found["SESSION_COOKIE_SECURE"] and found["CSRF_COOKIE_SECURE"] and found["SECURE_SSL_REDIRECT"]
    assert found["SECURE_HSTS_SECONDS"] == 31_536_000
    assert found["ALLOWED_HOSTS"] == [] and found["CSRF_TRUSTED_ORIGINS"] == ["https://kbl.voorbeeld.example"]
    assert "SECURE_PROXY_SSL_HEADER" not in found, "nobody is trusted to say who asks"
    options = found["DATABASES"]["default"]["OPTIONS"]["options"]
    assert "synchronous_commit=on" in options
    assert "jit=off" in options
    assert "lock_timeout=3000" in options and "statement_timeout=15000" in options
    assert found["CACHES"]["default"]["OPTIONS"] == {"MAX_ENTRIES": 200_000}, "who guesses is not forgotten"
    assert found["CELERY_TASK_ACKS_LATE"] and found["CELERY_TASK_REJECT_ON_WORKER_LOST"]


def test_only_without_a_database_it_is_a_demonstration():
    found = settings_of(SITE_URL="http://127.0.0.1:8000")
    assert found["DEMO"] and not found["SECOND_FACTOR_REQUIRED"] and not found["SECURE_SSL_REDIRECT"]
