"""What reads all facts and would keep a page waiting: with very many vouchers a task counts it and keeps it.

One mechanism for every such page. A room names its count in a `Keeper`; the page asks `latest`, says of when that is
(`Stand van ...`), and counts by itself where nothing is kept. The task that keeps them all is that of the start page
(kbl/start_pages/tasks.py): only there is known how many facts there are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from kbl.jobs.models import KeptCount

SHARE = 60  # it is counted anew at most a sixtieth of the time


@dataclass(frozen=True)
class Keeper:
    """A count with a name: `count` gives at a moment what JSON can hold, or None when it cannot be told now."""

    name: str
    count: Callable[[datetime], Any]

    def latest(self) -> KeptCount | None:
        """What was kept of it; None where the page counts by itself."""
        return KeptCount.objects.filter(pk=self.name).first()

    def refresh(self, at: datetime) -> bool:
        """Count and keep it, unless that was done lately; what took long lasts longer. True when it was done."""
        kept = KeptCount.objects.filter(pk=self.name).defer("content").first()
        if kept and timedelta(0) <= at - kept.at < timedelta(seconds=kept.seconds * SHARE):
            return False
        started = perf_counter()
        content = self.count(at)
        if content is None:
            return self.forget()
        kept = KeptCount(pk=self.name, at=at, content=content, seconds=perf_counter() - started)
        KeptCount.objects.bulk_create(
            [kept], update_conflicts=True, unique_fields=["name"], update_fields=["at", "content", "seconds"]
        )
        return True

    def forget(self) -> bool:
        """From now on the page counts by itself. True when something was kept."""
        return bool(KeptCount.objects.filter(pk=self.name).delete()[0])
