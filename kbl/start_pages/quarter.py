"""An intermediary's running quarter: what went out by week and day, and what it will declare. Nothing is frozen yet."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from intermediaries.access import organisation_of
from intermediaries.models import Handout
from intermediaries.portal.stock import grouped, unreported
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.clock import local_day, now
from kbl.organisations.models import ClosedQuarter
from kbl.periods import Quarter
from kbl.start_pages.declaring import added_up, portions, taken_back
from vouchers.numbers import ranges_of

SHOWN = 20


@dataclass(frozen=True)
class Week:
    """A week of hand-outs: its days within the quarter that had any, with how many."""

    number: int
    first_day: date
    last_day: date
    days: tuple[tuple[date, int], ...]

    @property
    def count(self) -> int:
        return sum(count for _, count in self.days)


@requires_audience(Audience.INTERMEDIARY)
@require_safe
def quarter(request: ActingRequest) -> HttpResponse:
    """This quarter so far, and what the next declaration will hold."""
    organisation, at = organisation_of(request.acting), now()
    running = Quarter.of(local_day(at))
    mine = Handout.objects.standing().filter(organisation=organisation)
    during = mine.filter(on__range=(running.first_day, running.last_day))
    declared = portions([organisation], running, at).get(organisation.pk, [])
    flagged = mine.filter(accreditation__isnull=True, on__gte=running.previous.first_day).order_by("voucher_id")
    flagged_ranges = ranges_of(flagged.values_list("voucher_id", flat=True))
    closed = {each.quarter for each in ClosedQuarter.objects.filter(quarter__in={each.quarter for each in declared})}
    off = taken_back(organisation, at)
    total = added_up(declared)
    return render(
        request,
        "intermediary/quarter.html",
        {
            "quarter": running,
            "weeks": weeks(dict(during.order_by().values_list("on").annotate(count=Count("pk")))),
            "handed_out": during.count(),
            "declared": [(each, each.quarter < running, each.quarter in closed) for each in declared],
            "total": total,
            "taken_back": off,
            "expected": total.amount + off,
            "flagged": sum(map(len, flagged_ranges)),
            "flagged_ranges": flagged_ranges[:SHOWN],
            "flagged_more": len(flagged_ranges) > SHOWN,
            "unreported": grouped(unreported(organisation)),
        },
    )


def weeks(days: dict[date, int]) -> list[Week]:
    """Days with hand-outs as weeks, the newest first; a week runs from Monday to Sunday."""
    found: dict[date, list[tuple[date, int]]] = defaultdict(list)
    for day in sorted(days):
        found[day - timedelta(days=day.weekday())].append((day, days[day]))
    return [
        Week(monday.isocalendar().week, monday, monday + timedelta(days=6), tuple(those))
        for monday, those in sorted(found.items(), reverse=True)
    ]
