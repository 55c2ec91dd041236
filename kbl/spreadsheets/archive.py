"""Looking through a workbook's archive before anything in it is parsed (docs/threats.md, 27).

A workbook is a zip of XML files. A small one may unpack to gigabytes, or hold a million texts in a few lines; so the
parts are unpacked in pieces and counted, never kept, and only what is within bounds goes to openpyxl. A document type
declaration is where entities come from: a workbook has none, so one that has is refused (what defusedxml does, without
its slow parser).
"""

import io
import re
import zlib
from collections import Counter
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
# Every begin of a tag counts, in all parts together. Those of a list are cheap, as openpyxl drops them row by row; of
# any other (fonts, merged cells, names) it makes an object that stays: 180 kB of these took 23 seconds and 641 MB.
MOST_TAGS = 2_000_000
MOST_OTHER_TAGS = 25_000
MOST_ATTRIBUTES = 200_000  # of the parts that are read whole
LONGEST_TAG = 1 << 17  # bytes; a tag holds all its attributes at once
PIECE = 1 << 16

READ_IN_PASSING = re.compile(r"^/?xl/(worksheets/[^/]+|sharedStrings)\.xml$", re.IGNORECASE)
PARSED = re.compile(r"\.(xml|rels|vml)$", re.IGNORECASE)
MARKS = re.compile(rb"<(?:\w+:)?(c|si|row|r|xf)[\s/>]")
OF_A_LIST = re.compile(rb"<(?:\w+:)?(?:c|v|f|is|si|t|r|row)[\s/>]")
TAGS = re.compile(rb"<[^/?!]")
ATTRIBUTES = re.compile(rb"=\s*[\"']")
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
            budget = _Budget()
            for part in parts:
                _refuse_bomb(packed, part, budget)
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


class _Budget:
    """What all parts of a workbook may hold together; no clock, so that the same file always gets the same answer."""

    def __init__(self) -> None:
        self.marks: Counter[bytes] = Counter()
        self.tags = self.others = self.attributes = 0

    def spend(self, text: bytes, *, whole: bool) -> None:
        """Count what begins in a piece. Raises UnreadableFile when it is more than any list needs."""
        self.marks.update(MARKS.findall(text))
        tags = len(TAGS.findall(text))
        self.tags += tags
        self.others += tags - len(OF_A_LIST.findall(text))
        self.attributes += len(ATTRIBUTES.findall(text)) if whole else 0
        over = self.attributes > MOST_ATTRIBUTES or any(self.marks[mark] > most for mark, most in MOST.items())
        if over or self.tags > MOST_TAGS or self.others > MOST_OTHER_TAGS:
            raise UnreadableFile(FileProblem.BOMB)


def _is_parsed(packed: ZipFile, part: ZipInfo) -> bool:
    """Whether openpyxl may read this part as XML: by its name or by how it begins, as any name may be pointed at."""
    if PARSED.search(part.filename):
        return True
    with packed.open(part) as unpacked:
        start = unpacked.read(4_096).lstrip(b"\xef\xbb\xbf \t\r\n")
    return not start or start.startswith((b"<", b"\xff\xfe", b"\xfe\xff", b"\x00<"))


def _refuse_bomb(packed: ZipFile, part: ZipInfo, budget: _Budget) -> None:
    """Unpack one part in pieces, without keeping it."""
    if part.is_dir() or not part.file_size or not _is_parsed(packed, part):
        return
    whole = not READ_IN_PASSING.match(part.filename)
    limit = LARGEST_SMALL_PART if whole else LARGEST_PART
    if part.file_size > limit or part.file_size > 1_000_000 + part.compress_size * LARGEST_RATIO:
        raise UnreadableFile(FileProblem.BOMB)
    tail = b""
    with packed.open(part) as unpacked:
        first = True
        while piece := unpacked.read(PIECE):
            if first and b"\x00" in piece[:4]:
                # XML in another alphabet (UTF-16, with or without a mark), in which nothing here would be found.
                raise UnreadableFile(FileProblem.DAMAGED)
            first = False
            seen = tail + piece
            if STRICT.search(seen) and part.filename.lower().lstrip("/") == "xl/workbook.xml":
                raise UnreadableFile(FileProblem.STRICT)
            if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                raise UnreadableFile(FileProblem.BOMB)
            last = max(seen.rfind(b"<"), 0)  # a tag that the border cuts through is counted with the next piece
            if b">" in seen[last:]:
                last = len(seen)
            budget.spend(seen[:last], whole=whole)
            tail = seen[last:]
            if len(tail) > LONGEST_TAG:
                raise UnreadableFile(FileProblem.BOMB)
        budget.spend(tail, whole=whole)
