"""Looking into a document before it is kept: a PDF's objects one by one, a picture to its end."""

import io
import warnings

import pikepdf
from PIL import Image

from kbl.fund.evidence_refused import EvidenceRefused

Reason = EvidenceRefused.Reason

MOST_PAGES = 200
MOST_OBJECTS = 50_000
MOST_PIXELS = 60_000_000

# What a PDF can do by itself, or make a reader do. Going to a page or a web address is left to the reader's own asking.
ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToE",
    "/Rendition",
    "/RichMediaExecute",
    "/Movie",
}
ACTIVE_KEYS = {"/JS", "/JavaScript", "/XFA", "/RichMediaContent"}

# A megabyte of zeros packs to a thousand bytes. qpdf wants its limits set once, before threads use it.
pikepdf.settings.set_qpdf_limits(flate_max_memory=64_000_000, run_length_max_memory=64_000_000)


def look_into_pdf(content: bytes) -> None:
    """Make sure that this PDF does nothing by itself and is as large as it looks. Raises EvidenceRefused."""
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if pdf.is_encrypted:
                raise EvidenceRefused(Reason.LOCKED)
            if len(pdf.objects) > MOST_OBJECTS:
                raise EvidenceRefused(Reason.BOMB)
            if not 0 < len(pdf.pages) <= MOST_PAGES:
                raise EvidenceRefused(Reason.DAMAGED)
            if any(_is_active(each) for each in pdf.objects):
                raise EvidenceRefused(Reason.ACTIVE)
            if any("limit exceeded" in str(warning) for warning in pdf.get_warnings()):
                raise EvidenceRefused(Reason.BOMB)
    except pikepdf.PasswordError as error:
        raise EvidenceRefused(Reason.LOCKED) from error
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, MemoryError, UnicodeDecodeError) as error:
        raise EvidenceRefused(Reason.DAMAGED) from error


def _is_active(each: pikepdf.Object) -> bool:
    """This object or what is written inside it does something by itself, or carries a file that is no invoice."""
    waiting = [each]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Array):
            waiting.extend(part for part in one.as_list() if not part_is_indirect(part))
            continue
        if isinstance(one, pikepdf.Stream):
            one = one.stream_dict
        if not isinstance(one, pikepdf.Dictionary):
            continue
        keys = set(one.keys())
        if keys & ACTIVE_KEYS or str(one.get("/S", "")) in ACTIONS or str(one.get("/Subtype", "")) == "/RichMedia":
            return True
        # An e-invoice lies in its PDF as XML (Factur-X, UBL): that is a document too. Anything else is a stowaway.
        if "/EF" in keys and not _names_xml(one):
            return True
        waiting.extend(part for _, part in one.items() if not part_is_indirect(part))
    return False


def part_is_indirect(part: object) -> bool:
    """An object of its own, which is looked at in its turn."""
    return bool(getattr(part, "is_indirect", False)) or not isinstance(part, pikepdf.Object)


def _names_xml(specification: pikepdf.Dictionary) -> bool:
    names = [str(specification[key]) for key in ("/F", "/UF") if key in specification]
    return bool(names) and all(name.lower().endswith(".xml") for name in names)


def look_at_picture(content: bytes, kind: str) -> None:
    """Make sure that this picture is whole and of a size that can be shown. Raises EvidenceRefused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[kind]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise EvidenceRefused(Reason.BOMB)
                picture.verify()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise EvidenceRefused(Reason.BOMB) from error
    except EvidenceRefused:
        raise
    except Exception as error:  # Pillow's readers fail in many ways on what is not whole
        raise EvidenceRefused(Reason.DAMAGED) from error
