"""Costs are entered by hand with a document that proves them, once, and taken back by their opposite."""

import hashlib
from datetime import date
from functools import cache

import pikepdf
import pytest
from django.db import IntegrityError, transaction

from kbl.facts import FutureDate
from kbl.fund import evidence, evidence_content, ledger
from kbl.fund.evidence import LARGEST, EvidenceRefused
from kbl.fund.ledger import AlreadyBooked, NotReversible
from kbl.fund.models import BudgetLine, Cost, Evidence, FundEntry
from tests import by_two
from tests.conftest import at
from tests.effort import least, measured
from tests.fund import papers

pytestmark = pytest.mark.both_engines
DAY = date(2025, 11, 3)


def test_a_cost_of_another_post_never_touches_the_fund(pay):
    cost = pay(2025, "2.2", "24000.50")
    assert isinstance(cost, Cost)
    assert (cost.line.post, cost.amount, cost.evidence.filename) == ("2.2", 24000.50, "factuur-17.pdf")
    assert ledger.balance() == 0


def test_a_cost_of_the_fund_goes_into_its_ledger_with_its_document(pay, proof):
    entry = pay(2025, "5.3", 2500, on=date(2026, 1, 4))
    assert isinstance(entry, FundEntry)
    assert (entry.amount, entry.budget_year, entry.evidence, entry.supplier) == (
        -2500,
        2025,
        proof,
        "Drukkerij De Maas",
    )
    assert ledger.spent(date(2026, 1, 4)) == 2500


def test_an_invoice_is_booked_once_whatever_the_post_and_however_it_is_typed(pay):
    pay(2025, "2.2", 100, "F 2025 17")
    for post in ("2.2", "4.2", "5.3"):
        with pytest.raises(AlreadyBooked):
            pay(2025, post, 100, "f  2025 17")
    pay(2025, "2.2", 100, "F 2025 171")
    assert Cost.objects.count() == 2


def test_a_mistake_is_taken_back_once_and_then_booked_right(pay, finance):
    wrong = pay(2025, "2.2", 1000)
    back = by_two.take_back(wrong, on=DAY, by=finance, at=at(DAY))
    assert (back.amount, back.line, back.reverses) == (-1000, wrong.line, wrong)
    with pytest.raises(AlreadyBooked):
        by_two.take_back(wrong, on=DAY, by=finance, at=at(DAY))
    with pytest.raises(NotReversible):
        by_two.take_back(back, on=DAY, by=finance, at=at(DAY))
    right = pay(2025, "2.3", 1000)
    assert right.reference == "cost:f17:2"
    with pytest.raises(AlreadyBooked):
        pay(2025, "2.3", 1000)


def test_a_cost_of_the_fund_that_was_taken_back_is_booked_again(pay, finance):
    by_two.reverse(pay(2025, "5.3", 250), on=DAY, by=finance, at=at(DAY))
    pay(2025, "5.3", 2500)
    assert ledger.spent() == 2500


def test_a_cost_is_not_of_tomorrow(plan, proof, finance):
    with pytest.raises(FutureDate):
        by_two.book(
            BudgetLine.objects.get(year=2025, post="2.2"),
            1,
            reference="x",
            description="x",
            supplier="",
            evidence=proof,
            on=date(2025, 11, 4),
            by=finance,
            at=at(DAY),
        )


@pytest.mark.parametrize("amount", [0, -5])
def test_the_database_wants_a_document_and_an_amount(amount, plan, proof, finance):
    named = {"on": DAY, "description": "x", "recorded_at": at(DAY), "recorded_by": finance}
    line = BudgetLine.objects.get(year=2025, post="2.2")
    for row in ({"amount": amount, "evidence": proof}, {"amount": 5}):
        with pytest.raises(IntegrityError, match="cost_is_proven_or_takes_one_back"), transaction.atomic():
            Cost.objects.create(line=line, reference="x", **named, **row)
    with pytest.raises(IntegrityError, match="only_other_costs_have_papers"), transaction.atomic():
        FundEntry.objects.create(kind="draw", amount=-5, reference="x", evidence=proof, **named)


# The document


@pytest.mark.parametrize(
    ("content", "name", "kept_as", "kind"),
    [
        (papers.pdf(), "C:\\Mijn documenten\\Factuur (17).PDF", "Factuur-17.pdf", "application/pdf"),
        (papers.pdf(papers.attached("factuur.xml")), "ubl.pdf", "ubl.pdf", "application/pdf"),
        (papers.picture(), "../../etc/passwd", "passwd.png", "image/png"),
        (papers.picture("JPEG"), "bon.exe", "bon.jpg", "image/jpeg"),
        (papers.picture("JPEG"), "", "bewijsstuk.jpg", "image/jpeg"),
    ],
)
def test_a_document_is_kept_byte_for_byte(content, name, kept_as, kind, finance):
    kept = evidence.keep(content, name, by=finance, at=at(DAY))
    assert (kept.filename, kept.media_type) == (kept_as, kind)
    assert bytes(Evidence.objects.get().content) == content
    assert kept.sha256 == hashlib.sha256(content).hexdigest()


def test_the_same_document_is_kept_once(proof, finance):
    assert evidence.keep(papers.pdf(), "een andere naam.pdf", by=finance, at=at(DAY)) == proof


@cache
def honest_paper() -> float:
    """The cost of looking into a PDF of a hundred and fifty pages and forty thousand objects, which we take."""

    def fill(paper: pikepdf.Pdf) -> None:
        for _ in range(149):
            paper.add_blank_page()
        parts = [paper.make_indirect(pikepdf.Dictionary(N=i)) for i in range(40_000)]
        paper.Root.Parts = pikepdf.Array(parts)

    content = papers.pdf(fill)
    return least(lambda: evidence_content.look_into_pdf(content))  # here, where its work can be measured


@pytest.mark.parametrize("name", papers.HOSTILE)
def test_a_file_that_does_harm_is_not_kept(name, db, finance):
    content, reason = papers.hostile(name)

    def keep() -> None:
        with pytest.raises(EvidenceRefused) as refused:
            evidence.keep(content, "factuur.pdf", by=finance, at=at(DAY))
        assert refused.value.reason == reason

    work, _ = measured(keep)
    assert work < 2 * honest_paper()
    assert not Evidence.objects.exists()


def test_a_document_of_just_the_size_is_still_looked_at():
    with pytest.raises(EvidenceRefused) as refused:
        evidence.examine(b"x" * LARGEST)
    assert refused.value.reason == "kind"
