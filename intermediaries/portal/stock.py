"""What lies in an intermediary's drawer and where the rest went, in plain words."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from intermediaries.access import organisation_of
from intermediaries.accreditation import accreditation_on
from intermediaries.handouts import handout
from intermediaries.handouts.tally import tally_sheet
from intermediaries.models import Handout
from intermediaries.portal.orders import supplies_of
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.clock import local_day, now, today
from kbl.organisations.models import Organisation
from vouchers.custody import returns
from vouchers.models import Batch, Voucher, VoucherQuerySet
from vouchers.numbers import SerialRange, join
from vouchers.runs import islands, runs

SHOWN = 200


@dataclass(frozen=True)
class VoucherGroup:
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


@requires_audience(Audience.INTERMEDIARY)
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
            "supplies": supplies_of(organisation, on),
            "may_order": accreditation_on(organisation, on) is not None,
            "expected": returns.expected(organisation),
            "unreported": grouped(unreported(organisation)),
            "handed_out": grouped(ours(organisation).filter(Exists(_reported())).exclude(status=Voucher.Status.VOID)),
            "void": grouped(ours(organisation).filter(status=Voucher.Status.VOID)),
        },
    )


@requires_audience(Audience.INTERMEDIARY)
@require_safe
def tally(request: ActingRequest) -> HttpResponse:
    """What can go out now as a sheet to tick on, the first to expire on top. With an empty drawer: the stock's page."""
    organisation, at = organisation_of(request.acting), now()
    today = local_day(at)
    piles = [handout.preview(organisation, each.ranges, on=today, today=today).good for each in in_drawer(organisation)]
    serials = [each for ranges in piles for each in ranges]
    if not serials:
        messages.info(request, "Er liggen geen vouchers bij u. Bestel eerst nieuwe bij Cubiss.")
        return redirect("intermediary:stock")
    return HttpResponse(
        tally_sheet(organisation, serials, at=at),
        content_type="application/pdf",
        headers={"Content-Disposition": content_disposition_header(False, f"turflijst-{today}.pdf")},
    )


def ours(organisation: Organisation) -> VoucherQuerySet:
    """Everything that is or was in this organisation's stock when it went out."""
    return Voucher.objects.filter(holder=organisation)


def unreported(organisation: Organisation) -> QuerySet[Voucher]:
    """Vouchers that came to a library before we reported them: handling waits for the report."""
    return ours(organisation).filter(status=Voucher.Status.REDEEMED).filter(~Exists(_reported()))


def _reported() -> QuerySet[Handout]:
    return Handout.objects.standing().filter(voucher=OuterRef("pk"))


def grouped(vouchers: QuerySet[Voucher]) -> VoucherGroup:
    """Vouchers as one group, whatever their status."""
    return VoucherGroup(tuple(join(run.serials for run in runs(vouchers))))


def in_drawer(organisation: Organisation) -> list[VoucherGroup]:
    """What can still go out, a group per last day of validity, the first to expire on top."""
    found = islands(ours(organisation).filter(status=Voucher.Status.ALLOCATED).with_last_day(), "last_day")
    per_day: dict[date, list[SerialRange]] = {}
    as_day = Batch._meta.get_field("valid_until").to_python  # SQLite gives days as text
    for serials, (last_day,) in found:
        per_day.setdefault(as_day(last_day), []).append(serials)
    return [VoucherGroup(tuple(join(per_day[last_day])), last_day) for last_day in sorted(per_day)]
