"""The project team's day: what asks attention, how the programme goes, and what happened lately."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kbl.accounts.access import requires_audience
from kbl.accounts.models import Audience
from kbl.clock import local_day, now
from kbl.start_pages import dear
from kbl.start_pages.activity import latest
from kbl.start_pages.attention import attention_points
from kbl.start_pages.attention_targets import municipalities, other_goals, targets
from reporting.dashboard.page import Dashboard


@require_safe
@requires_audience(Audience.CUBISS)
def home(request: HttpRequest) -> HttpResponse:
    """Today. What the dashboard shows is in the address, so that a view can be sent to a colleague."""
    return render(request, "cubiss/home.html", today(request.GET, now()))


def today(asked, at: datetime) -> dict[str, Any]:
    """Everything on the page at a moment; `asked` are the parameters of its address."""
    on = local_day(at)
    board = Dashboard.at_moment(asked, on, at)
    counted = dear.now(at, board.fund.unbilled)
    year = board.this_year
    return {
        "today": on,
        "attention_points": [
            *attention_points(at, counted),
            *targets(year.target, year.reached, on, board.over),
            *other_goals(board.others if not board.filters.library else ()),
            *municipalities(board.figures.plus_by_place, on, board.filters.municipalities),
        ],
        "board": board,
        "programme": board.filters.programme,  # also for the frame, which else asks for it once more
        "charts": board.charts,
        "events": latest(counted.events),
        "counted_at": counted.at,
    }
