"""Printing at Cubiss: what can be printed, sheets as a job, and the list that leaves for a printing house."""

import csv
import io
import re
import tracemalloc
import zipfile
from datetime import date
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, transaction
from openpyxl import load_workbook

from intermediaries.handouts import handout
from kbl.jobs.models import Job
from kbl.jobs.running import run
from kbl.jobs.work import AlreadyAsked
from tests.conftest import START, at
from tests.vouchers.paper.conftest import TODAY
from tests.vouchers.paper.reading import FORMATS, read, some
from vouchers import jobs
from vouchers.custody import stock
from vouchers.custody.eligibility import Obstacle
from vouchers.models import ListTaken, Voucher
from vouchers.numbers import SerialRange
from vouchers.paper import codes, printing_house, views
from vouchers.paper.choice import printable, printed
from vouchers.paper.printed import MOST, PrintedVoucher

NOON = at(TODAY)
URL = "/cubiss/vouchers/afdrukken/"


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOON, tick=False):
        yield


def the_first(batch, count: int) -> SerialRange:
    return SerialRange(batch.first_serial, batch.first_serial + count - 1)


# --- what can be printed ------------------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_each_voucher_is_printed_with_its_own_last_day(batch, next_batch):
    """A range that crosses two batches, with one voucher that was made longer valid."""
    Voucher.objects.filter(pk=batch.last_serial).update(extended_until=date(2028, 3, 1))
    around = SerialRange(batch.last_serial - 1, next_batch.first_serial)
    assert [each.until for each in printed([around], on=TODAY)] == [
        date(2027, 12, 31),
        date(2028, 3, 1),
        date(2026, 6, 30),
    ]
    assert [int(each.digits[:7]) for each in printed([around], on=TODAY)] == list(around)


@pytest.mark.both_engines
def test_what_cannot_be_used_any_more_is_left_out_and_told(batch, food_bank, worker, coordinator, stock_of_food_bank):
    first = batch.first_serial
    handout.hand_out(food_bank, [SerialRange(first, first)], on=START, by=worker, at=at(START))
    stock.void(SerialRange(first + 60, first + 61), reason="misprint", on=START, by=coordinator, at=at(START))
    seen = printable([SerialRange(first, batch.last_serial + 3)], on=TODAY)
    assert seen.count == 97
    told = {(each.reason, each.status): each.count for each in seen.obstacles}
    assert told == {
        (Obstacle.Reason.WRONG_STATUS, "handed_out"): 1,
        (Obstacle.Reason.WRONG_STATUS, "void"): 2,
        (Obstacle.Reason.UNKNOWN, ""): 3,
    }
    assert len(list(printed([batch.range], on=TODAY))) == 97
    assert list(printed([batch.range], on=date(2028, 1, 1))) == []


# --- sheets as a job ----------------------------------------------------------------------------------------------


@pytest.fixture
def asked(batch, next_batch, coordinator) -> Job:
    around = SerialRange(batch.last_serial - 5, next_batch.first_serial + 3)
    return jobs.ask_for_sheets([around], 4, by=coordinator, at=NOON, key=uuid4())


@pytest.mark.both_engines
def test_the_job_makes_the_sheets(asked, batch):
    run(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.done, asked.total) == ("done", 10, 10)
    content = bytes(asked.file.content)
    found = read(content, FORMATS[4])
    numbers = [each.number for each in Voucher.objects.filter(serial__gte=batch.last_serial - 5)[:10]]
    assert [each.number for each in found] == [number.digits for number in numbers]
    assert [each.code128 for each in found] == [number.digits for number in numbers]
    days = [re.search(r"\b\d+ [a-z]+ \d{4}\b", each.words)[0] for each in found]
    assert days == ["31 december 2027"] * 6 + ["30 juni 2026"] * 4
    assert asked.file.filename == f"waardebonnen-{batch.last_serial - 5:07}-{batch.last_serial + 4:07}.pdf"
    assert "3 vellen" in jobs._done(asked)


def test_the_same_question_gives_the_same_file(asked):
    run(asked.pk)
    first = bytes(Job.objects.get(pk=asked.pk).file.content)
    Job.objects.filter(pk=asked.pk).update(state="waiting", finished_at=None)
    Job.objects.get(pk=asked.pk).file.delete()
    run(asked.pk)
    assert bytes(Job.objects.get(pk=asked.pk).file.content) == first


def test_when_a_voucher_became_void_meanwhile_nothing_is_printed(asked, batch, coordinator):
    lost = SerialRange(batch.last_serial, batch.last_serial)
    stock.void(lost, reason="lost", on=TODAY, by=coordinator, at=NOON)
    run(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.refusal) == ("refused", jobs.CHANGED)
    assert not hasattr(asked, "file")


def test_the_jobs_arguments_have_no_whole_number(asked):
    assert not re.search(r"\d{8,}", str(asked.arguments))


def test_one_file_has_its_limit(batch, coordinator):
    with pytest.raises(jobs.TooManyToPrint):
        jobs.ask_for_sheets([SerialRange(1, MOST + 1)], 4, by=coordinator, at=NOON, key=uuid4())


def test_the_same_key_is_the_same_job(asked, batch, coordinator):
    ranges = [SerialRange(*each) for each in asked.arguments["ranges"]]
    assert jobs.ask_for_sheets(ranges, 4, by=coordinator, at=NOON, key=asked.key) == asked
    with pytest.raises(AlreadyAsked):
        jobs.ask_for_sheets(ranges, 8, by=coordinator, at=NOON, key=asked.key)


# --- the page -----------------------------------------------------------------------------------------------------


def test_a_batch_is_printed_from_its_page(log_in, coordinator, batch):
    carla = log_in(coordinator)
    page = carla.get(URL, {"serie": batch.pk}).content.decode()
    assert str(batch.range) in page and "Voor een drukker" in page
    answer = carla.post(URL, {"serials": str(the_first(batch, 5)), "per_page": 3, "key": uuid4()})
    job = Job.objects.get()
    assert answer["Location"] == f"/cubiss/werk/{job.pk}/"
    assert (job.arguments["per_page"], job.total) == (3, 5)


def test_the_page_starts_with_what_can_be_printed(log_in, coordinator, batch, monkeypatch):
    """What was used or made void is not even asked for, and no more than goes into one file."""
    monkeypatch.setattr(views, "MOST", 50)
    first = batch.first_serial
    stock.void(SerialRange(first + 10, first + 19), reason="lost", on=TODAY, by=coordinator, at=NOON)
    page = log_in(coordinator).get(URL, {"serie": batch.pk}).content.decode()
    typed = page.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0]
    assert typed.replace(",", " ").split() == [
        str(SerialRange(first, first + 9)),
        str(SerialRange(first + 20, first + 59)),
    ]
    assert "kunnen er nog 90 worden afgedrukt" in page


def test_what_is_left_out_is_shown_first_and_the_rest_is_printed_after_a_yes(log_in, coordinator, batch):
    carla = log_in(coordinator)
    stock.void(the_first(batch, 2), reason="damaged", on=TODAY, by=coordinator, at=NOON)
    form = {"serials": f"{the_first(batch, 4)}\nappel", "per_page": 4, "key": uuid4()}
    answer = carla.post(URL, form)
    page = answer.content.decode()
    assert answer.status_code == 422 and not Job.objects.exists()
    assert "ongeldig" in page and "appel" in page and "Maak vellen met deze 2" in page
    left = str(SerialRange(batch.first_serial + 2, batch.first_serial + 3))
    assert carla.post(URL, {**form, "agreed": left}).status_code == 302
    assert Job.objects.get().arguments["count"] == 2


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Vul nummers in"),
        ("0000001-0012000", "Er passen 10.000 vouchers in één bestand"),
        ("0000050-0000010", "loopt terug"),
        ("0099000", "bestaan niet"),
    ],
)
def test_what_cannot_be_printed_at_all_is_said(log_in, coordinator, batch, typed, words):
    answer = log_in(coordinator).post(URL, {"serials": typed, "per_page": 4, "key": uuid4()})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not Job.objects.exists()


def test_six_on_a_sheet_is_not_on_offer(log_in, coordinator, batch):
    answer = log_in(coordinator).post(URL, {"serials": str(the_first(batch, 5)), "per_page": 6, "key": uuid4()})
    assert answer.status_code == 422 and "Kies een formaat" in answer.content.decode()


def test_a_garbled_batch_is_not_there_and_a_missing_one_neither(log_in, coordinator, batch):
    carla = log_in(coordinator)
    assert carla.get(URL, {"serie": "99999"}).status_code == 404
    assert carla.get(URL, {"serie": "²"}).status_code == 200
    assert carla.get(URL, {"serie": "9" * 40}).status_code == 200


def test_the_rest_of_the_team_does_not_print(log_in, finance, batch):
    assert log_in(finance).get(URL).status_code == 403


# --- the list for a printing house --------------------------------------------------------------------------------


def list_of(client, batch, kind: str):
    return client.post(f"/cubiss/vouchers/series/{batch.pk}/lijst/", {"kind": kind})


@pytest.mark.both_engines
def test_the_csv_has_what_a_printer_needs_of_every_usable_voucher(log_in, coordinator, batch):
    stock.void(the_first(batch, 1), reason="lost", on=TODAY, by=coordinator, at=NOON)
    answer = list_of(log_in(coordinator), batch, "csv")
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf") and content.endswith(b"\r\n")
    headers, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    assert len(rows) == 99 and len(headers) == len(rows[0])
    number = Voucher.objects.get(pk=batch.first_serial + 1).number
    assert rows[0] == [
        number.digits,
        str(number),
        number.digits,
        codes.public_url(number.digits),
        "31 december 2027",
        "2027-12-31",
    ]
    (taken,) = ListTaken.objects.all()
    assert (taken.batch, taken.kind, taken.count, taken.taken_by, taken.taken_at) == (
        batch,
        "csv",
        99,
        coordinator,
        NOON,
    )


def test_every_cell_of_the_workbook_is_text(log_in, coordinator, batch):
    answer = list_of(log_in(coordinator), batch, "xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet.max_row == 101
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} == {"s"}
    assert sheet.cell(2, 1).value == Voucher.objects.get(pk=batch.first_serial).number.digits


@pytest.mark.both_engines
def test_who_took_a_list_is_kept_and_shown(log_in, coordinator, batch):
    carla = log_in(coordinator)
    list_of(carla, batch, "csv")
    list_of(carla, batch, "xlsx")
    page = carla.get(URL, {"serie": batch.pk}).content.decode()
    assert "Wie de lijst ophaalde" in page and page.count("100 nummers") == 2
    for change in (ListTaken.objects.all().delete, lambda: ListTaken.objects.update(count=1)):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert ListTaken.objects.count() == 2


def test_a_batch_that_is_used_up_gives_no_list(log_in, coordinator, batch):
    stock.void(batch.range, reason="lost", on=TODAY, by=coordinator, at=NOON)
    answer = log_in(coordinator).post(f"/cubiss/vouchers/series/{batch.pk}/lijst/", {"kind": "csv"}, follow=True)
    assert "geen nummer meer te drukken" in answer.content.decode()
    assert not ListTaken.objects.exists()


def test_a_workbook_has_its_limit(log_in, coordinator, batch, monkeypatch):
    monkeypatch.setattr(printing_house, "MOST_IN_XLSX", 99)
    answer = log_in(coordinator).post(f"/cubiss/vouchers/series/{batch.pk}/lijst/", {"kind": "xlsx"}, follow=True)
    assert "te veel nummers voor Excel" in answer.content.decode()


def test_a_list_that_is_too_long_to_send_at_once_is_made_as_work(log_in, coordinator, finance, batch, monkeypatch):
    """A web worker that is ended while it sends leaves half a list; work gives a whole one, with the same lines."""
    carla = log_in(coordinator)
    at_once = b"".join(list_of(carla, batch, "csv").streaming_content)
    monkeypatch.setattr(views, "MOST_AT_ONCE", 99)
    page = list_of(carla, batch, "csv")["Location"]
    assert list_of(carla, batch, "csv")["Location"] == page, "pressed twice, it is the same work"
    assert [each.count for each in ListTaken.objects.all()] == [100, 100], "kept when it was asked for"
    job = Job.objects.get()
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.asked_by) == ("done", 100, coordinator)
    file = f"{page.rstrip('/')}/bestand/"
    with zipfile.ZipFile(io.BytesIO(carla.get(file).getvalue())) as whole:
        assert whole.read(f"drukker-{batch.range}.csv") == at_once
    assert log_in(finance).get(file).status_code == 403


def test_others_do_not_get_the_list(log_in, finance, worker, batch):
    assert list_of(log_in(finance), batch, "csv").status_code == 403
    assert list_of(log_in(worker), batch, "csv").status_code == 404


def test_a_long_list_takes_no_more_memory_than_a_short_one(batch, monkeypatch):
    """The lines go out as they come; measured over 30,000 of them."""
    (one,) = some(1)
    monkeypatch.setattr(
        printing_house, "printed_within", lambda serials, on: (PrintedVoucher(*one) for _ in range(30_000))
    )
    tracemalloc.start()
    size = sum(len(piece) for piece in printing_house.csv_lines(batch, on=TODAY))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 2_400_000
    assert peak < 1_500_000
