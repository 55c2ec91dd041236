"""Whether a bank statement is missing: the balance at which one ends is that at which the next begins."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kbl.payments.models import BankFile


@dataclass(frozen=True)
class MissingStatement:
    """Between `before` and `after` something was booked that was not read."""

    before: BankFile
    after: BankFile

    @property
    def amount(self) -> Decimal:
        """What the missing bookings add up to."""
        return self.after.opening - self.before.closing


def missing_statements(files: Iterable[BankFile]) -> list[MissingStatement]:
    """The places where a statement is missing, per account, the oldest first.

    A statement that began later than one it overlaps (a day of a month that was read) is not looked at. Of one day
    there may be several: its halves, or the same day at noon and whole.
    """
    accounts: dict[str, list[BankFile]] = defaultdict(list)
    for file in sorted(files, key=lambda each: (each.first_day, -each.last_day.toordinal(), each.pk)):
        accounts[file.iban].append(file)
    return [each for mine in accounts.values() for each in _missing(mine)]


def _missing(mine: Sequence[BankFile]) -> Iterator[MissingStatement]:
    """Of one account, its statements in the order of their first days."""
    ended: dict[date, list[BankFile]] = defaultdict(list)
    for file in mine:
        ended[file.last_day].append(file)
    days, begun = sorted(ended), set[tuple[date, Decimal]]()
    furthest = same_day = date.min  # the last day of what began on an earlier day, and on the same day
    for place, file in enumerate(mine):
        if place and mine[place - 1].first_day < file.first_day:
            furthest, same_day = max(furthest, same_day), date.min
        same_day = max(same_day, file.last_day)
        if file.first_day > furthest and (file.first_day, file.opening) not in begun:
            before = _not_after(file, ended[file.first_day])
            if (earlier_day := bisect_left(days, file.first_day)) > 0:
                before += ended[days[earlier_day - 1]]
            if place and before and all(each.closing != file.opening for each in before):
                yield MissingStatement(_last_of(before), file)
        begun.add((file.first_day, file.opening))


def _not_after(file: BankFile, same_day: Sequence[BankFile]) -> list[BankFile]:
    """The others that end on the day on which this one begins, without those that go on from it."""
    others = [each for each in same_day if each.pk != file.pk]
    ends = [file.closing]
    while ends:
        balance = ends.pop()
        ends += [each.closing for each in others if each.opening == balance]
        others = [each for each in others if each.opening != balance]
    return others


def _last_of(ended: Sequence[BankFile]) -> BankFile:
    """Of several that end on a day, the one that no other goes on from."""
    followed = {each.opening for each in ended}
    return max(ended, key=lambda each: (each.last_day, each.closing not in followed, each.pk))
