"""The numbers of a closing's statements: the next ones of every series, taken at once in the order of the parties."""

from collections.abc import Sequence
from datetime import datetime

from kbl.organisations import number_series
from kbl.settlements.models import NumberSeries


def take(names: Sequence[str], *, at: datetime) -> list[str]:
    """The next number of each series that is named, as often and in the order as it is named: `VEN-2026-0001`.

    Locked rows, never a database sequence: those leave gaps when a transaction fails (docs/threats.md, 17). A fixed
    number of questions, however many parties there are.
    """
    wanted = list(dict.fromkeys(names))
    there = set(NumberSeries.objects.filter(name__in=wanted).values_list("name", flat=True))
    NumberSeries.objects.bulk_create(
        [NumberSeries(name=name) for name in wanted if name not in there], ignore_conflicts=True
    )
    held = {each.name: each for each in NumberSeries.objects.select_for_update().filter(name__in=wanted).order_by("pk")}
    last = number_series.last_used_of({name: held[name].last_number for name in wanted}, at=at)
    taken = []
    for name in names:
        last[name] += 1
        taken.append(f"{name}-{last[name]:04d}")
    for name, number in last.items():
        held[name].last_number = number
    NumberSeries.objects.bulk_update(held.values(), ["last_number"])
    number_series.keep_all(last)
    return taken
