"""The parts that the checks of the books are made of, on a handful of rows: what they say, to the letter."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection, models

from kbl.organisations.number_series import NumberGap
from kbl.settlements.models import Document
from reporting.integrity import clocks, database, documents, series, statements
from reporting.integrity.custody import HeldRun, StockRuns, differences
from reporting.integrity.database import OURS
from tests.conftest import at
from vouchers.models import Batch, SerialCounter, StockMovement

BATCHES = [Batch(first_serial=1, last_serial=10), Batch(first_serial=11, last_serial=20)]
BATCHES.append(Batch(first_serial=31, last_serial=40))
DAY = date(2026, 1, 5)


def move(stock: StockRuns, kind: str, first: int, last: int, **more) -> list[str]:
    return list(stock.move(StockMovement(kind=kind, first_serial=first, last_serial=last, **{"on": DAY, **more})))


def spans(stock: StockRuns) -> list[tuple[int, int, int | None]]:
    assert stock.firsts == [run.first for run in stock.runs]
    return [(run.first, run.last, run.holder) for run in stock.runs]


@pytest.mark.parametrize(
    ("first", "last", "after"),
    [
        (1, 10, [(1, 10, 7), (11, 20, None), (31, 40, None)]),
        (11, 11, [(1, 10, None), (11, 11, 7), (12, 20, None), (31, 40, None)]),
        (20, 20, [(1, 10, None), (11, 19, None), (20, 20, 7), (31, 40, None)]),
        (8, 13, [(1, 7, None), (8, 10, 7), (11, 13, 7), (14, 20, None), (31, 40, None)]),
        (1, 20, [(1, 10, 7), (11, 20, 7), (31, 40, None)]),
        (31, 40, [(1, 10, None), (11, 20, None), (31, 40, 7)]),
    ],
)
def test_a_movement_cuts_out_its_numbers_and_no_others(first, last, after):
    stock = StockRuns(BATCHES)
    assert move(stock, "allocate", first, last, to_holder_id=7) == []
    assert spans(stock) == after
    assert move(stock, "return", first, last, from_holder_id=7) == []
    assert all(holder is None for _, _, holder in spans(stock))


@pytest.mark.parametrize(("first", "last"), [(21, 30), (20, 21), (30, 31), (41, 41), (18, 33)])
def test_numbers_between_two_batches_are_not_there(first, last):
    stock = StockRuns(BATCHES)
    assert move(stock, "allocate", first, last, to_holder_id=7) == ["noemt nummers die er niet zijn"]
    held = [(one, until) for one, until, holder in spans(stock) if holder]
    assert held == [
        each for each in [(max(first, 11), min(last, 20)), (max(first, 31), min(last, 40))] if each[0] <= each[1]
    ]


def test_what_is_wrong_is_said_in_these_words():
    stock = StockRuns(BATCHES)
    move(stock, "allocate", 1, 10, to_holder_id=7)
    assert move(stock, "revive", 1, 2, from_holder_id=7) == ["maakt 0000001-0000002 weer geldig, die dat al was"]
    assert move(stock, "return", 1, 2, from_holder_id=8) == ["neemt 0000001-0000002 van een ander dan de houder"]
    early = move(stock, "move", 3, 4, from_holder_id=7, to_holder_id=8, on=date(2026, 1, 4))
    assert early == ["gebeurt voordat 0000003-0000004 bij de houder was"]
    move(stock, "void", 5, 6, from_holder_id=7)
    assert move(stock, "void", 5, 6, from_holder_id=7) == ["raakt 0000005-0000006, die al ongeldig was"]
    assert move(stock, "revive", 5, 6, from_holder_id=7, on=date(2026, 1, 4)) == [], "its day is that of the agreement"


def test_a_longer_validity_is_longer_and_asks_nothing_of_the_holder():
    stock = StockRuns(BATCHES)
    move(stock, "allocate", 1, 10, to_holder_id=7)
    assert move(stock, "extend", 1, 10, valid_until=date(2028, 1, 1), on=date(2026, 1, 1)) == []
    assert {run.until for run in stock.runs if run.last <= 10} == {date(2028, 1, 1)}
    for day, problems in [(date(2028, 1, 1), 1), (date(2027, 1, 1), 1), (date(2028, 1, 2), 0), (None, 0)]:
        stock = StockRuns(BATCHES)
        move(stock, "extend", 1, 10, valid_until=date(2028, 1, 1))
        assert len(move(stock, "extend", 1, 10, valid_until=day)) == problems


def test_a_voucher_that_goes_back_is_with_nobody_since_no_day():
    stock = StockRuns(BATCHES[:1])
    move(stock, "allocate", 1, 10, to_holder_id=7)
    assert stock.runs == [HeldRun(1, 10, 7, DAY)]
    move(stock, "void", 1, 10, from_holder_id=7)
    assert stock.runs == [HeldRun(1, 10, 7, DAY, void=True)]
    move(stock, "revive", 1, 10, from_holder_id=7)
    move(stock, "return", 1, 10, from_holder_id=7)
    assert stock.runs == [HeldRun(1, 10)]


EXPECTED = [HeldRun(1, 10), HeldRun(11, 20, holder=7), HeldRun(31, 40)]
WHOLE = [(1, 10, None), (11, 20, None), (31, 40, None)]


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (EXPECTED, []),
        ([HeldRun(1, 10), HeldRun(31, 40)], [(11, 20, None)]),
        ([HeldRun(11, 20, holder=7), HeldRun(31, 40)], [(1, 10, None)]),
        ([HeldRun(1, 10), HeldRun(11, 20, holder=7)], [(31, 40, None)]),
        ([HeldRun(1, 3), HeldRun(5, 10), HeldRun(11, 20, holder=7), HeldRun(31, 40)], [(4, 4, None)]),
        ([HeldRun(3, 10), HeldRun(11, 20, holder=7), HeldRun(31, 40)], [(1, 2, None)]),
        ([HeldRun(1, 10), HeldRun(11, 12), HeldRun(13, 20, holder=7), HeldRun(31, 40)], [(11, 12, HeldRun(11, 12))]),
        ([HeldRun(31, 40), HeldRun(11, 20, holder=7), HeldRun(1, 10)], []),
        ([], WHOLE),
    ],
)
def test_where_two_lists_of_runs_differ(found, told):
    assert [(piece.first, piece.last, there) for piece, there in differences(EXPECTED, found)] == told


@pytest.mark.django_db
@pytest.mark.both_engines
def test_numbers_that_were_passed_over_are_none():
    for name, first, last in (("P", 3, 4), ("P", 8, 8), ("Q", 1, 1)):
        NumberGap.objects.create(series=name, first=first, last=last, reason="file", at=at(DAY))
    assert series.used_numbers("P", 9) == [1, 2, 5, 6, 7, 9]
    assert series.used_numbers("P", 8) == [1, 2, 5, 6, 7]
    assert series.used_numbers("Q", 1) == [] == series.used_numbers("R", 0)


@pytest.mark.django_db
@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("vouchers\t100\nB-2026\t3\n", []),
        ("vouchers\t101\nB-2026\t3\n", [{"series": "vouchers", "counter": 100, "used": 101}]),
        ("vouchers\t99\nB-2026\t3\n", [{"series": "vouchers", "counter": 100, "file_lags_at": 99}]),
        ("vouchers\t100\nB-2026\t4\n", [{"series": "B-2026", "counter": 3, "used": 4}]),
        ("vouchers\t100\nB-2026\t3\nP-2026\t1\n", [{"series": "P-2026", "counter": None, "used": 1}]),
    ],
)
def test_the_counters_are_laid_beside_the_file(lines, told, settings, tmp_path):
    file = tmp_path / "series.txt"
    file.write_text(lines, encoding="ascii")
    settings.KBL_SERIES_FILE = str(file)
    SerialCounter.objects.update_or_create(pk=1, defaults={"next_serial": 101})
    apps.get_model("intermediaries", "OrderCounter").objects.create(year=2026, last_number=3)
    assert list(series.counters_are_not_rolled_back()) == told


@pytest.mark.parametrize(
    ("numbers", "expected", "told"),
    [
        ([1, 3], [1, 2, 3], "missing [2], too many []"),
        ([1, 1, 2, 9], [1, 2], "missing [], too many [1, 9]"),
        ([], list(range(1, 13)), f"missing {list(range(1, 11))}, too many []"),
        (list(range(12, 0, -1)), [], f"missing [], too many {list(range(1, 11))}"),
    ],
)
def test_gaps_are_told_in_order_and_no_more_than_ten(numbers, expected, told):
    assert statements._gaps(numbers, expected) == told


def test_every_room_with_tables_is_looked_at():
    rooms = ("kbl", "vouchers", "intermediaries", "libraries", "reporting")
    there = {
        each.label for each in apps.get_app_configs() if each.name.split(".")[0] in rooms and list(each.get_models())
    }
    assert set(OURS) == there


@pytest.mark.parametrize(("content", "wrong"), [(b"a", False), (b"b", True)])
def test_bytes_are_weighed_one_by_one_where_the_database_cannot(content, wrong, monkeypatch):
    """SHA-256 of `a`; the other engine weighs them itself."""
    said = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    paper = Document(pk=17, filename="stuk.pdf", content=content, sha256=said)

    class Rows(list):
        order_by = iterator = distinct = values = values_list = lambda self, *args, **kwargs: self

        def filter(self, **kwargs):
            return Rows()

    found = list(documents._rehashed(SimpleNamespace(_default_manager=Rows([paper]), _meta=Document._meta)))
    assert found == ([{"document": 17, "filename": "stuk.pdf"}] if wrong else [])
    kept = SimpleNamespace(objects=Rows([paper]))
    nothing = SimpleNamespace(objects=Rows())
    monkeypatch.setattr(documents, "KeptReport", nothing)
    for files, own, editions, told in (
        (kept, nothing, nothing, {"edition_file": 17, "filename": "stuk.pdf"}),
        (nothing, kept, nothing, {"edition_part": 17, "filename": "stuk.pdf"}),
        (nothing, nothing, kept, {"edition": 17, "problem": "says something else"}),
    ):
        monkeypatch.setattr(documents, "EditionFile", files)
        monkeypatch.setattr(documents, "EditionPart", own)
        monkeypatch.setattr(documents, "ReportEdition", editions)
        assert list(documents.editions_match_their_hash()) == ([told] if wrong else [])


AHEAD = """
    reporting_risknote.due_on
    reporting_paymentrequest.due_on
    organisations_programme.starts_on organisations_programme.ends_on organisations_municipality.starts_on
    mail_letter.expires_at fund_instalment.due_on fund_ledgeraccount.first_day vouchers_batch.valid_until
    vouchers_voucher.extended_until vouchers_stockmovement.valid_until intermediaries_accreditation.valid_from
    intermediaries_accreditation.valid_until libraries_participation.starts_on
    libraries_participation.self_billing_since libraries_membershipyear.on libraries_membershipend.on
    discrepancies_answer.until settlements_reminder.silence_on settlements_selfbilling.since
    settlements_selfbilling.ended_on settlements_tariff.first_day settlements_partyvat.first_day
    payments_paymentrun.execute_on
"""


def test_what_may_lie_ahead_is_written_down_twice():
    """One more, and a clock that ran ahead is not seen there; one less, and an honest day is called wrong."""
    assert set(AHEAD.split()) == set(clocks.MAY_LIE_AHEAD)


def test_the_question_of_a_table_names_each_of_its_checks():
    for model in database.our_models():
        checks = {each.name for each in model._meta.constraints if isinstance(each, models.CheckConstraint)}
        question = database._checks(model, connection.vendor)
        assert {name for name in checks if f"'{name}'" in question} == checks, model
