"""The whole move: what Cubiss kept in Excel comes into KBL in six files, and the books are clean."""

import io
from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse
from openpyxl import load_workbook

from intermediaries.models import Accreditation, Handout
from kbl.accounts.models import User
from kbl.organisations.models import Branch, Municipality, Organisation
from libraries.models import Enrolment, MembershipYear, Participation
from tests import by_two
from tests.intake.conftest import counts
from vouchers.models import Batch, Voucher

pytestmark = pytest.mark.both_engines

ORGANISATIONS = [
    ["Bibliotheek Horst", "", "Horst aan de Maas", "12345678", "", "", "", ""],
    ["Voedselbank Horst", "", "Horst aan de Maas", "", "NL86INGB0002445588", "4", date(2025, 9, 1), "1.0"],
]
ORGANISATION_HEADERS = [
    "Naam",
    "Korte naam",
    "Gemeente",
    "KvK-nummer",
    "IBAN",
    "Spoor",
    "Geaccrediteerd vanaf",
    "Protocol",
]


def test_six_files_bring_the_old_books_into_kbl(
    office, programme, written, mailoutbox, django_capture_on_commit_callbacks
):
    Municipality.objects.create(name="Horst aan de Maas", code="GM1507", starts_on=date(2025, 9, 1))
    assert office.read_in("organisaties", written(ORGANISATION_HEADERS, ORGANISATIONS)) == counts(new=2)
    library = Organisation.objects.get(slug="bibliotheek-horst")
    food_bank = Organisation.objects.get(slug="voedselbank-horst")
    assert Accreditation.objects.get().organisation == food_bank
    Participation.objects.create(library=library, starts_on=date(2025, 9, 1), invoice_prefix="HOR")

    branches = written(
        ["Bibliotheek", "Vestiging", "Gemeente"], [["bibliotheek horst", "Centrum", "horst aan de maas"]]
    )
    assert office.read_in("vestigingen", branches) == counts(new=1)

    users = written(
        ["E-mailadres", "Naam", "Rol", "Organisatie", "Vestiging"],
        [
            ["vera@horst.example", "Vera", "Bibliotheek balie", "Bibliotheek Horst", "Centrum"],
            ["willem@horst.example", "Willem", "Intermediair", "voedselbank-horst", ""],
        ],
    )
    with django_capture_on_commit_callbacks(execute=True):
        assert office.read_in("gebruikers", users) == counts(new=2)
    assert User.objects.get(email="vera@horst.example").assignments.get().branch == Branch.objects.get()

    stock = written(
        ["Eerste nummer", "Laatste nummer", "Vorm", "Geldig tot en met", "Houder", "Sinds"],
        [
            ["0000001", "0000100", "papier", date(2027, 12, 31), "Voedselbank Horst", date(2025, 9, 1)],
            ["0000101", "0000150", "", date(2027, 12, 31), "", date(2025, 9, 1)],
        ],
    )
    assert office.read_in("beginvoorraad", stock) == counts(new=2)
    assert Batch.objects.count() == 2
    assert Voucher.objects.filter(holder=food_bank, status="allocated").count() == 100
    assert Voucher.objects.filter(holder=None, status="in_stock").count() == 50

    handouts = written(
        ["Voucher", "Uitgereikt op", "Intermediair"],
        [[f"{serial:07d}", date(2025, 10, serial), "Voedselbank Horst"] for serial in range(1, 11)],
    )
    assert office.read_in("uitreikingen", handouts, paid="ja") == counts(new=10)
    assert Handout.objects.filter(paid_before=True, accreditation__isnull=False).count() == 10

    redemptions = written(
        ["Voucher", "Ingewisseld op", "Bibliotheek", "Soort", "Jaren"],
        [[f"{serial:07d}", date(2025, 10, serial + 1), "Bibliotheek Horst", "nieuw lid", 1] for serial in range(1, 6)],
    )
    assert office.read_in("inwisselingen", redemptions, paid="ja") == counts(new=5)
    assert Enrolment.objects.count() == MembershipYear.objects.filter(paid_before=True, ordinal=1).count() == 5
    assert Voucher.objects.filter(status="redeemed").count() == 5

    again = {
        "organisaties": (written(ORGANISATION_HEADERS, ORGANISATIONS), "", 2),
        "vestigingen": (branches, "", 1),
        "gebruikers": (users, "", 2),
        "beginvoorraad": (stock, "", 2),
        "uitreikingen": (handouts, "ja", 10),
        "inwisselingen": (redemptions, "ja", 5),
    }
    for kind, (content, paid, rows) in again.items():
        assert office.read_in(kind, content, paid=paid) == counts(same=rows), f"{kind}, a second time"

    call_command("check_books", "--quiet", stdout=io.StringIO())


@pytest.mark.parametrize("kind", ["organisaties", "vestigingen", "gebruikers"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_downloaded_changes_nothing_when_it_is_read_in_again(
    kind, form, office, food_bank, welfare, venlo, gennep, clerk, manager, worker
):
    by_two.belongs(food_bank, welfare)
    answer = office.client.get(reverse("cubiss:intake_download", args=[kind, form]))
    assert answer.status_code == 200
    preview = office.upload(kind, answer.content)
    assert preview.status_code == 200
    assert preview.context["counts"] == counts(same=preview.context["total"])
    assert preview.context["total"] >= 2


@pytest.mark.parametrize(
    "kind",
    ["organisaties", "vestigingen", "werkgebieden", "gebruikers", "beginvoorraad", "uitreikingen", "inwisselingen"],
)
def test_the_example_can_be_read(kind, office, programme):
    """Its organisations are invented, so the rows are refused; its columns are ours."""
    answer = office.client.get(reverse("cubiss:intake_example", args=[kind, "xlsx"]))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet.max_row == 2
    preview = office.upload(kind, answer.content, paid="ja")
    assert preview.status_code == 200
    assert preview.context["total"] == 1
