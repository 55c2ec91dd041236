"""Files that want to do harm, and what may come of each. Run as a program it reads them one by one, and tells.

Each line: the name, what came of it, the work it took (in readings of the largest honest list) and the memory of the
process at its highest so far, in MB.
"""

import io
import resource
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

from kbl.spreadsheets import FileProblem, UnreadableFile, read
from tests.effort import honest_list, measured

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def _workbook() -> bytes:
    book = Workbook()
    sheet: Any = book.active
    for row in (["Voucher", "Dag"], ["0000012", "2026-12-31"]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _with(**parts: bytes) -> bytes:
    """A good workbook in which some parts were replaced or added; `__` in a name is a slash."""
    changed = {
        name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"): data for name, data in parts.items()
    }
    out = io.BytesIO()
    with ZipFile(io.BytesIO(_workbook())) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for part in source.infolist():
            target.writestr(part.filename, changed.pop(part.filename, source.read(part)))
        for name, data in changed.items():
            target.writestr(name, data)
    return out.getvalue()


def _sheet(rows: str | bytes) -> bytes:
    body = rows.encode() if isinstance(rows, str) else rows
    return b"<worksheet " + MAIN.encode() + b"><sheetData>" + body + b"</sheetData></worksheet>"


def _texts(body: bytes) -> bytes:
    return b"<sst " + MAIN.encode() + b">" + body + b"</sst>"


def _cells(columns: int, rows: int) -> bytes:
    row = b"<c><v>1</v></c>" * columns
    return _sheet(b"".join(b"<row>" + row + b"</row>" for _ in range(rows)))


def _random_texts(count: int) -> bytes:
    """Texts that hardly compress, so that no ratio gives them away."""
    import random

    source = random.Random(1)
    return _texts(b"".join(b"<si><t>%x</t></si>" % source.getrandbits(64) for _ in range(count)))


def _lying(content: bytes) -> bytes:
    """The archive says that its parts are tiny."""
    damaged = bytearray(content)
    at = 0
    while (at := damaged.find(b"PK\x01\x02", at)) >= 0:
        damaged[at + 24 : at + 28] = (10).to_bytes(4, "little")
        at += 4
    return bytes(damaged)


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
    + b"]>"
)
READS_A_FILE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
BOMB, DAMAGED = FileProblem.BOMB, FileProblem.DAMAGED
TABLE = "table"

FILES: dict[str, tuple[Callable[[], bytes], set]] = {
    "748 kB that unpack to 219 MB": (lambda: _with(xl__worksheets__sheet1_xml=_sheet(b" " * 219_000_000)), {BOMB}),
    "50 MB of spaces": (lambda: _with(xl__worksheets__sheet1_xml=_sheet(b" " * 49_000_000)), {BOMB}),
    "29 MB of spaces": (lambda: _with(xl__worksheets__sheet1_xml=_sheet(b" " * 29_000_000)), {BOMB}),
    "a bomb in a part that nobody asked for": (lambda: _with(xl__media__x_bin=b"0" * 60_000_000), {BOMB}),
    "styles of 20 MB": (
        lambda: _with(xl__styles_xml=b"<styleSheet>" + b" " * 20_000_000),
        {BOMB},
    ),
    "a million cells in a row": (lambda: _with(xl__worksheets__sheet1_xml=_cells(1_000_000, 1)), {BOMB}),
    "half a million cells": (
        lambda: _with(xl__worksheets__sheet1_xml=_cells(20, 24_000)),
        {BOMB},
    ),
    "a hundred thousand rows": (
        lambda: _with(xl__worksheets__sheet1_xml=_cells(3, 100_000)),
        {BOMB},
    ),
    "a million texts": (lambda: _with(xl__sharedStrings_xml=_texts(b"<si><t>x</t></si>" * 1_000_000)), {BOMB}),
    "200,000 different texts": (lambda: _with(xl__sharedStrings_xml=_random_texts(200_000)), {BOMB, TABLE}),
    "a hundred thousand styles": (
        lambda: _with(
            xl__styles_xml=b"<styleSheet "
            + MAIN.encode()
            + b"><cellXfs>"
            + b"".join(b'<xf numFmtId="%d"/>' % i for i in range(100_000))
            + b"</cellXfs></styleSheet>"
        ),
        {BOMB},
    ),
    "3 MB of fonts": (
        lambda: _with(
            xl__styles_xml=b"<styleSheet "
            + MAIN.encode()
            + b"><fonts>"
            + b"<font/>" * 400_000
            + b"</fonts></styleSheet>"
        ),
        {BOMB},
    ),
    "merged cells by the million": (
        lambda: _with(
            xl__worksheets__sheet1_xml=_sheet("").replace(
                b"</worksheet>", b"<mergeCells>" + b'<mergeCell ref="A1:B2"/>' * 900_000 + b"</mergeCells></worksheet>"
            )
        ),
        {BOMB},
    ),
    "one row of nothing that is known": (
        lambda: _with(xl__worksheets__sheet1_xml=_sheet(b"<row>" + b"<x/>" * 5_000_000 + b"</row>")),
        {BOMB},
    ),
    "a hundred thousand names": (
        lambda: _with(
            xl__worksheets__sheet2_xml=_sheet(""),
            xl__workbook_xml=b"<workbook "
            + MAIN.encode()
            + b"><definedNames>"
            + b'<definedName name="a">1</definedName>' * 70_000
            + b"</definedNames></workbook>",
        ),
        {BOMB},
    ),
    "as many other tags as are let through": (
        lambda: _with(
            xl__styles_xml=b"<styleSheet "
            + MAIN.encode()
            + b"><fonts>"
            + b"<font/>" * 24_000
            + b"</fonts></styleSheet>"
        ),
        {TABLE, DAMAGED},
    ),
    "a sheet under another name": (
        lambda: _with(
            xl__worksheets__sheet1_dat=_cells(1_000, 1_000),
            xl___rels__workbook_xml_rels=b"",
        ),
        {BOMB},
    ),
    "many sheets that each stay within bounds": (
        lambda: _with(**{f"xl__worksheets__sheet{i}_xml": _cells(20, 4_000) for i in range(1, 7)}),
        {BOMB},
    ),
    "a cell with a million attributes": (
        lambda: _with(
            xl__worksheets__sheet1_xml=_sheet(
                b"<row><c " + b" ".join(b'a%x=""' % i for i in range(600_000)) + b"><v>1</v></c></row>"
            )
        ),
        {BOMB},
    ),
    "a wrapped line and two million short ones": (
        lambda: b'"a;b"\n' + b"1\n" * 2_400_000,
        {FileProblem.TOO_MANY_ROWS},
    ),
    "a row far down": (
        lambda: _with(xl__worksheets__sheet1_xml=_sheet('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')),
        {FileProblem.NO_ROWS},
    ),
    "a row beyond the end": (
        lambda: _with(xl__worksheets__sheet1_xml=_sheet('<row r="99999999999"><c><v>1</v></c></row>')),
        {FileProblem.EMPTY, DAMAGED},
    ),
    "a cell far to the right": (
        lambda: _with(
            xl__worksheets__sheet1_xml=_sheet(
                "".join(
                    f'<row r="{i}"><c r="A{i}"><v>1</v></c><c r="XFD{i}"><v>1</v></c></row>' for i in range(1, 20_000)
                )
            )
        ),
        {FileProblem.TOO_MANY_COLUMNS},
    ),
    "a billion laughs": (
        lambda: _with(xl__worksheets__sheet1_xml=LAUGHS + _sheet('<row><c t="str"><v>&j;</v></c></row>')),
        {BOMB},
    ),
    "an entity that reads a file": (
        lambda: _with(xl__sharedStrings_xml=READS_A_FILE + _texts(b"<si><t>&a;</t></si>")),
        {BOMB},
    ),
    "an entity in another alphabet": (
        lambda: _with(xl__sharedStrings_xml=(READS_A_FILE.decode() + _texts(b"<si/>").decode()).encode("utf-16")),
        {DAMAGED},
    ),
    "macros": (lambda: _with(xl__vbaProject_bin=b"Sub AutoOpen()"), {FileProblem.MACROS}),
    "an archive that lies about its size": (
        lambda: _lying(_with(xl__worksheets__sheet1_xml=_sheet(b" " * 90_000_000))),
        {DAMAGED, BOMB},
    ),
    "an archive in an archive": (lambda: _with(inner_bin=_workbook()), {TABLE}),
    "a thousand parts": (lambda: _with(**{f"part{i}_xml": b"<x/>" for i in range(1_000)}), {BOMB}),
    "no workbook in it": (lambda: _with().replace(b"xl/workbook.xml", b"xl/workbeer.xml"), {FileProblem.WRONG_KIND}),
    "five million empty lines": (lambda: b"Voucher\n" + b"\n" * 4_999_000, {FileProblem.NO_ROWS}),
    "a line after four million empty ones": (
        lambda: b"Voucher\n" + b"\n" * 4_000_000 + b"1\n",
        {FileProblem.TOO_MANY_ROWS},
    ),
    "two million rows of nothing": (lambda: b"Voucher\n" + b";\n" * 2_490_000, {FileProblem.NO_ROWS}),
    "five million columns": (lambda: b";" * 4_999_990, {FileProblem.TOO_MANY_COLUMNS}),
    "five million columns with one at the end": (lambda: b";" * 4_999_980 + b"x", {FileProblem.TOO_MANY_COLUMNS}),
    "wide rows": (lambda: b"x\n" + (b"1" + b";" * 240 + b"\n") * 19_990, {TABLE}),
    "a line of quotes": (lambda: b"x\n" + b'"' * 4_999_990, {DAMAGED, FileProblem.LONG_CELL, TABLE}),
}


def came_of(content: bytes) -> str:
    """A table, or the reason why not."""
    try:
        return TABLE if read(content).rows else "no rows"
    except UnreadableFile as refused:
        return refused.reason


def make_and_tell() -> None:
    """Make the files here and let another process read them: making them takes more memory than reading them may."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.spreadsheets.hostile_files", "read"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as reader:
        assert reader.stdin and reader.stdout
        for name, (make, _) in FILES.items():
            content = make()
            reader.stdin.write(len(content).to_bytes(4, "big") + content)
            reader.stdin.flush()
            print(f"{name}\t{reader.stdout.readline().decode().strip()}")
        reader.stdin.close()


def read_and_tell() -> None:
    """Read one file after another from the standard input, each after its length."""
    honest = honest_list()
    while length := sys.stdin.buffer.read(4):
        content = sys.stdin.buffer.read(int.from_bytes(length, "big"))
        work, outcome = measured(partial(came_of, content))
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{outcome}\t{work / honest:.3f}\t{megabytes:.0f}", flush=True)


if __name__ == "__main__":
    read_and_tell() if sys.argv[1:] == ["read"] else make_and_tell()
