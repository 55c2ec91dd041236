"""A payment run from approved statements to the bank, and everything that keeps a euro from going out twice."""

import hashlib
from datetime import date, timedelta
from decimal import Decimal

import pytest
from lxml import etree

from kbl.organisations.models import Organisation
from kbl.payments.bank import not_executed
from kbl.payments.models import BankEntry, BankFile, Payment, PaymentFile, PaymentRun
from kbl.payments.runs import pain, runs
from kbl.payments.runs.payable import overpaid_statements
from kbl.payments.sentences import sentence
from kbl.settlements.closing import clock_check
from kbl.settlements.models import Statement
from kbl.settlements.statements import steps
from kbl.settlements.statements.steps import StepRefused
from tests.conftest import at
from tests.payments.conftest import DAY, PREPARED, RELEASED
from tests.told_once import told_once

globals().update(told_once("closed", of=__package__))

pytestmark = pytest.mark.both_engines

LATER = at(date(2026, 1, 27))


def status_of(statement: Statement) -> str:
    return Statement.objects.values_list("status", flat=True).get(pk=statement.pk)


def what_the_bank_says(payment: Payment, amount: str, outcome: str, by, day: date = DAY) -> None:
    """A booking on Cubiss' account, as reading the bank's file leaves it."""
    number = BankFile.objects.count() + 1
    read = BankFile.objects.create(
        iban="NL91ABNA0417164300",
        statement_id=str(number),
        first_day=day,
        last_day=day,
        opening=1000,
        closing=1000,
        sha256=str(number),
        imported_at=LATER,
        imported_by=by,
    )
    BankEntry.objects.create(
        file=read, position=1, on=day, amount=Decimal(amount), payment=payment, outcome=outcome, reference=str(number)
    )


def test_a_run_pays_every_approved_statement_on_the_account_of_today(invoice, declaration, finance, venlo, food_bank):
    assert [(each.statement, each.amount, each.payee) for each in runs.payable_statements()] == [
        (each, each.payable, each.organisation) for each in sorted([invoice, declaration], key=lambda each: each.pk)
    ]
    run = runs.prepare([invoice, declaration], execute_on=DAY, by=finance, at=PREPARED)

    assert (run.name, run.status) == ("KBL-BET-0001", "prepared")
    paid = {each.statement: (each.amount, each.payee, each.iban, str(each)) for each in run.payments.all()}
    assert paid == {
        invoice: (Decimal("126.00"), "Bibliotheek Venlo", venlo.iban, "VEN-2025-0001-1"),
        declaration: (Decimal("20.00"), "Voedselbank Venlo", food_bank.iban, "DECL-2025-0001-1"),
    }
    assert status_of(invoice) == status_of(declaration) == "in_payment"
    assert runs.payable_statements() == []
    assert run.file.sha256 == hashlib.sha256(run.file.content).hexdigest()
    assert run.file.filename == "KBL-BET-0001-2026-01-22.xml"


def test_the_file_says_who_pays_whom_how_much_and_for_which_paper(run):
    document = etree.fromstring(bytes(run.file.content))
    told = lambda path: [node.text for node in document.iterfind(f".//p:{path}", pain.NAMESPACE)]  # noqa: E731
    assert told("MsgId") == ["KBL-BET-0001"] and told("CreDtTm") == ["2026-01-20T12:00:00"]
    assert told("BtchBookg") == ["false"], "the bank books every payment on its own, so that each is matched"
    assert told("NbOfTxs") == ["2", "2"] and told("CtrlSum") == ["146.00", "146.00"]
    assert told("ReqdExctnDt/p:Dt") == ["2026-01-22"]
    assert told("DbtrAcct/p:Id/p:IBAN") == ["NL91ABNA0417164300"] and told("Dbtr/p:Nm") == ["Cubiss"]
    assert sorted(told("EndToEndId")) == ["DECL-2025-0001-1", "VEN-2025-0001-1"]
    assert sorted(told("InstdAmt")) == ["126.00", "20.00"]
    assert sorted(told("Ustrd")) == [
        "Declaratie DECL-2025-0001 over het 4e kwartaal 2025",
        "Factuur VEN-2025-0001 over het 4e kwartaal 2025",
    ]


def test_the_same_run_always_makes_the_same_bytes(run):
    payments = list(run.payments.select_related("statement__closing"))
    assert pain.make(run, payments) == pain.make(run, payments) == bytes(run.file.content)


def test_a_statement_is_in_one_run_and_a_second_press_finds_nothing(run, invoice, finance):
    with pytest.raises(runs.NotPayable) as refused:
        runs.prepare([invoice], execute_on=DAY, by=finance, at=PREPARED)
    assert refused.value.statements == (invoice,) and "Bibliotheek Venlo (VEN-2025-0001)" in sentence(refused.value)
    assert PaymentRun.objects.count() == 1 and Payment.objects.count() == 2


def test_one_statement_that_cannot_be_paid_stops_the_whole_run(invoice, declaration, finance, food_bank):
    Organisation.objects.filter(pk=food_bank.pk).update(iban="")
    (poor,) = [each for each in runs.payable_statements() if each.obstacle]
    assert (poor.statement, poor.obstacle) == (declaration, "no_account")
    with pytest.raises(runs.NotPayable) as refused:
        runs.prepare([invoice, declaration], execute_on=DAY, by=finance, at=PREPARED)
    assert refused.value.statements == (declaration,)
    assert status_of(invoice) == "approved" and not PaymentRun.objects.exists()
    assert runs.prepare([invoice], execute_on=DAY, by=finance, at=PREPARED).number == 1, "no number was skipped"


def test_what_is_paid_is_what_was_seen(invoice, finance):
    (payable,) = runs.payable_statements()
    with pytest.raises(runs.SeenOtherwise) as refused:
        runs.prepare(
            [invoice], execute_on=DAY, by=finance, at=PREPARED, seen={invoice.pk: "126.00 NL02ABNA0123456789 Iemand"}
        )
    assert "Bibliotheek Venlo veranderde" in sentence(refused.value)
    run = runs.prepare([invoice], execute_on=DAY, by=finance, at=PREPARED, seen={invoice.pk: payable.seen})
    assert run.payments.get().amount == payable.amount


@pytest.mark.parametrize(
    ("on", "reason", "following"),
    [
        (date(2026, 1, 19), "past", date(2026, 1, 20)),
        (date(2026, 1, 24), "closed", date(2026, 1, 26)),
        (date(2026, 4, 3), "closed", date(2026, 4, 7)),
        (date(2026, 5, 1), "closed", date(2026, 5, 4)),
        (date(2026, 3, 20), "far", date(2026, 1, 20)),
    ],
)
def test_the_bank_executes_on_its_own_days(on, reason, following, invoice, finance):
    """Saturday, Good Friday and Labour Day are no days of the bank; two months ahead is a typing error."""
    with pytest.raises(runs.DayRefused) as refused:
        runs.prepare([invoice], execute_on=on, by=finance, at=PREPARED)
    assert (refused.value.reason, refused.value.next) == (reason, following)
    assert sentence(refused.value) and status_of(invoice) == "approved"


def test_whoever_prepared_does_not_release(run, finance, coordinator):
    with pytest.raises(runs.OwnRun):
        runs.release(run, by=finance, at=RELEASED)
    runs.release(run, by=coordinator, at=RELEASED)
    run.refresh_from_db()
    assert (run.status, run.released_by, run.released_at) == ("released", coordinator, RELEASED)
    with pytest.raises(runs.RunMoved) as refused:
        runs.release(run, by=coordinator, at=RELEASED)
    assert "al vrijgegeven" in sentence(refused.value)


def test_a_clock_that_the_database_contradicts_releases_nothing(run, coordinator, settings, monkeypatch):
    settings.CLOCK_MAY_DIFFER_MINUTES = 5
    monkeypatch.setattr(clock_check, "database_moment", lambda: RELEASED - timedelta(days=1))
    with pytest.raises(runs.DayRefused) as refused:
        runs.release(run, by=coordinator, at=RELEASED)
    assert refused.value.reason == runs.DayRefused.Reason.CLOCK
    run.refresh_from_db()
    assert run.status == "prepared"


def test_a_run_whose_day_is_over_is_not_released(run, coordinator):
    with pytest.raises(runs.DayRefused):
        runs.release(run, by=coordinator, at=LATER)
    run.refresh_from_db()
    assert run.status == "prepared"


def test_a_cancelled_run_pays_nobody_and_its_statements_can_be_paid_again(run, invoice, finance, coordinator):
    runs.cancel(run, by=finance, at=RELEASED)
    assert status_of(invoice) == "approved" and {each.ended for each in run.payments.all()} == {"cancelled"}
    for step in (runs.cancel, runs.release, runs.mark_executed):
        with pytest.raises(runs.RunMoved):
            step(run, by=coordinator, at=LATER)
    again = runs.prepare([invoice], execute_on=DAY, by=finance, at=RELEASED)
    assert (again.name, str(again.payments.get())) == ("KBL-BET-0002", "VEN-2025-0001-2")
    assert run.file.content != again.file.content


def test_a_released_run_is_not_cancelled(released, invoice, finance):
    with pytest.raises(runs.RunMoved):
        runs.cancel(released, by=finance, at=RELEASED)
    assert status_of(invoice) == "in_payment" and not Payment.objects.filter(ended_at__isnull=False).exists()


def test_executed_is_told_from_its_day_on_and_paid_is_for_the_bank_to_say(released, invoice, finance):
    with pytest.raises(runs.NotYet):
        runs.mark_executed(released, by=finance, at=RELEASED)
    runs.mark_executed(released, by=finance, at=LATER)
    released.refresh_from_db()
    assert released.status == "executed" and status_of(invoice) == "in_payment"
    with pytest.raises(runs.RunMoved):
        runs.mark_executed(released, by=finance, at=LATER)


def test_a_prepared_run_cannot_be_executed(run, finance):
    with pytest.raises(runs.RunMoved) as refused:
        runs.mark_executed(run, by=finance, at=LATER)
    assert "wacht nog op vrijgave" in sentence(refused.value)


def test_a_returned_payment_reopens_one_statement_and_is_due_again(released, invoice, declaration, finance):
    payment = released.payments.get(statement=invoice)
    what_the_bank_says(payment, "-126.00", "paid", finance)
    assert runs.due(invoice) == 0
    what_the_bank_says(payment, "126.00", "returned", finance)
    runs.end(payment, Payment.Ended.RETURNED, by=finance, at=LATER, return_code="AC04")

    assert (status_of(invoice), status_of(declaration)) == ("approved", "in_payment")
    assert [(each.statement, each.amount) for each in runs.payable_statements()] == [(invoice, Decimal("126.00"))]
    with pytest.raises(runs.AlreadyEnded):
        runs.end(payment, Payment.Ended.RETURNED, by=finance, at=LATER)
    again = runs.prepare([invoice], execute_on=date(2026, 1, 28), by=finance, at=LATER)
    assert str(again.payments.get()) == "VEN-2025-0001-2"


def test_of_a_payment_for_less_only_the_rest_is_due(released, invoice, finance):
    payment = released.payments.get(statement=invoice)
    what_the_bank_says(payment, "-100.00", "different", finance)
    runs.end(payment, Payment.Ended.DIFFERENT, by=finance, at=LATER)
    assert runs.due(invoice) == Decimal("26.00")
    again = runs.prepare([invoice], execute_on=date(2026, 1, 28), by=finance, at=LATER)
    assert again.payments.get().amount == Decimal("26.00")


def test_of_a_payment_for_more_nothing_is_due_and_it_is_shown(released, invoice, finance):
    payment = released.payments.get(statement=invoice)
    what_the_bank_says(payment, "-130.00", "different", finance)
    runs.end(payment, Payment.Ended.DIFFERENT, by=finance, at=LATER)
    assert runs.payable_statements() == [] and overpaid_statements() == [(invoice, Decimal("4.00"))]
    with pytest.raises(runs.NotPayable):
        runs.prepare([invoice], execute_on=date(2026, 1, 28), by=finance, at=LATER)


def test_nothing_is_paid_before_it_is_approved_nor_for_a_nil_report(closed, finance):
    """The quarter was just closed: nobody agreed yet."""
    assert runs.payable_statements() == []
    with pytest.raises(runs.NotPayable):
        runs.prepare(closed.statements.all(), execute_on=DAY, by=finance, at=PREPARED)
    with pytest.raises(runs.NothingChosen):
        runs.prepare([], execute_on=DAY, by=finance, at=PREPARED)


def test_a_file_that_fails_its_check_leaves_no_run(invoice, finance, monkeypatch):
    monkeypatch.setattr(pain, "end_to_end_id", lambda statement, attempt: "x" * 35)
    monkeypatch.setattr(pain, "remittance", lambda statement: "")
    with pytest.raises(pain.InvalidFile) as refused:
        runs.prepare([invoice], execute_on=DAY, by=finance, at=PREPARED)
    assert "Er is niets klaargezet" in sentence(refused.value)
    assert status_of(invoice) == "approved"
    assert not PaymentRun.objects.exists() and not PaymentFile.objects.exists()


def test_cubiss_needs_an_account_to_pay_from(invoice, finance, cubiss):
    Organisation.objects.filter(pk=cubiss.pk).update(iban="")
    with pytest.raises(runs.NoDebtorAccount):
        runs.prepare([invoice], execute_on=DAY, by=finance, at=PREPARED)


def test_a_payment_that_already_ended_does_not_reopen_what_is_on_its_way(run, invoice, finance):
    payment = run.payments.get(statement=invoice)
    runs.cancel(run, by=finance, at=RELEASED)
    runs.prepare([invoice], execute_on=DAY, by=finance, at=RELEASED)
    with pytest.raises(runs.AlreadyEnded):
        runs.end(payment, Payment.Ended.RETURNED, by=finance, at=LATER)
    assert status_of(invoice) == "in_payment"


def test_ending_a_payment_of_a_statement_that_is_not_in_payment_is_refused_whole(run, invoice, finance):
    payment = run.payments.get(statement=invoice)
    Statement.objects.filter(pk=invoice.pk).update(status="approved")
    with pytest.raises(StepRefused):
        runs.end(payment, Payment.Ended.CANCELLED, by=finance, at=RELEASED)
    assert Payment.objects.get(pk=payment.pk).ended_at is None


def read_by_the_bank(first: date, last: date, by, opening: str = "1000", closing: str = "1000") -> None:
    """A statement of the account on which nothing of ours was booked."""
    number = f"rust-{BankFile.objects.count() + 1}"
    BankFile.objects.create(
        iban="NL91ABNA0417164300",
        statement_id=number,
        first_day=first,
        last_day=last,
        opening=opening,
        closing=closing,
        sha256=number,
        imported_at=LATER,
        imported_by=by,
    )


def test_a_run_that_the_bank_never_executed_can_be_paid_again_once_that_is_certain(
    released, invoice, declaration, finance
):
    """Executed on Thursday the 22nd; five of the bank's days later is Thursday the 29th."""
    with pytest.raises(not_executed.NotRead) as refused:
        not_executed.not_executed(released, by=finance, at=LATER)
    assert refused.value.until == date(2026, 1, 29) and "29 januari 2026" in sentence(refused.value)
    read_by_the_bank(date(2026, 1, 21), date(2026, 1, 28), finance)
    with pytest.raises(not_executed.NotRead):
        not_executed.not_executed(released, by=finance, at=LATER)
    read_by_the_bank(date(2026, 1, 29), date(2026, 1, 30), finance, opening="900", closing="900")
    with pytest.raises(not_executed.NotRead):
        not_executed.not_executed(released, by=finance, at=LATER)  # a hundred euros went out on a day that was not read
    read_by_the_bank(date(2026, 1, 28), date(2026, 1, 29), finance, closing="900")

    payment = released.payments.get(statement=declaration)
    what_the_bank_says(payment, "-20.00", "paid", finance)  # the bank executed one of the two after all
    assert [each.statement for each in not_executed.not_executed(released, by=finance, at=LATER)] == [invoice]
    assert (status_of(invoice), status_of(declaration)) == ("approved", "in_payment")
    assert runs.due(invoice) == Decimal("126.00")
    with pytest.raises(not_executed.AllSeen):
        not_executed.not_executed(released, by=finance, at=LATER)


def test_a_run_that_was_not_released_was_not_refused_either(run, finance):
    with pytest.raises(runs.RunMoved):
        not_executed.not_executed(run, by=finance, at=LATER)


@pytest.mark.parametrize("status", ["draft", "confirmed", "approved"])
def test_what_was_never_on_its_way_is_not_opened_again(status, invoice, coordinator):
    """Opening again is for what was in payment or paid: it may be no way past the approval."""
    Statement.objects.filter(pk=invoice.pk).update(status=status)
    invoice.refresh_from_db()
    with pytest.raises(StepRefused):
        steps.reopen(invoice, by=coordinator, at=LATER)
    assert Statement.objects.get(pk=invoice.pk).status == status
