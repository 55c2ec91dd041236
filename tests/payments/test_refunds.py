"""A party sends money back without our reference: it is matched by hand, and is never taken for subsidy."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from kbl.fund.models import FundEntry, Instalment
from kbl.payments.bank import worklist
from kbl.payments.bank.refunds import RefundRefused
from kbl.payments.models import BankEntry, BankFile, Refund
from kbl.payments.runs.payable import due, overpaid_statements, payable_statements
from kbl.payments.sentences import sentence
from kbl.programme.demo.bank_statement import PlayedBooking, executed, out
from reporting.integrity import payments as books
from reporting.journal.double_entry import JournalPeriod, entries
from tests import by_two
from tests.by_two import agree
from tests.conftest import at
from tests.payments.conftest import DAY, HEARD, START
from tests.payments.test_killed_import import books_of_payments
from tests.payments.test_matching import payment_of, status
from tests.payments.test_run_pages import press, see, words
from tests.told_once import told_once

globals().update(told_once("run", of=__package__))

pytestmark = pytest.mark.both_engines

LATER = at(date(2026, 2, 3))


def in_order() -> bool:
    checks = [*books_of_payments(), books.refunds_are_money_that_came_in]
    return [row for each in checks for row in each()] == []


@pytest.fixture
def sent_back(released, invoice, hear, says):
    """Everything was paid; later 126 euros come in, of whoever, without a word that we know."""
    hear(executed(released, on=DAY, opening=START))
    says(PlayedBooking(Decimal("126.00"), DAY, "FOUT-BEDRAG", "BACK", name="Bibliotheek Venlo"))
    return BankEntry.objects.get(outcome="received")


def test_money_back_opens_the_statement_that_it_belongs_to(sent_back, invoice, declaration, finance):
    refund = by_two.match_refund(sent_back, invoice, by=finance, at=LATER)
    assert (refund.payment, status(invoice), due(invoice)) == (payment_of(invoice), "approved", invoice.payable)
    assert (payment_of(invoice).ended, status(declaration)) == ("returned", "paid")
    assert [each.statement for each in payable_statements()] == [invoice]
    assert not FundEntry.objects.filter(kind="instalment").exists() and in_order()


def test_what_was_paid_twice_and_comes_back_without_a_word_is_right_again(released, invoice, says, finance):
    says(out(payment_of(invoice), DAY), out(payment_of(invoice), DAY, reference="SECOND"))
    says(PlayedBooking(Decimal("126.00"), DAY, reference="BACK"))
    assert overpaid_statements() == [(invoice, Decimal("126.00"))]
    by_two.match_refund(BankEntry.objects.get(outcome="received"), invoice, by=finance, at=LATER)
    assert (status(invoice), due(invoice), overpaid_statements()) == ("paid", 0, [])
    assert [each.kind for each in worklist.items(DAY)] == [] and in_order()


def test_a_match_is_undone_once_and_leaves_its_trace(sent_back, invoice, finance, coordinator):
    refund = by_two.match_refund(sent_back, invoice, by=finance, at=LATER)
    by_two.undo_refund(refund, by=coordinator, at=LATER)
    assert (status(invoice), due(invoice)) == ("paid", 0) and in_order()
    kept = Refund.objects.get()
    assert (kept.matched_by, kept.undone_by) == (finance, coordinator)
    with pytest.raises(RefundRefused) as refused:
        by_two.undo_refund(refund, by=finance, at=LATER)
    assert refused.value.reason == RefundRefused.Reason.UNDONE and sentence(refused.value)
    by_two.match_refund(sent_back, invoice, by=finance, at=LATER)
    assert status(invoice) == "approved" and in_order()


def test_what_cannot_be_matched_is_refused_in_words(sent_back, invoice, declaration, finance):
    def why(entry, statement) -> str:
        with pytest.raises(RefundRefused) as refused:
            by_two.match_refund(entry, statement, by=finance, at=LATER)
        assert sentence(refused.value)
        return refused.value.reason

    assert why(BankEntry.objects.filter(outcome="paid").first(), invoice) == "not_received"
    assert why(sent_back, declaration) == "too_much", "126 euros never went out for a declaration of 20"
    by_two.match_refund(sent_back, invoice, by=finance, at=LATER)
    assert why(sent_back, invoice) in ("taken", "too_much")
    assert Refund.objects.count() == 1


def test_what_is_booked_as_subsidy_is_booked_back_first(sent_back, invoice, finance):
    instalment = Instalment.objects.create(description="Termijn 4", due_on=DAY, amount=Decimal("126"))
    by_two.receive(instalment, amount=Decimal("126"), on=DAY, by=finance, at=LATER)
    with pytest.raises(RefundRefused) as refused:
        by_two.match_refund(sent_back, invoice, by=finance, at=LATER)
    assert refused.value.reason == RefundRefused.Reason.BOOKED and "termijn" in sentence(refused.value)


def test_the_database_keeps_a_match_as_it_is(sent_back, invoice, finance):
    refund = by_two.match_refund(sent_back, invoice, by=finance, at=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.create(entry=sent_back, payment=refund.payment, matched_at=LATER, matched_by=finance)
    for change in ({"payment": None}, {"matched_at": HEARD}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Refund.objects.filter(pk=refund.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        refund.delete()


def test_the_journal_books_it_in_the_month_in_which_it_was_done(sent_back, invoice, finance):
    refund = by_two.match_refund(sent_back, invoice, by=finance, at=LATER)
    by_two.undo_refund(refund, by=finance, at=at(date(2026, 3, 2)))
    found = {
        month: [
            each
            for each in entries(JournalPeriod(date(2026, month, 1), date(2026, month, 28)))
            if each.kind == "retour"
        ]
        for month in (1, 2, 3)
    }
    assert [len(found[month]) for month in (1, 2, 3)] == [0, 1, 1]
    back, again = found[2][0], found[3][0]
    assert back.balances and again.balances and back.document == invoice.number
    assert [(each.role, each.debit, each.credit) for each in back.postings] == [
        ("bank", Decimal("126"), 0),
        ("creditors", 0, Decimal("126")),
    ]
    assert {(each.role, each.credit - each.debit) for each in again.postings} == {
        ("bank", Decimal("126")),
        ("creditors", Decimal("-126")),
    }


def test_frank_matches_it_on_the_statement(sent_back, invoice, frank, finance, coordinator):
    Instalment.objects.create(description="Termijn 4", due_on=DAY, amount=Decimal("47250"))
    page = see(frank, "bank_file", sent_back.file_id)
    assert "Hoort bij een afrekening" in words(page)
    assert "Boek als termijn" not in words(page), "it is exactly what went out for a statement"
    form = see(frank, "bank_refund", sent_back.pk)
    assert "betaald € 126,00" in words(form).replace("\xa0", " ") and "Voedselbank" not in words(form)
    assert press(frank, "bank_refund", sent_back.pk).status_code == 422
    asked = words(press(frank, "bank_refund", sent_back.pk, statement=invoice.pk))
    assert "gevraagd door Frank (frank@voorbeeld.example)" in asked and "Hoort bij een afrekening" not in asked
    assert press(frank, "bank_refund", sent_back.pk, statement=invoice.pk).status_code == 422
    assert status(invoice) == "paid", "one alone does not open a statement to be paid once more"
    agree(coordinator, at=LATER)
    assert status(invoice) == "approved"
    page = words(see(frank, "bank_file", BankFile.objects.latest("pk").pk))
    assert "teruggestort" in page and "gekoppeld door Frank" in page and "Hoort bij een afrekening" not in page
    assert "Teruggestort" in words(see(frank, "statement", invoice.pk))
    assert "stortte geld terug" in words(see(frank, "bank_todo"))
    assert "Gevraagd om los te maken, door Frank" in words(press(frank, "bank_refund_undo", Refund.objects.get().pk))
    assert status(invoice) == "approved"
    agree(coordinator, at=LATER)
    assert status(invoice) == "paid"


def test_others_of_cubiss_look_and_do_not_match(sent_back, invoice, rik, carla):
    for client in (rik, carla):
        assert (
            client.post(f"/cubiss/bank/boeking/{sent_back.pk}/afrekening/", {"statement": invoice.pk}).status_code
            == 403
        )
        assert "Hoort bij een afrekening" not in words(see(client, "bank_file", sent_back.file_id))
    assert not Refund.objects.exists()
