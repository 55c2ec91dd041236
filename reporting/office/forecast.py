"""Where the programme is heading, for the project team: the forecast, what it assumes, and what if. Nothing is kept."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from itertools import accumulate

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.formats import number, percent, whole_euro
from kbl.money import euro, half_up
from kbl.organisations.models import Programme
from kbl.periods import Quarter, quarters
from kbl.spreadsheets import to_csv
from reporting.forecast import kept_basis
from reporting.forecast.cash import next_ask
from reporting.forecast.forecast import Basis, Course, Forecast, cash_of, courses, forecast
from reporting.forecast.kept_basis import BasisNow
from reporting.office.forecast_forms import WhatIfForm
from reporting.report import charts, course_drawing

HEADINGS = (
    "verloop",
    "kwartaal",
    "uitreikingen",
    "nieuwe leden",
    "verlengd",
    "vergoeding lidmaatschap (euro)",
    "vergoeding uitreiken (euro)",
)
CAPTION = "Nieuwe leden sinds de start, met omzettingen. Het gekleurde vlak is de bandbreedte van de verwachting."
COURSES = {Course.LOW: "laag", Course.MIDDLE: "midden", Course.HIGH: "hoog"}


@require_safe
@requires_audience(Audience.CUBISS)
def show(request: ActingRequest) -> HttpResponse:
    """The forecast of today in three courses, and the middle one with what was asked."""
    known = kept_basis.now(clock.now())
    as_of, built_on = known.as_of, known.basis
    found = courses(built_on)
    coming = [each.quarter for each in found[Course.MIDDLE].quarters]
    form = WhatIfForm(request.GET or None, basis=built_on, quarters=coming)
    if form.is_bound:
        form.is_valid()
    asked = form.what_if()
    otherwise = forecast(built_on, what_if=asked) if asked.is_asked else None
    low, middle, high = (found[each] for each in Course)
    context = {
        "basis": built_on,
        "kept_at": known.kept_at,
        "low": low,
        "middle": middle,
        "high": high,
        "words": _words(middle),
        "cash": (balances := cash_of(middle)),
        "ask": next_ask(balances, as_of.until),
        "redeemed": "; ".join(_redeemed(built_on)),
        "years": list(zip(*(found[each].years for each in Course), strict=True)),
        "form": form,
        "otherwise": otherwise,
        "difference": _difference(middle, otherwise) if otherwise else None,
        "chart": _chart(known, found) if coming else None,
        "programme": Programme.current(),
    }
    return render(request, "cubiss/forecast.html", context, status=422 if form.errors else 200)


def _words(middle: Forecast) -> dict[str, str]:
    """The small print under the three large figures."""
    short = f"meer dan de begroting; het fonds is op in het {middle.runs_out.label}" if middle.runs_out else ""
    return {
        "new": f"het doel is {number(middle.target)}",
        "used": f"begroot is {whole_euro(middle.budget)}",
        "runs_out": short,
    }


def _redeemed(built_on: Basis) -> Iterator[str]:
    """How soon a voucher is redeemed, in words."""
    for lag, part in enumerate(built_on.redeemed or ()):
        if half_up(part * 100, 0):
            when = {0: "in hetzelfde kwartaal", 1: "in het kwartaal erna"}.get(lag, f"{lag} kwartalen later")
            yield f"{percent(part)} {when}"


def _difference(middle: Forecast, otherwise: Forecast) -> dict[str, Decimal]:
    """What taking something to be otherwise makes of the three figures."""
    return {
        "new": otherwise.new - middle.new,
        "used": otherwise.used - middle.used,
        "left_over": otherwise.left_over - middle.left_over,
    }


@require_safe
@requires_audience(Audience.CUBISS)
def file(request: ActingRequest) -> HttpResponse:
    """The three courses as a file: a line per quarter that still comes."""
    built_on = kept_basis.now(clock.now()).basis
    content = to_csv(
        [*HEADINGS, "stand op"],
        (
            [
                COURSES[course],
                str(each.quarter),
                *(half_up(value, 1) for value in (each.handed_out, each.new, each.renewed)),
                *(euro(value) for value in (each.fees, each.handling)),
                built_on.on,
            ]
            for course, one in courses(built_on).items()
            for each in one.quarters
        ),
    )
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, f"kbl-vooruitblik-{built_on.on}.csv")},
    )


def _chart(known: BasisNow, found: Mapping[Course, Forecast]) -> charts.DrawnChart:
    """New members since the start: what there was, what is expected, and the targets."""
    rows = list(_rows(known, found))
    end = {course: each.new for course, each in found.items()}
    words = (
        "Lijn: nieuwe leden sinds de start per kwartaal. Aan het einde verwachten wij er "
        f"{number(end[Course.MIDDLE])}, tussen {number(end[Course.LOW])} en {number(end[Course.HIGH])}. Het doel is "
        f"{number(sum(known.basis.targets.values()))}. De jaren staan in de tabel eronder."
    )
    return charts.drawn(words, CAPTION, partial(course_drawing.course, rows))


def _rows(known: BasisNow, found: Mapping[Course, Forecast]) -> Iterator[dict]:
    """A row per quarter of the programme; numbers become points of ink here, so floats."""
    programme = Programme.current()
    every = list(quarters(programme.starts_on, programme.ends_on))
    running = Quarter.of(known.as_of.until)
    aims = list(accumulate(known.basis.targets.get(each.year, 0) / 4 for each in every))
    counted = list(accumulate(known.plus.get(each, 0) for each in every))
    coming = {course: {each.quarter: float(each.new) for each in one.quarters} for course, one in found.items()}
    reached = {course: list(accumulate(of.get(each, 0.0) for each in every)) for course, of in coming.items()}
    for i, quarter in enumerate(every):
        # The last quarter that is over is where the expectation starts: one line goes on where the other ends.
        drawn = quarter.next >= running
        expected = {course: counted[i] + reached[course][i] if drawn else None for course in Course}
        yield {
            "quarter": f"{quarter.number}e {quarter.year}",
            "aim": aims[i],
            "so_far": counted[i] if quarter < running else None,
            "expected": expected[Course.MIDDLE],
            "low": expected[Course.LOW],
            "high": expected[Course.HIGH],
        }
