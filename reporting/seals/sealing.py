"""Sealing a closed quarter: once, after those before it, before its report is printed; and kept outside the database.

A seal in the database can be rewritten by its owner together with what it covers. So its digest is printed on the
province's paper, and written to a folder that somebody else keeps (`SEALS_FOLDER`).
"""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction

from kbl.settlements.models import Closing
from reporting.models import QuarterSeal
from reporting.seals import digest


def seal(closing: Closing, *, at: datetime) -> QuarterSeal:
    """The seal of a closing: the one that is there, else made now, after the seals of all closings before it."""
    if found := QuarterSeal.objects.filter(closing=closing).first():
        return found
    earlier = Closing.objects.filter(quarter__lt=closing.quarter).order_by("quarter").last()
    before = seal(earlier, at=at) if earlier else None
    parts = digest.parts(digest.window(closing, before.parts if before else None))
    try:
        with transaction.atomic():
            return QuarterSeal.objects.create(
                closing=closing,
                parts=parts,
                previous=before.digest if before else "",
                digest=digest.whole(closing.quarter, parts, digest.link(before)),
                sealed_at=at,
            )
    except IntegrityError:
        return QuarterSeal.objects.get(closing=closing)


def words(seal: QuarterSeal) -> str:
    """What the file outside the database says of a quarter."""
    return f"{seal.closing.quarter} {seal.digest}\n"


def name_of(seal: QuarterSeal) -> str:
    """What a file with a seal is called."""
    return f"zegel-{seal.closing.quarter}.txt"


def file_of(seal: QuarterSeal) -> Path | None:
    """Where the seal is kept outside the database; None when no folder is set."""
    return Path(settings.SEALS_FOLDER) / name_of(seal) if settings.SEALS_FOLDER else None


def keep_outside(seal: QuarterSeal) -> None:
    """Write the seal to the folder, once: a file that is there is never written again."""
    if (path := file_of(seal)) is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(words(seal))
    except FileExistsError:
        return
