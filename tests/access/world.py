"""One of everything that a route can name, and one of everybody who can knock."""

import hashlib
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from intermediaries import accreditation
from intermediaries.counting import differences
from intermediaries.handouts import digital, handout
from intermediaries.models import Handout
from intermediaries.orders import orders
from kbl.accounts.models import Role
from kbl.discrepancies import answers, reconciliation
from kbl.discrepancies.models import Answer, DiscrepancyKind
from kbl.fund import evidence
from kbl.fund.models import BudgetLine, Instalment
from kbl.jobs.models import Job, JobFile
from kbl.mail.models import Letter
from kbl.organisations.models import Municipality, Organisation, YearTarget
from kbl.payments.accounts import accounts
from kbl.payments.models import BankEntry, BankFile, Payment, PaymentFile, PaymentRun
from kbl.periods import Quarter
from kbl.second_person import second_person
from kbl.settlements.closing import closing
from kbl.settlements.models import Document, EInvoice, Line, Notice, Reminder, Statement, Tariff
from libraries import enrolment, renewal, welcome
from libraries.models import Enrolment
from reporting.models import Agreement, PaymentRequest
from tests import by_two, released_report
from tests.access.addresses import ROLES, address, routes
from tests.access.once import papers_in_words
from tests.conftest import at, branch_of
from tests.fund import papers
from vouchers.batches import make_batch
from vouchers.custody import returns, revalidation, stock
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

__all__ = ["ROLES", "address", "knock", "other_manager", "routes", "things"]


@pytest.fixture
def other_manager(make_user, landgraaf):
    """Landgraaf's manager: Venlo's neighbour."""
    return make_user("Lena", Role.LIBRARY_MANAGER, landgraaf)


@pytest.fixture
def other_official(make_user, landgraaf):
    """Somebody of Gemeente Landgraaf: Venlo's neighbour."""
    hall = Organisation.objects.create(name="Gemeente Landgraaf", slug="gemeente-landgraaf")
    Municipality.objects.filter(pk=landgraaf.municipality_id).update(authority=hall)
    return make_user("Guus", Role.MUNICIPALITY, hall)


@pytest.fixture
def things(
    stock_of_food_bank, batch, food_bank, worker, venlo, clerk, coordinator, finance, programme, gennep
) -> dict[str, object]:
    """What the routes' arguments stand for, by the name in the matrix; all of it is the food bank's or Venlo's."""
    first, day = stock_of_food_bank.first, date(2025, 10, 2)
    handout.hand_out(food_bank, [SerialRange(first, first + 3)], on=day, by=worker, at=at(day))
    for voucher in Voucher.objects.within(SerialRange(first, first + 3)):
        enrolment.redeem(voucher.number, branch=branch_of(venlo), kind="new", on=day, by=clerk, at=at(day))
    lost = SerialRange(first + 10, first + 10)
    stock.void(lost, reason="lost", on=day, by=coordinator, at=at(day))
    (asked,) = revalidation.ask([lost], reason="found", on=day, by=coordinator, at=at(day))
    coming = SerialRange(first + 12, first + 13)
    (expected,) = returns.expect([coming], kind="recall", holder=food_bank, on=day, by=coordinator, at=at(day))
    enrolled = Enrolment.objects.order_by("pk")
    later = at(date(2026, 10, 3))
    renewed = renewal.renew(enrolled[0].years.get(), by=clerk, at=later)
    ended = renewal.end(enrolled[1].years.get(), by=clerk, at=later)
    for quarter in (Quarter(2025, 1), Quarter(2025, 2), Quarter(2025, 3), Quarter(2025, 4)):
        closed = closing.close(quarter, by=coordinator, at=at(date(2026, 1, 12)))
    invoice = closed.statements.get(kind="invoice", organisation=venlo)
    declaration = closed.statements.get(kind="declaration", organisation=food_bank)
    waits = {"closing": closed, "organisation": food_bank, "kind": "invoice", "net": 0, "vat": 0}
    no_invoice = Statement.objects.create(**waits, number="OPG-2025-0001", particulars={"agreed": False})
    documents = {
        name: Document.objects.create(
            kind=kind,
            closing=closed,
            statement=statement,
            filename=f"{name}.pdf",
            content=b"%PDF",
            sha256="0" * 64,
            made_at=closed.closed_at,
        )
        for name, kind, statement in (
            ("invoice_pdf", "statement", invoice),
            ("declaration_pdf", "statement", declaration),
            ("report_pdf", "report", None),
        )
    }
    for each in (invoice, declaration):
        made = {"content": b"<x/>", "sha256": "x", "made_at": closed.closed_at}
        EInvoice.objects.create(statement=each, filename=f"{each.pk}.xml", **made)
    coming = by_two.vat(organisation=venlo, kind="membership", first_day=date(2026, 7, 1), vat="low")
    sent = {"statement": invoice, "recipient": venlo.email, "state": "sent", "sent_at": closed.closed_at}
    Notice.objects.create(**sent)
    Reminder.objects.create(**sent, silence_on=date(2026, 2, 2))
    instalment = Instalment.objects.create(description="Termijn", due_on=day, amount=100)
    entry = by_two.spend(1, reference="knop", description="Knop", on=day, by=finance, at=at(day))
    budget = BudgetLine.objects.create(
        year=2025, post="5.1", name="Lidmaatschappen", amount=84_000, paid_by="provincie"
    )
    toolkit = BudgetLine.objects.create(year=2025, post="2.2", name="Toolkit", amount=25_000, paid_by="provincie")
    proof = evidence.keep(papers.picture(), "bon.png", by=finance, at=at(day))
    cost = by_two.book(
        toolkit, 1, reference="1", description="Bon", supplier="", evidence=proof, on=day, by=finance, at=at(day)
    )
    job = Job.objects.create(
        key=uuid4(),
        kind="make_batch",
        arguments={"intermediary": None, "count": batch.size, "medium": "paper", "valid_until": "2027-12-31"},
        state="done",
        asked_at=batch.recorded_at,
        asked_by=coordinator,
        attempt=1,
        seen_at=batch.recorded_at,
        finished_at=batch.recorded_at,
        result=batch.pk,
    )
    letter = Letter.objects.create(
        recipient="carla@voorbeeld.example",
        purpose="system",
        state="failed",
        attempts=10,
        claimed_at=at(day),
        written_at=at(day),
        expires_at=at(day) + timedelta(days=14),
    )
    JobFile.objects.create(job=job, filename="vellen.pdf", content_type="application/pdf", content=b"%PDF")
    Organisation.objects.create(name="Uitgiftepunt Blerick", slug="blerick", parent=food_bank)  # reports through it
    order, sent_order, difference = _orders(food_bank, worker, coordinator, batch, day)
    with papers_in_words():
        edition = released_report.released(closed, coordinator, finance)
        interim = released_report.interim(Quarter(2026, 1), coordinator, finance, at=at(date(2026, 2, 3)))
    return {
        "order": order.pk,
        "sent_order": sent_order.pk,
        "difference": difference.pk,
        "discrepancy_class": "anders-geteld",
        "answer": _answer(difference, coordinator, day),
        "batch": batch.pk,
        "serial": first,
        "csv": "csv",
        "job": job.pk,
        "mail_kind": "brief",
        "letter": letter.pk,
        "organisation": food_bank.pk,
        "organisation_slug": food_bank.slug,
        "municipality_code": venlo.municipality.code,
        "library_slug": venlo.slug,
        "municipality": food_bank.municipality_id,
        "programme": programme.pk,
        "target": YearTarget.objects.get(year=2025).pk,
        "accreditation": food_bank.accreditations.get().pk,
        "quarter": Quarter(2025, 4),
        "quarter_text": "2025-Q4",
        "edition": edition.pk,
        "edition_version": 1,
        "part_about": "library",
        "part": venlo.pk,
        "edition_form": "pdf",
        "interim": interim.pk,
        "interim_form": "csv",
        "invoice": invoice.pk,
        "declaration": declaration.pk,
        "no_invoice": no_invoice.pk,
        "line": Line.objects.filter(statement=invoice).order_by("pk")[0].pk,
        "invoice_pdf": documents["invoice_pdf"].pk,
        "instalment": instalment.pk,
        "entry": entry.pk,
        "money": "spent",
        **_released_and_asked(food_bank, venlo, worker, clerk, coordinator, finance),
        **_paid_and_returned(declaration, finance, coordinator),
        "budget": budget.pk,
        "cost": cost.pk,
        "evidence": proof.pk,
        "party_vat": coming.pk,
        "tariff": Tariff.objects.filter(kind="handling").get().pk,
        "handout": Handout.objects.order_by("pk")[0].pk,
        "digital_handout": _digital(food_bank, worker, coordinator, day),
        "revalidation": asked.pk,
        "return": expected.pk,
        "enrolment": enrolled[2].pk,
        "renewal": renewed.pk,
        "end": ended.pk,
        "welcome_offer": _offer(venlo),
        "user": worker.pk,
        "key": "x",
        "hint": "balie",
        "source": "intermediairs",
        "app": "organisations",
        "intake_kind": "organisaties",
        "chart": "doelen",
        "report_chart": "leden",
        "chart_size": "screen",
        "own_chart": "leden",
        "spreadsheet": "xlsx",
        "goal_letter": "b",
        "payment_request": _request(closed, instalment, finance, coordinator),
        "monitor_kind": "overeenkomst",
        "agreement": _agreement(venlo, coordinator, day),
    }


def _request(closed, instalment, finance, coordinator) -> int:
    """A payment request that the province may read."""
    kept = {"filename": "x.pdf", "content": b"%PDF", "sha256": hashlib.sha256(b"%PDF").hexdigest()}
    return PaymentRequest.objects.create(
        closing=closed,
        number="BV-2026-0001",
        amount=100,
        due_on=date(2026, 4, 1),
        asked_at=closed.closed_at,
        asked_by=finance,
        decided_at=closed.closed_at,
        decided_by=coordinator,
        outcome="released",
        instalment=instalment,
        **kept,
    ).pk


def _agreement(venlo, coordinator, day: date) -> int:
    """An agreement of Venlo with a partner."""
    parts = dict.fromkeys(Agreement.PARTS, True)
    told = {
        "library": venlo,
        "partner": "Wijkteam Noord",
        "on": day,
        "recorded_at": at(day),
        "recorded_by": coordinator,
    }
    return Agreement.objects.create(**told, **parts).pk


def _paid_and_returned(declaration, finance, coordinator) -> dict[str, int]:
    """A payment of the food bank's declaration that came back, and the bank's booking of that."""
    when = at(date(2026, 2, 2))
    run = PaymentRun.objects.create(
        number=9_001,
        execute_on=when.date(),
        debtor={"name": "Cubiss"},
        status="executed",
        prepared_at=when,
        prepared_by=finance,
        released_at=when,
        released_by=coordinator,
        executed_at=when,
        executed_by=finance,
    )
    payment = Payment.objects.create(
        run=run,
        statement=declaration,
        amount=16,
        payee="Voedselbank",
        iban="NL91ABNA0417164300",
        end_to_end_id="KBL-9001-1",
        ended_at=when,
        ended="returned",
        return_code="AC04",
    )
    read = BankFile.objects.create(
        iban="NL91ABNA0417164300",
        statement_id="9001",
        first_day=when.date(),
        last_day=when.date(),
        opening=0,
        closing=26,
        sha256="9" * 64,
        imported_at=when,
        imported_by=finance,
    )
    booked = BankEntry.objects.create(
        file=read, position=1, on=when.date(), amount=16, payment=payment, outcome="returned", return_code="AC04"
    )
    incoming, matched = (
        BankEntry.objects.create(file=read, position=place, on=when.date(), amount=5, outcome="received")
        for place in (2, 3)
    )
    refund = by_two.refund(matched, payment, matched_at=when, matched_by=finance)
    return {
        "payment": payment.pk,
        "bank_entry": booked.pk,
        "bank_file": read.pk,
        "incoming": incoming.pk,
        "refund": refund.pk,
    }


def _released_and_asked(food_bank, venlo, worker, clerk, coordinator, finance) -> dict[str, int]:
    """A payment run with its file, and two requests for another account."""
    day = at(date(2026, 1, 21))
    run = PaymentRun.objects.create(
        number=90,
        execute_on=day.date(),
        debtor={"name": "Cubiss", "iban": "NL91ABNA0417164300"},
        prepared_at=day,
        prepared_by=finance,
        status="released",
        released_at=day,
        released_by=coordinator,
    )
    PaymentFile.objects.create(run=run, filename="run.xml", content=b"<a/>", sha256="1" * 64, made_at=day)
    asked = accounts.ask(food_bank, "NL20INGB0001234567", by=worker, at=day)
    return {
        "run": run.number,
        "account_change": asked.pk,
        "pending_change": second_person.ask_parent(food_bank, venlo, by=finance, at=day).pk,
        "library_account_change": accounts.ask(venlo, "NL86INGB0002445588", by=clerk, at=day).pk,
    }


def _digital(food_bank, worker, coordinator, day: date) -> int:
    """A digital voucher that the food bank handed out."""
    until = date(2027, 12, 31)
    made = make_batch(2, medium="digital", valid_until=until, on=day, by=coordinator, at=at(day))
    accreditation.allocate(made.range, to=food_bank, on=day, by=coordinator, at=at(day))
    return digital.hand_out_next(food_bank, on=day, by=worker, at=at(day), key=uuid4()).pk


def _offer(venlo) -> int:
    """Something on Venlo's welcome card."""
    welcome.begin_with_examples(venlo)
    return welcome.offers_of(venlo)[0].pk


def _answer(difference, coordinator, day: date) -> int:
    """Something that Cubiss said about that number."""
    counted = reconciliation.of(DiscrepancyKind.COUNTED)
    until, told = day + timedelta(days=7), {"by": coordinator, "at": at(day)}
    answers.answer(counted.facts(day), counted, [difference.pk], words="later", until=until, **told)
    return Answer.objects.get().pk


def _orders(food_bank, worker, coordinator, batch, day: date) -> tuple:
    """The food bank's order that waits, one that was sent, and a number that it misses."""
    sent = orders.place(food_bank, medium="paper", count=2, key=uuid4(), by=worker, at=at(day))
    last = batch.last_serial
    orders.ship(sent, [SerialRange(last - 1, last)], seen=2, by=coordinator, at=at(day))
    waiting = orders.place(food_bank, medium="paper", count=2, key=uuid4(), by=worker, at=at(day))
    missing = [SerialRange(last, last)]
    (difference,) = differences.report(food_bank, missing=missing, extra=[], by=worker, at=at(day))
    return waiting, sent, difference


def knock(client: Client, method: str, url: str) -> str:
    """What somebody finds: `o` it opens, `l` log in first, `n` not there, `d` denied with a reason, `m` not this way.

    Whatever the request did is taken back.
    """
    with transaction.atomic():
        answer = getattr(client, method)(url)
        transaction.set_rollback(True)
    status = answer.status_code
    if status == 302 and answer["Location"].startswith("/account/inloggen/"):
        return "l"
    if status in (404, 403, 405):
        return {404: "n", 403: "d", 405: "m"}[status]
    assert status < 500, f"{method} {url}: {status}"
    return "o"
