"""The owner of the database, triggers off, changes what is closed: every change is found, and its table is named.

Every column of every sealed table is changed once in a closed quarter; rows are taken out, and put in with an
old moment; then the seals themselves and what was kept of the reports.
"""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test import override_settings

from kbl.periods import Quarter
from kbl.settlements.closing import closing
from kbl.settlements.models import Closing, Document, EInvoice
from reporting import integrity
from reporting.integrity import seals
from reporting.models import KeptReport, QuarterSeal
from reporting.seals import digest, sealing
from reporting.seals.sources import SOURCES
from tests import database
from tests.reporting import played
from tests.reporting.tampering import as_owner, sealed_row, tried
from tests.reporting.test_check_books import copied

pytestmark = pytest.mark.postgresql


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


def wrong(name: str) -> list:
    (found,) = [each for each in integrity.INVARIANTS if each.name == name]
    return list(found.find())


def test_every_tampering_with_what_is_closed_is_found_and_named(closed_books, subtests):
    count = tried(subtests)
    assert not [table for table, came in count if came == "not found"]
    assert sum(number for (_, came), number in count.items() if came == "found") > 170


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


def test_the_hour_of_a_paper_is_told_beside_its_seal_and_in_the_next(closed_books):
    """Not in its own: a closing that was killed and done again prints the same. A seal from before that hash holds."""
    table = Document._meta.db_table
    last = QuarterSeal.objects.select_related("closing").order_by("closing__quarter").last()
    earlier, newest = Document.objects.order_by("pk").first(), Document.objects.order_by("pk").last()
    for paper in (earlier, newest):
        with transaction.atomic():
            Document.objects.filter(pk=paper.pk).update(made_at=paper.made_at + timedelta(hours=1))
            assert {each["quarter"] for each in seals.touched({table})} >= {last.closing.quarter}
            transaction.set_rollback(True)
    said = {key: value for key, value in last.parts[table].items() if key != "later"}
    QuarterSeal.objects.filter(pk=last.pk).update(parts=last.parts | {table: said})
    assert said != last.parts[table]
    assert list(seals.touched()) == wrong("seals_are_one_chain") == []


def test_a_closing_that_is_taken_out_leaves_its_seal_behind(closed_books):
    last = Closing.objects.order_by("quarter").last()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM settlements_closing WHERE id = %s", [last.pk])
    assert [each["table"] for each in seals.touched(set())] == ["settlements_closing"]
