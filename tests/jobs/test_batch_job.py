"""Cubiss asks for a batch: the form answers at once, a worker makes it, and pressing twice is asking once."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from intermediaries import accreditation
from intermediaries.office.stock_forms import BatchForm
from kbl.jobs import tasks
from kbl.jobs.models import Job
from tests.jobs.conftest import NOON, TODAY
from vouchers.custody import stock
from vouchers.models import Batch, SerialCounter, StockMovement
from vouchers.numbers import LAST_SERIAL

pytestmark = [pytest.mark.both_engines, pytest.mark.usefixtures("monday", "sent", "programme")]

FORM = "/cubiss/vouchers/series/nieuw/"
HTMX = {"HX-Request": "true"}


def filled_in(**words) -> dict:
    """The form, with a key of its own."""
    return {
        "key": str(uuid4()),
        "count": "250",
        "medium": "paper",
        "valid_until": "2027-12-31",
        "intermediary": "",
        **words,
    }


def words(response) -> str:
    return " ".join(response.content.decode().split()).replace("\xa0", " ")


def test_carla_asks_for_a_batch_and_finds_it_with_cubiss(carla, coordinator):
    form = carla.get(FORM)
    assert 'name="key"' in words(form)
    answer = carla.post(FORM, filled_in(key=str(form.context["form"]["key"].value())))
    job = Job.objects.get()
    assert answer["Location"] == reverse("cubiss:job", args=[job.pk])
    assert not Batch.objects.exists(), "the page did not wait for it"
    assert "250 vouchers maken" in words(carla.get(answer["Location"]))
    tasks.do(job.pk)
    batch = Batch.objects.get()
    goes_on = carla.get(answer["Location"], {"verder": ""}, headers=HTMX)["HX-Redirect"]
    assert goes_on == reverse("cubiss:batch", args=[batch.pk])
    assert "Er zijn 250 vouchers gemaakt." in words(carla.get(goes_on))
    assert (batch.size, batch.made_on, batch.valid_until) == (250, TODAY, date(2027, 12, 31))
    assert (batch.recorded_by, batch.recorded_at) == (coordinator, NOON)
    assert [str(each) for each in stock.own_ranges(None, "in_stock")] == ["0000001-0000250"]


def test_a_batch_goes_straight_to_an_intermediary(carla, food_bank):
    carla.post(FORM, filled_in(count="20", medium="digital", valid_until="31-12-2026", intermediary=food_bank.pk))
    job = Job.objects.get()
    tasks.do(job.pk)
    assert "20 vouchers gemaakt en toegewezen aan Voedselbank Venlo." in words(
        carla.get(reverse("cubiss:job", args=[job.pk]))
    )
    assert [str(each) for each in stock.own_ranges(food_bank, "allocated")] == ["0000001-0000020"]
    assert StockMovement.objects.get().kind == "allocate"


@pytest.mark.parametrize(
    ("typed", "count"), [("250", 250), ("12.500", 12_500), (" 1 000 ", 1000), ("1.000.000", 10**6)]
)
def test_a_number_is_read_the_way_it_is_written(carla, typed, count):
    carla.post(FORM, filled_in(count=typed))
    assert Job.objects.get().arguments["count"] == count


# --- pressed twice ------------------------------------------------------------------------------------------------


def test_pressing_twice_gives_the_same_page_and_one_batch(carla, coordinator, log_in, monday):
    form = filled_in()
    first = carla.post(FORM, form)
    second = carla.post(FORM, form)
    tasks.do(Job.objects.get().pk)
    monday.shift(timedelta(hours=13))  # the browser's back button, the next day
    third = log_in(coordinator).post(FORM, form)
    assert first["Location"] == second["Location"] == third["Location"]
    assert Batch.objects.count() == 1


def test_a_second_press_is_answered_also_when_the_numbers_ran_out_since(carla):
    SerialCounter.objects.update_or_create(pk=1, defaults={"next_serial": LAST_SERIAL - 249})
    form = filled_in()
    carla.post(FORM, form)
    tasks.do(Job.objects.get().pk)
    assert carla.post(FORM, form)["Location"] == reverse("cubiss:job", args=[Job.objects.get().pk])


def test_who_goes_back_and_changes_the_form_is_told_and_can_press_again(carla):
    form = filled_in()
    carla.post(FORM, form)
    page = carla.post(FORM, {**form, "count": "300"})
    assert page.status_code == 422
    assert "Dit formulier is al verstuurd" in words(page) and reverse(
        "cubiss:job", args=[Job.objects.get().pk]
    ) in words(page)
    assert 'value="300"' in words(page), "what was typed stays"
    key = page.context["form"]["key"].value()
    assert key != form["key"]
    carla.post(FORM, {**form, "count": "300", "key": key})
    assert sorted(job.arguments["count"] for job in Job.objects.all()) == [250, 300]


def test_a_form_without_a_key_or_with_a_garbled_one_still_works(carla):
    for key in ("", "x" * 400, "\x00"):
        assert carla.post(FORM, filled_in(key=key)).status_code == 302
    assert Job.objects.count() == 3


# --- refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("count", "0", "Maak minstens 1 voucher."),
        ("count", "-5", "Maak minstens 1 voucher."),
        ("count", "10000000", "Maak er hooguit 1.000.000 tegelijk. Meer nodig? Maak daarna nog een serie."),
        ("count", "10.000.000", "Maak er hooguit 1.000.000 tegelijk."),
        ("count", "9" * 5_000, "Vul een heel getal in"),
        ("count", "2,5", "Vul een heel getal in"),
        ("count", "veel", "Vul een heel getal in, bijvoorbeeld 500 of 12.500."),
        ("count", "", "Vul in hoeveel vouchers u nodig hebt."),
        ("valid_until", "2025-10-05", "Deze dag is al voorbij. Kies een dag die nog komt."),
        ("valid_until", "straks", "Dit is geen dag."),
        ("medium", "", "Kies papier of digitaal."),
        ("intermediary", "999999", "Kies een organisatie uit de lijst."),
    ],
)
def test_what_cannot_be_made_is_said_on_the_form(carla, field, value, sentence):
    page = carla.post(FORM, filled_in(**{field: value}))
    assert page.status_code == 422
    assert sentence in words(page)
    assert not Job.objects.exists()


def test_numbers_that_are_not_there_are_said_on_the_form(carla):
    SerialCounter.objects.update_or_create(pk=1, defaults={"next_serial": LAST_SERIAL - 200})
    page = carla.post(FORM, filled_in())
    assert page.status_code == 422 and "Zoveel nummers zijn er niet meer over." in words(page)
    assert not Job.objects.exists()


def test_an_intermediary_that_is_not_accredited_gets_no_batch(carla, food_bank):
    accreditation.end(food_bank.accreditations.get(), last_day=date(2025, 9, 30))
    page = carla.post(FORM, filled_in(count="20", intermediary=food_bank.pk))
    assert page.status_code == 422
    assert "Voedselbank Venlo is op 6 oktober 2025 niet geaccrediteerd." in words(page)
    assert 'value="20"' in words(page), "what was typed stays"
    assert not Job.objects.exists()


def test_what_stopped_being_possible_meanwhile_is_said_by_the_job(carla, food_bank):
    carla.post(FORM, filled_in(intermediary=food_bank.pk))
    running = food_bank.accreditations.get()
    accreditation.end(running, last_day=date(2025, 9, 30))
    job = Job.objects.get()
    tasks.do(job.pk)
    page = words(carla.get(reverse("cubiss:job", args=[job.pk])))
    assert "Voedselbank Venlo is op 6 oktober 2025 niet geaccrediteerd." in page
    assert not Batch.objects.exists() and not SerialCounter.objects.filter(next_serial__gt=1).exists()

    accreditation.accredit(food_bank, track=1, protocol="1.0", valid_from=TODAY)
    carla.post(reverse("cubiss:job_again", args=[job.pk]))
    tasks.do(job.pk)
    assert Batch.objects.get().size == 250


def test_the_list_of_work_outlives_an_organisation(carla, food_bank, welfare):
    carla.post(FORM, filled_in(intermediary=welfare.pk))
    Job.objects.update(arguments={**Job.objects.get().arguments, "intermediary": 999_999})
    assert "250 vouchers maken" in words(carla.get("/cubiss/werk/"))
    tasks.do(Job.objects.get().pk)
    assert Job.objects.get().state == "waiting" and not Batch.objects.exists(), "it does not end up with somebody else"


def test_the_key_is_fresh_on_every_empty_form():
    keys = {BatchForm(valid_until=TODAY)["key"].value() for _ in range(3)}
    assert len(keys) == 3
