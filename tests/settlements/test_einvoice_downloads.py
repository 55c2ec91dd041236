"""The e-invoice beside its PDF: for the office and for the party itself, the bytes that were kept."""

from datetime import date

import pytest
from django.urls import reverse

from kbl.organisations.models import Organisation
from kbl.settlements.closing import closing
from kbl.settlements.documents import issuing
from kbl.settlements.models import EInvoice
from tests import by_two
from tests.settlements.conftest import PRESSED
from tests.told_once import told_once

globals().update(told_once("busy_quarter", of=__package__))


@pytest.fixture
def issued(closed) -> dict[str, EInvoice]:
    issuing.make_all(closed, at=PRESSED)
    return {each.statement.organisation.slug: each for each in EInvoice.objects.all()}


def test_the_office_and_the_library_get_the_bytes_that_were_kept(issued, invoice, frank, mara):
    kept = issued["bibliotheek-venlo"]
    for client, door in ((frank, "cubiss"), (mara, "library")):
        page = client.get(reverse(f"{door}:statement", args=[invoice.pk])).content.decode()
        address = reverse(f"{door}:statement_einvoice", args=[invoice.pk])
        assert address in page and "E-factuur (XML)" in page
        answer = client.get(address)
        assert answer.content == bytes(kept.content)
        assert answer["Content-Type"] == "application/xml"
        assert answer["Content-Disposition"] == 'attachment; filename="factuur-VEN-2025-0001.xml"'
        assert answer["ETag"] == f'"{kept.sha256}"'
        assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_what_has_none_offers_none(issued, closed, landgraaf, frank):
    nil = closed.statements.get(organisation=landgraaf)
    assert "E-factuur" not in frank.get(reverse("cubiss:statement", args=[nil.pk])).content.decode()
    assert frank.get(reverse("cubiss:statement_einvoice", args=[nil.pk])).status_code == 404


def test_another_librarys_does_not_exist(issued, invoice, landgraaf, make_user, log_in):
    stranger = log_in(make_user("Lies", "library_manager", landgraaf))
    assert stranger.get(reverse("library:statement_einvoice", args=[invoice.pk])).status_code == 404


def test_an_intermediary_that_charges_vat_finds_its_own(busy_quarter, food_bank, worker, coordinator, log_in):
    Organisation.objects.filter(pk=food_bank.pk).update(vat_id="NL004495445B01")
    by_two.vat(organisation=food_bank, kind="handling", first_day=date(2025, 1, 1), vat="high")
    closed = closing.close(busy_quarter, by=coordinator, at=PRESSED)
    issuing.make_all(closed, at=PRESSED)
    statement = closed.statements.get(organisation=food_bank)
    client = log_in(worker)
    assert "E-factuur (XML)" in client.get(reverse("intermediary:statement", args=[statement.pk])).content.decode()
    answer = client.get(reverse("intermediary:statement_einvoice", args=[statement.pk]))
    assert answer.content == bytes(statement.einvoice.content)
