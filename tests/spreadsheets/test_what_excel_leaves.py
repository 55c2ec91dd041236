"""What Excel, a form program or a hand leaves in a file: read as it was meant, or refused by the row in words.

Every entrance gets the same files: reading in (Cubiss), the file of an intermediary, and the list it pastes.
"""

import io
from datetime import date, datetime
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from stdnum import damm

from intermediaries.handouts import files, lists
from kbl.intake.widgets import Day, Serial, Text
from kbl.spreadsheets import UNCALCULATED, FileProblem, UnreadableFile, is_rounded, read
from kbl.spreadsheets.sentences import ROUNDED_CELL, UNCALCULATED_CELL, about_file, about_hidden
from vouchers import entry
from vouchers.cells import restored
from vouchers.numbers import Number, Rounded

DAY = date(2026, 11, 20)


def workbook(*rows, hidden: tuple = (), only_hidden: bool = False) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if hidden:
        choices = book.create_sheet("Lijsten")
        choices.append(hidden)
        choices.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def strict(content: bytes) -> bytes:
    """The same workbook with the namespaces of Strict Open XML."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for part in source.infolist():
            data = source.read(part)
            data = data.replace(
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            )
            target.writestr(part.filename, data)
    return out.getvalue()


def handed_out(content: bytes) -> tuple[list[str], list[str]]:
    """What the file of an intermediary names: its numbers, and the sentences about what it does not."""
    listed = lists.read("\n".join(files.lines_of(read(content))))
    return (
        [str(each) for line in listed.lines for each in line.ranges],
        [each.sentence for _, each in listed.unreadable],
    )


# --- one cell, at every entrance ----------------------------------------------------------------------------------

READ = {"197": 197, "197,00": 197, "197.0": 197, "0012345": 12345, "1.2345E4": 12345, "1,2345E+04": 12345}
REFUSED = [
    "197, niet meegegeven",
    "197; niet meegegeven",
    "197, kwijt",
    "niet meegegeven, 197",
    "4,92104E+13",
    "4.92104E+13",
    "1,3207E+11",
    "1,2E4",
    "1,234,567",
    "1,234",
    "12,000",
    "197,5",
    "197.5",
    "197.198",
    UNCALCULATED,
]


@pytest.mark.parametrize(("cell", "serial"), READ.items())
def test_a_cell_that_is_a_number_is_read_at_every_entrance(cell, serial):
    assert Serial().clean(cell) == serial
    assert handed_out(f'Nummer;Dag\n"{cell}";20-11-2026\n'.encode()) == ([f"{serial:07}"], [])
    assert [str(each) for each in entry.read(cell).ranges] == [f"{serial:07}"]


@pytest.mark.parametrize("cell", REFUSED)
def test_of_half_a_cell_nothing_counts_at_any_entrance(cell):
    with pytest.raises(ValueError):
        Serial().clean(cell)
    numbers, sentences = handed_out(f'Nummer;Dag\n"{cell}";20-11-2026\n0012345;20-11-2026\n'.encode())
    assert numbers == ["0012345"] and len(sentences) == 1, "the other row is handed out all the same"
    pasted = entry.read(cell)
    assert not pasted.ranges and pasted.unreadable[0].typed == cell.strip(), "what was typed stays whole"


@pytest.mark.parametrize("cell", ["197, 198, kwijt", "197; 198; kwijt", "197 198, 12345678", "197\nkwijt"])
def test_a_cell_of_a_list_waits_whole(cell):
    numbers, sentences = handed_out(f'Nummer;Dag\n"{cell}";20-11-2026\n'.encode())
    assert numbers == [] and len(sentences) == 1


@pytest.mark.parametrize("cell", ["197, 198", "197; 198", "197\n198", "197-198", "12345,12346"])
def test_a_cell_may_name_several(cell):
    numbers, sentences = handed_out(f'Nummer;Dag\n"{cell}";20-11-2026\n'.encode())
    assert numbers in (["0000197-0000198"], ["0012345-0012346"]) and sentences == []


def test_a_rounded_number_is_told_so_even_when_its_check_digit_fits():
    rounded = next(
        f"{serial}000000{Number(serial, '000000').check}"
        for serial in range(12340, 99999, 10)
        if Number(serial, "000000").check == "0"
    )
    for cell in (rounded, rounded.zfill(14)):
        with pytest.raises(ValueError, match="afgerond"):
            Serial().clean(cell)
        numbers, [sentence] = handed_out(f"Nummer\n{cell}\n".encode())
        assert numbers == [] and ROUNDED_CELL in sentence
    assert is_rounded("1,3207E+11") and not is_rounded("1,2345E+04")


# --- whole files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("secret", "is_rounded"), [("000000", True), ("100000", False)])
def test_seven_zeros_at_the_end_are_what_excel_left_and_six_may_be_drawn(secret, is_rounded):
    """Of a whole number that it rounded Excel keeps at most the seven digits of the serial."""
    number = next(
        each for each in (Number(serial, secret) for serial in range(1_234_501, 1_240_000, 2)) if each.check == "0"
    )
    if not is_rounded:
        assert restored(number.digits) == number.digits
        return
    with pytest.raises(Rounded):
        restored(number.digits)


def test_a_formula_without_an_outcome_is_never_an_empty_cell():
    content = workbook(["Nummer", "Dag"], ["0012345", "=DATE(2026,11,20)"], ["=A2+1", DAY], ["0012347", DAY])
    numbers, sentences = handed_out(content)
    assert numbers == ["0012347"]
    assert sentences == [UNCALCULATED_CELL, UNCALCULATED_CELL]
    for widget in (Serial(), Day(), Text(80)):
        with pytest.raises(ValueError, match="formule zonder uitkomst"):
            widget.clean(UNCALCULATED)


def test_a_day_is_of_this_century():
    """A year that was mistyped by a hundred is no day that we know; the century's own first and last days are."""
    for cell, day in (("1-1-2000", date(2000, 1, 1)), ("31-12-2099", date(2099, 12, 31))):
        assert Day().clean(cell) == day
    for cell in ("31-12-1999", "1-1-2100", "31-12-2100"):
        with pytest.raises(ValueError, match="geen dag die wij kennen"):
            Day().clean(cell)


def test_a_formula_with_an_outcome_is_its_outcome_and_an_empty_text_is_empty():
    whole = workbook(["Nummer", "Soort"], ["0012345", "x"])
    with ZipFile(io.BytesIO(whole)) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
    outcome = sheet.replace(
        "</row></sheetData>",
        '</row><row r="3"><c r="A3"><f>A2+1</f><v>12346</v></c>'
        '<c r="B3" t="str"><f>""</f><v></v></c></row></sheetData>',
    )
    out = io.BytesIO()
    with ZipFile(io.BytesIO(whole)) as source, ZipFile(out, "w") as target:
        for part in source.infolist():
            changed = part.filename == "xl/worksheets/sheet1.xml"
            target.writestr(part.filename, outcome if changed else source.read(part))
    assert read(out.getvalue()).rows[1].cells == ("12346", "")


def test_a_hidden_sheet_is_left_out_and_told():
    table = read(workbook(["Nummer"], ["0012345"], hidden=("papier", "digitaal")))
    assert [row.cells for row in table.rows] == [("0012345",)]
    assert about_hidden(table.hidden) == "Het verborgen tabblad ‘Lijsten’ lezen wij niet. Wat u ziet, telt."
    with pytest.raises(UnreadableFile) as refused:
        read(workbook(hidden=("papier",)))
    assert refused.value.reason == FileProblem.HIDDEN_SHEETS and "Zichtbaar maken" in about_file(refused.value)


def test_a_strict_workbook_is_told_how_to_be_saved():
    with pytest.raises(UnreadableFile) as refused:
        read(strict(workbook(["Nummer"], ["0012345"])))
    assert "Excel-werkmap (.xlsx)" in about_file(refused.value) and refused.value.reason == FileProblem.STRICT


HEADED = "Nummer;Dag\r\n0012345;20-11-2026\r\n"
WRITTEN = {
    "sep=": f"sep=;\r\n{HEADED}".encode(),
    "SEP= with a mark in front": b"\xef\xbb\xbf" + f"SEP=;\r\n{HEADED}".encode(),
    "sep= of another sign": b"sep=|\nNummer|Dag\n0012345|20-11-2026\n",
    "every line in quotes": b'"Nummer;Dag"\r\n"0012345;20-11-2026"\r\n',
    "every line in quotes and filled up": b'"Nummer;Dag";;\r\n"0012345;20-11-2026";;\r\n',
    "quotes within the quotes": b'"Nummer;Dag"\r\n"""0012345"";20-11-2026"\r\n',
    "Ctrl-Z": HEADED.encode() + b"\x1a",
    "a block filled up with Ctrl-Z": HEADED.encode() + b"\x1a" * 60,
    "one NUL": HEADED.encode() + b"\x00",
    "UTF-16 with Ctrl-Z": (HEADED + "\x1a").encode("utf-16"),
    "UTF-16 with sep=": f"sep=;\r\n{HEADED}".encode("utf-16"),
    "UTF-16 without a mark, with sep=": f"sep=;\r\n{HEADED}".encode("utf-16-le"),
    "UTF-32": HEADED.encode("utf-32"),
    "lines that only return": HEADED.replace("\r\n", "\r").encode(),
    "an upright line between the cells": b"Nummer|Dag\n0012345|20-11-2026\n",
    "a text that is written as a formula": b'Nummer;Dag\n="0012345";="20-11-2026"\n',
    "an apostrophe in front": "Nummer;Dag\n'0012345;’20-11-2026\n".encode(),
    "spaces that do not break": "Nummer;Dag\n\xa00012345\xa0;\xa020-11-2026\n".encode("cp1252"),
    "a day as Excel shows it": b"Nummer;Dag\n0012345;20-nov-26\n",
    "a moment of another clock": b"Nummer;Dag\n0012345;2026-11-19T23:30:00Z\n",
    "three thousand empty rows behind it": HEADED.encode() + b";;;\r\n" * 3_000,
    "a day with a time": b"Nummer;Dag\n0012345;20-11-2026 14:30\n",
    "a workbook with a day and a time": workbook(["Nummer", "Dag"], ["0012345", datetime(2026, 11, 20, 14, 30)]),  # noqa: DTZ001
}


@pytest.mark.parametrize("content", WRITTEN.values(), ids=WRITTEN)
def test_a_file_is_read_however_a_program_left_it(content):
    [line] = lists.read("\n".join(files.lines_of(read(content)))).lines
    assert ([str(each) for each in line.ranges], line.day) == (["0012345"], DAY)


def test_a_pasted_row_may_have_a_day_with_a_time():
    [line] = lists.read("0012345\t20-11-2026 14:30").lines
    assert ([str(each) for each in line.ranges], line.day) == (["0012345"], DAY)


def test_a_row_keeps_its_number_behind_a_line_that_excel_hides():
    assert [row.number for row in read(f"sep=;\r\n{HEADED}".encode()).rows] == [3]


def test_a_name_in_quotes_is_no_line_in_quotes():
    table = read(b'Naam;Plaats\n"Bibliotheek; Venlo";Venlo\nTwee;Gennep\n')
    assert table.rows[0].cells == ("Bibliotheek; Venlo", "Venlo")


@pytest.mark.parametrize("way", ["cp437", "cp850", "mac_roman", "cp1252", "utf-8"])
@pytest.mark.parametrize(
    "name", ["Café Zoë", "Geneviève", "Coöperatie", "Één", "De Brûlerie", "Übach", "Op d'n Heuvel"]
)
def test_letters_are_read_as_they_were_or_not_at_all(way, name):
    try:
        assert read(f"Naam;Plaats\n{name};Venlo\n".encode(way)).rows[0].cells[0] == name
    except UnreadableFile as refused:
        assert way not in ("cp1252", "utf-8")
        assert refused.reason == FileProblem.LETTERS and "CSV UTF-8" in about_file(refused)


def test_the_letters_of_dos_are_recognised():
    assert read("Naam\nCafé Zoë\n".encode("cp850")).rows[0].cells == ("Café Zoë",)


def test_a_quote_that_never_closes_takes_no_rows_along():
    """It takes all the rows behind it into one cell, without a word."""
    with pytest.raises(UnreadableFile) as refused:
        read(b'Nummer;Dag\n0012345;"20-11-2026\n0012346;20-11-2026\n0012347;20-11-2026\n')
    assert refused.value.reason is FileProblem.QUOTE
    assert "aanhalingsteken dat niet sluit" in about_file(refused.value)
    assert read(b'Naam;Dag\n"Huis\nVenlo";1\n"Huis\nGennep"\n').rows[1].cells[0] == "Huis\nGennep"


def changed(content: bytes, *pairs: tuple[bytes, bytes]) -> bytes:
    """A workbook of which the sheet was changed by hand."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for part in source.infolist():
            data = source.read(part)
            for old, new in pairs if part.filename.endswith("sheet1.xml") else ():
                assert old in data
                data = data.replace(old, new)
            target.writestr(part.filename, data)
    return out.getvalue()


def test_a_row_that_stands_there_twice_is_not_read_half():
    content = workbook(["Nummer"], ["0012345"], ["0012346"])
    with pytest.raises(UnreadableFile) as refused:
        read(changed(content, (b'<row r="3"', b'<row r="2"'), (b'r="A3"', b'r="A2"')))
    assert refused.value.reason is FileProblem.DAMAGED


def test_a_filled_cell_far_to_the_right_is_not_taken_for_nothing():
    with pytest.raises(UnreadableFile) as refused:
        read(workbook(["Nummer"] + [None] * 80 + ["Naam"], ["0012345"] + [None] * 80 + ["Jan"]))
    assert refused.value.reason is FileProblem.TOO_MANY_COLUMNS


def test_a_sheet_that_is_hidden_well_is_hidden_too():
    book = Workbook()
    book.active.append(["Nummer"])
    book.active.append(["0012345"])
    book.create_sheet("Diep").append(["0099999"])
    book["Diep"].sheet_state = "veryHidden"
    out = io.BytesIO()
    book.save(out)
    table = read(out.getvalue())
    assert (table.hidden, [row.cells for row in table.rows]) == (("Diep",), [("0012345",)])


def test_a_workbook_that_counts_from_1904_has_the_same_days():
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["Nummer", "Dag"])
    book.active.append(["0012345", DAY])
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue()).rows[0].cells == ("0012345", "2026-11-20")


def test_of_merged_cells_the_others_wait_with_a_sentence():
    book = Workbook()
    for row in (["Nummer", "Dag"], ["0012345", "20-11-2026"], [None, "21-11-2026"], [None, "22-11-2026"]):
        book.active.append(row)
    book.active.merge_cells("A2:A4")
    out = io.BytesIO()
    book.save(out)
    numbers, sentences = handed_out(out.getvalue())
    assert numbers == ["0012345"]
    assert sentences == ["Hier staat wel een dag, maar geen nummer. Zet het nummer ervoor."] * 2


@pytest.mark.parametrize("said", ["#N/A", "#N/B", "#WAARDE!", "#VERW!", "#NAAM?", "#DEEL/0!", "########"])
def test_what_excel_could_not_work_out_is_no_text(said):
    for widget in (Text(80), Serial(), Day()):
        with pytest.raises(ValueError, match="foutmelding van Excel"):
            widget.clean(said)
    numbers, sentences = handed_out(f"Nummer;Dag\n0012345;{said}\n{said};20-11-2026\n".encode())
    assert numbers == [] and len(sentences) == 2


@pytest.mark.parametrize("between", ["\n", "\r\n", "\t", "; ", " ", " | "])
def test_two_serials_in_one_cell_never_pass_for_one_number(between):
    """Of two serials behind each other one in ten passes the check digit: the first would count, the second be gone."""
    first, second = next((a, a + 1) for a in range(12_345, 99_999) if damm.is_valid(f"{a:07}{a + 1:07}"))
    with pytest.raises(ValueError, match="meer nummers"):
        Serial().clean(f"{first:07}{between}{second:07}")
