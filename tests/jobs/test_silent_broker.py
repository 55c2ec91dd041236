"""A broker that takes a connection and says nothing holds up one page for its time limit, and no other for a minute."""

import pytest
from django.conf import settings

from kbl import broker


class Work:
    """Stands for a task; says how often it was handed over."""

    def __init__(self, takes: float) -> None:
        self.takes, self.tried = takes, 0

    def apply_async(self) -> None:
        self.tried += 1
        Clock.at += self.takes
        raise TimeoutError


class Clock:
    at = 0.0


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(Clock, "at", 1000.0)
    monkeypatch.setattr(broker.time, "monotonic", lambda: Clock.at)
    monkeypatch.setattr(broker, "_left_alone_until", float("-inf"))


def test_one_page_waits_and_the_others_do_not():
    work = Work(takes=6)
    for _ in range(5):
        broker.hand_over(work, otherwise="the sweeper does it")
    assert work.tried == 1
    Clock.at += broker.REST + 1
    broker.hand_over(work, otherwise="the sweeper does it")
    assert work.tried == 2


def test_a_broker_that_refuses_at_once_is_asked_each_time():
    work = Work(takes=0.01)
    for _ in range(5):
        broker.hand_over(work, otherwise="the sweeper does it")
    assert work.tried == 5


def test_no_socket_to_the_broker_is_waited_on_for_ever():
    if settings.REDIS_URL:
        options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
        assert 1 < options["socket_timeout"] <= 5, "longer than Celery's own wait for work, which is a second"
