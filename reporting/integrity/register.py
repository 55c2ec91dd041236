"""Personal data: no column outside data_register.toml (beside this file), and no text that looks like somebody's."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

from django.db import connection
from stdnum import iban
from stdnum.nl import bsn

from reporting.integrity.invariants import Violation, Violations, invariant, select

REGISTER = Path(__file__).with_name("data_register.toml")

PATTERNS = {
    "email": re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.[a-zA-Z]{2,}"),
    "phone": re.compile(r"(?<!\w)(?:\+31|0031|0)[\s-]?(?:\(0\))?[\s-]?[1-9](?:[\s-]?\d){8}(?!\d)"),
    "iban": re.compile(r"(?<![A-Za-z])[A-Z]{2}\d{2}\s?(?:[A-Z0-9]{4}\s?){2,7}[A-Z0-9]{1,4}(?![A-Za-z0-9])"),
    "bsn": re.compile(r"(?<!\d)\d{3}[\s.]?\d{3}[\s.]?\d{3}(?!\d)"),
}
# What any of them has, in the dialect of both engines: the database throws the rest away.
COARSE = r"@|[0-9][0-9][ .-]?[0-9][ .-]?[0-9].?[0-9].?[0-9].?[0-9].?[0-9]"
# A seal, a key or a fingerprint of a file, in one piece: of sixty-four signs nine are digits in a row now and then, and
# one in eleven of those passes for a BSN. Who writes a BSN does not bury it in so many letters of a to f.
FINGERPRINT = re.compile(r"(?<![0-9A-Za-z])(?=[0-9a-f]*[a-f])[0-9a-f]{32,}(?![0-9A-Za-z])")
SHORTEST = 6  # a@b.nl
OPAQUE = "opaque"


@cache
def registered() -> dict[str, dict]:
    """The register: per table its columns."""
    with REGISTER.open("rb") as file:
        return {table: each["columns"] for table, each in tomllib.load(file)["tables"].items()}


def allowed(table: str, column: str) -> frozenset[str]:
    """Which patterns a column may hold: `opaque` is code that is no text at all."""
    entry = registered().get(table, {}).get(column, {})
    return frozenset(entry.get("holds", ()) if isinstance(entry, dict) else ())


@invariant("Elke kolom staat in het gegevensregister, en het register noemt geen kolom die er niet is")
def columns_are_registered() -> Violations:
    found = {(row["table"], row["column"]) for row in columns()}
    known = {(table, column) for table, names in registered().items() for column in names}
    for table, column in sorted(found - known):
        yield {"table": table, "column": column, "problem": "is not in the register"}
    for table, column in sorted(known - found):
        yield {"table": table, "column": column, "problem": "is not in the database"}


def columns() -> list[dict]:
    """Every column of every table, with whether it holds text and how much."""
    if connection.vendor == "postgresql":
        return select("""
            SELECT table_name AS "table", column_name AS "column", character_maximum_length AS length,
                   data_type IN ('text', 'character varying', 'character', 'json', 'jsonb') AS is_text
            FROM information_schema.columns
            WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position""")
    rows = select("""
        SELECT tables.name AS "table", columns.name AS "column", columns.type AS type
        FROM sqlite_master tables JOIN pragma_table_info(tables.name) columns
        WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%' ORDER BY tables.name, columns.cid""")
    for row in rows:
        size = re.search(r"char\((\d+)\)", row["type"])
        row["length"] = int(size[1]) if size else None
        row["is_text"] = bool(size) or row["type"].lower() == "text"
    return rows


@invariant("Nergens staat tekst die op een BSN, e-mailadres, telefoonnummer of rekening lijkt, buiten het register")
def texts_hold_no_personal_data() -> Violations:
    searched = [
        row
        for row in columns()
        if row["is_text"]
        and (row["length"] is None or row["length"] >= SHORTEST)
        and OPAQUE not in allowed(row["table"], row["column"])
    ]
    keys, unkeyed = _keys(), "ctid" if connection.vendor == "postgresql" else "rowid"
    for table, rows in groupby(searched, key=lambda row: row["table"]):
        yield from _suspects(table, keys.get(table, unkeyed), [row["column"] for row in rows])


def _suspects(table: str, key: str, names: list[str]) -> Iterator[Violation]:
    """The texts of one table that look like somebody's; the row tells where, never what."""
    like = "~" if connection.vendor == "postgresql" else "REGEXP"
    as_text = [f'CAST("{name}" AS text)' for name in names]
    together = " || '\n' || ".join(f"coalesce({text}, '')" for text in as_text)  # one search a row is enough
    rows = select(
        f'SELECT "{key}" AS key, {", ".join(f"{text} AS c{i}" for i, text in enumerate(as_text))} FROM "{table}"'
        f" WHERE {together} {like} %s",
        [COARSE],
    )
    for row in rows:
        for i, name in enumerate(names):
            for pattern in sorted(kinds(row[f"c{i}"] or "") - allowed(table, name)):
                yield {"table": table, "row": row["key"], "column": name, "looks_like": pattern}


def _keys() -> dict[str, str]:
    """By table the column by which its rows are told apart, the first of them where there are more."""
    if connection.vendor == "postgresql":
        rows = select("""
            SELECT pg_class.relname AS "table", attname AS "column"
            FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
            JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
            WHERE indisprimary AND relnamespace = current_schema()::regnamespace ORDER BY relname, attnum DESC""")
    else:
        rows = select("""
            SELECT tables.name AS "table", columns.name AS "column"
            FROM sqlite_master tables JOIN pragma_table_info(tables.name) columns
            WHERE tables.type = 'table' AND columns.pk > 0 ORDER BY tables.name, columns.pk DESC""")
    return {row["table"]: row["column"] for row in rows}


def kinds(text: str) -> set[str]:
    """Which kinds of personal data a text looks like; a fingerprint in it (the seal in a mail) is no text."""
    text = FINGERPRINT.sub("", text)
    found = {name for name in ("email", "phone") if PATTERNS[name].search(text)}
    for name, check in (("iban", iban), ("bsn", bsn)):
        if any(check.is_valid(candidate) for candidate in PATTERNS[name].findall(text)):
            found.add(name)
    return found
