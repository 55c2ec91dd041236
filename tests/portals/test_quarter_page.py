"""The running quarter, and several offices under one parent: figures that agree with the closing."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intermediaries.handouts import handout
from intermediaries.models import Track
from kbl.organisations.models import Organisation
from kbl.periods import Quarter
from kbl.settlements.closing import closing
from kbl.settlements.models import Tariff
from kbl.start_pages.declaring import to_declare
from libraries import enrolment
from tests import by_two
from tests.conftest import START, at, branch_of
from tests.portals.conftest import TODAY
from tests.settlements.browsing import words
from vouchers.custody import stock
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

QUARTER, OFFICES, HOME = "/intermediair/kwartaal/", "/intermediair/aangesloten/", "/intermediair/"
NOW = at(TODAY)


@pytest.fixture
def give(food_bank, worker):
    """The food bank hands out a voucher or a few, and says so the same day or later."""

    def record(first: int, last: int, on: date, heard: date | None = None) -> None:
        handout.hand_out(food_bank, [SerialRange(first, last)], on=on, by=worker, at=at(heard or on, 9))

    return record


@pytest.fixture
def third_quarter_closed(coordinator):
    def close() -> None:
        for number in (1, 2, 3):
            closing.close(Quarter(2025, number), by=coordinator, at=at(date(2025, 10, 12)))

    return close


@pytest.mark.both_engines
def test_the_quarter_so_far_by_week_and_day(willem, stock_of_food_bank, give):
    give(1, 3, date(2025, 10, 2))
    give(4, 4, date(2025, 10, 6))
    give(5, 6, date(2025, 10, 12))
    weeks = willem.get(QUARTER).context["weeks"]
    assert [(week.number, week.count) for week in weeks] == [(41, 3), (40, 3)]
    assert weeks[0].days == ((date(2025, 10, 6), 1), (date(2025, 10, 12), 2))


@pytest.mark.both_engines
def test_what_will_be_declared_is_what_the_closing_makes(
    willem, stock_of_food_bank, food_bank, give, third_quarter_closed, coordinator
):
    give(1, 2, date(2025, 9, 20))
    third_quarter_closed()
    give(3, 5, date(2025, 10, 2))
    give(6, 6, date(2025, 9, 25), heard=date(2025, 10, 14))  # came late
    line = closing.Statement.objects.get(organisation=food_bank, lines__serial=1).lines.get(serial=1)
    by_two.correct(line, reason="twice", by=coordinator, at=NOW)
    shown = willem.get(QUARTER)
    declared = [(str(each.quarter), each.count, *marks) for each, *marks in shown.context["declared"]]
    assert declared == [
        ("2025-Q3", 1, True, True),
        ("2025-Q4", 3, False, False),
    ]
    assert shown.context["total"] == to_declare(food_bank, Quarter(2025, 4), NOW)
    assert shown.context["total"] == willem.get(HOME).context["to_declare"]
    assert (shown.context["taken_back"], shown.context["expected"]) == (Decimal(-4), Decimal(12))
    assert "laat gemeld" in words(shown)
    closed = closing.close(Quarter(2025, 4), by=coordinator, at=at(date(2026, 1, 12)))
    assert closed.statements.get(organisation=food_bank).net == shown.context["expected"]


def test_a_tariff_that_changes_halfway_gives_two_rows(willem, stock_of_food_bank, give):
    by_two.tariff(kind="handling", track=Track.DIRECT, first_day=date(2025, 10, 10), amount=6)
    give(1, 2, date(2025, 10, 2))
    give(3, 3, date(2025, 10, 12))
    shown = willem.get(QUARTER)
    assert [(each.each, each.count, each.amount) for each, *_ in shown.context["declared"]] == [(4, 2, 8), (6, 1, 6)]
    by_two.no_tariff(Tariff.objects.all())
    assert "volgt nog" in words(willem.get(QUARTER))


def test_what_is_flagged_and_what_was_not_reported_yet(willem, stock_of_food_bank, food_bank, give, venlo, clerk):
    food_bank.accreditations.update(valid_until=date(2025, 10, 5))
    give(1, 1, date(2025, 10, 2))
    give(7, 8, date(2025, 10, 7))
    number = Voucher.objects.get(pk=20).number
    enrolment.redeem(number, branch=branch_of(venlo), kind="new", on=TODAY, by=clerk, at=NOW)
    page = words(willem.get(QUARTER))
    assert "Op de dag van 2 uitreikingen was uw accreditatie niet geldig" in page and "0000007-0000008" in page
    assert "Meld ze nog, dan tellen ze hier mee: 0000020" in page
    assert willem.get(QUARTER).context["total"].count == 1


def test_an_empty_quarter_helps(willem, food_bank):
    assert "Nog niets te declareren" in words(willem.get(QUARTER))


# Several offices under one parent


@pytest.fixture
def parent(food_bank, welfare) -> Organisation:
    """The fund that the food bank and Welzijn Noord report through."""
    fund = Organisation.objects.create(name="Volwassenenfonds", slug="volwassenenfonds")
    for office in (food_bank, welfare):
        by_two.belongs(office, fund)
    return fund


@pytest.fixture
def petra(parent, make_user, log_in):
    """Who acts for the fund."""
    return log_in(make_user("Petra", "intermediary", parent))


@pytest.mark.both_engines
def test_the_parent_sees_every_office_and_the_totals(
    petra, stock_of_food_bank, give, welfare, other_worker, coordinator, third_quarter_closed
):
    stock.allocate(SerialRange(60, 64), to=welfare, on=START, by=coordinator, at=at(START))
    give(1, 2, date(2025, 9, 20))
    third_quarter_closed()
    give(3, 5, date(2025, 10, 2))
    handout.hand_out(welfare, [SerialRange(60, 60)], on=TODAY, by=other_worker, at=NOW)
    shown = petra.get(OFFICES)
    rows = {
        each.organisation.name: (each.in_stock, each.handed_out, each.to_declare.amount, each.waiting)
        for each in shown.context["offices"]
    }
    assert rows == {"Voedselbank Venlo": (45, 3, 12, 1), "Welzijn Noord": (4, 1, 4, 1)}
    assert (shown.context["in_stock"], shown.context["handed_out"], shown.context["to_declare"].amount) == (49, 4, 16)
    assert "Samen 49 4 € 16,00" in words(shown)
    statement = next(each.last for each in shown.context["offices"] if each.last)
    assert petra.get(f"/intermediair/afrekeningen/{statement.pk}/").status_code == 200


def test_an_office_sees_only_itself(willem, parent, stock_of_food_bank, log_in, other_worker):
    for child in (willem, log_in(other_worker)):
        assert child.get(OFFICES).status_code == 404
        home = child.get(HOME).content.decode()
        assert OFFICES not in home
    assert "Welzijn Noord" not in willem.get("/intermediair/afrekeningen/").content.decode()


def test_the_menu_of_the_parent_leads_there(petra):
    assert OFFICES in petra.get(HOME).content.decode()


def test_forty_offices_cost_as_much_as_two(petra, parent, programme):
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            petra.get(OFFICES)
        return len(captured)

    count()
    few = count()
    for number in range(40):
        Organisation.objects.create(name=f"Punt {number}", slug=f"punt-{number}", parent=parent)
    assert count() == few
