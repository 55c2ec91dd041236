"""Health checks that tell the truth: the process, whether somebody could log in, and whether everything runs."""

import http.server
import os
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.conf import settings as house
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from kbl import clock
from kbl.upkeep import health
from kbl.upkeep.heartbeats import Name, sign
from tests.upkeep import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


def ask(name: str):
    return Client(raise_request_exception=False).get(reverse(f"health_{name}"))


def said(response) -> dict[str, str]:
    return dict(line.split(": ") for line in response.content.decode().splitlines())


def test_when_all_is_well(programme):
    for name in Name:
        sign(name, at=clock.now())  # the signs that came with the table are as old as this run of the tests
    assert (ask("alive").status_code, ask("ready").status_code, ask("everything").status_code) == (200, 200, 200)
    assert said(ask("ready")) == {"database": "goed", "inlogpagina": "goed", "wachtrij": "goed"}
    assert ask("ready").headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_before_anybody_made_a_programme_it_is_ready_too():
    assert ask("ready").status_code == 200


def test_a_log_in_page_that_cannot_be_drawn_is_told(programme, settings, tmp_path):
    (tmp_path / "account").mkdir()
    (tmp_path / "account" / "login.html").write_text("{% extends 'base.html' %}{% nonsense %}")
    first = {**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}
    settings.TEMPLATES = [first]
    assert Client(raise_request_exception=False).get(reverse("account_login")).status_code == 500
    answer = ask("ready")
    assert answer.status_code == 503 and said(answer)["inlogpagina"] == "NIET GOED"
    assert ask("alive").status_code == 200


def test_a_page_that_is_drawn_and_is_not_the_log_in_page_is_told(programme, settings, tmp_path):
    (tmp_path / "account").mkdir()
    (tmp_path / "account" / "login.html").write_text("Even geduld")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    assert said(ask("ready"))["inlogpagina"] == "NIET GOED"


def test_a_look_that_was_not_collected_is_told(programme, settings, monkeypatch):
    """A static file without its row in the manifest breaks every page, and the port answers all the same."""

    def missing(self, name, **kwargs):
        raise ValueError(f"Missing staticfiles manifest entry for '{name}'")

    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    monkeypatch.setattr(ManifestStaticFilesStorage, "url", missing)
    assert said(ask("ready"))["inlogpagina"] == "NIET GOED"


def test_a_database_that_is_away_is_told(programme, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("could not connect to server at 10.0.0.1 as kbl")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", away)
    answer = ask("everything")
    assert answer.status_code == 503 and said(answer)["database"] == "NIET GOED"
    assert "10.0.0.1" not in answer.content.decode()
    assert ask("alive").status_code == 200


def test_a_broker_that_is_away_is_told(production):
    answer = ask("ready")
    assert answer.status_code == 503
    assert said(answer) == {"database": "goed", "inlogpagina": "goed", "wachtrij": "NIET GOED"}


def test_a_dead_worker_takes_no_page_away_and_is_told_to_who_watches(production, monkeypatch):
    monkeypatch.setattr(health, "_reach_broker", lambda: None)
    monkeypatch.setattr("kbl.clock.now", lambda: NOW + timedelta(minutes=9))
    sign(Name.BEAT, at=NOW + timedelta(minutes=9))
    assert ask("ready").status_code == 200
    answer = ask("everything")
    assert answer.status_code == 503
    assert (said(answer)["de werker"], said(answer)["de klok van het rooster"]) == ("NIET GOED", "goed")


def test_asking_leaves_nothing_behind(programme):
    answer = ask("ready")
    assert not answer.cookies


@pytest.mark.parametrize(("status", "ended"), [(200, 0), (503, 1), (301, 1)])
def test_the_probe_asks_as_the_proxy_does(status, ended):
    heard = {}

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            heard.update(self.headers, path=self.path)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        environment = {**os.environ, "PORT": str(server.server_port), "SITE_URL": "https://kbl.example"}
        probe = [sys.executable, house.BASE_DIR / "scripts" / "probe.py", "/gezond/klaar/"]
        done = subprocess.run(probe, env=environment, capture_output=True, check=False)
        server.shutdown()
    assert done.returncode == ended
    assert (heard["Host"], heard["X-Forwarded-Proto"], heard["path"]) == ("kbl.example", "https", "/gezond/klaar/")


def test_the_probe_hears_that_nobody_is_there():
    environment = {**os.environ, "PORT": "1"}
    probe = [sys.executable, house.BASE_DIR / "scripts" / "probe.py", "/gezond/leeft/"]
    assert subprocess.run(probe, env=environment, capture_output=True, check=False).returncode == 1
