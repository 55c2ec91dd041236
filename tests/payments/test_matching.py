"""What the bank says of our payments: paid, come back, another amount, in one sum; and never paid twice."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from kbl.payments.bank import importing, worklist
from kbl.payments.bank.camt_parser import read
from kbl.payments.models import BankEntry, BankFile, Payment, PaymentRun
from kbl.payments.runs import runs
from kbl.payments.runs.payable import due, overpaid_statements, payable_statements
from kbl.programme.demo.bank_statement import PlayedBooking, back, batch, executed, file, out, statement
from kbl.settlements.models import Statement
from tests.conftest import at
from tests.payments.conftest import DAY, HEARD, OURS, START
from tests.payments.conftest import RELEASED as AFTER
from tests.told_once import told_once

globals().update(told_once("run", of=__package__))

pytestmark = pytest.mark.both_engines


def payment_of(statement: Statement) -> Payment:
    return statement.payments.order_by("pk").last()


def status(statement: Statement) -> str:
    statement.refresh_from_db()
    return statement.status


def outcomes() -> list[str]:
    return list(BankEntry.objects.order_by("pk").values_list("outcome", flat=True))


def test_what_the_bank_carried_out_is_paid_and_the_run_is_executed(released, invoice, declaration, hear, finance):
    hear(executed(released, on=DAY, opening=START))
    assert (status(invoice), status(declaration)) == ("paid", "paid")
    assert (due(invoice), due(declaration)) == (0, 0)
    released.refresh_from_db()
    assert (released.status, released.executed_by) == ("executed", finance)
    assert invoice.steps.last().by == finance


def test_a_payment_that_came_back_opens_its_one_statement_with_the_reason(released, invoice, declaration, hear):
    hear(executed(released, on=DAY, opening=START, returned={payment_of(invoice).end_to_end_id: "AC04"}))
    assert (status(invoice), status(declaration)) == ("approved", "paid")
    came_back = payment_of(invoice)
    assert (came_back.ended, came_back.return_code) == ("returned", "AC04")
    assert due(invoice) == invoice.payable
    assert payment_of(declaration).ended == ""


def test_a_payment_that_comes_back_days_later_opens_what_was_paid(released, invoice, declaration, says, hear):
    hear(executed(released, on=DAY, opening=START))
    says(back(payment_of(invoice), DAY, "MS03"))
    assert (status(invoice), status(declaration)) == ("approved", "paid")
    assert [step.status for step in invoice.steps.order_by("pk")][-3:] == ["in_payment", "paid", "approved"]
    again = runs.prepare([invoice], execute_on=date(2026, 1, 26), by=released.released_by, at=HEARD)
    assert again.payments.get().amount == invoice.payable


def test_too_little_opens_its_one_statement_for_the_rest(
    released, invoice, declaration, hear, says, finance, coordinator
):
    paid = {payment_of(invoice).end_to_end_id: Decimal("100.00")}
    hear(executed(released, on=DAY, opening=START, different=paid))
    assert (status(invoice), status(declaration)) == ("approved", "paid")
    assert (payment_of(invoice).ended, due(invoice)) == ("different", Decimal("26.00"))
    again = runs.prepare([invoice], execute_on=date(2026, 1, 26), by=finance, at=HEARD)
    runs.release(again, by=coordinator, at=HEARD)
    later = date(2026, 1, 26)
    says(out(again.payments.get(), later), day=later, when=at(later))
    assert (status(invoice), due(invoice)) == ("paid", 0)


def test_too_much_leaves_nothing_due_until_the_rest_comes_back(released, invoice, hear, says):
    paid = {payment_of(invoice).end_to_end_id: Decimal("162.00")}
    hear(executed(released, on=DAY, opening=START, different=paid))
    assert (status(invoice), due(invoice)) == ("approved", Decimal("-36.00"))
    assert overpaid_statements() == [(invoice, Decimal("36.00"))]
    assert payable_statements() == [], "what was paid too much is not paid again"
    says(back(payment_of(invoice), DAY, "", Decimal("36.00")))
    assert (status(invoice), due(invoice), overpaid_statements()) == ("paid", 0, [])


def test_a_batch_with_its_transactions_matches_each(released, invoice, declaration, hear):
    hear(executed(released, on=DAY, opening=START, itemised=True))
    assert (status(invoice), status(declaration)) == ("paid", "paid")


def test_a_batch_of_our_run_without_transactions_pays_all_of_it(released, invoice, declaration, hear):
    hear(executed(released, on=DAY, opening=START, itemised=False))
    assert (status(invoice), status(declaration)) == ("paid", "paid")
    assert outcomes() == ["paid", "paid"]


@pytest.mark.parametrize("how", ["another total", "another number", "no name"])
def test_a_batch_that_does_not_fit_changes_nothing(released, invoice, declaration, says, how):
    whole = batch(released, list(released.payments.all()), DAY, itemised=False)
    words = (
        vars(whole)
        | {
            "another total": {"amount": whole.amount + 1},
            "another number": {"count": 3},
            "no name": {"batch": ""},
        }[how]
    )
    says(PlayedBooking(**words))
    assert outcomes() == ["batch"]
    assert (status(invoice), status(declaration)) == ("in_payment", "in_payment")
    itemised = batch(released, list(released.payments.all()), DAY, itemised=True)
    if how != "another total":
        says(itemised, name="again")
        assert (status(invoice), status(declaration)) == ("paid", "paid")
        batched, *parts = BankEntry.objects.order_by("pk")
        assert [each.repeats for each in parts] == [batched, batched]


def test_a_whole_run_that_the_bank_does_twice_is_seen(released, invoice, declaration, hear, says):
    hear(executed(released, on=DAY, opening=START, itemised=False))
    says(
        PlayedBooking(
            **(vars(batch(released, list(released.payments.all()), DAY, itemised=False)) | {"reference": "2"})
        )
    )
    assert outcomes() == ["paid", "paid", "twice", "twice"]
    assert {each for each, _ in overpaid_statements()} == {invoice, declaration} and payable_statements() == []


def test_a_batch_that_names_our_run_stays_in_sight_until_it_is_itemised(released, hear, says):
    hear(executed(released, on=DAY, opening=START))
    says(PlayedBooking(Decimal("-500.00"), DAY, reference="B", batch=released.name, count=12))
    (item,) = worklist.items(DAY)
    assert (item.kind, item.amount) == ("batch", Decimal("500.00")) and released.name in item.words


def test_a_batch_of_somebody_else_is_not_ours_once_ours_were_seen(released, hear, says):
    hear(executed(released, on=DAY, opening=START))
    says(PlayedBooking(Decimal("-500.00"), DAY, reference="SALARIS", count=12))
    assert outcomes()[2:] == ["other"]


def test_what_is_not_ours_leaves_a_day_and_an_amount(released, says):
    says(
        PlayedBooking(Decimal("-12.00"), DAY, "PRIVATE-1", "R1", name="Jan Jansen"),
        PlayedBooking(Decimal("47250.00"), DAY, "TERMIJN-4", "R2", name="Provincie Limburg"),
        PlayedBooking(Decimal("-40.00"), DAY, reference="R3", batch="SALARIS-JAN", count=2),
    )
    kept = [[str(getattr(row, field.attname)) for field in row._meta.fields] for row in BankEntry.objects.all()]
    assert outcomes() == ["other", "received", "other"]
    assert not any(word in str(kept) for word in ("PRIVATE", "TERMIJN", "Jan", "Provincie", "SALARIS"))


def test_a_reversal_takes_the_money_back_and_its_reversal_pays_again(released, invoice, hear, says):
    hear(executed(released, on=DAY, opening=START))
    paid = payment_of(invoice)
    says(PlayedBooking(paid.amount, DAY, paid.end_to_end_id, "REV1", reversal=True))
    assert status(invoice) == "approved"
    says(PlayedBooking(-paid.amount, DAY, paid.end_to_end_id, "REV2", reversal=True))
    assert (status(invoice), due(invoice)) == ("paid", 0)


def test_the_same_file_twice_is_told_with_when_and_by_whom(released, hear, finance):
    content = executed(released, on=DAY, opening=START)
    hear(content)
    with pytest.raises(importing.AlreadyRead) as refused:
        hear(content)
    assert (refused.value.file.imported_by, refused.value.file.imported_at) == (finance, HEARD)
    assert BankFile.objects.count() == 1


@pytest.mark.parametrize("references", [True, False])
def test_a_month_that_overlaps_its_days_counts_once(released, invoice, declaration, says, references):
    first, second = payment_of(declaration), payment_of(invoice)
    fee = PlayedBooking(Decimal("-3.00"), DAY, reference="FEE")
    bookings = [out(first, DAY), out(second, DAY), fee, fee, back(first, DAY)]
    if not references:
        bookings = [PlayedBooking(**(vars(each) | {"reference": ""})) for each in bookings]
    says(*bookings)
    later = date(2026, 1, 31)
    says(*bookings, PlayedBooking(Decimal("5.00"), later), day=later, name="MONTH", when=at(later))
    assert outcomes() == ["paid", "paid", "other", "other", "returned", *["repeat"] * 5, "received"]
    again = BankEntry.objects.filter(outcome="repeat").order_by("position")
    assert [each.repeats.position for each in again] == [1, 2, 3, 4, 5], "each names its own"
    assert (status(invoice), status(declaration)) == ("paid", "approved")
    assert (due(invoice), due(declaration)) == (0, declaration.payable)


def test_a_day_after_the_month_counts_once_as_well(released, invoice, says):
    paid = out(payment_of(invoice), DAY)
    says(paid, day=DAY + timedelta(days=1), name="MONTH")
    says(paid, name="DAY")
    assert outcomes() == ["paid", "repeat"] and status(invoice) == "paid"


def test_the_bank_pays_twice_and_it_is_seen(released, invoice, says):
    says(out(payment_of(invoice), DAY), out(payment_of(invoice), DAY, reference="SECOND"))
    assert outcomes() == ["paid", "twice"]
    assert payment_of(invoice).ended == "twice", "and no other amount than was asked"
    assert overpaid_statements() == [(invoice, invoice.payable)] and payable_statements() == []


def test_a_cancelled_run_that_the_bank_paid_all_the_same(run, invoice, declaration, says, finance, coordinator):
    first = payment_of(invoice)
    runs.cancel(run, by=finance, at=AFTER)
    again = runs.prepare([invoice], execute_on=DAY, by=finance, at=AFTER)
    says(out(first, DAY))
    assert (status(invoice), due(invoice)) == ("in_payment", 0), "its next payment is on its way: to be stopped"
    runs.cancel(again, by=finance, at=HEARD)
    assert payable_statements() == [] or {each.statement for each in payable_statements()} == {declaration}
    says(out(payment_of(declaration), DAY))
    assert status(declaration) == "paid", "nothing is due any more"


def test_a_run_that_nobody_released_was_paid_by_the_bank(run, invoice, declaration, says, finance):
    says(out(payment_of(invoice), DAY))
    run.refresh_from_db()
    assert (run.status, status(invoice), status(declaration)) == ("prepared", "paid", "in_payment")
    runs.cancel(run, by=finance, at=HEARD)
    assert (status(invoice), status(declaration)) == ("paid", "approved")


def test_the_return_is_heard_before_the_payment(released, invoice, says, finance, coordinator):
    first = payment_of(invoice)
    says(back(first, DAY, "MS03"))
    assert (status(invoice), due(invoice)) == ("approved", invoice.payable)
    again = runs.prepare([invoice], execute_on=date(2026, 1, 26), by=finance, at=HEARD)
    runs.release(again, by=coordinator, at=HEARD)
    later = date(2026, 1, 26)
    says(out(again.payments.get(), later), day=later, when=at(later))
    assert (status(invoice), due(invoice)) == ("paid", 0)
    says(out(first, DAY), when=at(later))
    assert (status(invoice), due(invoice), outcomes()) == ("paid", 0, ["returned", "paid", "paid"])


def test_a_file_of_another_account_is_refused(released, finance):
    content = statement("NL02ABNA0123456789", [], opening=START, day=DAY, name="A1")
    with pytest.raises(importing.NotOurs) as refused:
        importing.read_in(read(content), sha256="x", by=finance, at=HEARD)
    assert refused.value.own == (OURS,) and not BankFile.objects.exists()


def test_of_a_file_with_several_accounts_ours_is_read(released, invoice, hear):
    ours = [out(payment_of(invoice), DAY)]
    content = file([("NL02ABNA0123456789", [], START, DAY, "A1"), (OURS, ours, START, DAY, "A2")])
    result = hear(content)
    assert (result.others, [each.file.statement_id for each in result.read]) == (1, ["A2"])
    assert status(invoice) == "paid"


def test_a_file_of_which_a_part_was_read_gives_the_rest(released, hear):
    one, two = ((OURS, [], START, day, f"A{day.day}") for day in (DAY, DAY + timedelta(days=1)))
    hear(file([one]))
    result = hear(file([one, two]))
    assert ([each.statement_id for each in result.before], [each.file.statement_id for each in result.read]) == (
        ["A22"],
        ["A23"],
    )


def test_a_day_that_is_still_to_come_is_refused(released, hear):
    with pytest.raises(importing.FromTheFuture):
        hear(statement(OURS, [], opening=START, day=date(2026, 2, 1), name="A1"))


def test_the_preview_shows_what_will_happen_and_leaves_nothing(released, invoice, finance):
    content = executed(released, on=DAY, opening=START, returned={payment_of(invoice).end_to_end_id: "AC04"})
    shown = importing.preview(read(content), sha256="x", by=finance, at=HEARD)
    assert [row.outcome for row in shown.read[0].rows] == ["paid", "paid", "returned"]
    assert status(invoice) == "in_payment" and not BankFile.objects.exists()
    assert PaymentRun.objects.get().status == "released"
    carried = importing.carry(read(content), sha256="x", by=finance)
    statements, sha256 = importing.unpack(carried, by=finance)
    done = importing.read_in(statements, sha256=sha256, by=finance, at=HEARD)
    assert [row.outcome for row in done.read[0].rows] == ["paid", "paid", "returned"]
    assert status(invoice) == "approved"


def test_what_a_page_carries_is_of_one_person(released, finance, coordinator):
    carried = importing.carry(read(executed(released, on=DAY, opening=START)), sha256="x", by=finance)
    for forged, person in ((carried, coordinator), (carried[:-2], finance), ("", finance)):
        with pytest.raises(importing.Stale):
            importing.unpack(forged, by=person)
