"""Names as people look for them: small letters without accents or marks, in Python and in both databases the same.

SQLite asks Python itself (kbl/sqlite3). PostgreSQL has a function of its own that a migration writes from `POSTGRESQL`.
Its letters stand in it one by one: `lower` and `[:alnum:]` depend on the locale that a server was made with, and what
an index is made of may not. A test holds the two together, for every letter that a name can have.
"""

import unicodedata
from collections.abc import Iterable

from django.db import models

FUNCTION = "kbl_folded"
# Signs that occur in a name: Latin, Greek, Cyrillic, Hebrew, Arabic (kbl/texts/lines.py).
KNOWN = [chr(code) for code in (*range(0x20, 0x800), *range(0x1E00, 0x2200))]


def folded(text: str) -> str:
    """Small letters without accents, and only single spaces: `Café  Zuïd` is found as `cafe zuid`."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return " ".join("".join(each if each.isalnum() else " " for each in plain.casefold()).split())


class Folded(models.Func):
    """One or more columns, put behind each other and folded by the database."""

    function = FUNCTION
    arg_joiner = " || ' ' || "
    output_field = models.TextField()


def _ranges(signs: Iterable[str]) -> str:
    """Signs as the inside of a bracket expression, neighbours as one range."""
    runs: list[list[int]] = []
    for code in sorted(map(ord, signs)):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "".join(f"\\u{first:04x}-\\u{last:04x}" for first, last in runs)


def _postgresql() -> str:
    """The function in PostgreSQL's words. Plain text, which is nearly all there is, takes the short way."""
    parts = {part for each in KNOWN for part in unicodedata.normalize("NFKD", each)}
    letters = {part for part in parts if not unicodedata.combining(part)}
    capitals = sorted(each for each in letters if len(each.casefold()) == 1 and each.casefold() != each)
    longer = sorted(each for each in letters if len(each.casefold()) > 1)
    kept = {small for each in letters for small in each.casefold() if small.isalnum()}
    marks = _ranges(part for part in parts if unicodedata.combining(part))
    whole = f"regexp_replace(normalize(named, NFKD), '[{marks}]+', '', 'g')"
    for each in longer:
        whole = f"replace({whole}, '{each}', '{each.casefold()}')"
    whole = f"translate({whole}, '{''.join(capitals)}', '{''.join(each.casefold() for each in capitals)}')"
    return f"""
        CREATE OR REPLACE FUNCTION {FUNCTION}(named text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT btrim(CASE WHEN octet_length(named) = char_length(named)
            THEN regexp_replace(lower(named COLLATE "C"), '[^a-z0-9]+', ' ', 'g')
            ELSE regexp_replace({whole}, '[^{_ranges(kept)}]+', ' ', 'g') END)
        $$"""


POSTGRESQL = _postgresql()
