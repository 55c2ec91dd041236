"""What a cell means and what a column is, each by itself: no database, no page, every border from both sides."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.core import signing

from kbl.intake import saving
from kbl.intake.examining import ColumnReason, Examined, WrongColumns, own_columns
from kbl.intake.forms import Told
from kbl.intake.resource import Column, Intake, Judged, Verdict
from kbl.intake.saving import StaleRows, TooManyRows, carry, unpack
from kbl.intake.sentences import about_columns
from kbl.intake.widgets import Choice, Code, Day, Email, Named, Serial, Text, Whole, bare, folded
from kbl.spreadsheets import SheetRow, SheetTable
from kbl.spreadsheets.values import UNCALCULATED
from tests.conftest import at
from vouchers.numbers import Number


def refusal(widget, text) -> str:
    with pytest.raises(ValueError) as refused:
        widget.clean(text)
    return str(refused.value)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "|", "%"])
def test_no_cell_begins_a_formula(sign):
    assert refusal(Text(50), f"{sign}1").startswith("Hier staat een formule")
    assert refusal(Text(50), f"'{sign}1").startswith("Hier staat een formule"), "nor one that a download wrote"
    assert Text(50).clean(f"a{sign}b") == f"a{sign}b"


def test_an_apostrophe_that_is_part_of_a_name_stays():
    assert bare("'s-Gravenvoeren") == "'s-Gravenvoeren" and bare("'=a") == "=a" and bare("' -a") == " -a"
    assert folded("  Café   Één ") == "café één"


@pytest.mark.parametrize(
    "text", ["#N/B", "#N/A", "#WAARDE!", "#ref!", "#NAAM?", "#DEEL/0!", "#GETAL!", "#LEEG!", "#####", "#SPILL!"]
)
def test_a_cell_that_excel_could_not_work_out(text):
    assert refusal(Text(50), text).startswith("Hier staat een foutmelding van Excel")
    assert Text(50).clean(f"{text} x") == f"{text} x"


def test_an_empty_cell_and_one_that_must_be_filled():
    for widget, empty in ((Text(5), ""), (Day(), None), (Whole(1, 9, default=3), 3), (Choice([("a", "A")]), None)):
        assert widget.clean(" ") == widget.clean(None) == empty
    assert refusal(Text(5, required=True), "\t") == "Dit moet ingevuld zijn."
    assert refusal(Text(5), UNCALCULATED).startswith("Hier staat een formule zonder uitkomst")


def test_how_long_a_text_may_be():
    assert Text(5).clean("abcde") == "abcde" and Text(5).clean("a\u200bbcde") == "abcde"
    assert refusal(Text(5), "abcdef") == "Dit is te lang: er passen 5 tekens."
    assert Code(5, tidy=str.upper).clean("abcde") == "ABCDE"
    assert refusal(Code(5, tidy=str.upper), "abcdef") == "Dit is te lang: er passen 5 tekens."
    assert refusal(Code(20, tidy=str.upper), "1,5E+9").startswith("Excel heeft dit nummer afgerond")


def test_an_address_is_one():
    assert Email().clean(" Jan@Voorbeeld.example ") == "jan@voorbeeld.example"
    assert refusal(Email(), "jan.voorbeeld.example") == "Dit is geen e-mailadres."


@pytest.mark.parametrize(
    ("text", "day"),
    [("1-1-2000", date(2000, 1, 1)), ("31-12-2099", date(2099, 12, 31)), ("31-12-1999", None), ("1-1-2100", None)],
)
def test_a_day_that_we_know(text, day):
    if day is None:
        assert refusal(Day(), text).startswith("Dit is geen dag die wij kennen")
    else:
        assert Day().clean(text) == day and Day().render(day) == day.isoformat()
    assert Day().render(None) == ""


NUMBER = Number(17, "123456").digits


@pytest.mark.parametrize(
    ("text", "serial"),
    [
        ("17", 17),
        ("0000017", 17),
        (NUMBER, 17),
        (NUMBER.lstrip("0"), 17),
        ("0", "geen vouchernummer"),
        (NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10), "typefout"),
        ("4,92104E+13", "afgerond"),
        ("0000017 0000018", "meer nummers"),
        ("0000017\n0000018", "meer nummers"),
        ("17a", "alleen uit cijfers"),
        ("123456789012345", "geen vouchernummer"),
    ],
)
def test_a_voucher_in_a_cell(text, serial):
    if isinstance(serial, int):
        assert Serial().clean(text) == serial
    else:
        assert serial in refusal(Serial(), text)
    assert Serial().render(17) == "0000017" and Serial().render(None) == ""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("12", 12),
        ("12,0", 12),
        ("012", 12),
        ("0", None),
        ("13", None),
        ("1,5", None),
        ("x", None),
        ("00012", None),
    ],
)
def test_a_whole_number_between_two(text, value):
    widget = Whole(1, 12)
    if value is None:
        assert refusal(widget, text) == "Vul een getal in van 1 tot en met 12."
    else:
        assert widget.clean(text) == value


def test_one_of_a_few_words():
    widget = Choice([("paper", "Papier"), ("digital", "Digitaal")], {"pdf": "digital"}, default="paper")
    assert [widget.clean(each) for each in ("papier", " DIGITAAL ", "paper", "Pdf", "")] == [
        "paper", "digital", "paper", "digital", "paper",
    ]  # fmt: skip
    assert refusal(widget, "x") == "Kies uit: Papier; Digitaal."
    assert widget.render("digital") == "Digitaal" and widget.render("x") == ""


def test_what_is_there_by_its_name_first_and_then_by_its_short_name():
    one, other = SimpleNamespace(name="Een", slug="twee"), SimpleNamespace(name="Twee", slug="een")
    widget = Named("bibliotheek")
    widget.know([one, other], "name", "slug")
    assert widget.clean("een") is one and widget.clean(" TWEE ") is other
    assert refusal(widget, "Drie") == "Wij kennen geen bibliotheek met deze naam."


class Names(Intake):
    """Two columns: a name that must be there, and a town."""

    slug = "namen"
    name = Column("Naam", Text(50, required=True), also=("Organisatie",))
    town = Column("Plaats", Text(50))

    def key(self, values):
        return values["name"]

    def judge(self, rows, upload):
        """Every row is new."""

    def save(self, rows, upload):
        """Nothing is saved."""


def table(*headers: str, rows=(("a", "b", "c"),)) -> SheetTable:
    cut = [SheetRow(number, tuple(row[: len(headers)])) for number, row in enumerate(rows, 2)]
    return SheetTable(headers, tuple(cut))


@pytest.mark.parametrize(
    ("headers", "cells"),
    [
        (("Naam", "Plaats"), ("a", "b")),
        (("plaats", "NAAM"), ("b", "a")),
        (("Organisatie",), ("a", "")),
        (("Regel", "Naam", "Waarom niet"), ("b", "")),
    ],
)
def test_our_columns_in_our_order_whatever_that_of_the_file(headers, cells):
    found = own_columns(Names(), table(*headers))
    assert found.headers == ("Naam", "Plaats") and [row.cells for row in found.rows] == [cells]


@pytest.mark.parametrize(
    ("headers", "reason", "names"),
    [
        (("Iets",), ColumnReason.NONE, ("Iets",)),
        (("Naam", "Bewoner"), ColumnReason.EXTRA, ("Bewoner",)),
        (("Naam", "", "Bewoner"), ColumnReason.EXTRA, ("Bewoner",)),
        (("Naam", "Organisatie"), ColumnReason.EXTRA, ("Organisatie",)),
        (("Naam", ""), ColumnReason.UNNAMED, ()),
        (("Plaats",), ColumnReason.MISSING, ("Naam",)),
    ],
)
def test_a_column_of_somebody_elses_refuses_the_file(headers, reason, names):
    with pytest.raises(WrongColumns) as refused:
        own_columns(Names(), table(*headers))
    assert (refused.value.reason, refused.value.names) == (reason, names)
    assert all(name in about_columns(refused.value) for name in names if reason != ColumnReason.NONE)


def test_an_extra_column_in_which_nothing_stands_is_let_be():
    found = own_columns(Names(), table("Naam", "Bewoner", rows=(("a", ""), ("", ""), ("c", ""))))
    assert [(row.number, row.cells) for row in found.rows] == [(2, ("a", "")), (4, ("c", ""))]


def test_two_wrong_columns_are_both_named():
    told = about_columns(WrongColumns(ColumnReason.EXTRA, ["A", "B"]))
    assert "De kolommen ‘A’ en ‘B’ horen hier niet" in told
    assert "‘A’ en ‘B’" in about_columns(WrongColumns(ColumnReason.MISSING, ["A", "B"]))
    assert about_columns(WrongColumns(ColumnReason.MISSING, ["A"])) == "De kolom ‘A’ ontbreekt."


def test_a_row_says_what_it_would_do():
    row = Judged(2, ("2026-01-02", "", "a 2026-01-02"), Verdict.NEW)
    assert row.shown == ["02-01-2026", "a 2026-01-02"] and row.saves
    row.refuse("Een.", "Twee.")
    assert row.why == ["Een.", "Twee."] and not row.saves
    assert [Judged(1, (), each).saves for each in Verdict] == [False, True, True, False]
    seen = Examined([row, Judged(3, (), Verdict.SAME), Judged(4, (), Verdict.SAME)])
    assert seen.count() == {"wrong": 1, "changed": 0, "new": 0, "same": 2} and seen.of(Verdict.WRONG) == [row]


def test_an_empty_cell_changes_nothing():
    there = SimpleNamespace(name="Was", town="Venlo")
    changed = Names().differences(there, {"name": "Nu", "town": ""}, ["name", "town"])
    assert [(each.column, each.old, each.new) for each in changed] == [("Naam", "Was", "Nu")]
    assert Names().differences(there, {"name": "Was", "town": None}, ["name", "town"]) == []


BY = SimpleNamespace(pk=7)


def test_what_a_page_carries_is_for_an_hour_for_one_person_and_one_kind(monkeypatch):
    told = Told(paid_before=True, late_reason="found")
    with time_machine.travel(at(date(2026, 10, 6)), tick=False) as clock:
        carried = carry(Names(), table("Naam", "Plaats"), by=BY, told=told)
        back, said = unpack(carried, Names(), by=BY)
        assert (back, said) == (table("Naam", "Plaats"), told)
        for owner, slug in ((8, "namen"), (7, "anders")):
            kind = type("Other", (Names,), {"slug": slug})()
            with pytest.raises(StaleRows):
                unpack(carried, kind, by=SimpleNamespace(pk=owner))
        for salt in ("x", ""):
            with pytest.raises(StaleRows):
                unpack(signing.dumps([7, "namen", True, "", []], salt=salt), Names(), by=BY)
        clock.shift(timedelta(hours=1))
        assert unpack(carried, Names(), by=BY)[1] == told
        clock.shift(timedelta(seconds=1))
        with pytest.raises(StaleRows):
            unpack(carried, Names(), by=BY)
        monkeypatch.setattr(saving, "LARGEST", len(carried))
        assert len(carry(Names(), table("Naam", "Plaats"), by=BY, told=told)) <= len(carried)
        monkeypatch.setattr(saving, "LARGEST", len(carried) - 1)
        with pytest.raises(TooManyRows):
            carry(Names(), table("Naam", "Plaats"), by=BY, told=told)
