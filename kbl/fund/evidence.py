"""What proves a cost: which files are kept, and that they can do no harm to whoever opens them (docs/threats.md,
25 to 28).

The kind is taken from the content, never from the name. A PDF that is locked, that does something by itself, or that
unpacks to far more than it is, is refused; so is a picture that is not whole. Bytes are kept as they came.
"""

import hashlib
import re
from datetime import datetime
from pathlib import PurePath

from kbl.apart.reading import read
from kbl.fund.evidence_refused import EvidenceRefused
from kbl.fund.models import Evidence
from kbl.texts.personal import looks_like

LARGEST = 5_000_000
Reason = EvidenceRefused.Reason


def keep(content: bytes, filename: str, *, by, at: datetime) -> Evidence:
    """Keep a document; the same bytes are kept once. Raises EvidenceRefused."""
    kind = examine(content)
    kept, _ = Evidence.objects.get_or_create(
        sha256=hashlib.sha256(content).hexdigest(),
        defaults={
            "content": content,
            "media_type": kind,
            "filename": _named(filename, kind),
            "kept_at": at,
            "kept_by": by,
        },
    )
    return kept


def examine(content: bytes) -> Evidence.Kind:
    """What kind of document this is. Raises EvidenceRefused."""
    if not content:
        raise EvidenceRefused(Reason.EMPTY)
    if len(content) > LARGEST:
        raise EvidenceRefused(Reason.TOO_LARGE)
    # Only where a document is kept: pikepdf and Pillow are no part of what every process loads to start.
    from kbl.fund import evidence_content

    if content.startswith(b"%PDF-"):
        read("pdf", content)
        return Evidence.Kind.PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        evidence_content.look_at_picture(content, "PNG")
        return Evidence.Kind.PNG
    if content.startswith(b"\xff\xd8\xff"):
        evidence_content.look_at_picture(content, "JPEG")
        return Evidence.Kind.JPEG
    raise EvidenceRefused(Reason.KIND)


def _named(filename: str, kind: Evidence.Kind) -> str:
    """The name that the file is given back with: its own, made plain, with the ending that its content has."""
    endings = {Evidence.Kind.PDF: ".pdf", Evidence.Kind.PNG: ".png", Evidence.Kind.JPEG: ".jpg"}
    stem = re.sub(r"[^\w.-]+", "-", PurePath(filename.replace("\\", "/")).stem, flags=re.ASCII).strip("-.")
    kept = stem[:70] if stem and not looks_like(stem) else "bewijsstuk"
    return f"{kept}{endings[kind]}"
