"""A bank statement as we read it: days, balances and bookings. Names, accounts and descriptions of others never get in.

Amounts are euros with a sign: negative went out, positive came in.
"""

import hashlib
import json
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kbl.money import ZERO
from kbl.payments.bank.unreadable import BankFileUnreadable


@dataclass(frozen=True)
class BookingDetail:
    """One transaction inside a booking. `end_to_end_id` is what we called the payment; `reason` why it came back."""

    amount: Decimal
    end_to_end_id: str = ""
    reference: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Booking:
    """One booking. `batch` is what the bank says of several transactions at once: our ids, and how many (0: unsaid).

    `details` add up to `amount`, or there are none: a booking that was not itemised.
    """

    on: date
    amount: Decimal
    reference: str = ""
    details: tuple[BookingDetail, ...] = ()
    batch_ids: tuple[str, ...] = ()
    batch_count: int = 0
    is_batch: bool = False


@dataclass(frozen=True)
class BankStatement:
    """The bookings on one account from `first_day` to `last_day`; `opening` and all amounts make `closing`."""

    iban: str
    id: str
    first_day: date
    last_day: date
    opening: Decimal
    closing: Decimal
    entries: tuple[Booking, ...]

    @property
    def total(self) -> Decimal:
        """What all bookings together did to the balance."""
        return sum((entry.amount for entry in self.entries), ZERO)

    @property
    def end_to_end_ids(self) -> set[str]:
        """Every payment's name in it, ours and other people's."""
        return {detail.end_to_end_id for entry in self.entries for detail in entry.details if detail.end_to_end_id}

    @property
    def batch_ids(self) -> set[str]:
        """Every name of a file or a batch in it."""
        return {each for entry in self.entries for each in entry.batch_ids}

    @property
    def digest(self) -> str:
        """What makes it this statement: all that was read of it. The bank may use its name (`id`) again."""
        entries = [
            [
                each.on,
                each.amount,
                each.reference,
                [vars(one) for one in each.details],
                each.batch_ids,
                each.batch_count,
            ]
            for each in self.entries
        ]
        whole = [self.iban, self.id, self.first_day, self.last_day, self.opening, self.closing, entries]
        return hashlib.sha256(json.dumps(whole, default=str, sort_keys=True).encode()).hexdigest()

    def only(self, payments: Container[str], runs: Container[str]) -> "BankStatement":
        """The same statement with our own names in it and nobody else's: what may be carried to the next page."""
        return replace(self, entries=tuple(_only(entry, payments, runs) for entry in self.entries))


@dataclass(frozen=True)
class PassedOver:
    """A statement in the file that was not read, and why. `iban` is empty when its account has none."""

    iban: str
    error: BankFileUnreadable
    currency: str = "EUR"


def _only(entry: Booking, payments: Container[str], runs: Container[str]) -> Booking:
    """A booking in which nothing of ours is named keeps its day, amount and reference alone.

    That a batch named somebody else's file is kept as an id that is nobody's (`-`): it was told, and it is not ours.
    """
    named = any(detail.end_to_end_id in payments for detail in entry.details)
    ids: Iterable[str] = (each if each in runs else "-" for each in entry.batch_ids)
    if not named:
        return replace(
            entry, details=(), batch_ids=tuple(dict.fromkeys(ids)), is_batch=entry.is_batch and not entry.details
        )
    details = tuple(
        detail if detail.end_to_end_id in payments else BookingDetail(detail.amount, reference=detail.reference)
        for detail in entry.details
    )
    return replace(entry, details=details, batch_ids=())
