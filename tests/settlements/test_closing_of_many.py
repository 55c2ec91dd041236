"""Closing for very many parties: as many questions as for three, and each gets what is its own."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from intermediaries.models import Accreditation
from kbl.organisations import number_series
from kbl.organisations.models import Organisation
from kbl.settlements.closing import closing, made_with_closing
from kbl.settlements.models import NumberSeries, Statement
from tests.settlements.conftest import PRESSED, Q4
from tests.told_once import told_once

globals().update(told_once("busy_quarter", of=__package__))

pytestmark = [pytest.mark.both_engines, pytest.mark.with_report]


@pytest.fixture
def neighbours(venlo, worker, give, busy_quarter) -> list[Organisation]:
    """Twelve more that hand out; the last of them one voucher, the one before it two, and so on."""
    particulars = {"municipality": venlo.municipality, "iban": "NL91ABNA0417164300", "kvk": "11223344"}
    found = []
    for number in range(1, 13):
        each = Organisation.objects.create(name=f"Buurthuis {number:02}", slug=f"buurthuis-{number}", **particulars)
        Accreditation.objects.create(organisation=each, track=4, protocol="1", valid_from=date(2025, 1, 1))
        give(each, worker, 13 - number, date(2025, 10, 6))
        found.append(each)
    return found


def _questions(coordinator) -> int:
    """How many a closing asks, its report apart; it is taken back."""
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        closing.close(Q4, by=coordinator, at=PRESSED)
        transaction.set_rollback(True)
    return len(asked)


@pytest.fixture
def without_report(monkeypatch):
    monkeypatch.setattr(made_with_closing, "_MAKERS", [])


def test_more_parties_ask_no_more_questions(busy_quarter, without_report, coordinator, request):
    """A loop over two thousand parties once asked 8,776."""
    few = _questions(coordinator)
    request.getfixturevalue("neighbours")
    assert _questions(coordinator) == few < 50


def test_each_of_many_has_its_own_number_amount_and_data(
    neighbours, without_report, coordinator, venlo, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.KBL_SERIES_FILE = str(tmp_path / "series")
    with django_capture_on_commit_callbacks(execute=True):
        closed = closing.close(Q4, by=coordinator, at=PRESSED)
    declarations = closed.statements.filter(kind=Statement.Kind.DECLARATION).exclude(number=None).order_by("number")
    told = [(each.number, each.particulars["name"], each.net, each.lines.count()) for each in declarations]
    assert told[:12] == [
        (f"DECL-2025-{number:04}", f"Buurthuis {number:02}", Decimal(4 * (13 - number)), 13 - number)
        for number in range(1, 13)
    ]
    assert [count for *_, count in told[12:]] == [5], "and the food bank"
    assert closed.statements.get(organisation=venlo, kind="invoice").number == "VEN-2025-0001"
    kept = {"DECL-2025": 13, "VEN-2025": 1}
    assert number_series.marks() == kept
    assert dict(NumberSeries.objects.values_list("name", "last_number")) == kept


@pytest.mark.postgresql
def test_the_limit_of_a_page_is_not_that_of_a_closing(busy_quarter, coordinator, monkeypatch):
    def look(its_closing):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
            seen.append(cursor.fetchone())

    seen: list[tuple] = []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '15s'; SET LOCAL lock_timeout = '3s'")
    monkeypatch.setattr(made_with_closing, "_MAKERS", [look])
    closing.close(Q4, by=coordinator, at=PRESSED)
    assert seen == [("15min", "3s")]
