"""Files that are no list, lists with a column too many, and what a page carries from looking to saving."""

import io
from datetime import date, timedelta

import pytest
import time_machine
from django.core import signing
from django.db import connection
from django.urls import reverse
from openpyxl import load_workbook

from intermediaries.models import Handout
from kbl.accounts.models import Role
from kbl.organisations.models import Organisation
from kbl.spreadsheets import to_csv, to_xlsx
from tests.intake.conftest import Office, carried, counts, problems, sheet, why
from tests.spreadsheets import hostile_files

DAY = date(2025, 10, 6)
HEADERS = ["Voucher", "Uitgereikt op", "Intermediair"]


@pytest.fixture
def rows(stock_of_food_bank) -> list[list]:
    return [[f"{serial:07d}", DAY, "Voedselbank Venlo"] for serial in list(stock_of_food_bank)[:4]]


def text(rows, delimiter: str = ";") -> str:
    return "\n".join(delimiter.join(map(str, row)) for row in [HEADERS, *rows])


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_list_is_read_however_it_was_saved(office, rows, encoding, delimiter):
    Organisation.objects.filter(slug="voedselbank-venlo").update(name="Voedselbank Één")
    renamed = [[serial, "6-10-2025", "Voedselbank Één"] for serial, *_ in rows]
    preview = office.upload("uitreikingen", text(renamed, delimiter).encode(encoding), paid="ja", name="lijst.csv")
    assert preview.status_code == 200, problems(preview)
    assert preview.context["counts"] == counts(new=4)


KINDS = {
    "a PDF": (b"%PDF-1.7", "Dit is een PDF."),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "Dit is een plaatje."),
    "a page that is called .xlsx": (b"<html><table></table></html>", "Dit is een webpagina"),
    "an old Excel file": (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "oud soort Excel-bestand"),
    "nothing": (b" ", "Dit bestand is leeg."),
    "only headings": (b"Voucher;Uitgereikt op;Intermediair\n", "alleen kolomkoppen"),
    "too many rows": (b"Voucher;Uitgereikt op;Intermediair\n" + b"1;2;3\n" * 20_001, "meer dan 20.000 regels"),
    "other columns": (b"Kleur;Maat\nrood;12\n", "Wij herkennen geen enkele kolom."),
    "a column that is missing": (b"Voucher;Datum\n12;2025-10-06\n", "De kolom ‘Intermediair’ ontbreekt."),
    "a heading twice": (b"Voucher;voucher;Datum\n1;2;3\n", "De kolom ‘voucher’ staat er twee keer in."),
}


@pytest.mark.parametrize(("content", "sentence"), KINDS.values(), ids=KINDS)
def test_what_is_no_list_gets_a_sentence_and_the_answer_stays(office, programme, content, sentence):
    page = office.upload("uitreikingen", content, paid="ja")
    assert page.status_code == 422
    assert sentence in problems(page)
    assert page.context["form"]["paid"].value() == "ja", "what was filled in stays"


@pytest.mark.parametrize("name", ["748 kB that unpack to 219 MB", "a billion laughs", "macros", "a million texts"])
def test_a_hostile_workbook_is_refused_with_a_sentence(office, programme, name):
    page = office.upload("uitreikingen", hostile_files.FILES[name][0](), paid="ja")
    assert page.status_code == 422
    assert problems(page)


def test_a_file_that_is_far_too_large_is_told_so_and_never_touches_the_disk(office, programme):
    page = office.upload("uitreikingen", b"1;2\n" * 2_100_000, paid="ja")
    assert page.status_code == 422
    assert "te groot: er past hooguit 5 MB in" in problems(page)
    page = office.upload("uitreikingen", b"1;2\n" * 1_400_000, paid="ja")
    assert "te groot" in problems(page)


def test_a_file_of_4_mb_stays_in_memory(office, programme, monkeypatch):
    def touched(*args, **kwargs):
        raise AssertionError("an upload went to a file on disk")

    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile.__init__", touched)
    content = to_csv(HEADERS, [[f"{i:07d}", DAY, "x" * 400] for i in range(9_000)])
    assert len(content) > 3_500_000
    assert office.upload("uitreikingen", content, paid="ja").status_code in (200, 422)


# --- people -------------------------------------------------------------------------------------------------------


def test_a_column_about_residents_refuses_the_whole_file(office, rows):
    page = office.upload(
        "uitreikingen", to_csv([*HEADERS, "naam bewoner"], [[*row, "Jan Jansen"] for row in rows]), paid="ja"
    )
    assert problems(page) == (
        "Kolom ‘naam bewoner’ hoort hier niet. Wij bewaren niets over bewoners."
        " Haal de kolom weg, dan lezen wij de rest."
    )
    assert "Jan Jansen" not in page.content.decode()
    two = office.upload(
        "uitreikingen", to_csv([*HEADERS, "naam", "adres"], [[*row, "a", "b"] for row in rows]), paid="ja"
    )
    assert "De kolommen ‘naam’ en ‘adres’ horen hier niet." in problems(two)
    nameless = office.upload("uitreikingen", to_csv([*HEADERS, ""], [[*row, "Jan"] for row in rows]), paid="ja")
    assert "gevulde kolom zonder kop" in problems(nameless)


def test_an_extra_column_that_is_empty_does_no_harm(office, rows):
    content = to_csv([*HEADERS, "naam bewoner", ""], [[*row, "", ""] for row in rows])
    assert office.upload("uitreikingen", content, paid="ja").context["counts"] == counts(new=4)


def everything_kept() -> str:
    """The database, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()")
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM \"{table}\" t")
            found.append(cursor.fetchone()[0])
    return "\n".join(found)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="reads the whole database as text")
def test_two_hundred_invented_persons_leave_no_trace(office, rows, venlo, mailoutbox, caplog):
    """Typed into every column that could hold them, and uploaded and confirmed all the same."""
    people = [(f"Zeldzaam{i:03d}", f"zeldzaam{i:03d}@mens.example", f"06-{40000000 + i}") for i in range(200)]
    by_column = {
        "uitreikingen": (
            to_csv([*HEADERS, "naam"], [[*rows[i % 4], name] for i, (name, *_) in enumerate(people)]),
            422,
        ),
        "inwisselingen": (
            to_csv(
                ["Voucher", "Ingewisseld op", "Bibliotheek", "Vestiging", "Soort"],
                [[rows[i % 4][0], DAY, "Bibliotheek Venlo", name, "nieuw lid"] for i, (name, *_) in enumerate(people)],
            ),
            200,
        ),
        "beginvoorraad": (
            to_csv(
                ["Eerste nummer", "Laatste nummer", "Geldig tot en met", "Houder", "Sinds"],
                [[f"{5000 + i}", f"{5000 + i}", DAY, name, DAY] for i, (name, *_) in enumerate(people)],
            ),
            200,
        ),
        "organisaties": (
            to_csv(
                ["Naam", "Straat en huisnummer", "Plaats"],
                [[f"Bel {mail}", f"{name} {phone}", phone] for name, mail, phone in people],
            ),
            200,
        ),
        "vestigingen": (
            to_csv(
                ["Bibliotheek", "Vestiging", "Gemeente"],
                [["Bibliotheek Venlo", f"{name} {mail}", "Venlo"] for name, mail, _ in people],
            ),
            200,
        ),
        "gebruikers": (
            to_csv(
                ["E-mailadres", "Naam", "Rol"], [[mail, f"{name} {phone}", "Provincie"] for name, mail, phone in people]
            ),
            200,
        ),
    }
    for kind, (content, status) in by_column.items():
        preview = office.upload(kind, content, paid="ja")
        assert preview.status_code == status, kind
        if status == 200:
            assert preview.context["counts"] == counts(wrong=200), kind
            office.confirm(kind, preview)
    kept = (everything_kept() + caplog.text + "".join(str(mail.message()) for mail in mailoutbox)).casefold()
    assert len(kept) > 5_000
    for name, mail, phone in people:
        assert name.casefold() not in kept
        assert mail not in kept
        assert phone not in kept and phone.replace("-", "") not in kept


def test_a_colleague_by_the_front_door_does_leave_a_trace(office, venlo):
    """The twin: what the test above looks through does hold what is kept."""
    content = to_csv(["E-mailadres", "Naam", "Rol"], [["zeldzaam@mens.example", "Zeldzaam", "Provincie"]])
    office.read_in("gebruikers", content)
    if connection.vendor == "postgresql":
        assert "zeldzaam@mens.example" in everything_kept()


def test_a_formula_goes_nowhere(office, programme):
    content = sheet("Naam;Plaats", ['=HYPERLINK("http://x")', ""], ["@SUM(A1)", ""], ["+31", ""], ["Goed", "-1"])
    preview = office.upload("organisaties", content)
    assert preview.context["counts"] == counts(wrong=4)
    back = office.failed("organisaties", preview, "csv").content.decode("utf-8-sig")
    assert "\r\n=" not in back
    assert "'=HYPERLINK" in back


# --- half good ----------------------------------------------------------------------------------------------------


def test_the_good_half_is_saved_and_the_other_half_comes_back(office, rows):
    rows[1][1], rows[3][2] = "gisteren", "Onbekend"
    preview = office.upload("uitreikingen", to_csv(HEADERS, rows), paid="ja")
    done = office.confirm("uitreikingen", preview)
    assert done.context["counts"] == counts(new=2, wrong=2)
    assert Handout.objects.count() == 2
    answer = office.failed("uitreikingen", done)
    assert answer["Content-Disposition"] == 'attachment; filename="kbl-uitreikingen-niet-gelukt.xlsx"'
    found = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert found[0] == (*HEADERS, "Regel", "Waarom niet")
    assert [row[3] for row in found[1:]] == [3, 5]
    assert found[1][4].startswith("Uitgereikt op: Dit is geen dag")
    again = office.upload("uitreikingen", answer.content, paid="ja")
    assert again.context["counts"] == counts(wrong=2), "read in again as it is, with our columns still there"


def test_ten_thousand_wrong_rows_are_counted_and_folded(office, programme):
    content = to_csv(HEADERS, [[f"{i:07d}", DAY, "Niemand"] for i in range(1, 10_001)])
    page = office.upload("uitreikingen", content, paid="ja")
    assert page.context["counts"] == counts(wrong=10_000)
    assert len(why(page)) == 100
    assert "En nog 9.900 regels." in page.content.decode().replace("\u00a0", " ")
    assert len(page.content) < 900_000


# --- from looking to saving ---------------------------------------------------------------------------------------


@pytest.fixture
def preview(office, rows):
    return office.upload("uitreikingen", to_csv(HEADERS, rows), paid="ja")


def confirm(office: Office, kind: str, value: str) -> int:
    return office.client.post(reverse("cubiss:intake_confirm", args=[kind]), {"carried": value}).status_code


def test_what_a_page_carries_is_one_persons_and_one_kinds(office, preview, make_user):
    value = carried(preview)
    other = Office(make_user("Cor", Role.CUBISS_COORDINATOR))
    assert confirm(other, "uitreikingen", value) == 422
    assert confirm(office, "inwisselingen", value) == 422
    assert confirm(office, "uitreikingen", value[:-4] + "AAAA") == 422
    assert confirm(office, "uitreikingen", "") == 422
    forged = signing.dumps([1, "uitreikingen", True, []], salt="something else", compress=True)
    assert confirm(office, "uitreikingen", forged) == 422
    assert not Handout.objects.exists()
    assert confirm(office, "uitreikingen", value) == 200
    assert Handout.objects.count() == 4


def test_it_is_good_for_an_hour(office, preview):
    with time_machine.travel(timedelta(minutes=61), tick=False):
        page = office.confirm("uitreikingen", preview)
    assert page.status_code == 422
    assert "langer dan een uur" in page.content.decode()
    assert not Handout.objects.exists()


def test_what_changed_meanwhile_is_seen_when_saving(office, preview, rows, food_bank, worker):
    from intermediaries.handouts import handout
    from tests.conftest import at
    from vouchers.numbers import SerialRange

    serial = int(rows[0][0])
    handout.hand_out(
        food_bank, [SerialRange(serial, serial)], on=date(2025, 10, 7), by=worker, at=at(DAY + timedelta(1))
    )
    done = office.confirm("uitreikingen", preview)
    assert done.context["counts"] == counts(new=3, wrong=1)
    assert why(done) == {2: "Deze voucher is al uitgereikt, op 7 oktober 2025 door Voedselbank Venlo."}


def test_pressing_twice_changes_nothing_more(office, preview):
    assert office.confirm("uitreikingen", preview).context["counts"] == counts(new=4)
    assert office.confirm("uitreikingen", preview).context["counts"] == counts(same=4)
    assert Handout.objects.count() == 4


def test_the_upload_is_in_no_url_and_no_number_in_a_title(preview, rows):
    page = preview.content.decode()
    title = page[page.index("<title>") : page.index("</title>")]
    assert not any(row[0] in title for row in rows)
    assert "?" not in reverse("cubiss:intake_confirm", args=["uitreikingen"])


def test_an_unknown_kind_is_not_there(office, programme):
    for name in ("intake_kind", "intake_confirm", "intake_failed"):
        assert office.client.post(reverse(f"cubiss:{name}", args=["bewoners"])).status_code == 404
    assert office.client.get(reverse("cubiss:intake_download", args=["uitreikingen", "csv"])).status_code == 404


def test_a_row_of_formulas_is_refused_in_words_and_the_others_go_on(office, rows):
    book = load_workbook(io.BytesIO(to_xlsx(HEADERS, rows)))
    for column, formula in enumerate(("=A2+1", "=B2", "=C2"), 1):
        book.active.cell(3, column).value = formula
    choices = book.create_sheet("Lijsten")
    choices.append(["Voedselbank Venlo"])
    choices.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    preview = office.upload("uitreikingen", out.getvalue(), paid="ja")
    assert preview.context["counts"] == counts(new=3, wrong=1)
    assert why(preview)[3].count("Hier staat een formule zonder uitkomst.") == 3
    assert "Het verborgen tabblad ‘Lijsten’ lezen wij niet." in preview.content.decode()


def test_a_number_that_excel_rounded_names_no_other_voucher(office, rows):
    content = sheet(";".join(HEADERS), ["1,3207E+11", *rows[0][1:]], ["1,234,567", *rows[0][1:]])
    preview = office.upload("uitreikingen", content, paid="ja")
    assert "Excel heeft dit nummer afgerond" in why(preview)[2]
    assert "Dit kan één nummer zijn, of meer." in why(preview)[3]


def test_the_office_has_so_many_files_read_too(office, rows, settings):
    settings.UPLOADS_PER_QUARTER_HOUR = 1
    content = sheet(";".join(HEADERS), *rows)
    assert office.upload("uitreikingen", content, paid="ja").status_code == 200
    refused = office.upload("uitreikingen", content, paid="ja")
    assert refused.status_code == 422 and "Wacht een kwartier" in problems(refused)
