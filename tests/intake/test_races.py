"""Two coordinators confirm the same preview at the same moment: everything is there once."""

from datetime import date

import pytest

from intermediaries.handouts import past
from intermediaries.models import Handout
from kbl.accounts.models import Assignment, Role, User
from kbl.intake import saving
from kbl.intake.examining import own_columns
from kbl.intake.kinds import KINDS
from kbl.intake.resource import Upload, Verdict
from kbl.organisations.models import Organisation
from kbl.spreadsheets import read
from libraries.models import Enrolment, MembershipYear
from tests.conftest import at
from tests.intake.conftest import TODAY, sheet
from tests.races.support import looked_by_all, together, without_unique
from vouchers.models import Batch, Voucher

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

DAY = date(2025, 10, 6)


@pytest.fixture
def two(coordinator, make_user) -> list[User]:
    return [coordinator, make_user("Cor", Role.CUBISS_COORDINATOR)]


def at_once(kind: str, content: bytes, two: list[User]) -> list[dict[str, int]]:
    """Both save the same rows at the same moment; what each was told."""
    intake = KINDS[kind]
    table = own_columns(intake(), read(content))

    def by(user: User):
        return lambda: saving.save(intake, table, Upload(by=user, at=at(TODAY), on=TODAY)).count()

    return together(*[by(user) for user in two * 2])


def once(results: list[dict[str, int]], rows: int) -> None:
    assert sorted(result[Verdict.NEW] for result in results) == [0, 0, 0, rows], results
    assert sorted(result[Verdict.SAME] for result in results) == [0, rows, rows, rows]


def test_facts_are_recorded_once(two, stock_of_food_bank, food_bank, venlo):
    serials = [f"{serial:07d}" for serial in stock_of_food_bank]
    handouts = sheet("Voucher;Datum;Intermediair", *([serial, DAY, "Voedselbank Venlo"] for serial in serials))
    once(at_once("uitreikingen", handouts, two), 50)
    redemptions = sheet(
        "Voucher;Datum;Bibliotheek;Soort", *([serial, DAY, "Bibliotheek Venlo", "nieuw lid"] for serial in serials)
    )
    once(at_once("inwisselingen", redemptions, two), 50)
    assert Handout.objects.count() == Enrolment.objects.count() == MembershipYear.objects.count() == 50
    assert Voucher.objects.filter(status="redeemed").count() == 50


def test_organisations_people_and_stock_are_made_once(two, food_bank):
    names = sheet("Naam", *([f"Taalhuis {i}"] for i in range(20)))
    once(at_once("organisaties", names, two), 20)
    assert Organisation.objects.filter(name__startswith="Taalhuis").count() == 20
    people = sheet(
        "E-mail;Naam;Rol;Organisatie",
        *([f"a{i}@voorbeeld.example", f"A{i}", "Intermediair", "Voedselbank Venlo"] for i in range(20)),
    )
    once(at_once("gebruikers", people, two), 20)
    assert Assignment.objects.filter(organisation=food_bank).count() == 20
    stock = sheet(
        "Eerste nummer;Laatste nummer;Geldig tot en met;Houder;Sinds",
        *([f"{i}001", f"{i}100", date(2027, 12, 31), "Voedselbank Venlo", date(2025, 9, 1)] for i in range(1, 9)),
    )
    once(at_once("beginvoorraad", stock, two), 8)
    assert (Batch.objects.count(), Voucher.objects.count()) == (8, 800)


def test_this_race_is_real(two, stock_of_food_bank, food_bank, monkeypatch):
    """Without the locks and the constraint, everybody sees that nothing is there, and records it."""
    judged = past.judge

    look = looked_by_all(judged, 4)

    def unheld(rows, *, lock, **beside):
        return look(rows, lock=False, **beside)

    monkeypatch.setattr(past, "judge", unheld)
    monkeypatch.setattr(saving, "LOCK", None)
    content = sheet(
        "Voucher;Datum;Intermediair", *([f"{serial:07d}", DAY, "Voedselbank Venlo"] for serial in stock_of_food_bank)
    )
    with without_unique("one_standing_handout_per_voucher"):
        at_once("uitreikingen", content, two)
        assert Handout.objects.count() == 200
