"""Paper: a template becomes a PDF, the same bytes every time (PDF/UA-1, Dutch, tagged). Knows no models.

    render("documents/invoice.html", {...}, made_at=closing.closed_at, identifier="VEN-2025-0001")

The template extends templates/documents/base.html, which brings the sheet (static/documents/base.css), the logo and
the page numbers. It may ask for two kinds of files and for nothing else: packaged ones, by their path under
static/ in one of the folders in `PACKAGED` (`<img src="theme/logo.svg" alt="">`), and what was drawn for this document
(`drawn={"chart.svg": bytes}`, asked for by `<img src="drawn/chart.svg" alt="...">`). Anything else stops the making: a
document is kept for ever, so rather none than one that lacks a piece or fetched something (docs/threats.md, 25). A
file is put inside a document only by who calls this (`attached`); markup that asks for it is refused like the rest.
"""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path, PurePosixPath

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone, translation
from weasyprint import HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

# Where relative addresses in a document lie; `.invalid` is reserved, so that this can never mean a host.
PAPER = "https://paper.invalid/"
DRAWN = f"{PAPER}drawn/"

PACKAGED = ("documents", "theme", "vendor/inter")
TYPES = {".css": "text/css", ".png": "image/png", ".svg": "image/svg+xml", ".woff2": "font/woff2"}

# What is kept for ever is PDF/A-3a, which may carry the e-invoice, and PDF/UA-1 as well. WeasyPrint writes down one of
# the two; the other is added to what the document says of itself, and explained there, because PDF/A does not know it.
PDF_UA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1" />
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of PDF/UA that this document follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>"""
RDF_ENDS = b"</rdf:RDF>"

# The letters that a document uses are cut out of the font, and fontTools writes the hour into them; it takes this one.
os.environ.setdefault("SOURCE_DATE_EPOCH", "1735689600")
for chatty in ("fontTools", "weasyprint.progress"):
    logging.getLogger(chatty).setLevel(logging.WARNING)


class PaperRefused(Exception):
    """A document asked for something that is not packaged with the programme or drawn for it."""


class PaperFetcher(URLFetcher):
    """Hands a document its packaged and drawn files; refuses http, file, data and all the rest."""

    def __init__(self, drawn: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self.drawn = drawn
        self.refused: list[str] = []

    def fetch(self, url: str, headers=None) -> URLFetcherResponse:
        if url.startswith(DRAWN):
            content = self.drawn.get(url.removeprefix(DRAWN))
        else:
            content = _packaged(url.removeprefix(PAPER)) if url.startswith(PAPER) else None
        if content is None:
            self.refused.append(url)
            raise FatalURLFetchingError(url)
        return URLFetcherResponse(url, content, {"Content-Type": TYPES[PurePosixPath(url).suffix]})


def _packaged(name: str) -> bytes | None:
    """The bytes of a packaged file, or None when documents have no business with it."""
    path = PurePosixPath(name)
    if ".." in path.parts or path.suffix not in TYPES or not any(path.is_relative_to(each) for each in PACKAGED):
        return None
    found = finders.find(name)
    return Path(found).read_bytes() if isinstance(found, str) else None


@dataclass(frozen=True)
class Attached:
    """A file inside a document: the e-invoice in the invoice, which says the same in another form (`Alternative`), or
    what the paper leaves out because nobody would turn so many pages (`Supplement`)."""

    filename: str
    content: bytes
    description: str
    relationship: str = "Alternative"


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
    return _pdf(html, made_at=made_at, identifier=identifier, drawn=drawn or {}, kept=kept, attached=attached)


def _pdf(
    html: str,
    *,
    made_at: datetime,
    identifier: str,
    drawn: Mapping[str, bytes],
    kept: bool = False,
    attached: Sequence[Attached] = (),
) -> bytes:
    fetcher = PaperFetcher(drawn)
    content = b""
    variant = "pdf/a-3a" if kept else "pdf/ua-1"
    # What stops WeasyPrint here it swallows there (inside an SVG): what counts is that something was refused.
    with suppress(FatalURLFetchingError):
        page = HTML(string=html, base_url=PAPER, url_fetcher=fetcher)
        document = page.render(font_config=FontConfiguration(), pdf_variant=variant)
        metadata = document.metadata
        metadata.created = metadata.modified = timezone.localtime(made_at).isoformat("T", "seconds")
        if kept:
            metadata.generate_rdf_metadata = _says_pdf_ua_too(metadata.generate_rdf_metadata)
        metadata.attachments += [_attachment(each, made_at) for each in attached]
        content = document.write_pdf(pdf_variant=variant, pdf_identifier=identifier.encode())
    if fetcher.refused:
        raise PaperRefused(fetcher.refused[0])
    return content


def _says_pdf_ua_too(generate: Callable[..., bytes]) -> Callable[..., bytes]:
    def both(*args) -> bytes:
        said = generate(*args)
        if said.count(RDF_ENDS) != 1:
            raise RuntimeError("WeasyPrint writes its metadata in another way.")
        return said.replace(RDF_ENDS, PDF_UA + RDF_ENDS)

    return both


def _attachment(attached: Attached, made_at: datetime) -> Attachment:
    moment = made_at.astimezone(UTC)
    return Attachment(
        file_obj=BytesIO(attached.content),
        name=attached.filename,
        description=attached.description,
        created=moment,
        modified=moment,
        relationship=attached.relationship,
    )
