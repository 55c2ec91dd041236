"""What the stock pages show, in a fixed number of queries whatever the number of batches or vouchers."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from kbl.organisations.models import Organisation
from vouchers.models import Batch, StockMovement, Voucher
from vouchers.numbers import SerialRange, join
from vouchers.runs import islands

Status = Voucher.Status


@dataclass(frozen=True)
class StatusCounts:
    """How many vouchers there are in each status; together they are all that were made."""

    in_stock: int = 0
    allocated: int = 0
    handed_out: int = 0
    redeemed: int = 0
    void: int = 0

    @property
    def made(self) -> int:
        return self.in_stock + self.allocated + self.handed_out + self.redeemed + self.void

    @classmethod
    def of(cls, vouchers: QuerySet[Voucher]) -> "StatusCounts":
        """Count a set of vouchers."""
        rows = vouchers.order_by().values_list("status").annotate(count=Count("pk"))
        return cls(**{str(status): count for status, count in rows})


def counts_per_batch(batches: list[Batch]) -> list[tuple[Batch, StatusCounts]]:
    """The batches of one page with their counts; the serials of the page are what the index is asked for."""
    if not batches:
        return []
    span = SerialRange(min(each.first_serial for each in batches), max(each.last_serial for each in batches))
    rows = Voucher.objects.within(span).order_by().values_list("batch_id", "status").annotate(count=Count("pk"))
    found: dict[int, dict[str, int]] = {}
    for batch_id, status, count in rows:
        found.setdefault(batch_id, {})[str(status)] = count
    return [(batch, StatusCounts(**found.get(batch.pk, {}))) for batch in batches]


def counts_per_holder() -> tuple[StatusCounts, list[tuple[Organisation, StatusCounts]]]:
    """All vouchers together, and everybody who holds or held some, by name, with what they have in each status.

    One question, answered from the index alone: on a million vouchers a second one would be felt.
    """
    rows = Voucher.objects.order_by().values_list("holder_id", "status").annotate(count=Count("pk"))
    found: dict[int | None, dict[str, int]] = {}
    total: dict[str, int] = {}
    for holder_id, status, count in rows:
        found.setdefault(holder_id, {})[str(status)] = count
        total[status] = total.get(status, 0) + count
    organisations = Organisation.objects.filter(pk__in=[pk for pk in found if pk]).order_by("name")
    return StatusCounts(**total), [(each, StatusCounts(**found[each.pk])) for each in organisations]


def own_stock(on: date) -> list[tuple[SerialRange, bool]]:
    """Cubiss' own stock as ranges, and of each whether it is expired on a day.

    Asked without a join, which a million vouchers would feel: the batches are few.
    """
    ours = Voucher.objects.filter(holder__isnull=True, status=Status.IN_STOCK)
    last_days = dict(Batch.objects.values_list("pk", "valid_until"))
    as_day = Batch._meta.get_field("valid_until").to_python  # SQLite gives days as text
    good: list[SerialRange] = []
    expired: list[SerialRange] = []
    for serials, (batch, extended) in islands(ours, "batch_id", "extended_until"):
        (expired if (as_day(extended) or last_days[batch]) < on else good).append(serials)
    return sorted([*((each, False) for each in join(good)), *((each, True) for each in join(expired))])


def movements_within(serials: SerialRange) -> QuerySet[StockMovement]:
    """Every movement that touched one of these numbers, the latest first."""
    return StockMovement.objects.filter(
        Q(first_serial__lte=serials.last), Q(last_serial__gte=serials.first)
    ).select_related("from_holder", "to_holder", "recorded_by")
