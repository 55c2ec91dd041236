"""An installation with a broker, whose worker and timetable were seen just now."""

import pytest
from django.test import Client

from kbl.accounts.models import User
from kbl.upkeep import health
from kbl.upkeep.heartbeats import Name, sign
from tests.upkeep import NOW

BROKER = "redis://127.0.0.1:1/0"  # nobody listens there


@pytest.fixture(autouse=True)
def patient(monkeypatch, settings) -> None:
    """On a busy machine a broker that is there may take longer than a health check waits; one that is away says so."""
    monkeypatch.setattr(health, "PATIENCE", 60)
    waits = {"socket_connect_timeout": 60, "socket_timeout": 60}
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **waits}


@pytest.fixture
def production(programme, settings) -> None:
    """With a broker the worker is elsewhere, so it is missed."""
    settings.CELERY_BROKER_URL = BROKER
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1}
    for name in Name:
        sign(name, at=NOW)


@pytest.fixture
def carla(coordinator: User) -> Client:
    client = Client()
    client.force_login(coordinator, "allauth.account.auth_backends.AuthenticationBackend")
    return client
