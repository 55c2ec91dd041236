"""A library that agreed on nothing: what Cubiss draws up is an overview, until she gives it a number or agrees."""

import io
from datetime import date, timedelta

import pikepdf
import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from kbl.payments.runs import runs
from kbl.settlements.closing import after_closing
from kbl.settlements.documents import issuing, statement_pdf
from kbl.settlements.documents.einvoice import issue as einvoice
from kbl.settlements.models import Document, EInvoice, OwnNumber, Statement, StatementStep
from kbl.settlements.statements import notices, own_numbers, self_billing, silence, steps
from kbl.settlements.statements.steps import NumberAwaited
from libraries.models import Participation
from reporting.audit.quarter_file import tables
from reporting.integrity import agreements
from reporting.journal import double_entry
from tests import by_two
from tests.conftest import at
from tests.settlements.browsing import press, see, words
from tests.settlements.conftest import PRESSED, Q1, Q4
from tests.settlements.test_documents import text_of
from tests.told_once import told_once

# Nobody agreed on anything.
globals().update(told_once("busy_quarter", of=__package__, libraries_agreed=False))

LATER = PRESSED + timedelta(days=2)
DAY = date(2026, 1, 14)


def again(statement: Statement) -> Statement:
    return Statement.objects.get(pk=statement.pk)


def journal() -> list:
    return double_entry.entries(double_entry.JournalPeriod(date(2025, 1, 1), date(2026, 12, 31)))


@pytest.mark.both_engines
def test_it_is_no_invoice_anywhere(invoice, closed, quick, mailoutbox, manager, finance, venlo, food_bank):
    """No number, no document, no e-invoice, no approval, no payment, nothing in the journal; mail and lists say so."""
    assert (invoice.word, invoice.invoice_number, invoice.awaits_number) == ("opgave", None, True)
    issuing.make_all(closed, at=PRESSED)
    after_closing.make_report(closed)
    notices.send_all(closed, at=PRESSED)
    assert after_closing.is_finished(closed), "nothing is left for a machine to do"
    assert not Document.objects.filter(statement=invoice).exists() and not EInvoice.objects.exists()
    assert not einvoice.is_due(invoice)
    with pytest.raises(NumberAwaited):
        issuing.issue_statement(invoice, at=PRESSED)
    steps.confirm(invoice, by=manager, at=PRESSED)
    with pytest.raises(NumberAwaited):
        steps.approve(invoice, by=finance, at=LATER)
    assert runs.payable_statements() == [] and journal() == []
    (mail,) = [each for each in mailoutbox if each.to == [venlo.email]]
    assert mail.subject == "Uw opgave over het 4e kwartaal 2025 staat klaar"
    assert "Dit is nog geen factuur" in mail.body and "spreek daar met ons af" in mail.body
    assert "van uit dat u akkoord" not in mail.body
    row = next(each for each in tables.TABLES[0].rows(closed) if each[0] == invoice.pk)
    assert row[2] == "", "the quarter's file has no number for it"
    declaration = closed.statements.get(organisation=food_bank)
    assert declaration.invoice_number == declaration.number and declaration.silence_counts


@pytest.mark.both_engines
def test_silence_never_makes_an_invoice_of_it(invoice, closed, quick, mailoutbox, manager):
    issuing.make_all(closed, at=PRESSED)
    notices.send_all(closed, at=PRESSED)
    silence.watch(at=at(date(2026, 1, 22)))
    silence.watch(at=at(date(2026, 6, 1)))
    assert again(invoice).status == "draft"
    own_numbers.give(again(invoice), "2026-17", by=manager, at=at(date(2026, 6, 2)))
    silence.watch(at=at(date(2026, 6, 3)))
    assert again(invoice).status == "draft", "it was never told that silence would count"


@pytest.mark.both_engines
def test_with_her_own_number_it_is_her_invoice(invoice, quick, manager, finance):
    own_numbers.give(invoice, "2026-17", by=manager, at=LATER)
    given = again(invoice)
    assert (given.word, given.invoice_number, given.agreed_afterwards) == ("factuur", "2026-17", False)
    assert issuing.issue_statement(given, at=LATER).filename == "factuur-VEN-2025-0001.pdf"
    steps.confirm(given, by=manager, at=LATER)
    steps.approve(given, by=finance, at=LATER)
    (entry,) = journal()
    assert entry.document == "2026-17"
    assert [each.statement for each in runs.payable_statements()] == [given]


@pytest.mark.both_engines
def test_when_she_agrees_afterwards_it_carries_our_number(invoice, venlo, landgraaf, manager, finance):
    self_billing.agree(venlo, since=DAY, by=manager, at=at(DAY))
    given = again(invoice)
    assert (given.word, given.invoice_number, given.agreed_afterwards) == ("factuur", "VEN-2025-0001", True)
    text = text_of(given)
    assert "Factuur VEN-2025-0001" in text and "Factuur uitgereikt door afnemer" in text
    assert "Kenmerk KBL VEN" not in text
    assert statement_pdf.context(given)["self_billed"]
    assert b"<cbc:InvoiceTypeCode>389<" in (einvoice.make_one(given) or b"")
    assert not given.silence_counts, "it was never told that silence would count"
    assert not list(agreements.own_numbers_are_used_once()) and not list(
        agreements.own_numbers_belong_to_their_library()
    )


@pytest.mark.both_engines
def test_who_numbers_her_own_invoices_still_does_when_she_agrees(busy_quarter, venlo, close, manager):
    Participation.objects.filter(library=venlo).update(own_numbers=True)
    mine = close(Q4, date(2026, 1, 12)).statements.get(organisation=venlo)
    self_billing.agree(venlo, since=DAY, by=manager, at=at(DAY))
    assert again(mine).awaits_number and not OwnNumber.objects.exists()


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("since", "is_invoice"), [(date(2026, 1, 11), True), (date(2026, 1, 12), True), (date(2026, 1, 13), False)]
)
def test_the_day_of_closing_is_the_day_that_the_agreement_must_hold(busy_quarter, venlo, close, since, is_invoice):
    """Closed on 12 January: an agreement of that day counts, one of the day after does not."""
    Participation.objects.filter(library=venlo).update(self_billing_since=since)
    mine = close(Q4, date(2026, 1, 12)).statements.get(organisation=venlo)
    assert mine.awaits_number != is_invoice
    assert mine.particulars["agreed"] is is_invoice


@pytest.mark.both_engines
def test_an_agreement_that_ended_is_none_for_the_next_closing(
    invoice, venlo, manager, give, food_bank, worker, take, close
):
    self_billing.agree(venlo, since=DAY, by=manager, at=at(DAY))
    self_billing.end(venlo, on=date(2026, 3, 1), by=manager, at=at(date(2026, 3, 1)))
    assert again(invoice).invoice_number == "VEN-2025-0001", "what was an invoice stays one"
    take(venlo, give(food_bank, worker, 1, date(2026, 2, 2)), date(2026, 2, 3))
    assert close(Q1, date(2026, 4, 12)).statements.get(organisation=venlo, kind="invoice").awaits_number


@pytest.mark.both_engines
def test_the_database_itself_refuses_what_would_make_an_invoice_of_it(invoice, closed, quick, manager):
    """Past all code: a document, an e-invoice, an approval, a payment, and nobody's agreement."""
    refused = [
        lambda: Document.objects.create(
            kind="statement", closing=closed, statement=invoice, filename="x.pdf", content=b"", sha256="", made_at=LATER
        ),
        lambda: EInvoice.objects.create(statement=invoice, filename="x.xml", content=b"", sha256="", made_at=LATER),
        lambda: StatementStep.objects.create(statement=invoice, status="confirmed", by=None, at=LATER),
        *(
            lambda status=status: Statement.objects.filter(pk=invoice.pk).update(status=status)
            for status in ("approved", "in_payment", "paid")
        ),
    ]
    for act in refused:
        with pytest.raises(DatabaseError, match="no invoice yet"), transaction.atomic():
            act()
    own_numbers.give(invoice, "17", by=manager, at=LATER)
    with pytest.raises(DatabaseError, match="no invoice yet"), transaction.atomic():
        refused[2]()
    for act in (*refused[:2], *refused[3:]):
        act()


@pytest.mark.both_engines
def test_what_was_issued_before_this_was_asked_stays_an_invoice(invoice):
    """A statement that was closed earlier says nothing of an agreement."""
    invoice.particulars = {name: value for name, value in invoice.particulars.items() if name != "agreed"}
    assert not invoice.awaits_number and invoice.invoice_number == "VEN-2025-0001" and invoice.silence_counts


def test_a_correction_names_the_overview_by_its_reference(invoice, venlo, finance, close):
    by_two.correct(invoice.lines.first(), reason="twice", by=finance, at=at(date(2026, 2, 2)))
    credit = close(Q1, date(2026, 4, 12)).statements.get(organisation=venlo, kind="invoice")
    assert statement_pdf.context(credit)["originals"] == ["VEN-2025-0001"]
    assert credit.awaits_number


def test_the_overview_says_that_it_is_none(invoice, mara, rik):
    """On paper: no number, no words of an invoice, nothing to pay; for her and for Cubiss."""
    text = text_of(invoice)
    assert "Opgave" in text and "Dit is geen factuur" in text and "Te factureren € 126,00" in text
    assert "Kenmerk KBL VEN-2025-0001" in text
    for never in ("Factuur VEN", "Te betalen", "uitgereikt door afnemer", "ten name van", "Nummer None", "Namens"):
        assert never not in text
    for response in (
        mara.get(reverse("library:statement_document", args=[invoice.pk])),
        see(rik, "statement_overview", invoice.pk),
    ):
        assert response["Content-Disposition"] == 'attachment; filename="opgave-2025-Q4-bibliotheek-venlo.pdf"'
        with pikepdf.open(io.BytesIO(response.content)) as paper:
            assert not paper.attachments
    assert not Document.objects.exists(), "it is not kept"
    assert mara.get(reverse("library:statement_einvoice", args=[invoice.pk])).status_code == 404


def test_she_reads_what_to_do_and_by_agreeing_it_is_done(invoice, mara, frank, quick, workers):
    page = words(mara.get(reverse("library:statement", args=[invoice.pk])))
    assert "Opgave voor uw factuur" in page and "afspreekt dat Cubiss uw facturen maakt" in page
    assert "1 opgave is nog geen factuur" in words(mara.get(reverse("library:statements")))
    assert "1 opgave wacht daar nu op" in words(mara.get(reverse("library:self_billing")))
    office = words(see(frank, "statement", invoice.pk))
    assert "Opgave, nog geen factuur (kenmerk VEN-2025-0001)" in office and "Keur goed" not in office
    mara.post(reverse("library:self_billing_agree"))
    page = words(mara.get(reverse("library:statement", args=[invoice.pk])))
    assert "VEN-2025-0001" in page and "Opgave" not in page
    assert "Factuur VEN-2025-0001" in words(see(frank, "statement", invoice.pk))


def test_cubiss_enters_the_agreement_and_the_invoice_is_made(invoice, venlo, carla, quick):
    press(carla, "self_billing_agree", venlo.slug, on="2025-11-03")
    assert again(invoice).invoice_number == "VEN-2025-0001"
    after_closing.finish(at=LATER)
    assert Document.objects.get(statement=invoice).filename == "factuur-VEN-2025-0001.pdf"


def test_another_number_than_hers_or_ours_is_found(invoice, venlo, manager):
    """Our number on an invoice of a library that never agreed."""
    OwnNumber.objects.create(statement=invoice, organisation=venlo, number=invoice.number, at=LATER, by=manager)
    assert [each["number"] for each in agreements.own_numbers_are_used_once()] == ["VEN-2025-0001"]
