"""Looking through a workbook's archive before anything in it is parsed (docs/threats.md, 27).

A workbook is a zip of XML files. A small one may unpack to gigabytes, or hold a million texts in a few lines; so the
parts are unpacked in pieces and counted, never kept, and only what is within bounds goes to openpyxl. A document type
declaration is where entities come from: a workbook has none, so one that has is refused (what defusedxml does, without
its slow parser).
"""

import io
import re
import zlib
from zipfile import BadZipFile, ZipFile, ZipInfo

from kbl.spreadsheets.unreadable import FileProblem, UnreadableFile

MOST_UNPACKED = 50_000_000
MOST_PARTS = 500
# openpyxl reads these whole, so they stay small; sheets and texts are read in passing, and bounded by what they hold.
LARGEST_SMALL_PART = 3_000_000
LARGEST_PART = 30_000_000
LARGEST_RATIO = 250  # a sheet of ten thousand equal rows packs to 1 in 30
# Cells (20,000 rows of sixteen), texts, rows and styles: what openpyxl makes an object of.
MOST = {b"c": 320_000, b"si": 200_000, b"r": 400_000, b"row": 100_000, b"xf": 20_000}
PIECE = 1 << 16

READ_IN_PASSING = re.compile(r"^/?xl/(worksheets/[^/]+|sharedStrings)\.xml$", re.IGNORECASE)
PARSED = re.compile(r"\.(xml|rels|vml)$", re.IGNORECASE)
MARKS = re.compile(rb"<(?:\w+:)?(c|si|row|r|xf)[\s/>]")
# The other namespaces of "Strict Open XML", in which openpyxl finds nothing at all.
STRICT = re.compile(rb"<(?:\w+:)?workbook\s[^>]*purl\.oclc\.org/ooxml/spreadsheetml")
KINDS = {b"opendocument": "opendocument", b"epub": "document"}


def look_through(content: bytes) -> None:
    """Make sure that this is a workbook within bounds. Raises Unreadable."""
    try:
        with ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            _refuse_other_kinds(packed, [part.filename for part in parts])
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise UnreadableFile(FileProblem.BOMB)
            for part in parts:
                _refuse_bomb(packed, part)
    except (BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, OverflowError) as error:
        raise UnreadableFile(FileProblem.DAMAGED) from error
    except RuntimeError as error:  # zipfile's word for a part with a password
        raise UnreadableFile(FileProblem.PASSWORD) from error


def _refuse_other_kinds(packed: ZipFile, names: list[str]) -> None:
    lowered = {name.lower().lstrip("/") for name in names}
    if len(lowered) != len(names):
        raise UnreadableFile(FileProblem.DAMAGED)  # two parts with one name: one to be looked at, another to be read
    if any(name.endswith(("vbaproject.bin", ".bin.rels")) and "vba" in name for name in lowered):
        raise UnreadableFile(FileProblem.MACROS)
    if "xl/workbook.xml" in lowered:
        return
    if "xl/workbook.bin" in lowered:
        raise UnreadableFile(FileProblem.OLD_EXCEL)
    if "word/document.xml" in lowered or "ppt/presentation.xml" in lowered:
        raise UnreadableFile(FileProblem.WRONG_KIND, kind="document")
    if "mimetype" in names and packed.getinfo("mimetype").file_size < 200:
        said = packed.read("mimetype")
        for word, kind in KINDS.items():
            if word in said:
                raise UnreadableFile(FileProblem.WRONG_KIND, kind=kind)
    raise UnreadableFile(FileProblem.WRONG_KIND, kind="archive")


def _refuse_bomb(packed: ZipFile, part: ZipInfo) -> None:
    """Unpack one part in pieces, without keeping it."""
    if not PARSED.search(part.filename):
        return
    limit = LARGEST_PART if READ_IN_PASSING.match(part.filename) else LARGEST_SMALL_PART
    if part.file_size > limit or part.file_size > 1_000_000 + part.compress_size * LARGEST_RATIO:
        raise UnreadableFile(FileProblem.BOMB)
    counts: dict[bytes, int] = {}
    tail = b""
    with packed.open(part) as unpacked:
        first = True
        while piece := unpacked.read(PIECE):
            if first and (piece.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in piece[:4]):
                # XML in another alphabet, in which nothing here would be found.
                raise UnreadableFile(FileProblem.DAMAGED)
            first = False
            seen = tail + piece
            if STRICT.search(seen) and part.filename.lower().lstrip("/") == "xl/workbook.xml":
                raise UnreadableFile(FileProblem.STRICT)
            if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                raise UnreadableFile(FileProblem.BOMB)
            for mark in MARKS.findall(seen):
                counts[mark] = counts.get(mark, 0) + 1
            if any(counts.get(mark, 0) > most for mark, most in MOST.items()):
                raise UnreadableFile(FileProblem.BOMB)
            tail = seen[seen.rfind(b"<") :][:12]  # a tag that the border cuts through
