"""Whether a bank statement is missing: the balance at which one ends is that at which the next begins."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

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
    days, furthest = sorted(ended), date.min  # furthest: the last day of what began on an earlier day
    for day, group in groupby(mine, key=lambda each: each.first_day):
        begun = list(group)
        if day > furthest:
            before = [each for each in ended[day] if each.first_day < day]
            if (earlier_day := bisect_left(days, day)) > 0:
                before += ended[days[earlier_day - 1]]
            yield from _missing_on(begun, before)
        furthest = max(furthest, *(each.last_day for each in begun))


def _missing_on(begun: Sequence[BankFile], before: list[BankFile]) -> Iterator[MissingStatement]:
    """Of the statements that begin on one day: those to which nothing leads, from before or from each other.

    Of what begins at one balance (a piece of the day, and the whole of it) only one is looked at.
    """
    left, reached = list(begun), {each.closing for each in before}
    while True:
        while led := [each for each in left if each.opening in reached]:
            left = [each for each in left if each.opening not in reached]
            before = before + [each for each in led if each.last_day == each.first_day]
            reached |= {each.closing for each in led if each.last_day == each.first_day}
        if not left:
            return
        first = _first_of(left)
        if before:
            yield MissingStatement(_last_of(before), first)
        reached.add(first.opening)


def _first_of(left: Sequence[BankFile]) -> BankFile:
    """Of several that begin on a day, the one that goes on from no other; of a day that ends as it began, the first."""
    closings = {each.closing for each in left if each.last_day == each.first_day and each.opening != each.closing}
    return next((each for each in left if each.opening not in closings), left[0])


def _last_of(ended: Sequence[BankFile]) -> BankFile:
    """Of several that end on a day, the one that no other goes on from."""
    followed = {each.opening for each in ended}
    return max(ended, key=lambda each: (each.last_day, each.closing not in followed, each.pk))
