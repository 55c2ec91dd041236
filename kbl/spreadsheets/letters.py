"""Letters with an accent in a text that does not say how it was written: Windows, DOS (code pages 437, 850) or Mac.

The same byte is an é in one and a low quote in another, and a wrong guess would be saved in a name. So a reading counts
only when all its letters make sense where they stand; when two do, and differ, none is believed.
"""

import re

from kbl.spreadsheets.unreadable import FileProblem, UnreadableFile

LETTERS = "áàâäãåæçéèêëíìîïñóòôöõøúùûüýÿßœšž"
ODD_FIRST = "ÁÀÂÄÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØÚÙÛÜÝŒŠŽ"
MARKS = "‘’“”–—…•€·´`°²³½¼¾±×§©®\u00a0\u00ad«»"
STRANGE = re.compile(rf"[^\x00-\x7f{LETTERS}{ODD_FIRST}{MARKS}]")
# A capital behind a small letter, or a quote, dots or a sign within or right behind a word where no text has one.
MISPLACED = re.compile(
    rf"(?<=[a-z{LETTERS}])[{ODD_FIRST}]|(?<=[A-Za-z{LETTERS}])[‘“—…•·´`½¼¾±×§«\u00ad\u00a0](?=[A-Za-z{LETTERS}])"
    rf"|(?<=[A-Za-z{LETTERS}])[‘“•½¼¾±×§«]|(?<=[A-Za-z{LETTERS}])[”»](?=[A-Za-z{LETTERS}])|(?<![^\s;,\"])”(?=[A-Za-z{LETTERS}])|(?<=[a-z])–(?=[a-z])|[{LETTERS}][{LETTERS}]{{2,}}"
)
CLOSING = re.compile(rf"(?<=[A-Za-z{LETTERS}])”")
RARE = re.compile("[ŒŠŽœšžŸ]")  # letters that no name here has, on the places where Mac has é, ö and ü
OTHERS = re.compile(rb"[\x80-\xa5]")  # where DOS and Mac have their letters
WAYS = ("cp1252", "cp850", "mac_roman")  # where code page 437 has a letter, 850 has the same one


def read(content: bytes) -> str:
    """The text, when there is one reading that makes sense. Raises UnreadableFile."""
    western = _decoded(content, "cp1252")
    if western is not None and not OTHERS.search(content):
        return western  # only bytes of which DOS and Mac make no letter
    if western is not None and _makes_sense(western) and not RARE.search(western):
        return western
    readings = {text for way in WAYS if (text := _decoded(content, way)) is not None and _makes_sense(text)}
    if len(readings) == 1 and not re.search(rb"[\xc0-\xff]", content):
        return readings.pop()
    raise UnreadableFile(FileProblem.LETTERS)


def _makes_sense(text: str) -> bool:
    quoted = "“" in text or "„" in text or not CLOSING.search(text)
    return quoted and not STRANGE.search(text) and not MISPLACED.search(text)


def _decoded(content: bytes, way: str) -> str | None:
    try:
        return content.decode(way)
    except UnicodeDecodeError:
        return None
