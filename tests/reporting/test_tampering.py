"""The owner of the database, triggers off, changes what is closed: every change is found, and its table is named.

Every column of every sealed table is changed once in a closed quarter; rows are taken out, and put in with an
old moment; then the seals themselves and what was kept of the reports.
"""

import json
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.test import override_settings

from kbl.periods import Quarter
from kbl.settlements.closing import closing
from kbl.settlements.models import Closing, Document, EInvoice
from reporting import integrity
from reporting.integrity import seals
from reporting.models import KeptReport, QuarterSeal
from reporting.seals import digest, sealing
from reporting.seals.sources import SOURCES, By, Source
from tests import database, one_of_everything
from tests.conftest import at
from tests.reporting import played
from tests.reporting.test_check_books import copied

pytestmark = pytest.mark.postgresql


def as_owner() -> None:
    """Whatever the triggers and the keys to other tables say, this goes through."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")


def play_and_close() -> None:
    played.play()
    by = Closing.objects.first().closed_by
    later = played.moment(date(2027, 4, 12))
    sealing.seal(closing.close(Quarter(2027, 1), by=by, at=later), at=later)


@pytest.fixture(scope="module")
def played_and_closed(django_db_setup, django_db_blocker):
    with database.shared(django_db_blocker, play_and_close):
        yield


@pytest.fixture
def closed_books(played_and_closed, db):
    """A played history, and one more quarter closed on top of it, so that its papers and payments are sealed too."""
    as_owner()


@pytest.fixture
def a_row_of_everything(stock_of_food_bank, food_bank, worker, venlo, clerk, coordinator, finance):
    """A small history in which every table that keeps history has a row, all of it sealed."""
    one_of_everything.make(stock_of_food_bank.first, food_bank, worker, venlo, clerk, coordinator, finance)
    as_owner()
    QuarterSeal.objects.all().delete()  # a row that was there to be guarded, and seals nothing
    for number in (1, 2, 3, 4):
        last = closing.close(Quarter(2026, number), by=coordinator, at=at(date(2027, 1, 12)))
        sealing.seal(last, at=at(date(2027, 1, 12)))
    last = closing.close(Quarter(2027, 1), by=coordinator, at=at(date(2027, 4, 12)))
    sealing.seal(last, at=at(date(2027, 4, 12)))


def wrong(name: str) -> list:
    (found,) = [each for each in integrity.INVARIANTS if each.name == name]
    return list(found.find())


def sealed_row(source: Source) -> int | None:
    """The key of a row of the table that lies in a seal."""
    before = None
    for seal in QuarterSeal.objects.select_related("closing").order_by("-closing__quarter"):
        earlier = QuarterSeal.objects.filter(closing__quarter__lt=seal.closing.quarter).last()
        window = digest.window(seal.closing, earlier.parts if earlier else before, seal.parts)
        rows = source.model._default_manager.all()
        if source.by is By.CLOSING:
            rows = rows.filter(**{source.path: seal.closing.pk})
        elif source.by is By.KEY:
            rows = rows.filter(pk__gt=window.keys[source.name][0], pk__lte=window.keys[source.name][1])
        else:
            rows = digest._between(rows, source.path, window)
        if found := rows.order_by("-pk").values_list("pk", flat=True).first():
            return found
    return None


def others(field: models.Field, now: object, row: int) -> list:
    """Values that it was not, the likeliest to be let through first."""
    match now:
        case bool():
            return [not now]
        case datetime():
            return [now - timedelta(seconds=1), now + timedelta(days=900)]
        case date():
            return [now - timedelta(days=1), now + timedelta(days=1)]
        case Decimal():
            return [now + 1, now - 1, -now]
        case int():
            return [now + 1, now + 100_000, max(now - 1, 0)]
        case dict() | list():
            return [json.dumps({"anders": 1})]
        case bytes() | memoryview():
            return [b"anders"]
        case None if isinstance(field, models.DateTimeField):
            return [datetime(2026, 1, 15, 12, tzinfo=played.moment(date(2026, 1, 1)).tzinfo)]
        case None if isinstance(field, models.DateField):
            return ["2026-01-15"]
        case None if isinstance(field, models.UUIDField):
            return ["00000000-0000-4000-8000-000000000001"]
        case None if isinstance(field, models.CharField):
            return ["x"]
        case None:
            return [row, 1]
    if isinstance(field, models.UUIDField):
        return ["00000000-0000-4000-8000-000000000001"]
    choices = [str(value) for value, _ in field.choices or () if value != now]
    text = str(now)
    return [*choices, *([("0" if text[:1] != "0" else "1") + text[1:]] if text else []), "2024-Q1", "x"]


def attempt(sql: str, values: list) -> bool:
    """Do it; False when a constraint, which no switch turns off, refuses."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.rowcount > 0
    except DatabaseError:
        return False


def tamperings(source: Source, row: int):
    """Every change of one row: a name, and a way to do it that tells whether the database let it happen."""
    table, key = source.name, source.model._meta.pk.column
    for field in source.model._meta.concrete_fields:
        if field.attname in source.left_out or field.primary_key:
            continue
        now = source.model._default_manager.filter(pk=row).values_list(field.attname, flat=True).get()
        sql = f'UPDATE {table} SET "{field.column}" = %s WHERE {key} = %s'
        ways = [(sql, [str(value) if field.column == "quarter" else value, row]) for value in others(field, now, row)]
        yield f"{table}.{field.column}", ways
    yield f"{table}: a row taken out", [(f"DELETE FROM {table} WHERE {key} = %s", [row])]


def tried(subtests) -> Counter:
    """Every tampering with a sealed row of every table: what came of it, counted per table."""
    count: Counter = Counter()
    assert list(seals.touched()) == [], "nothing is wrong before"
    for source in SOURCES:
        row = sealed_row(source)
        if row is None:
            count[source.name, "no row"] += 1
            continue
        for name, ways in tamperings(source, row):
            with subtests.test(name), transaction.atomic():
                done = any(attempt(sql, values) for sql, values in ways)
                found = list(seals.touched({source.name})) if done else []
                transaction.set_rollback(True)
                count[source.name, "refused" if not done else "found" if found else "not found"] += 1
                assert not done or found, "nobody sees it"
                assert all(each["table"] == source.name for each in found)
    return count


def test_every_tampering_with_what_is_closed_is_found_and_named(closed_books, subtests):
    count = tried(subtests)
    assert not [table for table, came in count if came == "not found"]
    assert sum(number for (_, came), number in count.items() if came == "found") > 170


TABLE = Path(__file__).parents[2] / "docs" / "tampering.md"


def test_no_table_is_left_out_and_the_page_says_what_came_of_it(a_row_of_everything, subtests):
    count = tried(subtests)
    assert not [table for table, came in count if came in ("not found", "no row")]
    rows = [f"| `{each.name}` | {count[each.name, 'found']} | {count[each.name, 'refused']} |" for each in SOURCES]
    found, refused = (sum(number for (_, came), number in count.items() if came == way) for way in ("found", "refused"))
    rows.append(f"| **{len(SOURCES)} tables** | **{found}** | **{refused}** |")
    said = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith(("| `", "| **"))]
    assert said == rows, "\n".join(rows)


COPIES = {
    "intermediaries_handout": ", revoked_at = recorded_at, revoked_by_id = recorded_by_id, revoke_reason = 'twice'",
    "settlements_statementstep": "",
    "libraries_refusal": "",
    "vouchers_stockmovement": "",
    "payments_bankentry": ", position = 9999",
    "fund_fundentry": ", reference = 'nog een', instalment_id = NULL, reverses_id = NULL"
    ", kind = 'other_cost', amount = -1",
}


@pytest.mark.parametrize(("table", "change"), COPIES.items())
def test_a_row_with_an_old_moment_that_is_put_in_is_found(closed_books, table, change):
    (source,) = [each for each in SOURCES if each.name == table]
    sql = f"COPY {table} (SELECT {sealed_row(source)}){change}"
    with connection.cursor() as cursor:
        cursor.execute(copied(sql))
    assert [each["table"] for each in seals.touched({table})] == [table]


def test_a_seal_that_is_made_to_fit_breaks_the_chain_and_the_paper(closed_books, tmp_path):
    """Who rewrites the seal as well has to rewrite all that follow, the paper, and a folder of somebody else."""
    last = QuarterSeal.objects.select_related("closing").order_by("closing__quarter").last()
    first = QuarterSeal.objects.select_related("closing").order_by("closing__quarter").first()
    with override_settings(SEALS_FOLDER=str(tmp_path)):
        for seal in QuarterSeal.objects.select_related("closing"):
            sealing.keep_outside(seal)
        assert wrong("seals_are_one_chain") == []
        ways = [
            {"digest": "0" * 64},
            {"previous": "0" * 64},
            {"sealed_at": first.sealed_at + timedelta(seconds=1)},
            {"parts": {**first.parts, "settlements_line": {"rows": 0, "sha256": ""}}},
        ]
        for way in ways:
            for seal in (first, last):
                with transaction.atomic():
                    QuarterSeal.objects.filter(pk=seal.pk).update(**way)
                    assert wrong("seals_are_one_chain"), (way, seal)
                    transaction.set_rollback(True)
        for seal in (first, last):
            with transaction.atomic():
                QuarterSeal.objects.filter(pk=seal.pk).delete()
                assert wrong("seals_are_one_chain"), seal
                transaction.set_rollback(True)
        with transaction.atomic():
            made = digest.whole(last.closing.quarter, {**last.parts}, "x")
            QuarterSeal.objects.filter(pk=last.pk).update(previous="x", digest=made)
            Document.objects.filter(kind="report").update(seal=made)
            assert len(wrong("seals_are_one_chain")) >= 1
            transaction.set_rollback(True)


def test_papers_and_what_reports_said_are_found_too(closed_books):
    for model in (Document, EInvoice):
        with transaction.atomic():
            model.objects.update(content=b"anders")
            assert wrong(f"{'documents' if model is Document else 'einvoices'}_match_their_hash")
            transaction.set_rollback(True)
    kept = KeptReport.objects.order_by("closing__quarter").last()
    content = bytes(kept.content)
    for old, new in ((b'"handed_out":', b'"handed_out":1'), (b'"is":"totals"', b'"is":"iets"')):
        assert old in content
        with transaction.atomic():
            KeptReport.objects.filter(pk=kept.pk).update(content=content.replace(old, new, 1))
            assert wrong("kept_figures_are_those_of_the_facts")
            transaction.set_rollback(True)


def test_a_revocation_that_came_after_the_closing_is_no_tampering(closed_books):
    """What is stamped later belongs to the later quarter; what is taken off again or back-dated is found."""
    (source,) = [each for each in SOURCES if each.name == "intermediaries_handout"]
    late = played.moment(date(2027, 5, 1))
    rows = source.model.objects.filter(revoked_at=None).order_by("pk")
    by = Closing.objects.first().closed_by_id
    pk = rows.first().pk
    stamp = {"revoked_at": late, "revoked_by_id": by, "revoke_reason": "twice"}
    source.model._base_manager.filter(pk=pk).update(**stamp)
    assert list(seals.touched({source.name})) == []
    source.model._base_manager.filter(pk=pk).update(revoked_at=played.moment(date(2026, 6, 1)))
    assert list(seals.touched({source.name}))


def test_a_closing_that_is_taken_out_leaves_its_seal_behind(closed_books):
    last = Closing.objects.order_by("quarter").last()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM settlements_closing WHERE id = %s", [last.pk])
    assert [each["table"] for each in seals.touched(set())] == ["settlements_closing"]
