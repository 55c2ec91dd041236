"""A backup is put back: no serial, invoice, run or order number is given out a second time, and the books know why.

The database goes back to how it was; the file beside it, on a volume of its own, does not.
"""

import io
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import transaction

from intermediaries.orders import orders
from kbl.organisations import number_series
from kbl.organisations.number_series import NumberGap
from kbl.payments.runs import runs
from kbl.periods import Quarter
from kbl.settlements.closing import numbering
from kbl.settlements.models import Closing, NumberSeries
from reporting.integrity import orders as order_checks
from reporting.integrity import payments as payment_checks
from reporting.integrity import series as checks
from reporting.integrity import statements as statement_checks
from tests.conftest import at
from vouchers.batches import make_batch
from vouchers.models import Batch
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines

DAY = date(2026, 10, 6)
NOON = at(DAY)


@pytest.fixture(autouse=True)
def beside_the_database(settings, tmp_path):
    """A volume of its own."""
    settings.KBL_SERIES_FILE = str(tmp_path / "series.txt")


@pytest.fixture
def lived_since(django_capture_on_commit_callbacks) -> Callable:
    """What happens after the backup is gone from the database when it is put back; the file was written meanwhile."""

    @contextmanager
    def after_the_backup():
        with transaction.atomic():
            with django_capture_on_commit_callbacks(execute=True):
                yield
            transaction.set_rollback(True)

    return after_the_backup


def batch_of(count: int, by) -> SerialRange:
    return make_batch(count, medium="paper", valid_until=date(2027, 12, 31), on=DAY, by=by, at=NOON).range


def holds(*found) -> bool:
    return not any(list(each()) for each in found)


def test_no_serial_twice(batch, coordinator, lived_since):
    with lived_since():
        lost = batch_of(40, coordinator)
    assert list(checks.counters_are_not_rolled_back()) == [
        {"series": "vouchers", "counter": batch.last_serial, "used": lost.last}
    ], "the books tell it before anybody makes a batch"
    again = batch_of(40, coordinator)
    assert again.first == lost.last + 1
    gap = NumberGap.objects.get()
    assert (gap.series, gap.first, gap.last, gap.reason) == ("vouchers", lost.first, lost.last, "file")
    assert holds(checks.passed_over_serials_do_not_exist)


def test_this_is_what_happens_without_the_file(batch, coordinator, lived_since, settings):
    settings.KBL_SERIES_FILE = ""
    with lived_since():
        lost = batch_of(40, coordinator)
    assert batch_of(40, coordinator) == lost, "printed twice, with other digits"
    assert holds(checks.counters_are_not_rolled_back), "and nothing in the database can tell"


def test_no_order_number_twice(food_bank, worker, lived_since):
    def order(medium: str) -> str:
        return orders.place(food_bank, medium=medium, count=5, key=uuid4(), by=worker, at=NOON).number

    assert order("paper") == "B-2026-0001"
    with lived_since():
        assert order("digital") == "B-2026-0002"
    assert order("digital") == "B-2026-0003"
    assert holds(order_checks.order_numbers_have_no_gaps)
    assert NumberGap.objects.get().series == "B-2026"


def test_no_invoice_number_twice(venlo, coordinator, lived_since):
    """Numbers of a closing that was lost with the database."""
    Closing.objects.create(quarter=Quarter(2026, 2), closed_at=NOON, closed_by=coordinator)
    with lived_since():
        assert numbering.take(["VEN-2026"] * 2, at=NOON) == ["VEN-2026-0001", "VEN-2026-0002"]
    assert numbering.take(["VEN-2026"], at=NOON) == ["VEN-2026-0003"]
    told = list(statement_checks.numbers_have_no_gaps())
    assert told == [{"series": "VEN-2026", "counter": 3, "numbers": "missing [3], too many []"}], (
        "1 and 2 are explained"
    )


def test_no_run_number_twice(programme, lived_since):
    with transaction.atomic():
        assert runs._take_number(NOON) == 1
    with lived_since():
        assert runs._take_number(NOON) == 2
    assert runs._take_number(NOON) == 3
    assert checks.used_numbers(runs.SERIES, 3) == [1, 3]
    told = list(payment_checks.runs_are_numbered_without_gaps())
    assert told == [{"counter": 3, "numbers": []}], "1 and 3 should be there; 2 is explained"


def test_a_number_that_was_rolled_back_leaves_no_gap(batch, coordinator):
    with transaction.atomic():
        batch_of(40, coordinator)
        transaction.set_rollback(True)
    assert batch_of(1, coordinator).first == batch.last_serial + 1
    assert not NumberGap.objects.exists()


def test_a_file_that_broke_off_in_the_middle_of_a_line_is_read(settings, coordinator, programme):
    with open(settings.KBL_SERIES_FILE, "w", encoding="ascii") as file:
        file.write("\nvouchers\t300\n\nvouch")
    assert batch_of(10, coordinator).first == 301
    number_series._append({"vouchers": 310})
    assert number_series.marks()["vouchers"] == 310


def test_a_file_that_cannot_be_read_stops_the_number(settings, tmp_path, coordinator, programme):
    settings.KBL_SERIES_FILE = str(tmp_path)  # a folder
    with pytest.raises(OSError):
        batch_of(10, coordinator)
    assert not Batch.objects.exists()


def test_without_a_file_the_command_jumps_with_a_margin(settings, batch, food_bank, worker, venlo, coordinator):
    settings.KBL_SERIES_FILE = ""
    orders.place(food_bank, medium="paper", count=5, key=uuid4(), by=worker, at=NOON)
    told = io.StringIO()
    call_command("after_restore", "--serials=2000", "--numbers=50", stdout=told)
    assert "VEN-2026 gaat verder na 50." in told.getvalue()
    assert batch_of(10, coordinator).first == batch.last_serial + 2001
    assert NumberGap.objects.get(series="B-2026").reason == "restored"
    assert NumberSeries.objects.get(name=runs.SERIES).last_number == 50
    assert holds(statement_checks.numbers_have_no_gaps, payment_checks.runs_are_numbered_without_gaps)
    assert list(order_checks.order_numbers_have_no_gaps()) == [], "the last order is 1 and the rest is explained"


def test_with_the_file_it_jumps_no_further_than_it_knows(
    batch, coordinator, lived_since, django_capture_on_commit_callbacks
):
    with lived_since():
        lost = batch_of(40, coordinator)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("after_restore", "--serials=0", "--numbers=0", stdout=io.StringIO())
    assert holds(checks.counters_are_not_rolled_back)
    assert batch_of(1, coordinator).first == lost.last + 1
