"""Statements that overlap, and those that follow each other on one day: which bookings were read before, and which not.

Two statements of a day may be the same day told twice (at noon, and whole in the evening) or its two halves. Their
balances tell: where one ends, the other begins. So a fee of three euros in both is one fee, or two.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from kbl.money import ZERO
from kbl.payments.bank.statement import BankStatement, Booking
from kbl.payments.models import BankEntry, BankFile

DayAndAmount = tuple[date, Decimal]
MOST_BALANCES = 5_000  # a day that can pass more balances than this is taken to pass them all


class EarlierBookings:
    """The bookings that were read before on the days of a statement, so that what overlaps counts once.

    A booking is the same when the bank's reference, the day, the amount and the payment are. Banks that give no
    reference: then the first with that day, amount and payment is the first that was read, the second the second, and
    so on; but not those of a statement that ends where this one begins, or begins where it ends, or is elsewhere by
    its balances.
    """

    def __init__(self, statement: BankStatement) -> None:
        self.times: dict[tuple, int] = defaultdict(int)
        self.same: dict[tuple, list[BankEntry]] = defaultdict(list)
        self.together: dict[tuple, list[BankEntry]] = defaultdict(list)
        days = (statement.first_day, statement.last_day)
        found = BankEntry.objects.filter(file__iban=statement.iban, on__range=days)
        apart = bookings_apart_from(statement)
        for row in found.exclude(outcome=BankEntry.Outcome.REPEAT).order_by("pk"):
            if not row.reference and row.pk in apart:
                continue
            self.same[self._key(row)].append(row)
            if row.reference:
                self.together[_whole(row.reference), row.on].append(row)

    @staticmethod
    def _key(row: BankEntry) -> tuple:
        return row.reference, row.on, row.amount, row.payment_id

    def recognise(self, row: BankEntry, entry: Booking) -> None:
        """Make a row a repeat of the one that was read before; or say which batch it is a transaction of."""
        bare = self._key(row)
        self.times[bare] += 1
        if row.reference and self.times[bare] > 1:  # the bank used one reference for several: told apart by their order
            row.reference = f"{row.reference}/{self.times[bare]}"
        found = self.same[self._key(row)]
        if found:
            self._repeat(row, found.pop(0))
            return
        before = self.together[_whole(row.reference), row.on] if row.reference else []
        better_known = bool(entry.details) or row.payment_id is not None
        if better_known and len(before) == 1 and before[0].payment_id is None and before[0].amount == entry.amount:
            row.repeats = before[0]  # it was read as a whole, and is itemised now
        elif before and not better_known and sum((each.amount for each in before), ZERO) == entry.amount:
            self._repeat(row, before[0])  # it was itemised, and is a whole now

    def _repeat(self, row: BankEntry, first: BankEntry) -> None:
        row.outcome, row.payment, row.run, row.return_code = BankEntry.Outcome.REPEAT, None, None, ""
        row.repeats = first


def _whole(reference: str) -> str:
    return re.sub(r"/\d+$", "", reference)


def bookings_apart_from(statement: BankStatement) -> set[int]:
    """The bookings of statements that follow one another up to this one, or after it: none of them is in it."""
    files = list(
        BankFile.objects.filter(
            iban=statement.iban, first_day__lte=statement.last_day, last_day__gte=statement.first_day
        ).order_by("pk")
    )
    theirs: dict[int, list[DayAndAmount]] = defaultdict(list)
    firsts: dict[int, list[int]] = defaultdict(list)
    rows = BankEntry.objects.filter(file__in=files).order_by("file", "position")
    for file, pk, repeats, outcome, on, amount in rows.values_list("file", "pk", "repeats", "outcome", "on", "amount"):
        theirs[file].append((on, amount))
        firsts[file].append(repeats if repeats and outcome == BankEntry.Outcome.REPEAT else pk)
    mine = [each for entry in statement.entries for each in _parts(entry)]
    others = [each for each in files if not _told_again(each, theirs[each.pk], statement, mine)]
    apart = {*_before(statement, others), *_after(statement, others)}
    apart |= {each.pk for each in others if _elsewhere(each, theirs[each.pk], statement, mine)}
    found, in_both = {pk for file in apart for pk in firsts[file]}, set[int]()
    for each in others:
        if each.pk not in apart:
            shared = _shared(each, theirs[each.pk], statement, mine)
            for place, pk in enumerate(firsts[each.pk]) if shared else ():
                (in_both if place in shared else found).add(pk)
    return found - in_both


def _parts(entry: Booking) -> Iterable[DayAndAmount]:
    amounts = [each.amount for each in entry.details] or [entry.amount]
    return [(entry.on, amount) for amount in amounts]


def _before(statement: BankStatement, files: Sequence[BankFile]) -> set[int]:
    """The statements that lead up to this one: the last ends where it begins, and so on back."""
    found: set[int] = set()
    ends = [(statement.opening, statement.first_day)]
    while ends:
        balance, day = ends.pop()
        for file in files:
            if file.pk not in found and file.closing == balance and file.last_day <= day:
                found.add(file.pk)
                ends.append((file.opening, file.first_day))
    return found


def _after(statement: BankStatement, files: Sequence[BankFile]) -> set[int]:
    """The statements that go on from where this one ends."""
    found: set[int] = set()
    ends = [(statement.closing, statement.last_day)]
    while ends:
        balance, day = ends.pop()
        for file in files:
            if file.pk not in found and file.opening == balance and file.first_day >= day:
                found.add(file.pk)
                ends.append((file.closing, file.last_day))
    return found


def _told_again(file: BankFile, theirs: list[DayAndAmount], statement: BankStatement, mine: list[DayAndAmount]) -> bool:
    """One holds the other: in the same order at the same balance, or all of its days' bookings, which come to nothing.

    Then equal balances at their ends prove nothing: on a day on which what went out came back, it ends as it began.
    """
    if _inside(theirs, file.opening, mine, statement.opening) or _inside(mine, statement.opening, theirs, file.opening):
        return True
    days = (max(file.first_day, statement.first_day), min(file.last_day, statement.last_day))
    shared = [each for each in theirs if days[0] <= each[0] <= days[1]]
    return bool(shared) and not sum(amount for _, amount in shared) and not Counter(shared) - Counter(mine)


def _elsewhere(file: BankFile, theirs: list[DayAndAmount], statement: BankStatement, mine: list[DayAndAmount]) -> bool:
    """Neither begins at a balance that the other can pass: they share nothing, though what lies between is unread.

    In whatever order a bank tells the bookings of a day: two pieces that share one begin within each other.
    """
    return not (
        _passes(theirs, file.opening, statement.opening, statement.first_day)
        or _passes(mine, statement.opening, file.opening, file.first_day)
    )


def _passes(bookings: Sequence[DayAndAmount], opening: Decimal, balance: Decimal, on: date) -> bool:
    """Whether an account that opened so may have had this balance on a day before the last of these bookings."""
    today = [amount for day, amount in bookings if day == on]
    passed = {opening + sum((amount for day, amount in bookings if day < on), ZERO)}
    for amount in today:
        passed |= {each + amount for each in passed}
        if len(passed) > MOST_BALANCES:
            return True
    return balance in passed


def _shared(file: BankFile, theirs: list[DayAndAmount], statement: BankStatement, mine: list[DayAndAmount]) -> range:
    """Which bookings of a file are in both, where one goes on within the other: the end of one begins the other."""
    for many in range(min(len(theirs), len(mine)) - 1, 0, -1):
        if theirs[-many:] == mine[:many] and file.closing - _total(theirs[-many:]) == statement.opening:
            return range(len(theirs) - many, len(theirs))
        if mine[-many:] == theirs[:many] and statement.closing - _total(mine[-many:]) == file.opening:
            return range(many)
    return range(0)


def _total(bookings: Iterable[DayAndAmount]) -> Decimal:
    return sum((amount for _, amount in bookings), ZERO)


def _inside(few: list[DayAndAmount], few_from: Decimal, many: list[DayAndAmount], many_from: Decimal) -> bool:
    """Whether a row of bookings is a part of another, at the same balance of the account."""
    balance = many_from
    for start in range(len(many) - len(few) + 1) if few else ():
        if balance == few_from and many[start : start + len(few)] == few:
            return True
        balance += many[start][1]
    return False
