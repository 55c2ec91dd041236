"""The pages of reading in: what each shows, and what goes wrong, in words. One small list goes through all of them."""

import io
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.urls import reverse
from openpyxl import load_workbook

from kbl.accounts.models import Assignment
from kbl.intake import invitations, saving, sentences, views
from kbl.intake.examining import ColumnReason, WrongColumns
from kbl.intake.kinds import KINDS
from kbl.intake.models import Invitation
from kbl.organisations.models import Organisation
from kbl.spreadsheets import CSV, XLSX
from kbl.spreadsheets.reading import SheetTable
from libraries.models import Enrolment
from tests.conftest import at
from tests.intake.conftest import TODAY, carried, counts, problems, sheet, why

NAMES = "Naam;Korte naam;KvK-nummer"
ROWS = [["Een", "", ""], ["Twee", "", ""], ["Drie", "", "12"], ["Vier", "", "x"], ["Voedselbank Venlo", "", "12345678"]]


@pytest.fixture
def preview(office, food_bank):
    return office.upload("organisaties", sheet(NAMES, *ROWS))


def file_of(answer) -> tuple[str, str]:
    return answer["Content-Type"], answer["Content-Disposition"]


def test_every_kind_can_be_chosen_in_the_order_of_reading_in(office):
    page = office.client.get(reverse("cubiss:intake"))
    assert page.status_code == 200 and list(page.context["kinds"]) == list(KINDS.values())
    for slug in KINDS:
        form = office.client.get(reverse("cubiss:intake_kind", args=[slug]))
        assert (form.status_code, form.context["trouble"], form.context["intake"]) == (200, "", KINDS[slug])


def test_a_preview_counts_and_shows_a_part_of_each_heap(office, food_bank, monkeypatch):
    monkeypatch.setattr(views, "SHOWN", 1)
    page = office.upload("organisaties", sheet(NAMES, *ROWS))
    assert [each.name for each in page.templates][0] == "cubiss/intake_preview.html"
    assert page.context["counts"] == counts(wrong=2, changed=1, new=2)
    assert (page.context["total"], page.context["saves"], page.context["again"]) == (
        5,
        3,
        "/cubiss/inlezen/organisaties/",
    )
    heaps = [(each.verdict, each.title, each.count, len(each.rows), each.more) for each in page.context["groups"]]
    assert heaps == [
        ("wrong", "Kan niet", 2, 1, 1),
        ("changed", "Verandert", 1, 1, 0),
        ("new", "Nieuw", 2, 1, 1),
    ]
    done = office.confirm("organisaties", page)
    assert [each.name for each in done.templates][0] == "cubiss/intake_done.html"
    assert [each.title for each in done.context["groups"]] == ["Niet gelukt", "Gewijzigd", "Erbij gekomen"]
    assert done.context["carried"] == carried(page) and Organisation.objects.filter(name="Een").exists()


@pytest.mark.parametrize("act", ["confirm", "failed"])
def test_what_is_too_old_begins_again_with_a_word(act, office, preview, monkeypatch):
    monkeypatch.setattr(saving, "GOOD_FOR", timedelta(seconds=-1))
    page = getattr(office, act)("organisaties", preview)
    assert (page.status_code, page.context["trouble"]) == (422, sentences.STALE)


def test_a_colleague_who_saves_at_this_moment(office, preview, monkeypatch):
    def busy(*args):
        raise saving.IntakeBusy

    monkeypatch.setattr(saving, "save", busy)
    page = office.confirm("organisaties", preview)
    assert (page.status_code, page.context["trouble"]) == (422, sentences.BUSY)


def test_what_does_not_fit_in_a_page(office, programme, monkeypatch):
    monkeypatch.setattr(saving, "LARGEST", 10)
    page = office.upload("organisaties", sheet(NAMES, *ROWS))
    assert (page.status_code, problems(page)) == (422, sentences.TOO_MUCH)
    page = office.upload("organisaties", sheet("Naam;Bewoner", ["Een", "Jan"]))
    assert problems(page).startswith("Kolom ‘Bewoner’ hoort hier niet.")


def test_a_hidden_sheet_is_told_beside_what_is_read(office, programme, monkeypatch):
    told = SheetTable(("Naam",), (), hidden=("Blad 2",))
    monkeypatch.setattr(views, "read", lambda kind, content: told)
    monkeypatch.setattr(views, "own_columns", lambda intake, table: table)
    page = office.upload("organisaties", sheet("Naam", ["Een"]))
    assert [str(each) for each in get_messages(page.wsgi_request)] == [
        "Het verborgen tabblad ‘Blad 2’ lezen wij niet. Wat u ziet, telt."
    ]


def test_what_failed_comes_back_in_either_form(office, preview):
    text = office.failed("organisaties", preview, "csv")
    assert file_of(text) == (CSV, 'attachment; filename="kbl-organisaties-niet-gelukt.csv"')
    lines = text.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Naam;Korte naam;") and lines[0].endswith(";Regel;Waarom niet") and len(lines) == 3
    assert lines[1].startswith("Drie;") and ";4;KvK-nummer: " in lines[1]
    book = office.failed("organisaties", preview)
    assert file_of(book) == (XLSX, 'attachment; filename="kbl-organisaties-niet-gelukt.xlsx"')
    opened = load_workbook(io.BytesIO(book.content)).active
    assert (opened.title, opened.max_row, opened["A2"].value) == ("Organisaties", 3, "Drie")


@pytest.mark.parametrize("kind", KINDS)
def test_an_example_and_a_download_in_either_form(kind, office, programme):
    intake = KINDS[kind]()
    for form, how in (("csv", CSV), ("xlsx", XLSX)):
        answer = office.client.get(reverse("cubiss:intake_example", args=[kind, form]))
        assert file_of(answer) == (how, f'attachment; filename="kbl-{kind}-voorbeeld.{form}"')
        if form == "xlsx":
            assert load_workbook(io.BytesIO(answer.content)).active.title == intake.title
        else:
            assert answer.content.decode("utf-8-sig").splitlines()[0] == ";".join(intake.headers)
        answer = office.client.get(reverse("cubiss:intake_download", args=[kind, form]))
        assert answer.status_code == (200 if intake.downloads else 404)
        if intake.downloads:
            assert file_of(answer) == (how, f'attachment; filename="kbl-{kind}-{TODAY}.{form}"')
            if form == "xlsx":
                assert load_workbook(io.BytesIO(answer.content)).active.title == intake.title


def test_only_saving_holds_what_it_leans_on(office, programme, monkeypatch):
    asked = []
    judge = KINDS["organisaties"].judge
    monkeypatch.setattr(
        KINDS["organisaties"], "judge", lambda kind, rows, upload: asked.append(upload) or judge(kind, rows, upload)
    )
    page = office.upload("organisaties", sheet(NAMES, ["Een", "", ""]))
    office.confirm("organisaties", page)
    assert [(each.saving, each.at, each.by.name) for each in asked] == [
        (False, at(TODAY), "Carla"),
        (True, at(TODAY), "Carla"),
    ]


def test_rows_that_contradict_each_other_name_all_others(office, programme):
    page = office.upload("organisaties", sheet(NAMES, *(["Een", "", f"1234567{n}"] for n in range(3))))
    assert why(page) == {
        2: "Dit spreekt regel 3, 4 tegen. Laat staan wat klopt.",
        3: "Dit spreekt regel 2, 4 tegen. Laat staan wat klopt.",
        4: "Dit spreekt regel 2, 3 tegen. Laat staan wat klopt.",
    }


def test_no_heading_of_somebody_elses_is_in_a_log():
    assert str(WrongColumns(ColumnReason.EXTRA, ["Jan Jansen"])) == "extra"


# --- colleagues and redemptions ------------------------------------------------------------------------------------

USERS = "E-mail;Naam;Rol;Organisatie;Vestiging"


def test_another_name_leaves_the_desk_where_it_is(office, clerk, venlo):
    desk = venlo.branches.first()
    clerk.assignments.update(branch=desk)
    row = [clerk.email, "Vera Vos", "Bibliotheek balie", "Bibliotheek Venlo", ""]
    assert office.read_in("gebruikers", sheet(USERS, row)) == counts(changed=1)
    assert Assignment.objects.get(user=clerk).branch == desk is not None


def test_a_wrong_row_about_somebody_who_is_known_stays_wrong(office, clerk, venlo, food_bank):
    row = [clerk.email, "Vera Vos", "Bibliotheek balie", "Voedselbank Venlo", ""]
    page = office.upload("gebruikers", sheet(USERS, row))
    assert page.context["counts"] == counts(wrong=1) and not page.context["saves"]


def test_each_invitation_is_a_mail_of_its_own(office, venlo):
    rows = ([f"{name}@voorbeeld.example", name, "Bibliotheek balie", "Bibliotheek Venlo", ""] for name in ("a", "b"))
    office.read_in("gebruikers", sheet(USERS, *rows))
    asked = list(Invitation.objects.order_by("pk"))
    host = urlsplit(settings.SITE_URL).hostname
    letters = [invitations._letter(each).extra_headers["Message-ID"] for each in asked]
    assert letters == [f"<invitation-{each.pk}@{host}>" for each in asked] and len(letters) == 2


REDEMPTIONS = "Voucher;Datum;Bibliotheek;Soort;Jaren"


def test_more_years_are_told_and_a_late_reason_stays(office, stock_of_food_bank, venlo, monkeypatch):
    first, day = f"{stock_of_food_bank.first:07d}", date(2025, 9, 8)
    page = office.upload(
        "inwisselingen", sheet(REDEMPTIONS, [first, day, "Bibliotheek Venlo", "nieuw lid", 1]), paid="ja"
    )
    assert office.confirm("inwisselingen", page).context["counts"] == counts(new=1)
    assert Enrolment.objects.get().late_reason == "old_books"
    later = date(2026, 10, 1)
    monkeypatch.setattr(views.clock, "now", lambda: at(later))
    monkeypatch.setattr(views.clock, "today", lambda: later)
    page = office.upload(
        "inwisselingen", sheet(REDEMPTIONS, [first, day, "Bibliotheek Venlo", "nieuw lid", 2]), paid="ja"
    )
    (row,) = page.context["groups"][0].rows
    assert [(each.column, each.old, each.new) for each in row.changes] == [("Jaren", "1", "2")]
