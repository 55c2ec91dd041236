"""What was settled with the old books is counted in every figure of people, and never paid again."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command

from intermediaries.models import Handout
from kbl.periods import Quarter
from kbl.settlements.closing import closing
from kbl.settlements.fund_figures import commitments
from kbl.settlements.models import Line
from kbl.start_pages.intermediary import to_declare
from libraries import renewal
from libraries.models import MembershipYear
from reporting.figures import fund_position
from reporting.figures.as_of import AsOf
from reporting.figures.counting import totals
from tests.conftest import at
from tests.intake.conftest import TODAY, Office, counts, sheet

HANDOUTS = "Voucher;Uitgereikt op;Intermediair"
REDEMPTIONS = "Voucher;Ingewisseld op;Bibliotheek;Soort;Jaren"
DAY = date(2025, 10, 6)
Q4, Q1 = Quarter(2025, 4), Quarter(2026, 1)
NOON = at(TODAY)


@pytest.fixture
def books(office, stock_of_food_bank, venlo) -> dict[str, bytes]:
    """Five vouchers that were handed out and redeemed before KBL came."""
    serials = [f"{serial:07d}" for serial in list(stock_of_food_bank)[:5]]
    return {
        "uitreikingen": sheet(HANDOUTS, *([serial, DAY, "Voedselbank Venlo"] for serial in serials)),
        "inwisselingen": sheet(
            REDEMPTIONS, *([serial, DAY, "Bibliotheek Venlo", "nieuw lid", 1] for serial in serials)
        ),
    }


def read_in(office: Office, books: dict[str, bytes], *, paid: str) -> None:
    for kind, content in books.items():
        assert office.read_in(kind, content, paid=paid) == counts(new=5)


def close_until(quarter: Quarter, by, day: date) -> None:
    while (following := closing.next_to_close()) <= quarter:
        closing.close(following, by=by, at=at(day))


def test_what_was_paid_is_counted_and_not_billed(office, books, food_bank, coordinator):
    read_in(office, books, paid="ja")
    as_of = AsOf(TODAY, NOON)
    now = totals([as_of])[0]
    assert (now.handed_out, now.plus) == (5, 5)
    assert commitments.waiting(NOON) == Decimal(0)
    assert fund_position.waiting(as_of) == (Decimal(0), 0)
    assert to_declare(food_bank, Q1, NOON).count == 0
    assert all(party.lines == 0 for party in closing.preview(Q1, at=NOON))
    close_until(Q4, coordinator, TODAY)
    assert not Line.objects.exists()
    call_command("check_books", "--quiet", stdout=io.StringIO())


def test_what_was_not_paid_is_billed_once(office, books, food_bank, coordinator):
    read_in(office, books, paid="nee")
    assert commitments.waiting(NOON) == fund_position.waiting(AsOf(TODAY, NOON))[0] == Decimal(5 * 4 + 5 * 42)
    assert to_declare(food_bank, Q1, NOON).count == 5
    close_until(Q4, coordinator, TODAY)
    assert Line.objects.count() == 10
    call_command("check_books", "--quiet", stdout=io.StringIO())


def test_the_year_after_a_paid_one_is_billed_as_always(office, books, coordinator, clerk):
    read_in(office, books, paid="ja")
    later = at(date(2026, 10, 7))
    renewal.renew(MembershipYear.objects.order_by("pk")[0], by=clerk, at=later)
    close_until(Quarter(2026, 4), coordinator, date(2027, 1, 12))
    line = Line.objects.get()
    assert (line.membership_year.ordinal, line.net) == (2, Decimal(45))
    call_command("check_books", "--quiet", stdout=io.StringIO())


@pytest.mark.parametrize(("paid", "lines"), [("nee", 5), ("ja", 0)])
def test_a_file_over_a_closed_quarter_rolls_into_the_next_closing(office, books, coordinator, paid, lines):
    close_until(Q4, coordinator, date(2026, 1, 12))
    office.read_in("uitreikingen", books["uitreikingen"], paid=paid)
    assert set(Handout.objects.values_list("on", "recorded_at")) == {(DAY, NOON)}
    assert sum(party.lines for party in closing.preview(Q1, at=NOON)) == lines
    close_until(Q1, coordinator, date(2026, 4, 12))
    assert Line.objects.filter(statement__closing__quarter=Q1).count() == lines
    assert not Line.objects.filter(statement__closing__quarter=Q4).exists()
    call_command("check_books", "--quiet", stdout=io.StringIO())


def test_the_question_has_no_ready_answer(office, books):
    """Money hangs on it: without an answer nothing is read."""
    page = office.upload("uitreikingen", books["uitreikingen"])
    assert page.status_code == 422
    assert page.context["form"].errors["paid"] == ["Kies of deze al betaald zijn."]
    assert "initial" not in str(page.context["form"]["paid"])


def test_days_far_back_wait_for_a_reason_that_stays_with_them(office, stock_of_food_bank):
    """The last of September, read in when March begins: the row says what to do, and its neighbour is in time."""
    days = [date(2025, 9, 30), date(2025, 10, 1)]
    rows = [[f"{serial:07d}", on, "Voedselbank Venlo"] for serial, on in zip(stock_of_food_bank, days, strict=False)]
    page = office.upload("uitreikingen", sheet(HANDOUTS, *rows), paid="ja", late="")
    assert page.context["counts"] == counts(wrong=1, new=1)
    assert "Kies bij het bestand waarom dit zo laat komt." in page.content.decode()
    page = office.upload("uitreikingen", sheet(HANDOUTS, *rows), paid="ja", late="outage")
    assert "bewaren wij de reden: KBL was niet bereikbaar." in page.content.decode()
    assert office.confirm("uitreikingen", page).context["counts"] == counts(new=2)
    assert dict(Handout.objects.values_list("on", "late_reason")) == dict(zip(days, ["outage", ""], strict=True))


def test_another_reason_than_those_of_the_list_is_none(office, books):
    page = office.upload("uitreikingen", books["uitreikingen"], paid="ja", late="zomaar")
    assert page.context["form"].errors["late"] == ["Kies een reden uit de lijst."]
