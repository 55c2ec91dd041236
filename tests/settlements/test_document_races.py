"""Two workers issue one document; and without the constraint there are two."""

import pytest

from kbl.settlements.models import Document, EInvoice
from tests.races.support import kinds, unique_index, without_unique
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
