"""The progress report of a closed quarter: what the province reads, on its page and as a PDF.

Its counts come from the facts as they were known at the closing, so what is reported later does not change them. Names,
targets and the budget are those of the moment it is made. The PDF is issued once and kept byte for byte; it carries the
digest of the quarter's books, so a later change of those shows. The page is made anew each time.
"""

from datetime import datetime

from kbl import pdf
from kbl.settlements.closing.digest import books_digest
from kbl.settlements.documents import issuing
from kbl.settlements.models import Closing, Document
from reporting.report import page
from reporting.report.progress_report import progress_report


def render(closing: Closing) -> bytes:
    """The report as a PDF; the same bytes for the same books."""
    shown = page.context(progress_report(closing))
    drawn = {f"{name}.svg": chart.in_pdf for name, chart in shown["charts"].items()}
    return pdf.render(
        "documents/progress_report.html",
        {**shown, "books_digest": books_digest(closing)},
        made_at=closing.closed_at,
        identifier=f"report:{closing.quarter}",
        drawn=drawn,
    )


def issue(closing: Closing, *, at: datetime) -> Document:
    """The report of a closing: made once, then always that one."""
    return issuing.issue(
        Document.Kind.REPORT,
        closing=closing,
        filename=f"voortgangsrapportage-{closing.quarter}.pdf",
        make=lambda: render(closing),
        at=at,
        books_digest=books_digest(closing),
    )
