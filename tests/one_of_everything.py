"""A small history in which every table that keeps history has a row."""

from datetime import date
from uuid import uuid4

import pytest
from django.utils import timezone

from intermediaries.counting import differences, settling
from intermediaries.handouts import handout
from intermediaries.kinds import kinds
from intermediaries.kinds.models import IntermediaryKind
from intermediaries.models import Handout
from intermediaries.orders import orders, sources
from intermediaries.service_areas import areas
from intermediaries.stock_levels import levels, low_stock
from kbl.discrepancies.models import Answer, Reminder, ReminderSeries, SignalSeen
from kbl.fund import evidence
from kbl.fund.models import BudgetLine, LedgerAccount
from kbl.organisations import readiness
from kbl.organisations.models import AccountChange, Municipality, NumberGap
from kbl.organisations.target_groups import TargetGroup
from kbl.payments.models import BankEntry, BankFile, Payment, PaymentFile, PaymentRun
from kbl.periods import Quarter
from kbl.second_person import second_person
from kbl.settlements.closing import closing
from kbl.settlements.models import Document, EInvoice, Line, OwnNumber, Statement
from kbl.settlements.statements import steps
from libraries import enrolment, renewal
from libraries.models import MembershipYear
from reporting.models import (
    Agreement,
    BooksCheck,
    CampaignActivity,
    ClearedText,
    EditionPart,
    KeptDrawings,
    LibraryUse,
    PaymentRequest,
    QuarterMessage,
    QuarterSeal,
    ReachMeasurement,
    ReportEdition,
    Risk,
    RiskNote,
    Story,
    SurveyAnswer,
    SurveyCard,
)
from tests import by_two, released_report
from tests.conftest import at, branch_of
from tests.fund import papers
from vouchers.custody import returns, revalidation, stock
from vouchers.models import Batch, Voucher
from vouchers.numbers import SerialRange
from vouchers.paper import printing_house
from vouchers.viewing import trace


def make(first: int, food_bank, worker, venlo, clerk, coordinator, finance) -> None:
    """From the first number of the food bank's stock on: every table that is guarded has a row."""
    day = date(2025, 10, 2)
    handout.hand_out(food_bank, [SerialRange(first, first + 1)], on=day, by=worker, at=at(day))
    number = Voucher.objects.get(pk=first).number
    enrolment.redeem(number, branch=branch_of(venlo), kind="new", on=day, by=clerk, at=at(day))
    for offered in (number,):
        with pytest.raises(enrolment.VoucherRefused):
            enrolment.redeem(offered, branch=branch_of(venlo), kind="new", on=day, by=clerk, at=at(day))
    trace.keep_view(first, by=coordinator, at=timezone.now())  # the database asks its own clock how old a row is
    lost, coming = SerialRange(first + 9, first + 9), SerialRange(first + 12, first + 13)
    stock.void(lost, reason="lost", on=day, by=coordinator, at=at(day))
    (asked,) = revalidation.ask([lost], reason="found", on=day, by=coordinator, at=at(day))
    revalidation.decline(asked, by=finance, at=at(day))
    returns.expect([coming], kind="recall", holder=food_bank, on=day, by=coordinator, at=at(day))
    stock.take_back(coming, holder=food_bank, on=day, by=coordinator, at=at(day))
    beesel = Municipality.objects.create(name="Beesel", code="GM0889", starts_on=date(2025, 9, 1))
    TargetGroup.objects.create(municipality=beesel, people=900, source="CBS 2025", at=at(day), by=coordinator)
    areas.serve(food_bank, [venlo.municipality, beesel], first_day=day, by=coordinator, at=at(day))
    kinds.say(food_bank, IntermediaryKind.FOOD_BANK, by=coordinator, at=at(day))
    ordered_and_counted(food_bank, venlo, worker, coordinator, day)
    printing_house.take(Batch.objects.get(), kind="csv", on=day, by=coordinator, at=at(day))
    for quarter in (Quarter(2025, 1), Quarter(2025, 2), Quarter(2025, 3), Quarter(2025, 4)):
        closed = closing.close(quarter, by=coordinator, at=at(date(2026, 1, 12)))
    invoice = closed.statements.get(kind="invoice", organisation=venlo)
    asked_about = [SerialRange(first, first)]
    steps.dispute(invoice, reason="wrong", numbers=asked_about, by=clerk, at=at(date(2026, 1, 12)))
    steps.confirm(invoice, by=clerk, at=at(date(2026, 1, 13)))
    steps.approve(invoice, by=finance, at=at(date(2026, 1, 14)))
    by_two.correct(Line.objects.get(handout__voucher=first + 1), reason="twice", by=finance, at=at(date(2026, 1, 15)))
    year = MembershipYear.objects.get()
    renewal.end(year, by=clerk, at=at(date(2026, 10, 3)))
    by_two.spend(1, reference="x", description="x", on=day, by=finance, at=at(day))
    proven_cost(finance, day)
    Document.objects.create(
        kind="report", closing=closed, filename="x.pdf", content=b"x", sha256="x", made_at=at(date(2026, 1, 12))
    )

    paid(invoice, clerk=clerk, coordinator=coordinator, finance=finance)
    answered(food_bank, worker, coordinator)
    NumberGap.objects.create(series="B-2025", first=2, last=3, reason="restored", at=at(day))
    KeptDrawings.objects.create(closing=closed, content=b"x", sha256="x")
    edition = released_report.asked(closed, coordinator)
    words = {"about": "library", "key": venlo.pk, "filename": "bladzijden.pdf", "sha256": "x"}
    EditionPart.objects.create(edition=edition, content=b"%PDF", made_at=edition.asked_at, **words)
    released_report.interim(Quarter(2026, 1), coordinator, finance, at=at(date(2026, 2, 3)))
    QuarterSeal.objects.create(closing=closed, parts=[], digest="x", sealed_at=at(date(2026, 1, 12)))
    told = {"in_table": "organisations_branch", "in_column": "name", "of_row": "1", "looks": "phone"}
    ClearedText.objects.create(**told, cleared_at=at(day), cleared_by=coordinator)
    SurveyAnswer.objects.create(library=venlo, month=date(2026, 1, 1), stay="no")
    SurveyCard.objects.create(library=venlo, digest="x" * 64)
    BooksCheck.objects.create(at=at(day), by=coordinator, seconds=1, wrong=0, outcomes=[])
    monitored(venlo, coordinator, day)
    told_to_all(closed, coordinator, at(day))
    PaymentRequest.objects.create(
        closing=closed,
        number="BV-2025-0001",
        amount=1000,
        due_on=day,
        filename="x.pdf",
        content=b"x",
        sha256="x",
        asked_at=at(day),
        asked_by=finance,
    )


def told_to_all(closed, coordinator, moment) -> None:
    """A quarterly message, from an edition of the report."""
    edition = ReportEdition.objects.create(
        closing=closed,
        version=7,
        changes="x",
        content=b"x",
        sha256="x",
        asked_at=moment,
        asked_by=coordinator,
        decided_at=moment,
        decided_by=coordinator,
        outcome="withdrawn",
    )
    QuarterMessage.objects.create(closing=closed, edition=edition, text="x", sent_at=moment, sent_by=coordinator)


def monitored(venlo, coordinator, day: date) -> None:
    """What the monitor keeps beside the vouchers: a fact of each kind."""
    told = {"on": day, "recorded_at": at(day), "recorded_by": coordinator}
    of_venlo = {"library": venlo, **told}
    risk = Risk.objects.create(number=1, name="Stigma", words="x", mitigation="x")
    RiskNote.objects.create(
        risk=risk, figure="3 meldingen", trend="same", measure="Neutrale taal", owner="Marketeer", due_on=day, **told
    )
    ReachMeasurement.objects.create(
        kind="sample", reached=212, group=400, source="Peiling", method="Straat", **of_venlo
    )
    CampaignActivity.objects.create(channel="outdoor", name="Abri's", contacts=9000, source="Buro", **of_venlo)
    parts = dict.fromkeys(Agreement.PARTS, False)
    Agreement.objects.create(partner="Wijkteam Noord", **parts, **of_venlo)
    LibraryUse.objects.create(quarter=Quarter(2025, 3), members=40, borrowed=31, **of_venlo)
    Story.objects.create(quarter=Quarter(2025, 4), title="Weer lezen", text="Een moeder leest voor.", **of_venlo)


def proven_cost(finance, day: date) -> None:
    """A cost of another post, the document that proves it, and the account that it is exported under."""
    line = BudgetLine.objects.create(year=2025, post="2.2", name="Toolkit", amount=25_000, paid_by="Provincie Limburg")
    proof = evidence.keep(papers.pdf(), "factuur.pdf", by=finance, at=at(day))
    by_two.book(line, 1, reference="x", description="x", supplier="", evidence=proof, on=day, by=finance, at=at(day))
    LedgerAccount.objects.create(role="bank", code="1100", first_day=day, set_at=at(day), set_by=finance)


def paid(invoice: Statement, *, clerk, coordinator, finance) -> None:
    """The invoice on its way through the bank, and everything that was written down about it: a row of each table."""
    day = at(date(2026, 1, 20))
    library = invoice.organisation
    AccountChange.objects.create(
        organisation=library, iban="NL02ABNA0123456789", asked_at=day, asked_by=clerk, decided_at=None
    )
    second_person.ask_mail_address(library, "elders@voorbeeld.example", by=coordinator, at=day)
    by_two.vat(organisation=library, kind="membership", first_day=date(2026, 4, 1), vat="low")
    OwnNumber.objects.create(statement=invoice, organisation=library, number="2026-17", at=day, by=clerk)
    kept = {"content": b"x", "sha256": "x", "made_at": day}
    EInvoice.objects.create(statement=invoice, filename="x.xml", **kept)
    run = PaymentRun.objects.create(
        number=1,
        execute_on=day.date(),
        debtor={"name": "Cubiss"},
        prepared_at=day,
        prepared_by=finance,
        status="executed",
        released_at=day,
        released_by=coordinator,
        executed_at=day,
        executed_by=finance,
    )
    PaymentFile.objects.create(run=run, filename="x.xml", **kept)
    payment = Payment.objects.create(
        run=run, statement=invoice, amount=42, payee="Venlo", iban=library.iban, end_to_end_id="VEN-2025-0001-1"
    )
    read = BankFile.objects.create(
        iban="NL91ABNA0417164300",
        statement_id="1",
        first_day=day.date(),
        last_day=day.date(),
        opening=100,
        closing=63,
        sha256="x",
        imported_at=day,
        imported_by=finance,
    )
    BankEntry.objects.create(file=read, position=1, on=day.date(), amount=-42, payment=payment, outcome="paid")
    back = BankEntry.objects.create(file=read, position=2, on=day.date(), amount=5, outcome="received")
    by_two.refund(back, payment, matched_at=day, matched_by=finance)


def answered(food_bank, worker, coordinator) -> None:
    """Something was said about a hand-out that nobody redeemed, the food bank was reminded, a signal looked at."""
    day = date(2026, 1, 20)
    told = {"on": day, "recorded_at": at(day), "recorded_by": worker, "ordinal": 1}
    Answer.objects.create(kind="unredeemed", handout=Handout.objects.order_by("pk")[0], words="lost", **told)
    series = ReminderSeries.objects.create(organisation=food_bank, on=day)
    Reminder.objects.create(series=series, level=1, on=day, unreported=1, unredeemed=0, recipient="x@example.nl")
    SignalSeen.objects.create(
        kind="runs", organisation=food_bank, size=12, outcome="talked", on=day, at=at(day), by=coordinator
    )


def ordered_and_counted(food_bank, venlo, worker, coordinator, day: date) -> None:
    """An order that was sent, a number that was found after all, a level, stock that runs low, a step of a library."""
    order = orders.place(food_bank, medium="paper", count=2, key=uuid4(), by=worker, at=at(day))
    (sent,) = sources.propose("paper", 2, on=day)
    orders.ship(order, [sent], seen=2, by=coordinator, at=at(day))
    (missing,) = differences.report(food_bank, missing=[sent], extra=[], order=order, by=worker, at=at(day))
    settling.settle(missing, [sent], outcome="arrived", by=coordinator, at=at(day))
    levels.set_level(food_bank, medium="paper", minimum=500, fill_up_to=600, by=worker, at=at(day))
    low_stock.watch(at=at(day))
    readiness.done(venlo, "launch", on=day, by=coordinator, at=at(day))
