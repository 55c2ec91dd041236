"""Whether a bank statement is missing: the balance at which one ends is that at which the next begins."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
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

    A statement that began later than one it overlaps (a day of a month that was read) is not looked at.
    """
    accounts: dict[str, list[BankFile]] = defaultdict(list)
    for file in sorted(files, key=lambda each: (each.first_day, -each.last_day.toordinal(), each.pk)):
        accounts[file.iban].append(file)
    found = []
    for mine in accounts.values():
        last = mine[0]
        for file in mine[1:]:
            if file.first_day > last.last_day:
                if file.opening != last.closing:
                    found.append(MissingStatement(last, file))
                last = file
            elif file.first_day == last.last_day and file.opening == last.closing:
                last = file  # another statement of that same day
            elif file.last_day > last.last_day:  # they overlap, and this one goes on
                last = file
    return found
