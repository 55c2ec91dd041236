"""Two workers issue one document, and without the constraint there are two; many make each paper of a closing once."""

import threading
from collections import Counter
from datetime import date
from time import sleep

import pytest
from django.db import connection

from intermediaries.models import Accreditation
from kbl.organisations.models import Organisation
from kbl.settlements.documents import claims, issuing, statement_pdf
from kbl.settlements.models import Document, EInvoice
from tests.races.support import kinds, together, unique_index, without_unique
from tests.settlements.conftest import PRESSED
from tests.settlements.test_documents import both_at_once, invoice_of


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_workers_issue_one_document(closed, venlo, monkeypatch):
    results = both_at_once(invoice_of(closed, venlo), monkeypatch)
    assert kinds(results) == ["Document", "Document"]
    assert results[0] == results[1]
    assert (Document.objects.count(), EInvoice.objects.count()) == (1, 1)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_this_race_is_real_without_the_constraint_there_are_two(closed, venlo, monkeypatch):
    tables = [Document._meta.db_table, EInvoice._meta.db_table]
    indexes = [unique_index(table, column) for table in tables for column in ("statement_id", "filename")]
    with without_unique(*indexes):
        both_at_once(invoice_of(closed, venlo), monkeypatch)
        assert (Document.objects.count(), EInvoice.objects.count()) == (2, 2)


@pytest.fixture
def many(busy_quarter, venlo, close):
    """The closing of a quarter in which thirty more took part, who had nothing."""
    for number in range(30):
        each = Organisation.objects.create(
            name=f"Buurthuis {number:02}", slug=f"buurthuis-{number}", municipality=venlo.municipality
        )
        Accreditation.objects.create(organisation=each, track=4, protocol="1", valid_from=date(2025, 1, 1))
    return close(busy_quarter, PRESSED.date())


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_make_each_paper_once_and_the_sweeper_waits_for_them(many, monkeypatch):
    made: list[tuple[int, int]] = []

    def render(statement, *_) -> bytes:
        made.append((statement.pk, threading.get_ident()))
        sleep(0.01)
        return b"paper"

    def worker() -> None:
        after: int | None = 0
        while after is not None:
            after = issuing.make_some(many, after=after, at=PRESSED)

    monkeypatch.setattr(statement_pdf, "render", render)
    monkeypatch.setattr(issuing, "CHUNK", 3)
    monkeypatch.setattr(issuing, "PAUSE", 0.01)
    assert together(worker, worker, lambda: issuing.make_all(many, at=PRESSED)) == [None] * 3
    assert Counter(pk for pk, _ in made) == Counter(many.statements.values_list("pk", flat=True)), "each of them once"
    assert len({who for _, who in made}) == 3, "and all three had a part in it"
    assert Document.objects.filter(closing=many).count() == len(made) > 30


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_who_is_killed_has_no_claim_any_more(closed):
    statements = list(closed.statements.values_list("pk", flat=True))

    def killed() -> list[int]:
        held.append(claims.claimed(statements))  # what it holds is not given back, until the connection goes
        ours: list[int] = held[0].__enter__()
        with claims.claimed(statements[:1]) as again:
            assert again == statements[:1], "its own it may claim again"
        meanwhile.extend(together(lambda: list(_seen(statements))))
        connection.close()
        return ours

    def _seen(pks: list[int]) -> list[int]:
        with claims.claimed(pks) as ours:
            return ours

    held: list = []
    meanwhile: list[object] = []
    assert together(killed) == [statements]
    assert meanwhile == [[]], "while it lived, nothing was left for another"
    for _ in range(100):
        if (ours := _seen(statements)) == statements:
            break
        sleep(0.05)  # PostgreSQL notices a moment later
    assert ours == statements
