"""What can be asked of a running installation, and the truthful answer: a name in Dutch, and whether it is well."""

import logging
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.urls import resolve, reverse
from kombu import Connection

from kbl.accounts.models import User
from kbl.upkeep import heartbeats

log = logging.getLogger(__name__)

PATIENCE = 2  # seconds for a broker to answer


@dataclass(frozen=True)
class Check:
    """One question and its answer."""

    name: str
    well: bool

    def __str__(self) -> str:
        return f"{self.name}: {'goed' if self.well else 'NIET GOED'}"


def ready(request: HttpRequest) -> list[Check]:
    """Can somebody log in and work here: the log-in page as it would be shown, the database, the broker."""
    return [
        _asked("database", User.objects.exists),
        _asked("inlogpagina", lambda: _show_login(request)),
        _asked("wachtrij", _reach_broker),
    ]


def background(*, at: datetime) -> list[Check]:
    """Do the worker and the timetable live, and is the work begun that was asked for."""
    silent: set[str] = set()

    def listen() -> None:
        silent.update(each.name for each in heartbeats.silences(at=at))
        if heartbeats.waiting_too_long(at=at):
            silent.add("waiting")

    if not (heard := _asked("database", listen)).well:
        return [heard]
    return [
        *(Check(name.label, name not in silent) for name in heartbeats.Name),
        Check("werk dat wacht", "waiting" not in silent),
    ]


def _asked(name: str, ask: Callable[[], object]) -> Check:
    """Whatever goes wrong while asking is the answer: not well. Why is in the log, without what stood in a row."""
    try:
        ask()
    except Exception as failure:
        log.error("Not well: %s (%s)", name, type(failure).__name__)
        return Check(name, False)
    return Check(name, True)


def _show_login(request: HttpRequest) -> None:
    """The log-in page, made by its own view for a stranger. Raises whatever it would fail with."""
    address = reverse("account_login")
    asked = copy(request)
    asked.META = {"HTTP_X_FORWARDED_FOR": "127.0.0.1", **request.META}
    asked.path = asked.path_info = address
    asked.user, asked.session = AnonymousUser(), SessionStore()
    match = resolve(address)
    asked.resolver_match = match
    answer = match.func(asked, *match.args, **match.kwargs)
    if hasattr(answer, "render"):
        answer.render()
    if answer.status_code != 200 or b'name="password"' not in answer.content:
        raise RuntimeError("The log-in page has no place for a password.")


def _reach_broker() -> None:
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    with Connection(settings.CELERY_BROKER_URL, connect_timeout=PATIENCE, transport_options=options) as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=PATIENCE)
