"""The next voucher of somebody's own stock: which can go out on a day, asked of the same rows as any other hand-out.

A library's desk (walk-in) and the button for a digital voucher do not name a number; the lowest that can go is taken.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Q

from intermediaries.handouts import cases
from intermediaries.handouts.rule import HandoutRefusal
from kbl.organisations.models import Organisation
from vouchers.models import Voucher, VoucherQuerySet


@dataclass(frozen=True)
class AvailableVouchers:
    """What can go out of a stock on a day: `vouchers`, lowest number first; and why the others cannot, per reason."""

    count: int
    vouchers: VoucherQuerySet
    refused: tuple[HandoutRefusal, ...]

    @property
    def too_early_or_late(self) -> HandoutRefusal | None:
        """Nothing can go because of the day that was asked: the reason with the earliest possible day."""
        wrong_day = [each for each in self.refused if each.advice.about_day]
        return min(wrong_day, key=lambda each: each.possible_day or date.max) if wrong_day and not self.count else None

    def take(self) -> Voucher | None:
        """The lowest that nobody else is taking at this moment, held until the transaction ends."""
        free = self.vouchers.select_for_update(skip_locked=True, of=("self",))
        return free.first() if self.count else None


def available(organisation: Organisation, *, on: date, today: date, medium: str | None = None) -> AvailableVouchers:
    """The vouchers in an organisation's own stock beside the rule; those that are alike are asked about once."""
    mine = Voucher.objects.held_by(organisation).filter(status=Voucher.Status.ALLOCATED).with_last_day()
    if medium:
        mine = mine.filter(batch__medium=medium)
    count, fits, refused = 0, Q(pk__in=[]), []
    for many, (case, ground) in _groups(mine, cases.asked(organisation.pk, on=on, today=today)):
        if ground:
            refused.append(HandoutRefusal(ground, case, ()))
        else:
            count += many
            fits |= Q(held_since=case.held_since, last_day=case.last_day)
    return AvailableVouchers(count, mine.filter(fits).order_by("serial"), tuple(refused))


def _groups(mine: VoucherQuerySet, asking: cases.HandoutCase) -> Iterator[tuple[int, cases.Judged]]:
    """How many there are of each kind that the rule can tell apart."""
    alike = mine.order_by().values("held_since", "last_day").annotate(many=Count("pk"))
    for held_since, last_day, many in alike.values_list("held_since", "last_day", "many"):
        found = replace(
            asking,
            status=Voucher.Status.ALLOCATED.value,
            holder_id=asking.organisation_id,
            held_since=held_since,
            last_day=last_day,
        )
        yield many, cases.judge(found)
