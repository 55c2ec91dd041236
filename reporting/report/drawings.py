"""The charts of a kept report as drawings: made once, by the worker that makes the PDF, and then always those.

The rows of a chart are kept with the closing (kept_reports.py). Drawing them takes seconds, which is no work for a
transaction that others wait for, and nothing but those rows goes into it. Where no drawing is kept it is drawn anew.
"""

import hashlib
import json
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse

from kbl.settlements.models import Closing
from reporting.models import KeptDrawings
from reporting.report import chart_drawing, kept_reports
from reporting.report.charts import DrawnChart, KeptChart
from reporting.report.kept_reports import ReadReport

SIZES = {"paper": chart_drawing.IN_PDF, "screen": chart_drawing.SCREEN, "narrow": chart_drawing.NARROW}
ON_A_PAGE = ("screen", "narrow")


def keep(read: ReadReport) -> KeptDrawings:
    """The drawings of a kept report: those that are there, else drawn now."""
    if found := KeptDrawings.objects.filter(closing=read.kept.closing_id).first():
        return found
    drawn = {name: _draw(chart) for name, chart in read.shown["charts"].items()}
    content = json.dumps(drawn, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        with transaction.atomic():
            return KeptDrawings.objects.create(closing_id=read.kept.closing_id, content=content, sha256=sha256)
    except IntegrityError:
        return KeptDrawings.objects.get(closing=read.kept.closing_id)


def drawn(read: ReadReport) -> dict[str, DrawnChart]:
    """Every chart of a report by its name, drawn, with its kept words."""
    kept = KeptDrawings.objects.filter(closing=read.kept.closing_id).first()
    said = json.loads(bytes(kept.content)) if kept else {}
    return drawn_now(read.shown["charts"], said)


def picture(closing: Closing, name: str, size: str) -> HttpResponse:
    """One chart of a report as a file of its own, so that a page holds none that nobody scrolls to. Raises Http404."""
    chart = drawn(kept_reports.read(closing)).get(name)
    if chart is None or size not in ON_A_PAGE:
        raise Http404
    return HttpResponse(getattr(chart, size), content_type="image/svg+xml")


def drawn_now(
    charts: Mapping[str, KeptChart], said: Mapping[str, dict[str, str]] | None = None
) -> dict[str, DrawnChart]:
    """Charts by their name, drawn; `said` are the drawings that are kept already."""
    kept = said or {}
    return {
        name: DrawnChart(chart.words, chart.caption, **(kept.get(name) or _draw(chart)))
        for name, chart in charts.items()
    }


def _draw(chart: KeptChart) -> dict[str, str]:
    return {name: chart.draw(size).decode() for name, size in SIZES.items()}
