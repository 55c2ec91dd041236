"""A mail server of one's own, and somebody with an account."""

from collections.abc import Callable, Iterator

import pytest
from celery import current_app
from django.core.cache import cache

from kbl.accounts.models import User
from tests.mail import servers

PASSWORD = "zomer-regen-fiets"


@pytest.fixture(autouse=True)
def fresh_limits(db) -> None:
    cache.clear()


@pytest.fixture
def desk(programme) -> User:
    return User.objects.create_user("balie@venlo.example", PASSWORD, name="Balie Venlo")


@pytest.fixture
def workers() -> Iterator[None]:
    """Tasks run as soon as they are handed over, in this process, and failures are heard."""
    current_app.loader.import_default_modules()
    current_app.conf.task_always_eager = current_app.conf.task_eager_propagates = True
    yield
    current_app.conf.task_always_eager = current_app.conf.task_eager_propagates = False


@pytest.fixture
def mail_server(settings) -> Iterator[Callable[[servers.Behaviour], servers.MailServer]]:
    """Mail really goes to a server, which behaves as it is told."""
    settings.DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 1
    settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = False, "", ""
    open_ones = []

    def start(behaviour: servers.Behaviour) -> servers.MailServer:
        context = servers.listening(behaviour)
        open_ones.append(context)
        server = context.__enter__()
        settings.EMAIL_PORT = server.port
        return server

    yield start
    for each in open_ones:
        each.__exit__(None, None, None)
