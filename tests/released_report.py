"""A report that went the whole way: the coordinator writes and asks, finance releases. Its files take no time."""

import hashlib
from datetime import datetime, timedelta

from kbl.settlements.models import Closing
from reporting.editions import files, release, texts
from reporting.editions.models import EditionFile, Place, ReportEdition

WHY = "De eerste bibliotheken begonnen later dan gepland."


def quick_files(edition: ReportEdition, *, at: datetime, pdf: bytes = b"%PDF-1.7 a report") -> None:
    """The three files of an edition: the lists for real, and a paper that nobody reads."""
    content = {"pdf": pdf, "xlsx": b"PK a workbook", "csv": b"tabel;rij"}
    for form in EditionFile.Form:
        EditionFile.objects.create(
            edition=edition,
            form=form,
            filename=files.filename(edition, form),
            content=content[form],
            sha256=hashlib.sha256(content[form]).hexdigest(),
            made_at=at,
        )


def asked(closing: Closing, author, *, at: datetime | None = None, changes: str = "", quick: bool = True, **written):
    """The coordinator wrote why target A lags, with whatever else, and put the report before a colleague."""
    when = at or closing.closed_at + timedelta(days=2)
    for place, text in {Place.WHY_A: WHY, **written}.items():
        texts.write(closing, place, text, by=author, at=when)
    edition = release.ask(closing, changes=changes, by=author, at=when)
    if quick:
        quick_files(edition, at=when)
    else:
        files.make(edition, at=when)
    return edition


def released(closing: Closing, author, second, **words) -> ReportEdition:
    """And finance released it."""
    edition = asked(closing, author, **words)
    release.release(edition, by=second, at=edition.asked_at + timedelta(hours=2))
    return edition
