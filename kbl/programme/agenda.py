"""Things that happen at their moment: put in any order, done in the order of the clock."""

import heapq
from collections.abc import Callable
from datetime import date, datetime, time
from itertools import count

from django.utils import timezone


def moment(day: date, hour: int = 12, minute: int = 0) -> datetime:
    """A moment in Amsterdam."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


class Agenda:
    """What is still to happen; of two things at one moment, what was put first goes first."""

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, int, Callable[..., object], tuple]] = []
        self._sequence = count()

    def put(self, at: datetime, act: Callable[..., object], *args) -> None:
        """At this moment `act(*args, at=...)` happens."""
        heapq.heappush(self._waiting, (at, next(self._sequence), act, args))

    def run(self, until: datetime | None = None) -> None:
        """Do everything up to and including a moment, also what is put while it runs."""
        while self._waiting and (until is None or self._waiting[0][0] <= until):
            at, _, act, args = heapq.heappop(self._waiting)
            act(*args, at=at)
