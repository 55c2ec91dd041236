"""What was recorded by a moment of everything that happened up to a day: what every figure is a count of."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from kbl.settlements.models import Closing


@dataclass(frozen=True, order=True)
class AsOf:
    """What was recorded by `at` of everything that happened up to and including the day `until`."""

    until: date
    at: datetime

    @classmethod
    def at_closing(cls, closing: Closing) -> "AsOf":
        """What the closing of a quarter froze."""
        return cls(closing.quarter.last_day, closing.closed_at)

    def known(self, path: str = "") -> Q:
        """The condition that a fact at `path` was known and stood."""
        return Q(**{f"{path}on__lte": self.until}) & self.recorded(path)

    def recorded(self, path: str = "") -> Q:
        """The condition that a fact was recorded and stood, whatever its day."""
        stood = Q(**{f"{path}revoked_at__isnull": True}) | Q(**{f"{path}revoked_at__gt": self.at})
        return Q(**{f"{path}recorded_at__lte": self.at}) & stood


def closings(until: Closing | None = None) -> list[Closing]:
    """The closed quarters, oldest first, up to and including one."""
    rows = Closing.objects.order_by("quarter")
    return list(rows.filter(quarter__lte=until.quarter) if until else rows)
