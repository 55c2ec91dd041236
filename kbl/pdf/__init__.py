"""Paper: a template becomes a PDF, the same bytes every time (PDF/UA-1, Dutch, tagged). Knows no models.

    render("documents/invoice.html", {...}, made_at=closing.closed_at, identifier="VEN-2025-0001")

The template extends templates/documents/base.html, which brings the sheet (static/documents/base.css), the logo and
the page numbers. It may ask for two kinds of files and for nothing else: packaged ones, by their path under
static/ in one of the folders in `PACKAGED` (`<img src="theme/logo.svg" alt="">`), and what was drawn for this document
(`drawn={"chart.svg": bytes}`, asked for by `<img src="drawn/chart.svg" alt="...">`). Anything else stops the making: a
document is kept for ever, so rather none than one that lacks a piece or fetched something (docs/threats.md, 25). A
file is put inside a document only by who calls this (`attached`); markup that asks for it is refused like the rest.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import translation

from kbl.pdf.attached import Attached, PaperRefused

__all__ = ["Attached", "PaperRefused", "render"]


def render(
    template: str,
    context: dict,
    *,
    made_at: datetime,
    identifier: str,
    drawn: Mapping[str, bytes] | None = None,
    kept: bool = False,
    attached: Sequence[Attached] = (),
) -> bytes:
    """The PDF of a template. The same context, moment and identifier give the same bytes. Raises PaperRefused.

    What is `kept` for ever is PDF/A-3a besides PDF/UA-1, and only that may have files `attached`.
    """
    assert kept or not attached
    with translation.override("nl"):
        html = render_to_string(template, context)
    # Only where paper is made: WeasyPrint and fontTools are a third of what every process would load to start.
    from kbl.pdf import engine

    return engine.make(html, made_at=made_at, identifier=identifier, drawn=drawn or {}, kept=kept, attached=attached)
