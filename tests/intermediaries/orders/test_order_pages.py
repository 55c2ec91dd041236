"""The pages of both sides: ordering with one press, answering, receiving, counting; and who may see what."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from intermediaries import accreditation
from intermediaries.counting import differences
from intermediaries.counting.models import Difference
from intermediaries.notices.models import StockMail
from intermediaries.orders import order_batch_job, orders
from intermediaries.orders.models import Order
from intermediaries.stock_levels.models import StockLevel
from kbl.jobs.models import Job
from kbl.jobs.running import run
from kbl.organisations.models import Branch, Organisation
from tests.conftest import at
from tests.intermediaries.orders.conftest import NOW, SOON, TODAY, words
from vouchers.custody import stock
from vouchers.entry import write
from vouchers.models import Batch
from vouchers.numbers import SerialRange

pytestmark = [pytest.mark.both_engines, pytest.mark.usefixtures("monday")]

LIST, OFFICE = "/intermediair/bestellen/", "/cubiss/bestellingen/"


@pytest.fixture
def willem(log_in, worker):
    """The food bank's browser."""
    return log_in(worker)


@pytest.fixture
def carla(log_in, coordinator):
    """The coordinator's browser."""
    return log_in(coordinator)


def asked(count: object = 30, medium: str = "paper", key: object = None) -> dict:
    return {"count": count, "medium": medium, "key": key or uuid4()}


# --- ordering ---------------------------------------------------------------------------------------------------------


def test_willem_orders_and_sees_where_it_stands(willem, food_bank):
    page = willem.post(LIST, asked(), follow=True)
    assert "U bestelde 30 vouchers op papier." in words(page)
    assert "Bestelling B-2025-0001" in words(page) and "Cubiss kijkt ernaar" in words(page)
    assert "B-2025-0001" in words(willem.get(LIST))


def test_pressing_twice_is_one_order(willem):
    form = asked()
    assert willem.post(LIST, form)["Location"] == willem.post(LIST, form)["Location"]
    assert Order.objects.count() == 1


def test_a_garbled_key_and_a_field_too_many_do_no_harm(willem, welfare):
    willem.post(LIST, {**asked(key="x"), "organisation": welfare.pk, "status": "shipped", "number": "B-1"})
    order = Order.objects.get()
    assert (order.organisation.slug, order.status, order.number) == ("voedselbank-venlo", "ordered", "B-2025-0001")


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        ("", "Vul in hoeveel vouchers u wilt."),
        ("0", "Bestel minstens 1 voucher."),
        ("-5", "Bestel minstens 1 voucher."),
        ("10000000", "Bestel er hooguit 1.000.000 tegelijk."),
        ("veel", "Vul een heel getal in, bijvoorbeeld 500 of 12.500."),
        ("12.5", "Vul een heel getal in, bijvoorbeeld 500 of 12.500."),
    ],
)
def test_a_number_that_is_none_is_said_and_stays(willem, count, sentence):
    page = willem.post(LIST, asked(count))
    assert page.status_code == 422 and sentence in words(page)
    assert not count or f'value="{count}"' in words(page)
    assert "checked" in words(page), "the choice stays too"
    assert not Order.objects.exists()


def test_a_second_order_points_at_the_first(willem, order):
    page = willem.post(LIST, asked(10))
    assert page.status_code == 422
    assert "U bestelde op 6 oktober al 30 vouchers op papier (B-2025-0001)." in words(page)


def test_without_accreditation_a_kind_sentence(willem, food_bank):
    accreditation.end(food_bank.accreditations.get(), last_day=date(2025, 10, 1))
    assert "Bestellen kan nu niet" in words(willem.get(LIST))
    page = willem.post(LIST, asked())
    assert page.status_code == 422
    assert "De vouchers die u hebt, werken gewoon." in words(page)


def test_low_stock_is_ordered_with_one_press_from_the_home_page(willem, stock_of_food_bank, food_bank, hand_out):
    assert "raken op" not in words(willem.get("/intermediair/"))
    hand_out(SerialRange(1, 40), TODAY - timedelta(days=34))
    home = willem.get("/intermediair/")
    assert "Uw vouchers op papier raken op" in words(home) and "Bestel er 100" in words(home)
    (low,) = home.context["low"]
    again = {"medium": "paper", "count": low["supply"].suggested, "key": low["key"]}
    assert "U bestelde 100 vouchers" in words(willem.post(LIST, again, follow=True))
    assert "Bestelling B-2025-0001" in words(willem.get("/intermediair/voorraad/"))
    assert "Bestel er 100" not in words(willem.get("/intermediair/"))


def test_willem_changes_and_cancels(willem, order):
    url = f"{LIST}{order.pk}/"
    page = willem.post(f"{url}aanpassen/", {"count": 45, "seen": 30}, follow=True)
    assert "Aangepast: u bestelt 45 vouchers op papier." in words(page)
    page = willem.post(f"{url}aanpassen/", {"count": 50, "seen": 30}, follow=True)
    assert "Een collega veranderde het aantal in 45 vouchers." in words(page)
    assert willem.post(f"{url}aanpassen/", {"count": 0, "seen": 45}).status_code == 422
    assert "is ingetrokken" in words(willem.post(f"{url}intrekken/", follow=True))
    page = willem.post(f"{url}aanpassen/", {"count": 50, "seen": 45}, follow=True)
    assert "Deze bestelling is ingetrokken." in words(page)


def test_a_desk_of_a_library_that_is_not_ready_is_told_and_may_order(log_in, make_user, venlo, coordinator):
    accreditation.accredit(venlo, track=4, protocol="1.0", valid_from=date(2025, 9, 1))
    ilse = log_in(make_user("Ilse", "intermediary", venlo))
    assert "Uw bibliotheek is nog niet helemaal klaar" in words(ilse.get(LIST))
    assert ilse.post(LIST, asked()).status_code == 302


def test_an_office_orders_for_itself_at_its_own_address(
    willem, log_in, make_user, food_bank, carla, coordinator, batch
):
    office = Organisation.objects.create(
        name="Kantoor Zuid", slug="kantoor-zuid", parent=food_bank, street="Laan 9", postcode="6000 AA", city="Weert"
    )
    accreditation.accredit(office, track=1, protocol="1.0", valid_from=date(2025, 9, 1))
    ours = log_in(make_user("Zoë", "intermediary", office))
    ours.post(LIST, asked(5))
    order = Order.objects.get()
    assert order.organisation == office and willem.get(f"{LIST}{order.pk}/").status_code == 404
    page = words(carla.get(f"{OFFICE}{order.pk}/"))
    assert "Laan 9" in page and "Weert" in page


# --- Cubiss answers ---------------------------------------------------------------------------------------------------


def test_carla_sees_what_waits_with_its_age(carla, worker, food_bank, welfare, other_worker):
    orders.place(welfare, medium="paper", count=5, key=uuid4(), by=other_worker, at=at(date(2025, 9, 26)))
    orders.place(food_bank, medium="digital", count=5, key=uuid4(), by=worker, at=NOW)
    page = carla.get(OFFICE)
    assert [(str(order), age) for order, age in page.context["waiting"]] == [("B-2025-0001", 10), ("B-2025-0002", 0)]
    home = words(carla.get("/cubiss/"))
    assert "2 bestellingen wachten" in home and "De oudste wacht 10 dagen." in home


def test_the_order_page_tells_who_asks(carla, order, stock_of_food_bank, food_bank, venlo, hand_out):
    hand_out(SerialRange(1, 13), date(2025, 9, 5))
    page = carla.get(f"{OFFICE}{order.pk}/")
    assert page.context["supply"].left == 37
    assert "4 Rechtstreeks en IDO" in words(page) and "13 uitgereikt" in words(page)
    assert "Nog niet klaar voor de start" in words(page) and "Dit is de eerste bestelling." in words(page)
    assert page.context["ship"]["serials"].value() == "0000051-0000080", "what lies in our own stock"


def test_carla_sends_what_she_was_shown(carla, order, batch, food_bank):
    url = f"{OFFICE}{order.pk}/versturen/"
    form = {"seen": 30, "serials": "1-20, 95 t/m 104"}
    page = carla.post(url, form)
    assert "Minder dan gevraagd" in words(page) and "U stuurt er 26." in words(page)
    assert "Deze nummers bestaan niet." in words(page)
    assert not orders.sent(order), "looking sends nothing"
    page = carla.post(url, {**form, "agreed": page.context["agreed"]}, follow=True)
    assert "26 vouchers verstuurd aan Voedselbank Venlo." in words(page)
    assert "Gevraagd waren er 30: 26 zijn verstuurd." in words(page)
    assert stock.holdings(food_bank)["allocated"] == 26
    page = carla.post(url, {**form, "agreed": "x"}, follow=True)
    assert "Deze bestelling is al verstuurd. Een collega was u voor" in words(page)


def test_what_changed_since_she_looked_is_shown_first(carla, order, batch, welfare, worker, coordinator):
    url = f"{OFFICE}{order.pk}/versturen/"
    form = {"seen": 30, "serials": "1-30"}
    agreed = carla.post(url, form).context["agreed"]
    stock.allocate(SerialRange(30, 30), to=welfare, on=TODAY, by=coordinator, at=NOW)
    page = carla.post(url, {**form, "agreed": agreed})
    assert "Er is iets veranderd" in words(page) and page.context["agreed"] == "0000001-0000029"
    orders.change(order, seen=30, count=40, by=worker, at=SOON)
    page = carla.post(url, {**form, "agreed": page.context["agreed"]}, follow=True)
    assert "De intermediair veranderde het aantal in 40 vouchers." in words(page)
    assert not orders.sent(order)


def test_numbers_that_are_none_keep_the_page(carla, order, make, batch):
    digital = make(10, medium="digital")
    url = f"{OFFICE}{order.pk}/versturen/"
    for typed, sentence in (
        ("", "Vul nummers in"),
        ("20-1", "loopt terug"),
        ("5000", "Geen van deze nummers kan mee"),
        (str(digital.range), "Deze nummers zijn digitaal; de bestelling is op papier."),
    ):
        page = carla.post(url, {"seen": 30, "serials": typed})
        assert page.status_code == 422 and sentence in words(page), typed
        assert not typed or typed in words(page), "what was typed stays"


def test_a_new_series_is_made_in_the_background(carla, order, food_bank, mailoutbox):
    key = uuid4()
    form = {"seen": 30, "count": 30, "valid_until": "2027-12-31", "key": key}
    first = carla.post(f"{OFFICE}{order.pk}/serie/", form)
    again = carla.post(f"{OFFICE}{order.pk}/serie/", form)
    job = Job.objects.get()
    assert first["Location"] == again["Location"] == reverse("cubiss:job", args=[job.pk])
    assert "Er wordt een serie gemaakt" in words(carla.get(f"{OFFICE}{order.pk}/"))
    run(job.pk)
    job.refresh_from_db()
    batch = Batch.objects.get()
    assert (job.state, job.result) == ("done", batch.pk)
    assert orders.sent(order) == [batch.range] == stock.own_ranges(food_bank, "allocated")
    assert "Er zijn 30 vouchers gemaakt en verstuurd." in words(carla.get(f"/cubiss/werk/{job.pk}/"))
    assert not order_batch_job.under_way(order).exists()


def test_a_series_for_an_order_that_was_answered_meanwhile_is_refused_whole(carla, order, worker):
    form = {"seen": 30, "count": 30, "valid_until": "2027-12-31", "key": uuid4()}
    carla.post(f"{OFFICE}{order.pk}/serie/", form)
    orders.cancel(order, by=worker, at=SOON)
    job = Job.objects.get()
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.refusal) == ("refused", "moved_on") and not Batch.objects.exists()
    assert "Deze bestelling is ingetrokken." in words(carla.get(f"/cubiss/werk/{job.pk}/"))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"count": 0}, "Bestel minstens 1"),
        ({"valid_until": "2025-01-01"}, "Deze dag is al voorbij."),
        ({"seen": ""}, ""),
    ],
)
def test_a_series_that_cannot_be_made_is_said_at_once(carla, order, changed, sentence):
    form = {"seen": 30, "count": 30, "valid_until": "2027-12-31", "key": uuid4(), **changed}
    page = carla.post(f"{OFFICE}{order.pk}/serie/", form)
    assert page.status_code == 422 and sentence in words(page)
    assert not Job.objects.exists()


def test_carla_declines_with_a_reason_and_willem_reads_it(carla, willem, order):
    url = f"{OFFICE}{order.pk}/afwijzen/"
    assert carla.post(url, {"seen": 30, "reason": "zomaar"}).status_code == 422
    assert "is afgewezen" in words(carla.post(url, {"seen": 30, "reason": "too_many"}, follow=True))
    assert "Want dit zijn er meer dan nu kan." in words(willem.get(f"{LIST}{order.pk}/"))


def test_the_packing_list_names_serials_and_nobody(shipped, willem, carla, order):
    for client, url in ((willem, f"{LIST}{order.pk}/pakbon/"), (carla, f"{OFFICE}{order.pk}/pakbon/")):
        answer = client.get(url)
        assert answer["Content-Disposition"] == 'inline; filename="pakbon-B-2025-0001.pdf"'
        assert answer.content.startswith(b"%PDF-1")
    again = carla.get(f"{OFFICE}{order.pk}/pakbon/").content
    assert again == answer.content, "the same bytes every time"


def test_an_order_that_was_not_sent_has_no_packing_list(order, willem, carla):
    assert willem.get(f"{LIST}{order.pk}/pakbon/").status_code == 404
    assert carla.get(f"{OFFICE}{order.pk}/pakbon/").status_code == 404


# --- receiving and counting -------------------------------------------------------------------------------------------


def test_everything_is_in_with_one_press(willem, shipped):
    assert "Is alles binnen?" in words(willem.get("/intermediair/"))
    page = willem.post(f"{LIST}{shipped.pk}/ontvangen/", follow=True)
    assert "Dank u wel. Alles is binnen." in words(page)
    assert "Is alles binnen?" not in words(willem.get("/intermediair/"))
    again = willem.post(f"{LIST}{shipped.pk}/ontvangen/", follow=True)
    assert "Deze bestelling is al ontvangen." in words(again)
    assert willem.get(f"{LIST}{shipped.pk}/verschil/").status_code == 302


def test_willem_tells_what_he_misses_number_by_number(willem, carla, shipped):
    url = f"{LIST}{shipped.pk}/verschil/"
    form = {"missing": "1-5, 99\n1\nhallo", "extra": "2 000"}
    page = willem.post(url, form)
    text = words(page)
    assert "0000001-0000005" in text and "Staat niet op deze pakbon" in text and "“hallo” is geen nummer" in text
    assert "Staat er twee keer" in text and "Meld 6 nummers aan Cubiss" in text
    assert "\n" not in page.context["agreed"], "a browser would send a line's end back as another one"
    assert not Difference.objects.exists(), "looking tells nothing"
    page = willem.post(url, {**form, "agreed": page.context["agreed"]}, follow=True)
    assert "Dank u wel. Cubiss zoekt het uit." in words(page) and "U meldde een verschil" in words(page)
    missing = Difference.objects.get(kind="missing")
    assert (str(missing.range), missing.order) == ("0000001-0000005", shipped)
    assert "Anders geteld" in words(carla.get(f"/cubiss/bestellingen/{shipped.pk}/"))


def test_the_confirm_button_holds_for_what_was_shown_only(willem, shipped, food_bank, hand_out):
    url = f"{LIST}{shipped.pk}/verschil/"
    agreed = willem.post(url, {"missing": "1-5", "extra": ""}).context["agreed"]
    hand_out(SerialRange(5, 5), TODAY)
    page = willem.post(url, {"missing": "1-5", "extra": "", "agreed": agreed})
    assert "Er is iets veranderd" in words(page) and "Al uitgereikt" in words(page)
    assert not Difference.objects.exists()


def test_an_empty_count_is_said(willem, stock_of_food_bank):
    page = willem.post("/intermediair/voorraad/tellen/", {"missing": "", "extra": " "})
    assert page.status_code == 422 and "Vul in welke nummers u mist" in words(page)


def test_willem_counts_his_drawer(willem, stock_of_food_bank):
    form = {"missing": "10 t/m 12", "extra": ""}
    agreed = willem.post("/intermediair/voorraad/tellen/", form).context["agreed"]
    page = willem.post("/intermediair/voorraad/tellen/", {**form, "agreed": agreed}, follow=True)
    assert "Cubiss zoekt het uit." in words(page)
    assert Difference.objects.get().order is None


def test_carla_settles_part_and_then_the_rest(carla, log_in, reader, stock_of_food_bank, food_bank, worker):
    (one,) = differences.report(food_bank, missing=[SerialRange(1, 10)], extra=[], by=worker, at=NOW)
    url = f"/cubiss/verschillen/tellingen/{one.pk}/"
    assert url in words(carla.get("/cubiss/verschillen/?soort=anders-geteld"))
    form = {"outcome": "lost", "serials": "1-4, 50"}
    page = carla.post(url, form)
    assert "Klopt dit? Kwijt: maak ze ongeldig" in words(page)
    assert "Deze nummers horen niet bij dit verschil" in words(page)
    assert stock.holdings(food_bank)["void"] == 0
    page = carla.post(url, {**form, "agreed": page.context["agreed"]}, follow=True)
    assert "4 nummers afgehandeld. Nog 6 open." in words(page)
    assert page.context["form"]["serials"].value() == "0000005-0000010"
    rest = {"outcome": "arrived", "serials": "5-10", "agreed": write((SerialRange(5, 10),))}
    assert "Het verschil is nu rond." in words(carla.post(url, rest, follow=True))
    assert "Dit verschil is rond" in words(carla.post(url, rest))
    rik = log_in(reader)
    assert rik.get(url).status_code == 200 and rik.post(url, rest).status_code == 403


def test_levels_are_set_by_either_side(willem, carla, food_bank):
    form = {"paper-minimum": 10, "paper-fill_up_to": 10, "digital-minimum": 0, "digital-fill_up_to": 20}
    page = willem.post(f"{LIST}minimum/", form)
    assert page.status_code == 422 and "Vul aan tot meer dan 10." in words(page)
    willem.post(f"{LIST}minimum/", {**form, "paper-fill_up_to": 60})
    carla.post(f"/cubiss/organisaties/{food_bank.slug}/minimum/", {**form, "paper-fill_up_to": 80})
    rows = StockLevel.objects.values_list("medium", "minimum", "fill_up_to", "by__name")
    assert list(rows) == [("paper", 10, 60, "Willem"), ("paper", 10, 80, "Carla")], "what nobody touched has no row"


def test_a_library_is_known_by_its_branches(willem, food_bank):
    assert "nog niet helemaal klaar" not in words(willem.get(LIST))
    Branch.objects.create(organisation=food_bank, name="Balie", municipality=food_bank.municipality)
    assert "nog niet helemaal klaar" in words(willem.get(LIST))


def test_today_sees_parcels_of_which_nobody_says_that_they_came(carla, log_in, order, batch, coordinator):
    orders.ship(order, [SerialRange(1, 30)], seen=30, by=coordinator, at=NOW - timedelta(days=14))
    assert "al meer dan twee weken onderweg" not in words(carla.get("/cubiss/"))
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert "1 pakket is al meer dan twee weken onderweg" in words(log_in(coordinator).get("/cubiss/"))


def test_today_sees_mail_that_did_not_arrive(carla, shipped, food_bank, welfare, other_worker, coordinator):
    StockMail.objects.update(state="failed")
    text = words(carla.get("/cubiss/"))
    assert "1 bericht over vouchers kwam niet aan" in text and "Het gaat om Voedselbank Venlo." in text
    second = orders.place(welfare, medium="paper", count=5, key=uuid4(), by=other_worker, at=NOW)
    orders.decline(second, seen=5, reason="enough", by=coordinator, at=NOW)
    StockMail.objects.update(state="failed")
    text = words(carla.get("/cubiss/"))
    assert "2 berichten over vouchers kwamen niet aan" in text
    assert "Het gaat om Voedselbank Venlo, Welzijn Noord." in text
