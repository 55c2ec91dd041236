"""The project team's day: what asks attention, how the programme stands, and what happened lately."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kbl.accounts.access import requires_audience
from kbl.accounts.models import Audience
from kbl.clock import local_day, now
from kbl.organisations.models import YearTarget
from kbl.settlements.fund_figures import commitments
from kbl.settlements.tariffs.tariffs import MissingTariff
from kbl.start_pages.activity import latest
from kbl.start_pages.attention import attention_points
from kbl.start_pages.attention_targets import targets
from reporting.figures.counting import AsOf, Measure, count

WARN_AT = Decimal("0.85")


@dataclass(frozen=True)
class YearSoFar:
    """How one calendar year goes: counts by the day it happened, as we know them now, beside target A."""

    target: int
    plus: int
    handed_out: int
    redeemed: int


def year_so_far(at: datetime) -> YearSoFar:
    """The year of a moment, up to that moment."""
    on = local_day(at)
    instants = [AsOf(date(on.year - 1, 12, 31), at), AsOf(on, at)]
    grown = {}
    for measure in (Measure.PLUS, Measure.FREE, Measure.HANDED_OUT):
        before, now_known = count(measure, instants)[()]
        grown[measure] = now_known - before
    return YearSoFar(
        target=YearTarget.objects.filter(year=on.year).values_list("new_memberships", flat=True).first() or 0,
        plus=grown[Measure.PLUS],
        handed_out=grown[Measure.HANDED_OUT],
        redeemed=grown[Measure.PLUS] + grown[Measure.FREE],
    )


def _waiting(at: datetime) -> Decimal | None:
    """What is reported and on no statement yet; None when a tariff is missing (the fund's page says which)."""
    try:
        return commitments.waiting(at)
    except MissingTariff:
        return None


@require_safe
@requires_audience(Audience.CUBISS)
def home(request: HttpRequest) -> HttpResponse:
    """Today."""
    at = now()
    on = local_day(at)
    fund = commitments.position(on, waiting=_waiting(at))
    figures = year_so_far(at)
    return render(
        request,
        "cubiss/home.html",
        {
            "today": on,
            "attention_points": [*attention_points(at), *targets(figures.target, figures.plus, on)],
            "year": str(on.year),
            "figures": figures,
            "fund": fund,
            "fund_tone": "attention" if (fund.utilisation or 0) >= WARN_AT else "",
            "events": latest(at),
        },
    )
