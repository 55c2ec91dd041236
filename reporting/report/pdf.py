"""The progress report of a closed quarter as a PDF: what the province reads on its page too.

Both show what was kept (kept_reports.py). The PDF is issued once and kept byte for byte; it carries the digest of the
quarter's books, so a later change of those shows.
"""

from datetime import datetime
from typing import Any

from kbl import pdf
from kbl.settlements.closing.digest import books_digest
from kbl.settlements.documents import issuing
from kbl.settlements.models import Closing, Document
from reporting.report import drawings, kept_reports
from reporting.seals import seal_mail, sealing


def render(
    closing: Closing, *, at: datetime | None = None, words: Any = None, asked_at: datetime | None = None
) -> bytes:
    """The report as a PDF; the same bytes whatever changed since it was kept.

    With the `words` of an edition it is the paper of that one, else the draft of the closing: figures without them.
    """
    read = kept_reports.read(closing)
    seal = sealing.seal(closing, at=closing.closed_at if at is None else at)
    charts = drawings.drawn(read)
    drawn = {f"{name}.svg": chart.in_pdf for name, chart in charts.items()}
    shown = {**read.shown, "charts": charts, "kept": read.kept}
    return pdf.render(
        "documents/progress_report.html",
        {**shown, "books_digest": books_digest(closing), "seal": seal, "words": words},
        made_at=asked_at or closing.closed_at,
        identifier=f"report:{closing.quarter}" + (f":{words.version}" if words else ""),
        drawn=drawn,
        kept=True,
    )


def issue(closing: Closing, *, at: datetime) -> Document:
    """The report of a closing: made once, then always that one."""
    drawings.keep(kept_reports.read(closing))
    seal = sealing.seal(closing, at=at)
    sealing.keep_outside(seal)
    seal_mail.post(seal, at=at)
    return issuing.issue(
        Document.Kind.REPORT,
        closing=closing,
        filename=f"voortgangsrapportage-{closing.quarter}.pdf",
        make=lambda: render(closing, at=at),
        at=at,
        books_digest=books_digest(closing),
        seal=seal.digest,
    )
