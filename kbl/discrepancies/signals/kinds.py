"""A signal: something that stands out, with the numbers behind it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from kbl.accounts.models import User
from kbl.discrepancies.models import SIGNAL_ABOUT, SignalKind, SignalSeen, Whom
from kbl.organisations.models import Organisation
from vouchers.numbers import SerialRange


@dataclass(frozen=True)
class Signal:
    """Something that stands out: whose, how large, beside what is usual, and which numbers are behind it.

    `size` is what it grows by; `serials` are the vouchers, for the office's own pages. `share` and `usual` are parts
    of one, where the signal is about a share.
    """

    kind: SignalKind
    organisation: Organisation
    size: int
    on: date
    account: User | None = None
    serials: tuple[SerialRange, ...] = ()
    share: Decimal | None = None
    usual: Decimal | None = None
    counted: int = 0
    of: int = 0
    threshold: int = 0
    at: datetime | None = None
    reasons: tuple[tuple[str, int], ...] = ()
    seen: SignalSeen | None = field(default=None, compare=False)

    @property
    def key(self) -> tuple[str, int, int | None, int | None]:
        """What it is about, by which it is known again."""
        return (
            self.kind,
            self.organisation.pk,
            self.account.pk if self.account else None,
            self.serials[0].first if SIGNAL_ABOUT[self.kind] is Whom.VOUCHER else None,
        )

    @property
    def is_new(self) -> bool:
        """Nobody looked at it yet, or it grew since."""
        return self.seen is None or self.size > self.seen.size
