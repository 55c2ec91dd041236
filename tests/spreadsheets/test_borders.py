"""Each border of what is read, from both sides, and every sentence about a file that is not."""

import io
import tomllib
import zipfile
import zlib
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from xml.etree.ElementTree import ParseError

import openpyxl
import pytest
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from kbl.spreadsheets import archive, letters, plain_text, reading, sentences, workbook, writing
from kbl.spreadsheets.unreadable import FileProblem, UnreadableFile
from kbl.spreadsheets.uploads import LARGEST_REQUEST, InMemory
from kbl.spreadsheets.values import as_day, is_rounded, plain_number
from vouchers import cells
from vouchers.numbers import Rounded

BOOK = "xl/workbook.xml"
SHEET = "xl/worksheets/sheet1.xml"


def packed(parts: dict[str, bytes | str], how: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


def problem_of(look, *args) -> str | None:
    try:
        look(*args)
    except UnreadableFile as refused:
        return str(refused)
    return None


def looked_through(parts: dict[str, bytes | str], how: int = zipfile.ZIP_STORED) -> str | None:
    return problem_of(archive.look_through, packed({BOOK: "<workbook/>", **parts}, how))


@pytest.mark.parametrize(
    ("name", "most", "parts"),
    [
        ("MOST_PARTS", 3, {"a.xml": "<a/>", "b.xml": "<a/>"}),
        ("MOST_UNPACKED", 11 + 8, {"a.xml": "<a/>", "b.xml": "<a/>"}),
        ("MOST_TAGS", 5, {SHEET: "<row><c/><c/></row>", "a.xml": "<x/>"}),
        ("MOST_OTHER_TAGS", 3, {SHEET: "<row><c/></row><x/>", "a.xml": "<x/>"}),
        ("MOST_ATTRIBUTES", 3, {SHEET: '<c a="1" b="2"/>', "a.xml": '<x a="1" b=\'2\' c = "3"/>'}),
        ("LARGEST_SMALL_PART", 11, {"a.xml": "<abcdefgh/>"}),
        ("LARGEST_PART", 12, {SHEET: "<abcdefghi/>"}),
        ("LONGEST_TAG", 12, {"a.xml": "<abcdefghijk"}),
    ],
)
def test_what_a_workbook_may_hold_and_one_more(name, most, parts, monkeypatch):
    monkeypatch.setattr(archive, name, most)
    assert looked_through(parts) is None
    monkeypatch.setattr(archive, name, most - 1)
    assert looked_through(parts) == "bomb"


@pytest.mark.parametrize("mark", ["c", "si", "r", "row", "xf"])
def test_each_sort_of_thing_that_openpyxl_makes_is_counted(mark, monkeypatch):
    monkeypatch.setattr(archive, "MOST", {**archive.MOST, mark.encode(): 2})
    assert looked_through({SHEET: f"<{mark} /><x:{mark}>"}) is None
    assert looked_through({SHEET: f"<{mark}/><x:{mark}>", "a.xml": f"<{mark}></{mark}>"}) == "bomb"
    assert set(archive.MOST) == {b"c", b"si", b"r", b"row", b"xf"}


def test_what_packs_too_well_is_a_bomb():
    piece = "<a/>" + " " * 9_996
    assert looked_through({"a.xml": piece * 100}, zipfile.ZIP_DEFLATED) is None
    assert looked_through({"a.xml": piece * 250}, zipfile.ZIP_DEFLATED) == "bomb"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("<!DOCTYPE a><a/>", "bomb"),
        ("<a/><!ENTITY b>", "bomb"),
        ("<a/>".encode("utf-16"), "damaged"),
        ("<a/>".encode("utf-16-be"), "damaged"),
        (b"\xfe\xff" + "<aaa/>".encode("utf-16-be"), "damaged"),
        ('<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main">', "strict"),
        ("<workbook/>", None),
    ],
)
def test_what_stands_in_a_workbook(content, problem):
    assert problem_of(archive.look_through, packed({BOOK: content})) == problem
    assert looked_through({"a.xml": content}) == (None if problem == "strict" else problem), "strict is of the book"
    assert looked_through({"picture.png": b"\x89PNG <!DOCTYPE"}) is None, "what is not parsed is not looked at"
    assert looked_through({"odd": b"\xef\xbb\xbf  <!DOCTYPE a>"}) == "bomb", "whatever its name"


@pytest.mark.parametrize(
    "start", [b"\xff\xfe<\x00", b"\xfe\xff\x00<", b"\x00<\x00a", b"<\x00a\x00", b" " * 4_096 + b"<!DOCTYPE a>"]
)
def test_what_may_be_read_as_xml_is_looked_at_whatever_its_name(start):
    assert looked_through({"odd": start}) in ("damaged", "bomb")


def test_a_strict_workbook_is_one_however_its_parts_are_called():
    strict = '<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main">'
    assert problem_of(archive.look_through, packed({"/XL/Workbook.xml": strict})) == "strict"


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        ({"xl/workbook.xml": ""}, None),
        ({"/XL/Workbook.xml": ""}, None),
        ({"xl/workbook.bin": ""}, "old_excel"),
        ({"word/document.xml": ""}, "wrong_kind {'kind': 'document'}"),
        ({"ppt/presentation.xml": ""}, "wrong_kind {'kind': 'document'}"),
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "wrong_kind {'kind': 'opendocument'}"),
        ({"mimetype": "application/epub+zip"}, "wrong_kind {'kind': 'document'}"),
        ({"mimetype": "epub".ljust(200)}, "wrong_kind {'kind': 'archive'}"),
        ({"mimetype": "epub".ljust(199)}, "wrong_kind {'kind': 'document'}"),
        ({"mimetype": "text/plain"}, "wrong_kind {'kind': 'archive'}"),
        ({"a.txt": ""}, "wrong_kind {'kind': 'archive'}"),
        ({"xl/workbook.xml": "", "xl/vbaProject.bin": ""}, "macros"),
        ({"xl/workbook.xml": "", "xl/_rels/vbaProject.bin.rels": ""}, "macros"),
        ({"xl/workbook.xml": "", "xl/printer.bin.rels": "", "xl/vba.xml": "<a/>"}, None),
        ({"xl/workbook.xml": "", "XL/workbook.xml": ""}, "damaged"),
    ],
)
def test_what_sort_of_archive_it_is(names, problem):
    assert problem_of(archive.look_through, packed(names)) == problem


def rows(text: str) -> list[tuple[int, list[str]]]:
    return list(plain_text.rows_of(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"a;b"\n"1;2"\n', [["a", "b"], ["1", "2"]]),
        ('a;b\n"1;2"\n"3;4"\n', [["a", "b"], ["1", "2"], ["3", "4"]]),
        ('a;b\n"1;2"\n3;4\n', [["a", "b"], ["1;2"], ["3", "4"]]),
        ('"a;b"\n1;2\n', [["a", "b"], ["1", "2"]]),
        ('a;b\n"1;2"\n', [["a", "b"], ["1", "2"]]),
        ("a;b", [["a", "b"]]),
        ('"a"\n"b"\n', [["a"], ["b"]]),
        ('"a;b";;\n', [["a", "b"]]),
        ('"a ""x"";b"\n', [['a "x"', "b"]]),
        ("sep=,\na,b;c\n", [["a", "b;c"]]),
        ("a;b\r\r\r;;;\r", [["a", "b"]]),
        ('="0012";x\n', [["0012", "x"]]),
    ],
)
def test_how_a_line_may_be_written(text, expected):
    assert [cells for _, cells in rows(text)] == expected


def test_a_line_has_its_number_in_the_file():
    assert [number for number, _ in rows("a\n\nb\n")] == [1, 3]
    assert [number for number, _ in rows('sep=;\na\n"b\nc"\nd\n')] == [2, 3, 5]


def test_an_end_without_anything_is_left_out_at_its_first_line():
    for ending in ("\n", "\r", "\r\n"):
        assert plain_text._without_empty_end(f"a{ending};;{ending}{ending}") == "a"
    assert plain_text._without_empty_end("a;;") == "a;;"


@pytest.mark.parametrize(("size", "unwrapped"), [(20_000, True), (20_001, False)])
def test_a_line_longer_than_any_is_left_as_it_is(size, unwrapped):
    line = f'"a;{"b" * (size - 4)}"'
    assert len(line) == size and (plain_text._unwrapped(line) != line) is unwrapped


@pytest.mark.parametrize(
    "content",
    [
        "é;b".encode("utf-16-le"),
        "é;b".encode("utf-16"),
        b"\xfe\xff" + "é;b".encode("utf-16-be"),
        "é;b".encode("utf-8-sig"),
    ]
    + ["é;b".encode("utf-32"), "é;b".encode(), "é;b".encode("cp1252"), "é;b\x1a\x1a\x00".encode()],
)
def test_a_text_in_every_alphabet(content):
    assert plain_text.decoded(content) == "é;b"
    broken = "a;b".encode("utf-32") + b"\xff\xff\xff\xff"
    assert plain_text.decoded(broken) == "a;b\ufffd", "a sign that is none costs no more than itself"
    assert problem_of(plain_text.decoded, b"\xff\xfea") == "wrong_kind {'kind': 'unknown'}", "half a sign"
    assert plain_text.decoded("\x00a".encode("latin-1") + "b".encode("utf-16-be")) == "ab"


@pytest.mark.parametrize("sign", ["\x01", "\x08", "\x0e", "\x1f", "\ufffe", "\uffff"])
def test_what_is_no_text_is_no_list(sign):
    assert problem_of(plain_text.decoded, f"a{sign}bc".encode()) == "wrong_kind {'kind': 'unknown'}"
    assert plain_text.decoded(b"a\t\n\x0b\x0c\rb") == "a\t\n\x0b\x0c\rb"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Café".encode("cp1252"), "Café"),
        ("Café; één".encode("cp850"), "Café; één"),
        ("Café; één".encode("mac_roman"), "Café; één"),
        ("“Café”".encode("cp1252"), "“Café”"),
        (b"Caf\x8e\x8a\xd0", None),
        (b"k\x9aln", None),  # an š or, on a Mac, an ö
        (b"\xff\xfd\x81", None),
    ],
)
def test_letters_that_say_not_how_they_were_written(content, text):
    if text is None:
        assert problem_of(letters.read, content) == "letters"
    else:
        assert letters.read(content) == text


@pytest.mark.parametrize(
    ("start", "problem"),
    [
        (b"%PDF-1.7", "wrong_kind {'kind': 'pdf'}"),
        (b"\x89PNG", "wrong_kind {'kind': 'picture'}"),
        (b"\xff\xd8\xff", "wrong_kind {'kind': 'picture'}"),
        (b"GIF89a", "wrong_kind {'kind': 'picture'}"),
        (b"{\\rtf1", "wrong_kind {'kind': 'document'}"),
        (b"Rar!", "wrong_kind {'kind': 'archive'}"),
        (b"7z\xbc\xaf", "wrong_kind {'kind': 'archive'}"),
        (b"\x1f\x8b\x08", "wrong_kind {'kind': 'archive'}"),
        (b"ID;PWXL", "wrong_kind {'kind': 'unknown'}"),
        (b"\xd0\xcf\x11\xe0", "old_excel"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "password"),
        *((f"\ufeff <{word}>".encode(), "wrong_kind {'kind': 'page'}") for word in ("!DOCTYPE html", "html", "?xml")),
        *((f"<{word}>".encode(), "wrong_kind {'kind': 'page'}") for word in ("head", "body", "table", "svg")),
        (b" \n\t", "empty"),
        (b"a;b\n", "no_rows"),
        (b"a;b\n1;2\n", None),
        (b"a;A\n1;2\n", "double_heading {'heading': 'A'}"),
        (b"A" * 61 + b";" + b"a" * 61 + b"\n1;2\n", f"double_heading {{'heading': '{'a' * 60}'}}"),
        (b"a;;b\n1\n1;2;3\n", None),
        (b"a;;\n1;2;3\n", None),
    ],
)
def test_what_a_file_is_its_first_bytes_say(start, problem):
    assert problem_of(reading.read, start) == problem


@pytest.mark.parametrize(
    ("name", "most", "content", "problem"),
    [
        ("LARGEST_FILE", 8, b"a;b\n1;2\n", "too_large {'limit': 0}"),
        ("MOST_ROWS", 2, b"a\n1\n2\n", "too_many_rows {'limit': 1}"),
        ("MOST_COLUMNS", 3, b"a;b;c;;\n1\n", "too_many_columns {'limit': 2}"),
        ("MOST_COLUMNS", 3, b"a\n1;2;3;;\n", "too_many_columns {'limit': 2}"),
        ("LONGEST_CELL", 4, b"a\nabcd\n", "long_cell {'row': 2, 'limit': 3}"),
    ],
)
def test_how_large_a_list_may_be(name, most, content, problem, monkeypatch):
    monkeypatch.setattr(reading, name, most)
    assert problem_of(reading.read, content) is None
    monkeypatch.setattr(reading, name, most - 1)
    assert problem_of(reading.read, content) == problem


def test_lines_that_no_spreadsheet_wrote(monkeypatch):
    monkeypatch.setattr(plain_text, "LAST_ROW", 3)
    assert len(rows("a\n\nb\n")) == 2
    assert problem_of(rows, "a\n\n\nb\n") == "too_many_rows {'limit': 20000}"
    monkeypatch.setattr(plain_text, "FAR_TOO_WIDE", 3)
    assert rows("a;;\n") == [(1, ["a", "", ""])]
    assert problem_of(rows, "a;;;b\n") == "too_many_columns {'limit': 60}"
    assert problem_of(rows, 'a\n"b\nc\n') == "quote" and problem_of(rows, 'a\n"b\nc"\n') is None


FACTS = {"row": 1234, "kind": "pdf", "sheets": ["Een", "Twee", "Drie"], "heading": "Naam", "limit": 5}
TOLD = tomllib.loads(Path(__file__).with_name("what_is_told.toml").read_text(encoding="utf-8"))


def told(problem: str, **facts) -> str:
    return sentences.about_file(UnreadableFile(FileProblem(problem), **facts)).replace("\N{NO-BREAK SPACE}", " ")


def test_each_problem_has_its_own_sentence():
    assert {each for each in FileProblem if each != "wrong_kind"} == set(TOLD["problems"])
    assert {each: told(each, **FACTS) for each in TOLD["problems"]} == TOLD["problems"]
    assert len(set(TOLD["problems"].values())) == len(TOLD["problems"])


def test_each_kind_of_file_is_called_by_its_name():
    assert set(TOLD["kinds"]) == {*sentences.KINDS, "unknown"}
    assert {kind: told("wrong_kind", kind=kind) for kind in TOLD["kinds"]} == TOLD["kinds"]


def test_what_is_said_of_a_cell_and_before_a_choice():
    assert TOLD["cells"] == {
        "uncalculated": sentences.UNCALCULATED_CELL,
        "rounded": sentences.ROUNDED_CELL,
        "choose": sentences.CHOOSE,
    }


def test_hidden_sheets_are_told_one_by_one():
    assert sentences.about_hidden([]) == ""
    assert sentences.about_hidden(["a"]) == "Het verborgen tabblad ‘a’ lezen wij niet. Wat u ziet, telt."
    assert sentences.about_hidden(["a", "b"]).startswith("De verborgen tabbladen ‘a’ en ‘b’ lezen")
    assert sentences.listed([str(each) for each in range(9)]).endswith("‘6’ en ‘7’")
    assert sentences.listed(["x" * 61]) == f"‘{'x' * 60}’"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (" a ", "a"),
        (True, "ja"),
        (False, "nee"),
        (12, "12"),
        (12.0, "12"),
        (12.5, "12.5"),
        (datetime.fromisoformat("2026-01-02 00:00"), "2026-01-02"),
        (datetime.fromisoformat("2026-01-02 03:04:05"), "2026-01-02 03:04"),
        (date(2026, 1, 2), "2026-01-02"),
        (Decimal("1.5"), "1.5"),
    ],
)
def test_a_cell_as_text(value, text):
    assert workbook._shown(value) == text


@pytest.mark.parametrize(
    ("text", "plain", "rounded"),
    [
        ("12345.0", "12345", False),
        ("12,00", "12", False),
        ("12.000", "12.000", False),
        ("1234.000", "1234", False),
        ("1,5E+1", "15", False),
        ("1,5E+2", "1,5E+2", True),
        ("5E+0", "5", False),
        ("'12", "12", False),
        ("1,55E+1", "1,55E+1", False),
    ],
)
def test_a_number_as_a_spreadsheet_has_it(text, plain, rounded):
    assert (plain_number(text), is_rounded(text)) == (plain, rounded)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("36526", date(2000, 1, 1)),
        ("36525", None),
        ("73050", date(2099, 12, 31)),
        ("73051", None),
        ("46000,25", date(2025, 12, 9)),
        ("31-12-26", date(2026, 12, 31)),
        ("2026/12/31", date(2026, 12, 31)),
        ("do 31 dec 2026", date(2026, 12, 31)),
        ("31 mei 2026", date(2026, 5, 31)),
        ("1 okt 26", date(2026, 10, 1)),
        ("20261231", date(2026, 12, 31)),
        ("2026-12-31T23:30:00Z", date(2027, 1, 1)),
        ("2026-12-31T23:30:00+01:00", date(2026, 12, 31)),
        ("2026-12-31 23:30 +0000", date(2027, 1, 1)),
        ("31 – 12 – 2026", date(2026, 12, 31)),
        ("31-12-2026 24:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("31-12-2026 23:59", date(2026, 12, 31)),
        ("32-12-2026", None),
        ("31 xxx 2026", None),
    ],
)
def test_a_day_as_people_write_it(text, day):
    assert as_day(text) == day


MONTHS = "januari februari maart april mei juni juli augustus september oktober november december"
SHORT = "jan feb mrt apr may jun jul aug sep oct nov dec"


@pytest.mark.parametrize("names", [MONTHS, SHORT])
def test_every_month_by_its_name(names):
    assert [as_day(f"2 {name} 2026") for name in names.split()] == [date(2026, n, 2) for n in range(1, 13)]


def test_a_file_that_is_written():
    content = writing.to_csv(["a", "=b"], [[1, True], [Decimal("-1.50"), date(2026, 1, 2)], [None, "-x"]])
    assert content == "\ufeffa;'=b\r\n1;ja\r\n-1.50;2026-01-02\r\n;'-x\r\n".encode()
    assert writing.to_csv(["a"], [[Decimal("-1.50")], ["-1"]], comma=True) == "\ufeffa\r\n-1,50\r\n'-1\r\n".encode()
    pieces = list(writing.csv_pieces(["a"], ([n] for n in range(1001))))
    assert [piece.count(b"\n") for piece in pieces] == [1001, 1, 0]
    assert b"".join(pieces) == writing.to_csv(["a"], ([n] for n in range(1001)))
    assert (
        writing.inert("\x08=1") == "'=1"
        and writing.inert("\u00a0 +1") == "'\u00a0 +1"
        and writing.inert("a=1") == "a=1"
    )


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "|", "%"])
def test_no_cell_starts_a_formula(sign):
    assert writing.inert(f"{sign}1") == f"'{sign}1"


def test_the_same_figures_give_the_same_bytes():
    made = writing.to_xlsx(["a", "b" * 20], [[Decimal("1.5"), "=x"]], title="a/b" + "c" * 40)
    once, again = writing.steady(made), writing.steady(made)
    assert once == again
    amount, text = next(load_workbook(io.BytesIO(once)).active.iter_rows(min_row=2))
    assert (amount.number_format, text.number_format, text.data_type) == ("#,##0.00", "@", "s")
    with zipfile.ZipFile(io.BytesIO(once)) as book:
        assert {part.date_time for part in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {part.compress_type for part in book.infolist()} == {zipfile.ZIP_DEFLATED}
        assert book.read(writing.CORE).count(b"1980-01-01T00:00:00Z") == 2
        sheet = book.read("xl/worksheets/sheet1.xml")
        assert b'width="14"' in sheet and b'width="24"' in sheet and b'topLeftCell="A2"' in sheet
        assert f'name="a b{"c" * 28}"'.encode() in book.read("xl/workbook.xml")


@pytest.mark.parametrize(("size", "taken"), [(LARGEST_REQUEST, True), (LARGEST_REQUEST + 1, False)])
def test_an_upload_that_is_too_large_is_let_go_and_says_so(size, taken):
    class Request:
        upload_too_large = False

    handler = InMemory(Request())
    handler.handle_raw_input(None, {}, size, b"")
    assert handler.activated is taken and handler.request.upload_too_large is not taken
    alone = InMemory(None)
    alone.handle_raw_input(None, {}, size, b"")
    assert alone.activated is taken


@pytest.mark.parametrize("text", ["abcdefghi", "1234567", "12345678901234567"])
def test_what_is_no_whole_number_stays_as_it_is(text):
    assert cells.restored(text) == text


@pytest.mark.parametrize("text", ["49210410000000", "4,92104E+13", "123450000000"])
def test_a_number_that_a_spreadsheet_rounded_is_no_number(text):
    with pytest.raises(Rounded):
        cells.restored(text)


def test_a_workbook_is_read_in_passing_without_its_formulas_and_links(monkeypatch):
    told = []

    def load(content, **words):
        told.append(words)
        return load_workbook(content, **words)

    monkeypatch.setattr(openpyxl, "load_workbook", load)
    assert [cells[0] for _, cells in workbook.rows_of(writing.to_xlsx(["a"], [["b"]]), [])] == ["a", "b"]
    assert told == [{"read_only": True, "data_only": True, "keep_links": False}]


@pytest.mark.parametrize(
    "error",
    [zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, OverflowError, RuntimeError],
)
def test_whatever_an_archive_throws_is_told_in_words(error, monkeypatch):
    def throw(*args):
        raise error

    monkeypatch.setattr(archive, "_refuse_other_kinds", throw)
    assert looked_through({}) == ("password" if error is RuntimeError else "damaged")


@pytest.mark.parametrize(
    "error",
    [zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError, IndexError]
    + [AttributeError, OverflowError, OSError, SyntaxError],
)
def test_whatever_a_workbook_throws_is_told_in_words(error, monkeypatch):
    def throw(*args, **words):
        raise error

    monkeypatch.setattr(openpyxl, "load_workbook", throw)
    assert problem_of(lambda content: list(workbook.rows_of(content, [])), writing.to_xlsx(["a"], [])) == "damaged"
