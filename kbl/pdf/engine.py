"""How paper is made: WeasyPrint, given nothing but packaged and drawn files. Imported where the first paper is made."""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path, PurePosixPath

from django.contrib.staticfiles import finders
from django.utils import timezone
from fontTools.ttLib import woff2
from pydyf import PDF, Array
from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from kbl.pdf.attached import Attached, PaperRefused
from kbl.pdf.letters import faces_for

# Where relative addresses in a document lie; `.invalid` is reserved, so that this can never mean a host.
PAPER = "https://paper.invalid/"
DRAWN = f"{PAPER}drawn/"

PACKAGED = ("documents", "theme", "vendor/inter", "vendor/noto")
# A packed font is handed over unpacked.
TYPES = {
    ".css": "text/css",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".woff2": "font/ttf",
}

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
    if not isinstance(found, str):
        return None
    return _letters(found) if path.suffix == ".woff2" else Path(found).read_bytes()


@cache
def _letters(file: str) -> bytes:
    """A packaged font, unpacked once per process: WeasyPrint would do it for every paper, a third of all its work."""
    unpacked = BytesIO()
    woff2.decompress(file, unpacked)
    return unpacked.getvalue()


def make(
    html: str,
    *,
    made_at: datetime,
    identifier: str,
    drawn: Mapping[str, bytes],
    kept: bool = False,
    attached: Sequence[Attached] = (),
) -> bytes:
    """The PDF of this markup. Raises PaperRefused."""
    fetcher = PaperFetcher(drawn)
    content = b""
    variant = "pdf/a-3a" if kept else "pdf/ua-1"
    # What stops WeasyPrint here it swallows there (inside an SVG): what counts is that something was refused.
    with suppress(FatalURLFetchingError):
        page = HTML(string=html, base_url=PAPER, url_fetcher=fetcher)
        fonts = FontConfiguration()
        letters = faces_for(html)
        sheets = [CSS(string=letters, base_url=PAPER, url_fetcher=fetcher, font_config=fonts)] if letters else None
        document = page.render(font_config=fonts, stylesheets=sheets, pdf_variant=variant)
        metadata = document.metadata
        metadata.created = metadata.modified = timezone.localtime(made_at).isoformat("T", "seconds")
        if kept:
            metadata.generate_rdf_metadata = _says_pdf_ua_too(metadata.generate_rdf_metadata)
        metadata.attachments += [_attachment(each, made_at) for each in attached]
        content = document.write_pdf(
            finisher=_names_files_once, pdf_variant=variant, pdf_identifier=identifier.encode()
        )
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


def _names_files_once(document: Document, made: PDF) -> None:
    """WeasyPrint writes each associated file (/AF) of a PDF/A-3 down twice: readers then list the same XML twice."""
    if "AF" in made.catalog:
        made.catalog["AF"] = Array(dict.fromkeys(made.catalog["AF"]))


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
