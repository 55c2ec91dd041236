"""A spreadsheet in: whatever it is, quickly a table or a reason. A spreadsheet out: it never calculates."""

import csv
import io
import subprocess
import sys
from datetime import date, datetime
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from kbl.spreadsheets import (
    UNCALCULATED,
    FileProblem,
    UnreadableFile,
    as_day,
    inert,
    plain_number,
    read,
    to_csv,
    to_xlsx,
)
from kbl.texts.personal import validate_free_text
from tests import effort
from tests.spreadsheets import hostile_files, long_list

HEADERS = ["Voucher", "Dag"]


def workbook(*rows, title: str = "Blad1", **more) -> bytes:
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for name, cells in more.items():
        book.create_sheet(name).append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def refusal(content: bytes) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as refused:
        read(content)
    return refused.value


TEXTS = {
    "semicolons": "Voucher;Dag\r\n0000012;31-12-2026\r\n",
    "commas": "Voucher,Dag\n0000012,31-12-2026\n",
    "tabs": "Voucher\tDag\n0000012\t31-12-2026\n",
    "empty rows and columns": "\n;;;\nVoucher;;Dag;\n\n;;;\n0000012;;31-12-2026;\n;;\n",
    "quotes": 'Voucher;Dag\n"0000012";"31-12-2026"\n',
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_file_is_read_however_it_was_saved(text, encoding):
    table = read(text.encode(encoding))
    assert table.headers == ("Voucher", "Dag")
    assert [row.cells for row in table.rows] == [("0000012", "31-12-2026")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"])
def test_accents_survive(encoding):
    table = read("Vestiging;Plaats\nOp d'n Heuvel;Geneviève\nÀ la carte;Coö\n".encode(encoding))
    assert [row.cells[1] for row in table.rows] == ["Geneviève", "Coö"]


def test_a_line_may_break_within_quotes_and_rows_keep_the_number_of_their_first_line():
    table = read(b'Naam;Plaats\n"Bibliotheek\nVenlo";Venlo\n\nGennep;Gennep\n')
    assert [(row.number, row.cells[0]) for row in table.rows] == [(2, "Bibliotheek\nVenlo"), (5, "Gennep")]


def test_a_workbook_gives_texts_days_and_whole_numbers():
    day = datetime(2026, 12, 31)  # noqa: DTZ001 (a spreadsheet knows no zones)
    table = read(workbook([], ["Voucher", None, "Dag", "Prijs", "Ja"], [12345.0, None, day, 4.5, True], [None, None]))
    assert table.headers == ("Voucher", "Dag", "Prijs", "Ja")
    assert [(row.number, row.cells) for row in table.rows] == [(3, ("12345", "2026-12-31", "4.5", "ja"))]


def test_of_a_formula_the_outcome_is_read_never_the_formula():
    table = read(workbook(HEADERS, ["=1+1", "x"]))
    assert table.rows[0].cells == (UNCALCULATED, "x"), "this one was never calculated, and is no empty cell"


def test_a_filled_column_without_a_heading_is_kept_for_who_judges_it():
    assert read(b"Voucher;;Dag\n12;Jan;2026-01-01\n").headers == ("Voucher", "", "Dag")
    assert read(b"Voucher\n12;Jan\n").headers == ("Voucher", "")


WRONG = {
    "nothing": (b" \n ", FileProblem.EMPTY),
    "only empty cells": (b";;\n;;\n", FileProblem.EMPTY),
    "only headings": (b"Voucher;Dag\n", FileProblem.NO_ROWS),
    "a heading twice": (b"Voucher;voucher\n1;2\n", FileProblem.DOUBLE_HEADING),
    "too large": (b"x" * 5_000_001, FileProblem.TOO_LARGE),
    "too many rows": (b"Voucher\n" + b"1\n" * 20_001, FileProblem.TOO_MANY_ROWS),
    "too many columns": (b"x;" * 70 + b"y\n", FileProblem.TOO_MANY_COLUMNS),
    "a whole book in a cell": (b"Voucher\n" + b"x" * 3_000, FileProblem.LONG_CELL),
    "a quote that is never closed": (b'Voucher\n"' + b"1\n" * 100_000, FileProblem.DAMAGED),
    "a PDF": (b"%PDF-1.7\n", FileProblem.WRONG_KIND),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", FileProblem.WRONG_KIND),
    "a web page named .xlsx": (b"<html><table><tr><td>1</td></tr></table></html>", FileProblem.WRONG_KIND),
    "XML": (b'<?xml version="1.0"?><Workbook/>', FileProblem.WRONG_KIND),
    "anything binary": (bytes(range(1, 32)) * 10, FileProblem.WRONG_KIND),
    "an old Excel file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, FileProblem.OLD_EXCEL),
    "a workbook with a password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"),
        FileProblem.PASSWORD,
    ),
    "an empty workbook": (workbook(), FileProblem.EMPTY),
    "two sheets": (workbook(HEADERS, Blad2=["en", "nog", "meer"]), FileProblem.SEVERAL_SHEETS),
    "a torn workbook": (workbook(HEADERS, ["1", "2"])[:900], FileProblem.DAMAGED),
}


@pytest.mark.parametrize(("content", "reason"), WRONG.values(), ids=WRONG)
def test_what_is_no_list_is_refused_with_a_reason(content, reason):
    assert refusal(content).reason == reason


def test_every_hostile_file_is_refused_or_read_with_little_work_and_within_200_mb(tmp_path):
    """In a process of its own, so that its memory can be told: none costs more than the largest honest list."""
    command = [sys.executable, "-m", "tests.spreadsheets.hostile_files"]
    told = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True)
    assert told.returncode == 0, told.stderr.decode()
    lines = [line.split("\t") for line in told.stdout.decode().splitlines()]
    assert {name for name, *_ in lines} == set(hostile_files.FILES)
    for name, outcome, work, megabytes in lines:
        expected = hostile_files.FILES[name][1]
        assert outcome in expected, f"{name}: {outcome}"
        assert float(work) < 1, f"{name} took {work} of the largest honest list"
        assert float(megabytes) < 200, f"{name} took {megabytes} MB"


def test_a_list_that_is_made_longer_is_that_of_so_many_rows():
    """By which the cost of everything else is measured."""
    rows = [[f"{i:07}", i, "Venlo", "nieuw"] for i in range(12)]
    long = long_list.lengthened(to_xlsx(effort.HEADERS, rows[:1]), 12, effort.COUNTING)
    sheets = [ZipFile(io.BytesIO(each)).read(long_list.SHEET) for each in (long, to_xlsx(effort.HEADERS, rows))]
    assert sheets[0] == sheets[1]


def _repacked(content: bytes, **changed: bytes) -> bytes:
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for part in source.infolist():
            target.writestr(part.filename, changed.pop(part.filename, source.read(part)))
        for name, data in changed.items():
            target.writestr(name, data)
    return out.getvalue()


@given(st.binary(max_size=400))
def test_any_bytes_give_a_table_or_a_reason(content):
    try:
        read(content)
    except UnreadableFile as refused:
        assert refused.reason in FileProblem


@given(st.data())
def test_a_workbook_with_broken_parts_gives_a_table_or_a_reason(data):
    whole = workbook(HEADERS, ["0000012", "2026-12-31"])
    with ZipFile(io.BytesIO(whole)) as packed:
        name = data.draw(st.sampled_from(sorted(packed.namelist())))
        part = packed.read(name)
    start = data.draw(st.integers(0, len(part)))
    stop = data.draw(st.integers(start, len(part)))
    broken = part[:start] + data.draw(st.binary(max_size=20)) + part[stop:]
    try:
        read(_repacked(whole, **{name: broken}))
    except UnreadableFile as refused:
        assert refused.reason in FileProblem


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12345.0", "12345"),
        ("12345,00", "12345"),
        ("1.2345E4", "12345"),
        ("1,2345E+04", "12345"),
        ("1.23456E4", "1.23456E4"),
        ("1.2E4", "1.2E4"),
        ("12.000", "12.000"),
        ("0012345", "0012345"),
        ("Centrum", "Centrum"),
    ],
)
def test_what_a_spreadsheet_made_of_a_number(typed, meant):
    assert plain_number(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "31-12-2026",
        "2026-12-31",
        "31/12/2026",
        "31.12.2026",
        "31-12-26",
        "2026-12-31 00:00",
        "31 dec 2026",
        "46387",
        "31-12-2026 14:05",
        "2026-12-31T09:30:00",
        "46387.604",
        "31-dec-26",
        "31 december 2026",
        "do 31 dec. 2026",
        "donderdag, 31 december 2026",
        "31\N{NON-BREAKING HYPHEN}12\N{EN DASH}2026",
        "31 - 12 - 2026",
        "20261231",
        "'31-12-2026",
        "31-12-2026 2:05 PM",
        "31-12-2026 14:05 uur",
        "2026-12-31T14:05:00Z",
        "2026-12-30T23:30:00Z",  # half past midnight, here
        "2026-12-31T00:10:00+01:00",
        "2026-12-31 23:10:00 +0100",
        "2026-12-30T23:30:00.000Z",
    ],
)
def test_a_day_is_a_day(typed):
    assert as_day(typed) == date(2026, 12, 31)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "31-02-2026",
        "12/31/2026",
        "gisteren",
        "2026",
        "31-12-2026 25:05",
        "2026-13-01T23:30:00Z",
        "12345",
        "1e3",
        "20261331",
    ],
)
def test_what_is_no_day_is_not_guessed(typed):
    assert as_day(typed) is None


FORMULAS = ["=1+1", "\x08=1+1", "\x00\x1f-1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "=cmd|' /C calc'!A0", "%x", "|x"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_file_calculates(text):
    line = to_csv(["kop"], [[text]]).decode("utf-8-sig").splitlines()[1]
    assert next(csv.reader([line], delimiter=";"))[0].startswith("'")
    cell = load_workbook(io.BytesIO(to_xlsx(["kop"], [[text]]))).active["A2"]
    assert cell.data_type == "s"
    assert cell.value.startswith("'")


@given(st.text(max_size=30))
def test_any_text_can_be_written_and_none_calculates(text):
    cell = load_workbook(io.BytesIO(to_xlsx(["kop"], [[text], ["slot"]]))).active["A2"]
    assert cell.data_type != "f"
    assert not str(cell.value or "").lstrip(" \u00a0").startswith("=")
    assert inert(text).startswith("'") or not inert(text).startswith("=")


@pytest.mark.parametrize("write", [to_csv, to_xlsx])
def test_what_was_written_reads_back(write):
    table = read(write(["Serie", "Dag", "Aantal", "Leeg", "Plaats"], [["0000012", date(2026, 12, 31), 7, None, "Coö"]]))
    assert table.headers == ("Serie", "Dag", "Aantal", "Leeg", "Plaats")
    assert table.rows[0].cells == ("0000012", "2026-12-31", "7", "", "Coö")


@pytest.mark.parametrize(
    "text", ["Markt 2 06-12345678", "bel 06 1234 5678", "+31 6 12345678", "111 222 333", "111.222.333"]
)
def test_a_cell_of_free_text_hides_nobody(text):
    with pytest.raises(ValidationError):
        validate_free_text(text)


@pytest.mark.parametrize(
    "text", ["Markt 2", "Pleinstraat 100-102", "5911 AB Venlo", "Kade 3, 2e verdieping", "KvK 12345678"]
)
def test_an_address_is_no_person(text):
    validate_free_text(text)


@pytest.mark.parametrize(
    ("counted", "day"),
    [("36525", None), ("36526", date(2000, 1, 1)), ("73050", date(2099, 12, 31)), ("73051", None)],
)
def test_a_day_that_lost_its_format_is_of_this_century(counted, day):
    assert as_day(counted) == day
