"""What lies in an intermediary's drawer and where the rest went, in plain words."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from intermediaries.access import organisation_of
from intermediaries.models import Handout
from kbl.accounts.access import ActingRequest, behind
from kbl.accounts.models import Audience
from kbl.clock import today
from kbl.organisations.models import Organisation
from vouchers.models import Batch, Voucher
from vouchers.numbers import SerialRange, join
from vouchers.runs import runs

SHOWN = 200


@dataclass(frozen=True)
class Pile:
    """Vouchers that share a place, as ranges; `valid_until` where it matters. At most SHOWN ranges are listed."""

    ranges: tuple[SerialRange, ...]
    valid_until: date | None = None

    @property
    def count(self) -> int:
        return sum(map(len, self.ranges))

    @property
    def shown(self) -> tuple[SerialRange, ...]:
        return self.ranges[:SHOWN]

    @property
    def more(self) -> int:
        return len(self.ranges) - len(self.shown)


@behind(Audience.INTERMEDIARY)
@require_safe
def stock(request: ActingRequest) -> HttpResponse:
    """The four places a voucher of ours can be. Redeemed or not is the library's step, and makes no difference here."""
    organisation, on = organisation_of(request.acting), today()
    drawer = in_drawer(organisation)
    return render(
        request,
        "intermediary/stock.html",
        {
            "drawer": [each for each in drawer if each.valid_until and each.valid_until >= on],
            "expired": [each for each in drawer if each.valid_until and each.valid_until < on],
            "unreported": pile(unreported(organisation)),
            "handed_out": pile(ours(organisation).filter(Exists(_reported())).exclude(status=Voucher.Status.VOID)),
            "void": pile(ours(organisation).filter(status=Voucher.Status.VOID)),
        },
    )


def ours(organisation: Organisation) -> QuerySet[Voucher]:
    """Everything that is or was in this organisation's stock when it went out."""
    return Voucher.objects.filter(holder=organisation)


def unreported(organisation: Organisation) -> QuerySet[Voucher]:
    """Vouchers that came to a library before we reported them: handling waits for the report."""
    return ours(organisation).filter(status=Voucher.Status.REDEEMED).filter(~Exists(_reported()))


def _reported() -> QuerySet[Handout]:
    return Handout.objects.standing().filter(voucher=OuterRef("pk"))


def pile(vouchers: QuerySet[Voucher]) -> Pile:
    """Vouchers as one pile, whatever their status."""
    return Pile(tuple(join(run.serials for run in runs(vouchers))))


def in_drawer(organisation: Organisation) -> list[Pile]:
    """What can still go out, a pile per last day of validity, the first to expire on top."""
    found = runs(ours(organisation).filter(status=Voucher.Status.ALLOCATED))
    if not found:
        return []
    batches = Batch.objects.filter(last_serial__gte=found[0].serials.first, first_serial__lte=found[-1].serials.last)
    parts = [
        (
            batch.valid_until,
            SerialRange(max(run.serials.first, batch.first_serial), min(run.serials.last, batch.last_serial)),
        )
        for batch in batches
        for run in found
        if run.serials.first <= batch.last_serial and run.serials.last >= batch.first_serial
    ]
    return [
        Pile(tuple(join(serials for _, serials in group)), valid_until)
        for valid_until, group in groupby(sorted(parts), key=lambda part: part[0])
    ]
