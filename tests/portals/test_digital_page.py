"""A digital voucher at the intermediary's desk: one press gives one voucher, for this resident and nobody else's."""

import threading
from datetime import date, timedelta
from uuid import uuid4

import pypdfium2 as pdfium
import pytest
from django.core.cache import cache
from django.core.cache.backends.db import DatabaseCache
from django.db import connection

from intermediaries import accreditation
from intermediaries.handouts import digital, handout
from intermediaries.models import Handout
from tests.conftest import START, at
from tests.portals.conftest import TODAY
from tests.races.support import looked_by_all
from tests.vouchers.paper.reading import CARD, read
from vouchers.batches import make_batch
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

URL = "/intermediair/digitaal/"


@pytest.fixture
def drawer(coordinator, food_bank) -> SerialRange:
    """Five digital vouchers in the food bank's drawer."""
    cache.clear()
    made = make_batch(5, medium="digital", valid_until=date(2027, 12, 31), on=START, by=coordinator, at=at(START))
    accreditation.allocate(made.range, to=food_bank, on=START, by=coordinator, at=at(START))
    return made.range


@pytest.fixture
def many(drawer, coordinator, food_bank) -> None:
    """Twenty more."""
    made = make_batch(20, medium="digital", valid_until=date(2027, 12, 31), on=START, by=coordinator, at=at(START))
    accreditation.allocate(made.range, to=food_bank, on=START, by=coordinator, at=at(START))


def press(client, key=None):
    return client.post(URL, {"key": key or uuid4()})


@pytest.mark.both_engines
def test_one_press_gives_the_next_voucher(willem, drawer, food_bank, worker):
    answer = press(willem)
    (made,) = Handout.objects.all()
    assert (made.voucher_id, made.on, made.organisation, made.recorded_by) == (drawer.first, TODAY, food_bank, worker)
    assert made.accreditation is not None
    assert answer["Location"] == f"{URL}{made.pk}/"
    page = willem.get(answer["Location"]).content.decode()
    assert str(made.voucher.number) in page and page.count("<svg class=") >= 2
    assert made.voucher.number.digits not in page.split("<title>")[1].split("</title>")[0]
    press(willem)
    assert [each.voucher_id for each in Handout.objects.order_by("pk")] == [drawer.first, drawer.first + 1]


@pytest.mark.both_engines
def test_pressing_twice_with_one_form_gives_one_voucher(willem, drawer):
    key = uuid4()
    assert press(willem, key)["Location"] == press(willem, key)["Location"] == press(willem, key)["Location"]
    assert Handout.objects.count() == 1


def test_a_colleague_with_another_form_gets_another_voucher(willem, drawer, food_bank, worker):
    """Both pages were opened when the same number was next: the key is the form's and not the number's."""
    one, other = (digital.hand_out_next(food_bank, on=TODAY, by=worker, at=at(TODAY), key=uuid4()) for _ in range(2))
    assert one.voucher_id != other.voucher_id


def test_anothers_key_means_nothing_at_the_neighbour(willem, log_in, other_worker, welfare, drawer, coordinator):
    made = make_batch(1, medium="digital", valid_until=date(2027, 12, 31), on=START, by=coordinator, at=at(START))
    accreditation.allocate(made.range, to=welfare, on=START, by=coordinator, at=at(START))
    key = uuid4()
    press(willem, key)
    press(log_in(other_worker), key)
    assert {each.organisation for each in Handout.objects.all()} == {
        welfare,
        Handout.objects.earliest("pk").organisation,
    }
    assert Handout.objects.count() == 2


@pytest.mark.both_engines
def test_only_what_is_digital_valid_and_already_here_goes_out(
    willem, drawer, stock_of_food_bank, food_bank, coordinator
):
    """Paper, expired, handed out before, or arriving tomorrow: none of these."""
    yesterday = TODAY - timedelta(days=1)
    old = make_batch(2, medium="digital", valid_until=yesterday, on=START, by=coordinator, at=at(START))
    accreditation.allocate(old.range, to=food_bank, on=START, by=coordinator, at=at(START))
    numbers = set(digital.digital_vouchers(food_bank, on=TODAY, today=TODAY).vouchers.values_list("serial", flat=True))
    assert numbers == set(drawer)
    early = digital.digital_vouchers(food_bank, on=START - timedelta(days=1), today=TODAY)
    assert not early.count and not early.vouchers.exists()


def test_an_empty_drawer_says_so(willem, food_bank):
    assert "U hebt geen digitale vouchers" in willem.get(URL).content.decode()
    answer = willem.post(URL, {"key": uuid4()}, follow=True)
    assert "geen digitale voucher meer" in answer.content.decode()
    assert not Handout.objects.exists()


def test_after_an_empty_drawer_the_same_form_works_when_there_are_new_ones(willem, food_bank, coordinator, request):
    """What was refused claimed nothing."""
    key = uuid4()
    press(willem, key)
    drawer = request.getfixturevalue("drawer")
    press(willem, key)
    assert Handout.objects.get().voucher_id == drawer.first


def test_the_pdf_is_that_voucher_and_the_same_every_time(willem, drawer):
    press(willem)
    made = Handout.objects.get()
    answer = willem.get(f"{URL}{made.pk}/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert made.voucher.number.digits not in answer["Content-Disposition"]
    (found,) = read(answer.content, CARD)
    assert found.number == found.code128 == made.voucher.number.digits
    assert found.qr.endswith(f"/v/#{found.number}")
    assert len(pdfium.PdfDocument(answer.content)) == 1
    assert willem.get(f"{URL}{made.pk}/pdf/").content == answer.content


@pytest.mark.both_engines
def test_undone_through_the_list_it_is_no_longer_shown(willem, drawer, worker):
    press(willem)
    made = Handout.objects.get()
    handout.undo(made, reason="mistake", by=worker, at=at(TODAY))
    assert willem.get(f"{URL}{made.pk}/")["Location"] == URL
    assert willem.get(f"{URL}{made.pk}/pdf/").status_code == 404
    press(willem)
    assert Handout.objects.standing().get().voucher_id == drawer.first, "it lies in the drawer again"


def test_a_neighbour_and_a_paper_voucher_get_404(
    willem, log_in, other_worker, drawer, stock_of_food_bank, food_bank, worker
):
    press(willem)
    made = Handout.objects.get()
    for path in ("", "pdf/"):
        assert log_in(other_worker).get(f"{URL}{made.pk}/{path}").status_code == 404
    paper = stock_of_food_bank.first
    handout.hand_out(food_bank, [SerialRange(paper, paper)], on=TODAY, by=worker, at=at(TODAY))
    assert willem.get(f"{URL}{Handout.objects.get(voucher=paper).pk}/").status_code == 404


def test_whether_it_was_redeemed_is_the_librarys_step(willem, drawer):
    press(willem)
    made = Handout.objects.get()
    Voucher.objects.filter(pk=made.voucher_id).update(status="redeemed")
    assert willem.get(f"{URL}{made.pk}/").status_code == 200


@pytest.fixture
def at_once(food_bank, worker):
    """Press with these keys, all at the same moment; gives the numbers that came back."""

    def press_all(keys) -> list[int]:
        found: list[int] = []
        start = threading.Barrier(len(keys))

        def one(key) -> None:
            start.wait()
            try:
                found.append(digital.hand_out_next(food_bank, on=TODAY, by=worker, at=at(TODAY), key=key).voucher_id)
            finally:
                connection.close()

        threads = [threading.Thread(target=one, args=(key,)) for key in keys]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return found

    return press_all


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_presses_of_one_form_at_once_give_one_voucher(many, at_once):
    found = at_once([uuid4()] * 8)
    assert len(found) == 8 and len(set(found)) == 1
    assert Handout.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_colleagues_at_once_get_eight_vouchers(many, at_once):
    found = at_once([uuid4() for _ in range(8)])
    assert len(found) == len(set(found)) == Handout.objects.count() == 8


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_this_race_is_real(many, at_once, monkeypatch):
    """Without the claim, one form that is pressed eight times at once gives eight vouchers away."""
    monkeypatch.setattr(DatabaseCache, "add", looked_by_all(lambda *args: True, 8))
    assert len(set(at_once([uuid4()] * 8))) == 8
