"""A list that comes from a file, or with days of its own: every line is judged, nothing is stored, nothing is lost."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from intermediaries import accreditation
from intermediaries.models import Handout
from kbl.spreadsheets import read, to_xlsx
from tests.conftest import START, at
from tests.portals.conftest import TODAY
from tests.portals.test_hand_out_page import OUT, agreed, look
from vouchers.batches import make_batch

LOOK, REFUSED = f"{OUT}kijken/", f"{OUT}niet-gelukt/"


def choose(client, content: bytes | str, name: str = "lijst.csv", **more):
    """Choose a file and press Controleer."""
    data = content.encode() if isinstance(content, str) else content
    return look(client, "", file=SimpleUploadedFile(name, data), **more)


def field(response) -> str:
    """What stands in the field now."""
    return response.context["form"]["numbers"].value()


@pytest.mark.both_engines
def test_a_file_becomes_the_list_and_one_press_records_it(willem, stock_of_food_bank):
    shown = choose(willem, "Nummer;Dag\n1;2-10-2025\n2;3-10-2025\n3;\n")
    assert not Handout.objects.exists()
    assert field(shown) == "1 02-10-2025\n2 03-10-2025\n3"
    assert "Leg 3 vouchers vast" in shown.content.decode()
    look(willem, field(shown), agreed=agreed(shown))
    assert dict(Handout.objects.values_list("voucher", "on")) == {
        1: date(2025, 10, 2),
        2: date(2025, 10, 3),
        3: TODAY,
    }


@pytest.mark.both_engines
def test_a_workbook_gives_the_same_and_dropped_zeros_come_back(willem, stock_of_food_bank, voucher):
    whole = int(voucher.number.digits)  # as Excel keeps it: without the zeros in front
    shown = choose(willem, to_xlsx(["Vouchernummer", "Datum"], [[whole, date(2025, 10, 2)], [2, None]]), "lijst.xlsx")
    assert shown.context["preview"]["count"] == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("Nummer;Naam\n1;Jansen\n", "Kolom ‘Naam’ hoort hier niet. Wij bewaren niets over bewoners."),
        ("Nummer;Geboortedatum\n1;3-4-1960\n", "Kolom ‘Geboortedatum’ hoort hier niet."),
        ("Nummer;Naam;Adres\n1;Jansen;Dorp 1\n", "De kolommen ‘Naam’ en ‘Adres’ horen hier niet."),
        ("Nummer;\n1;Jansen\n", "Er is een gevulde kolom zonder kop."),
        ("1;Jansen\n2;Pietersen\n", "Er is een gevulde kolom zonder kop."),
        ("Dag\n2-10-2025\n", "Wij zien geen kolom met nummers."),
        ("Nummer\n", "Er staan alleen kolomkoppen"),
        (b"%PDF-1.7", "Dit is een PDF."),
        (b"PK\x03\x04nonsense", "Dit bestand is beschadigd."),
    ],
)
def test_a_file_with_anything_else_is_refused_by_name(willem, stock_of_food_bank, content, sentence):
    page = choose(willem, content, on=TODAY).content.decode()
    assert sentence in page
    assert "Jansen" not in page and "3-4-1960" not in page
    assert not Handout.objects.exists()


def test_an_empty_extra_column_does_no_harm(willem, stock_of_food_bank):
    assert choose(willem, "Nummer;Naam\n1;\n2;\n").context["preview"]["count"] == 2


def test_a_file_without_headings_will_do(willem, stock_of_food_bank):
    assert choose(willem, "1\n2\n3\n").context["preview"]["count"] == 3
    assert field(choose(willem, "2-10-2025;1\n3-10-2025;2\n")) == "1 02-10-2025\n2 03-10-2025"


def test_what_was_typed_stays_when_the_file_is_refused(willem, stock_of_food_bank):
    shown = willem.post(
        OUT, {"numbers": "1-3", "on": TODAY, "file": SimpleUploadedFile("x.csv", b"Nummer;Naam\n4;Jansen\n")}
    )
    assert "1-3</textarea>" in shown.content.decode()


def test_every_line_that_cannot_go_has_its_reason_and_can_be_taken_along(willem, stock_of_food_bank):
    shown = choose(
        willem, "Nummer;Dag\n1;2-10-2025\n1;3-10-2025\n5;1-1-2026\n70;\nJansen;\n8;31-02-2025\n;2-10-2025\n9;\n"
    )
    page = shown.content.decode()
    for words in (
        "Staat er met twee dagen in",
        "1 januari 2026 moet nog komen",
        "Niet uit uw voorraad",
        "is geen nummer",
        "is geen dag",
        "Hier staat wel een dag, maar geen nummer.",
    ):
        assert words in page
    left = look(willem, field(shown), agreed=agreed(shown))
    assert list(Handout.objects.values_list("voucher", flat=True)) == [9]
    response = willem.post(REFUSED, {"numbers": field(left), "on": TODAY.isoformat()})
    assert response["Content-Disposition"].startswith("attachment")
    rows = list(load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True))
    assert rows[0] == ("Nummer", "Dag", "Waarom niet")
    assert {row[0] for row in rows[1:]} == {"0000001", "0000005", "0000070", "Jansen", "8 31-02-2025", "02-10-2025"}
    assert all(row[2] for row in rows[1:])
    again = choose(willem, response.content, "kbl.xlsx")  # our own list comes in again, its reasons say nothing
    assert again.context["preview"]["count"] == 0 and not again.context["form"].errors
    assert len(read(response.content).rows) == 7


def test_pasting_two_columns_reads_number_and_day(willem, stock_of_food_bank):
    shown = look(willem, "0000001\t2-10-2025\n2 op 3-10-2025\n0000003 2025-10-04")
    assert sorted(shown.context["preview"]["good"].parts, key=str) and shown.context["preview"]["count"] == 3
    look(willem, field(shown), agreed=agreed(shown))
    days = Handout.objects.order_by("voucher").values_list("on", flat=True)
    assert [day.day for day in days] == [2, 3, 4]


def test_the_part_beside_the_field_says_of_the_newest_line_what_it_is(willem, stock_of_food_bank):
    def said(numbers: str) -> tuple[str, str]:
        newest = willem.post(LOOK, {"numbers": numbers, "on": TODAY.isoformat()}).context["preview"]["newest"]
        return (newest[0].words, newest[0].says)

    assert said("1\n2\n") == ("0000002", "Kan mee")
    assert said("1\n2\n1\n") == ("0000001", "Stond er al: telt één keer")
    assert said("1\n70\n") == ("0000070", "Niet uit uw voorraad")
    assert said("1\n00000") == ("0000001", "Kan mee")  # five digits: still typing
    assert said("hallo\n") == ("hallo", "Niet te lezen")
    assert not Handout.objects.exists()


def test_the_button_beside_the_field_records_what_it_showed(willem, stock_of_food_bank):
    shown = willem.post(LOOK, {"numbers": "1\n2\n70\n", "on": TODAY.isoformat()})
    assert "Leg 2 vouchers vast" in shown.content.decode() and "data-autofocus" not in shown.content.decode()
    look(willem, "1\n2\n70\n", agreed=agreed(shown))
    assert Handout.objects.count() == 2


@pytest.mark.parametrize("data", [{"numbers": "", "on": "x"}, {"numbers": "1", "on": "x"}, {"numbers": "1-9999"}, {}])
def test_looking_at_nonsense_is_an_answer_too(willem, data):
    assert willem.post(LOOK, data).status_code == 200


@pytest.fixture
def ten_thousand(coordinator, food_bank) -> list[int]:
    """Every other one of twenty thousand: no two are neighbours."""
    batch = make_batch(20_000, medium="paper", valid_until=date(2027, 12, 31), on=START, by=coordinator, at=at(START))
    accreditation.allocate(batch.range, to=food_bank, on=START, by=coordinator, at=at(START))
    return list(range(batch.first_serial, batch.last_serial, 2))


def test_ten_thousand_loose_lines_take_no_question_each(willem, ten_thousand, django_assert_max_num_queries):
    content = "Nummer;Dag\n" + "".join(f"{serial};{1 + serial % 15}-10-2025\n" for serial in ten_thousand)
    with django_assert_max_num_queries(60):  # some per day, none per line
        shown = choose(willem, content)
    assert shown.context["preview"]["count"] == 10_000
    with django_assert_max_num_queries(200):
        assert look(willem, field(shown), agreed=agreed(shown)).status_code == 302
    assert Handout.objects.count() == 10_000


def test_half_a_cell_hands_out_nothing_and_stays_as_it_was_typed(willem, stock_of_food_bank):
    shown = choose(willem, 'Nummer;Dag\n"3, niet meegegeven";2-10-2025\n4,92104E+13;2-10-2025\n5,00;2-10-2025\n')
    assert "Leg 1 voucher vast" in shown.content.decode() and "afgerond" in shown.content.decode()
    left = look(willem, field(shown), agreed=agreed(shown))
    assert list(Handout.objects.values_list("voucher", "on")) == [(5, date(2025, 10, 2))]
    assert field(left) == '"3, niet meegegeven" 02-10-2025\n4,92104E+13 02-10-2025'
    assert not look(willem, field(left)).context["preview"]["count"], "also when it is pressed again"


def test_a_day_that_was_never_calculated_is_no_day_of_today(willem, stock_of_food_bank):
    book = load_workbook(BytesIO(to_xlsx(["Nummer", "Dag"], [["0000001", None], ["0000002", TODAY]])))
    book.active["B2"] = "=TODAY()-3"
    book.create_sheet("Lijsten").append(["a"])
    book["Lijsten"].sheet_state = "hidden"
    out = BytesIO()
    book.save(out)
    page = choose(willem, out.getvalue(), "lijst.xlsx")
    assert page.context["preview"]["count"] == 1
    assert "Hier staat een formule zonder uitkomst." in page.content.decode()
    assert "Het verborgen tabblad ‘Lijsten’ lezen wij niet." in page.content.decode()
