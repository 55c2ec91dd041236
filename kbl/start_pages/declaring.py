"""What intermediaries will declare if nothing changes: hand-outs that no declaration has yet, times their tariffs.

The start page, the running quarter and the totals of a parent ask here, so that they never tell two stories; the
closing itself looks through the same `handlings`.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Sum

from kbl.formats import counted
from kbl.money import ZERO, euro
from kbl.organisations.models import Organisation
from kbl.periods import Quarter
from kbl.settlements.closing.unbilled_items import corrections, handlings
from kbl.settlements.models import Statement, Tariff
from kbl.settlements.tariffs.tariffs import tariff_id


@dataclass(frozen=True)
class ToDeclare:
    """What the next declaration will hold if nothing changes; `unpriced` hand-outs have no tariff yet."""

    count: int
    amount: Decimal
    unpriced: int

    @property
    def words(self) -> str:
        return counted(self.count, "uitreiking", "uitreikingen")


@dataclass(frozen=True)
class Portion:
    """Hand-outs of one quarter at one tariff (None: there is none yet)."""

    quarter: Quarter
    each: Decimal | None
    count: int

    @property
    def amount(self) -> Decimal:
        return euro((self.each or ZERO) * self.count)


def portions(organisations: Iterable[Organisation], until: Quarter, at: datetime) -> dict[int, list[Portion]]:
    """Per organisation what it will declare, by the quarter of the hand-out and its tariff; in two questions."""
    rows = (
        handlings(until.last_day, at)
        .filter(organisation__in=organisations)
        .order_by()
        .annotate(tariff=tariff_id(Tariff.Kind.HANDLING, day="on", track="accreditation__track"))
        .values_list("organisation_id", "on", "tariff")
        .annotate(count=Count("pk"))
    )
    amounts = dict(Tariff.objects.filter(kind=Tariff.Kind.HANDLING).values_list("pk", "amount"))
    found: dict[int, dict[tuple[Quarter, Decimal | None], int]] = defaultdict(lambda: defaultdict(int))
    for organisation, on, tariff, count in rows:
        found[organisation][Quarter.of(on), amounts.get(tariff)] += count
    return {
        organisation: [
            Portion(quarter, each, count)
            for (quarter, each), count in sorted(those.items(), key=lambda item: (item[0][0], item[0][1] or ZERO))
        ]
        for organisation, those in found.items()
    }


def added_up(those: Iterable[Portion]) -> ToDeclare:
    """Portions as one figure."""
    those = list(those)
    return ToDeclare(
        count=sum(each.count for each in those),
        amount=sum((each.amount for each in those), ZERO),
        unpriced=sum(each.count for each in those if each.each is None),
    )


def to_declare(organisation: Organisation, quarter: Quarter, at: datetime) -> ToDeclare:
    """Own hand-outs that no declaration has yet, late ones included, times their tariffs."""
    return added_up(portions([organisation], quarter, at).get(organisation.pk, []))


def taken_back(organisation: Organisation, at: datetime) -> Decimal:
    """What corrections by Cubiss will take off the next declaration: zero or negative, in euros excluding VAT."""
    asked = corrections(at).filter(
        line__statement__organisation=organisation, line__statement__kind=Statement.Kind.DECLARATION
    )
    return -euro(asked.aggregate(total=Sum("line__net"))["total"] or ZERO)
