#!/usr/bin/env python3
"""Make locale/*/LC_MESSAGES/django.mo from the django.po beside it, without gettext's programs.

    scripts/messages.py            write every .mo again; the same .po always gives the same bytes

Reads what this project's files hold: msgctxt, msgid, msgstr and comments. An entry that is empty or marked fuzzy stops
it: half a translation is not brought along. Plural entries are not known.
"""

import ast
import struct
import sys
from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent / "locale"
MAGIC = 0x950412DE
CONTEXT = "\x04"


class NotComplete(Exception):
    """A .po file holds something that cannot go along; the text says what and where."""


def read_po(path: Path) -> dict[str, str]:
    """The texts of a .po file by msgid, with its context before it; the header is that of "". Raises NotComplete."""
    texts: dict[str, str] = {}
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        entry: dict[str, str] = {}
        key = ""
        for line in block.splitlines():
            if line.startswith("#,") and "fuzzy" in line:
                raise NotComplete(f"{path}: fuzzy: {block}")
            if line.startswith("#") or not line.strip():
                continue
            if not line.startswith('"'):
                key, line = line.split(" ", 1)
                if key not in ("msgctxt", "msgid", "msgstr"):
                    raise NotComplete(f"{path}: {key} is not known here: {block}")
                entry[key] = ""
            entry[key] += ast.literal_eval(line)
        if not entry:
            continue
        if not entry.get("msgstr"):
            raise NotComplete(f"{path}: not translated: {block}")
        name = entry["msgid"] if "msgctxt" not in entry else entry["msgctxt"] + CONTEXT + entry["msgid"]
        if name in texts:
            raise NotComplete(f"{path}: twice: {block}")
        texts[name] = entry["msgstr"]
    return texts


def mo_bytes(texts: dict[str, str]) -> bytes:
    """The .mo file of these texts: two tables of lengths and places, then the texts, sorted by msgid."""
    pairs = sorted((name.encode(), text.encode()) for name, text in texts.items())
    start = 7 * 4 + 2 * 8 * len(pairs)
    tables, blob = [], b""
    for column in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[column]), start + len(blob)))
            blob += pair[column] + b"\0"
    header = struct.pack("<7I", MAGIC, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, start)
    return header + b"".join(tables) + blob


def main() -> int:
    """Write every .mo; gives 1 when a .po is not complete."""
    try:
        for path in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
            path.with_suffix(".mo").write_bytes(mo_bytes(read_po(path)))
    except NotComplete as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
