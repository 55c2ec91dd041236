"""The overview of the stock: per party, per place, per track; it always adds up, and so do its files."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from intermediaries import accreditation
from intermediaries.handouts import handout
from intermediaries.models import Accreditation, Track
from intermediaries.stock_levels.models import LowStockPeriod
from kbl.organisations.models import Organisation
from kbl.voucher_record.overview import Grouping, OverviewFilter, overview
from libraries import enrolment
from tests.conftest import at, branch_of
from tests.office.conftest import TODAY
from tests.office.test_stock_pages import words
from vouchers.batches import make_batch
from vouchers.custody import stock
from vouchers.models import Voucher
from vouchers.numbers import SerialRange
from vouchers.office.overview import counts_per_holder

pytestmark = pytest.mark.both_engines

URL = "/cubiss/vouchers/overzicht/"
DAY = date(2025, 10, 1)


@pytest.fixture
def spread(stock_of_food_bank, food_bank, welfare, worker, coordinator, venlo, clerk) -> None:
    """The food bank has 50 (six out, two redeemed, one void), Welzijn Noord 20, Cubiss the rest and a void one."""
    accreditation.allocate(SerialRange(51, 70), to=welfare, on=DAY, by=coordinator, at=at(DAY))
    handout.hand_out(food_bank, [SerialRange(1, 6)], on=DAY, by=worker, at=at(DAY))
    for each in Voucher.objects.filter(pk__in=(1, 2)):
        enrolment.redeem(each.number, branch=branch_of(venlo), kind="new", on=DAY, by=clerk, at=at(DAY))
    stock.void(SerialRange(50, 50), reason="lost", on=DAY, by=coordinator, at=at(DAY))
    stock.void(SerialRange(100, 100), reason="misprint", on=DAY, by=coordinator, at=at(DAY))


def lines(found) -> dict[str, tuple[int, ...]]:
    """Made, at Cubiss, with intermediaries, handed out, redeemed, void; by name."""
    return {
        row.name: (
            row.figures.made,
            row.figures.in_stock,
            row.figures.allocated,
            row.figures.handed_out,
            row.figures.redeemed,
            row.figures.void,
        )
        for row in found.rows
    }


def test_per_intermediary_with_our_own_stock_first(spread):
    found = overview(TODAY)
    assert list(lines(found)) == ["Cubiss, eigen voorraad", "Voedselbank Venlo", "Welzijn Noord"]
    assert lines(found)["Cubiss, eigen voorraad"] == (30, 29, 0, 0, 0, 1)
    assert lines(found)["Voedselbank Venlo"] == (50, 0, 43, 4, 2, 1)
    assert lines(found)["Welzijn Noord"] == (20, 0, 20, 0, 0, 0)


@pytest.mark.parametrize("grouping", Grouping)
def test_every_grouping_adds_up_to_the_stock_page(spread, grouping):
    total, _ = counts_per_holder()
    found = overview(TODAY, grouping=grouping).total
    for name in ("made", "in_stock", "allocated", "handed_out", "redeemed", "void"):
        assert getattr(found, name) == getattr(total, name), name


def test_conversion_and_weeks_left(spread):
    figures = {row.name: row.figures for row in overview(TODAY).rows}
    bank, other = figures["Voedselbank Venlo"], figures["Welzijn Noord"]
    assert bank.conversion == Decimal(2) / 6
    assert (bank.used, bank.weeks) == (6, 43 * 14 // (6 * 7)), "a newcomer is measured over two weeks"
    assert (other.conversion, other.weeks) == (None, None)
    later = {row.name: row.figures for row in overview(DAY + timedelta(weeks=14)).rows}
    assert (later["Voedselbank Venlo"].used, later["Voedselbank Venlo"].weeks) == (0, None)


def test_expired_vouchers_last_nobody_any_week(spread, food_bank, coordinator):
    made = make_batch(10, medium="paper", valid_until=DAY, on=DAY, by=coordinator, at=at(DAY))
    accreditation.allocate(made.range, to=food_bank, on=DAY, by=coordinator, at=at(DAY))
    weeks = 43 * 14 // (6 * 7)
    assert (row := _row("Voedselbank Venlo")).expired == 10 and row.weeks == weeks
    stock.extend(SerialRange(made.first_serial, made.first_serial), valid_until=date(2026, 1, 1), on=DAY,
                 by=coordinator, at=at(DAY))  # fmt: skip
    assert _row("Voedselbank Venlo").expired == 9


def _row(name: str):
    return next(row.figures for row in overview(TODAY).rows if row.name == name)


def test_who_has_no_municipality_or_track_is_a_line_of_its_own(spread, food_bank, welfare, coordinator):
    Organisation.objects.filter(pk=welfare.pk).update(municipality=None)
    Accreditation.objects.filter(organisation=welfare).delete()
    places, tracks = overview(TODAY, grouping=Grouping.MUNICIPALITY), overview(TODAY, grouping=Grouping.TRACK)
    assert list(lines(places)) == ["Cubiss, eigen voorraad", "Venlo", "Meer gemeenten"]
    assert list(lines(tracks)) == ["Cubiss, eigen voorraad", "4 Rechtstreeks en IDO", "Zonder spoor"]
    assert lines(places)["Meer gemeenten"] == lines(tracks)["Zonder spoor"] == (20, 0, 20, 0, 0, 0)


def test_a_track_is_that_of_the_last_accreditation_also_when_it_is_over(spread, food_bank):
    accreditation.end(food_bank.accreditations.get(), last_day=date(2025, 10, 2))
    accreditation.accredit(food_bank, track=Track.ADULT_FUND, protocol="2.0", valid_from=date(2026, 1, 1))
    assert "4 Rechtstreeks en IDO" in lines(overview(TODAY, grouping=Grouping.TRACK))
    assert "1 Volwassenenfonds" in lines(overview(date(2026, 1, 1), grouping=Grouping.TRACK))


def test_the_parties_can_be_chosen(spread, food_bank, welfare):
    LowStockPeriod.objects.create(organisation=welfare, medium="paper", minimum=25, left=20, on=TODAY)
    assert list(lines(overview(TODAY, only=OverviewFilter(track=Track.DIRECT)))) == ["Voedselbank Venlo"]
    found = overview(TODAY, only=OverviewFilter(low=True))
    assert list(lines(found)) == ["Welzijn Noord"]
    assert found.rows[0].low[0].minimum == 25
    assert (found.shown, found.parties, found.low) == (1, 2, 1)


def test_the_page_and_what_is_asked_of_it(carla, spread, food_bank, welfare):
    text = words(carla.get(URL))
    assert "Voedselbank Venlo" in text and "Cubiss, eigen voorraad" in text
    assert "33 %" in text
    text = words(carla.get(f"{URL}?per=spoor&spoor=4"))
    assert "1 van 2 organisaties." in text
    assert "2 van 2" in words(carla.get(f"{URL}?gemeente={food_bank.municipality_id}"))
    assert "Geen organisatie past hierbij." in words(carla.get(f"{URL}?laag=on"))
    for strange in ("?per=zomaar", "?spoor=x&gemeente=99999", "?per=intermediair&per=spoor", "?spoor=%00"):
        assert carla.get(f"{URL}{strange}").status_code == 200, strange


def test_the_files_hold_the_same_figures_and_no_formula(carla, spread, food_bank):
    food_bank.name = '=HYPERLINK("http://kwaad.example")'
    food_bank.save()
    answer = carla.get(f"{URL}bestand/csv/?per=intermediair")
    assert answer["Content-Disposition"] == 'attachment; filename="voorraad-per-intermediair-2025-10-06.csv"'
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    by_name = {row[0]: row for row in rows}
    assert head[:3] == ["intermediair", "stand op", "gemaakt"]
    assert by_name["'" + food_bank.name][1:9] == ["2025-10-06", "50", "0", "43", "0", "4", "2", "1"]
    assert by_name["Samen"][2] == "100"

    sheet = load_workbook(io.BytesIO(carla.get(f"{URL}bestand/xlsx/?per=spoor&spoor=4").content)).active
    cells = list(sheet.iter_rows(values_only=True))
    assert [row[0] for row in cells] == ["spoor", "4 Rechtstreeks en IDO", "Samen"]
    assert cells[1][2] == cells[2][2] == 50
    assert carla.get(f"{URL}bestand/pdf/").status_code == 404


def test_the_overview_asks_as_many_questions_for_two_parties_as_for_ten(
    carla, spread, coordinator, django_assert_num_queries, django_assert_max_num_queries
):
    carla.get(URL)
    with django_assert_max_num_queries(20) as few:
        carla.get(URL)
    for number in range(8):
        party = Organisation.objects.create(name=f"Buurthuis {number}", slug=f"buurthuis-{number}")
        accreditation.accredit(party, track=Track.DIRECT, protocol="1.0", valid_from=DAY)
        serials = SerialRange(71 + number, 71 + number)
        accreditation.allocate(serials, to=party, on=DAY, by=coordinator, at=at(DAY))
    with django_assert_num_queries(len(few)):
        carla.get(URL)
