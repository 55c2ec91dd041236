"""How long the vouchers last: what is left, how many go out, from when on that is low, and how many to order.

A medium's use is counted over the last thirteen weeks, or since the first hand-out for who started lately. Who set
nothing is low under four weeks of its own use and is filled up for thirteen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from django.db.models import Count, Min, Q, QuerySet

from intermediaries.counting.models import Difference
from intermediaries.models import Handout
from intermediaries.stock_levels.models import StockLevel
from kbl.organisations.models import Organisation
from vouchers.models import Batch, Voucher
from vouchers.numbers import LARGEST_RANGE

Medium = Batch.Medium

WEEKS, LOW_WEEKS = 13, 4
WINDOW = timedelta(weeks=WEEKS)
SHORTEST = 14  # days: the first week says too little about the next thirteen
NEWCOMER = 20  # what somebody without any use starts with
FAR = timedelta(days=2 * 365)


@dataclass(frozen=True)
class RefillLevel:
    """From `minimum` down the stock is low, and `fill_up_to` is what it is filled up to; `own` when somebody set it."""

    minimum: int
    fill_up_to: int
    own: bool = True


@dataclass(frozen=True)
class Supply:
    """One medium of one intermediary on a day: valid vouchers in the drawer, and those handed out in `days` days."""

    medium: Medium
    on: date
    left: int = 0
    used: int = 0
    days: int = WINDOW.days
    set_level: RefillLevel | None = None

    @property
    def level(self) -> RefillLevel:
        if self.set_level:
            return self.set_level
        minimum = ceil(self.used * LOW_WEEKS * 7 / self.days)
        enough = ceil(self.used * WINDOW.days / self.days) if self.used else NEWCOMER
        return RefillLevel(minimum, max(enough, minimum + 1), own=False)

    @property
    def is_low(self) -> bool:
        return self.left < self.level.minimum

    @property
    def weeks(self) -> int | None:
        """Whole weeks that the rest lasts; None when nothing goes out."""
        return self.left * self.days // (self.used * 7) if self.used else None

    @property
    def empty_on(self) -> date | None:
        """The day around which the drawer is empty; None when that is far away or nothing goes out."""
        if not self.used:
            return None
        lasts = timedelta(days=min(self.left * self.days // self.used, FAR.days + 1))
        return self.on + lasts if lasts <= FAR else None

    @property
    def suggested(self) -> int:
        """How many to order: enough to be filled up, in whole tens; 0 when there is enough."""
        return min(_tens(max(self.level.fill_up_to - self.left, 0)), LARGEST_RANGE)

    @property
    def matters(self) -> bool:
        """Somebody has, uses or wants this medium; paper always does."""
        return bool(self.left or self.used or self.set_level or self.medium == Medium.PAPER)


def _tens(count: int) -> int:
    return -(-count // 10) * 10


def supply(organisation: Organisation, on: date) -> list[Supply]:
    """Paper and digital of one intermediary."""
    return supplies([organisation], on)[organisation.pk]


def supplies(organisations: Iterable[Organisation], on: date) -> dict[int, list[Supply]]:
    """Paper and digital of many intermediaries, in a fixed number of questions."""
    wanted = [each.pk for each in organisations]
    left = _per_medium(
        Voucher.objects.filter(holder__in=wanted, status=Voucher.Status.ALLOCATED).valid(on), "holder", "batch__medium"
    )
    for key, missing in _missing(wanted, on).items():
        left[key] = max(left.get(key, 0) - missing, 0)
    out = Handout.objects.standing().filter(organisation__in=wanted, on__lte=on)
    lately = Q(on__gt=on - WINDOW)
    rows = (
        out.order_by()
        .values_list("organisation", "voucher__batch__medium")
        .annotate(first=Min("on"), used=Count("pk", filter=lately))
    )
    used = {(pk, medium): (first, count) for pk, medium, first, count in rows}
    levels = levels_of(wanted)
    return {
        pk: [
            Supply(
                medium,
                on,
                left.get((pk, medium), 0),
                used.get((pk, medium), (on, 0))[1],
                _days(used.get((pk, medium), (on, 0))[0], on),
                levels.get((pk, medium)),
            )
            for medium in Medium
        ]
        for pk in wanted
    }


def _days(first: date, on: date) -> int:
    return min(max((on - first).days + 1, SHORTEST), WINDOW.days)


def _per_medium(vouchers: QuerySet[Voucher], *names: str) -> dict[tuple[int, str], int]:
    rows = vouchers.order_by().values_list(*names).annotate(count=Count("pk"))
    return {(pk, medium): count for pk, medium, count in rows}


def _missing(wanted: list[int], on: date) -> dict[tuple[int, str], int]:
    """Vouchers that the books have in a drawer and that its owner misses: they cannot be handed out."""
    told = Difference.objects.filter(organisation__in=wanted, kind=Difference.Kind.MISSING, left__gt=0)
    those = Q()
    for each in told.prefetch_related("settlements"):
        for serials in each.open_ranges():
            those |= Q(holder=each.organisation_id, serial__range=(serials.first, serials.last))
    if not those:
        return {}
    there = Voucher.objects.filter(those, status=Voucher.Status.ALLOCATED).valid(on)
    return _per_medium(there, "holder", "batch__medium")


def levels_of(organisations: Iterable[int]) -> dict[tuple[int, str], RefillLevel]:
    """The levels that somebody set, by organisation and medium: the latest row holds."""
    rows = StockLevel.objects.filter(organisation__in=organisations).order_by("pk")
    return {(row.organisation_id, row.medium): RefillLevel(row.minimum, row.fill_up_to) for row in rows}


def set_level(
    organisation: Organisation, *, medium: str, minimum: int, fill_up_to: int, by, at: datetime
) -> StockLevel | None:
    """From now on the stock is low below `minimum` and filled up to `fill_up_to`; None when it was so already.

    `fill_up_to` is above `minimum`: the form says so in words, the database in a constraint.
    """
    if levels_of([organisation.pk]).get((organisation.pk, medium)) == RefillLevel(minimum, fill_up_to):
        return None
    return StockLevel.objects.create(
        organisation=organisation, medium=medium, minimum=minimum, fill_up_to=fill_up_to, by=by, at=at
    )
