"""A report that went the whole way: the coordinator writes and asks, finance releases. Its files take no time."""

import hashlib
from datetime import datetime, timedelta

from kbl.periods import Quarter
from kbl.settlements.models import Closing
from reporting.editions import files, release, texts
from reporting.editions.models import EditionFile, KeptInterim, ReportEdition, TextPlace
from reporting.report import payload

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
    for place, text in {TextPlace.WHY_A: WHY, **written}.items():
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


def interim(quarter: Quarter, author, second, *, at: datetime) -> KeptInterim:
    """An interim edition that was released, of which nobody reads what it says."""
    kept = KeptInterim.objects.create(
        quarter=quarter,
        until=quarter.first_day + timedelta(days=30),
        content=payload.dump({"published": {}}),
        sha256="x",
        made_at=at,
        made_by=author,
        drawn_at=at,
        pdf=b"%PDF",
        csv=b"tabel",
    )
    KeptInterim.objects.filter(pk=kept.pk).update(released_at=at, released_by=second)
    return kept
