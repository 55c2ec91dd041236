"""A party's own statements, behind the intermediaries' door and the libraries': read, ask, agree, download."""

import pytest
import time_machine
from django.urls import reverse

from kbl.settlements.documents import issuing
from kbl.settlements.models import Statement
from tests import by_two
from tests.settlements.browsing import NOW, words
from tests.told_once import told_once

globals().update(told_once("closed", of=__package__))


@pytest.fixture(autouse=True)
def a_tuesday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.both_engines
def test_a_party_reads_asks_and_agrees(invoice, mara, quick, closed):
    issuing.make_all(closed, at=NOW)
    assert "2 afrekeningen wachten op uw akkoord" in words(mara.get(reverse("library:statements")))
    shown = words(mara.get(reverse("library:statement", args=[invoice.pk])))
    assert "VEN-2025-0001" in shown
    assert "€ 126,00" in shown

    ask = reverse("library:statement_dispute", args=[invoice.pk])
    empty = mara.post(ask)
    assert empty.status_code == 422
    assert "Kies wat er niet klopt" in words(empty)
    assert "Uw vraag is doorgegeven" in words(mara.post(ask, {"reason": "missing"}, follow=True))
    agree = reverse("library:statement_confirm", args=[invoice.pk])
    assert "Uw akkoord is vastgelegd" in words(mara.post(agree, follow=True))
    assert "al akkoord gegeven" in words(mara.post(agree, follow=True))
    download = mara.get(reverse("library:statement_document", args=[invoice.pk]))
    assert download.content == bytes(invoice.document.content)


PARTY_PAGES = ["statement", "statement_document", "statement_confirm", "statement_dispute"]


@pytest.mark.parametrize("name", PARTY_PAGES)
def test_a_neighbours_statement_does_not_exist(
    name, closed, landgraaf, food_bank, welfare, log_in, make_user, quick, mara
):
    issuing.make_all(closed, at=NOW)
    for theirs in (landgraaf, food_bank):
        pk = closed.statements.get(organisation=theirs).pk
        address = reverse(f"library:{name}", args=[pk])
        ask = mara.post if name.endswith(("confirm", "dispute")) else mara.get
        assert ask(address).status_code == 404
    assert set(Statement.objects.values_list("status", flat=True)) == {"draft"}


def test_the_desk_is_told_why_it_sees_no_invoices(invoice, log_in, clerk):
    desk = log_in(clerk)
    for address in (reverse("library:statements"), reverse("library:statement", args=[invoice.pk])):
        refused = desk.get(address)
        assert refused.status_code == 403
        assert "alleen de beheerder" in words(refused)


def test_who_reports_for_others_sees_theirs(closed, food_bank, welfare, other_worker, log_in):
    by_two.belongs(food_bank, welfare)
    wendy = log_in(other_worker)
    page = words(wendy.get(reverse("intermediary:statements")))
    assert "Voedselbank Venlo" in page
    declaration = closed.statements.get(organisation=food_bank)
    assert wendy.get(reverse("intermediary:statement", args=[declaration.pk])).status_code == 200


def test_an_organisation_that_does_both_finds_each_at_its_own_door(closed, venlo, mara, make_user, log_in):
    invoice = closed.statements.get(organisation=venlo)
    walk_in = log_in(make_user("Ida", "intermediary", venlo))
    assert walk_in.get(reverse("intermediary:statement", args=[invoice.pk])).status_code == 404
    assert "Nog niets afgerekend" in words(walk_in.get(reverse("intermediary:statements")))


def test_a_stranger_and_another_house_find_nothing(invoice, log_in, stranger, province, worker):
    addresses = [reverse("cubiss:closings"), reverse("cubiss:fund"), reverse("cubiss:statement", args=[invoice.pk])]
    for user in (stranger, province, worker):
        assert {log_in(user).get(address).status_code for address in addresses} == {404}
