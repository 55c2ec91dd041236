"""XML from outside, opened so that it cannot do harm (docs/threats.md, 27): size first, then its letters, then
its tree.

A bank statement has no document type, so no entity and no address to fetch: a file that has one is refused before any
parser sees it. The letters are decoded here, so that what is looked for is found in every alphabet.
"""

import codecs
import re

from lxml import etree

from kbl.payments.bank.unreadable import BankFileUnreadable, UnreadableReason

LARGEST_FILE = 5_000_000  # about ten thousand bookings; the whole request may be 8 MB (kbl/spreadsheets/uploads.py)
MOST_MARKS = 400_000  # begins and ends of tags: what a parser makes objects of
KINDS = {
    b"PK\x03\x04": "archive",
    b"\x1f\x8b": "archive",
    b"%PDF": "pdf",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"\xd0\xcf\x11\xe0": "office",
    b":20:": "mt940",
    b"{1:": "mt940",
    b"0000 ": "mt940",
    b":940:": "mt940",
}
MARKED = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"),
)
DECLARATION = re.compile(r"<\?xml\s[^>]*\?>")
DECLARED = re.compile(rb"""^<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
TOGETHER = "files"  # no name of the standard: what several documents in one file are put in
UTF = {"utf-8", "utf8", "utf-16", "utf16", "utf-16le", "utf-16be"}
BYTES = {"us-ascii", "ascii", "cp1250", "cp1252", "cp850", "cp437", "macintosh", "latin1", "latin-1", "latin9"}
KNOWN = UTF | BYTES | {f"{name}-{part}" for name in ("iso-8859", "iso8859") for part in (1, 2, 9, 15)}
KNOWN |= {f"windows-{page}" for page in (1250, 1252, 1254)}
# No XML can hold these, as they are or by their number; banks let them through in the names of others.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
BY_NUMBER = re.compile(r"&#(?:x([0-9a-f]{1,8})|([0-9]{1,9}));", re.IGNORECASE)


def parse(content: bytes) -> list[etree._Element]:
    """The documents in an XML file: one, or several that a bank pasted behind each other. Raises BankFileUnreadable.

    Whatever the file is, this takes little time and memory.
    """
    if len(content) > LARGEST_FILE:
        raise BankFileUnreadable(UnreadableReason.TOO_LARGE, limit=LARGEST_FILE // 1_000_000)
    if not content.strip():
        raise BankFileUnreadable(UnreadableReason.EMPTY)
    for start, kind in KINDS.items():
        if content.lstrip()[:40].startswith(start):
            raise BankFileUnreadable(UnreadableReason.WRONG_KIND, kind=kind)
    text = UNWRITABLE.sub("", DECLARATION.sub("", _decoded(content)).replace("\ufeff", "")).lstrip()
    text = BY_NUMBER.sub(_writable, text)
    if not text.startswith("<"):
        raise BankFileUnreadable(UnreadableReason.NO_XML)
    if re.match(r"<(!doctype\s+)?html", text, re.IGNORECASE):
        raise BankFileUnreadable(UnreadableReason.WRONG_KIND, kind="page")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BankFileUnreadable(UnreadableReason.TRICK)
    if text.count("<") > MOST_MARKS:
        raise BankFileUnreadable(UnreadableReason.TOO_LARGE, limit=LARGEST_FILE // 1_000_000)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        encoding="utf-8",
    )
    try:
        together = etree.fromstring(f"<{TOGETHER}>{text}</{TOGETHER}>".encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BankFileUnreadable(UnreadableReason.DAMAGED) from error
    documents = list(together)
    if not documents or any((each or "").strip() for each in (together.text, *(one.tail for one in documents))):
        raise BankFileUnreadable(UnreadableReason.DAMAGED)
    return documents


def _writable(reference: re.Match[str]) -> str:
    """A sign by its number, unless no XML can hold it."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    is_sign = code < 0x110000 and not 0xD800 <= code < 0xE000
    return reference[0] if is_sign and not UNWRITABLE.match(chr(code)) else ""


def _decoded(content: bytes) -> str:
    """The text: by its mark, else as it says of itself. Programs that say UTF-16 write UTF-8 now and then."""
    encoding = next((name for start, name in MARKED if content.startswith(start)), "")
    if not encoding:
        declared = DECLARED.match(content)
        encoding = declared[1].decode().lower().replace("_", "-") if declared else "utf-8"
        if encoding not in KNOWN:
            raise BankFileUnreadable(UnreadableReason.DAMAGED)
        encoding = encoding if not encoding.startswith("utf") else "utf-8"
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise BankFileUnreadable(UnreadableReason.DAMAGED) from error
