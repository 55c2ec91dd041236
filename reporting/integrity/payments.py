"""Payments: what the bank says is what statements say; nothing is paid twice, and a file is what was released."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import assert_never

from django.db.models import F, Sum
from lxml import etree

from kbl.clock import local_day
from kbl.money import ZERO
from kbl.payments.models import BankEntry, BankFile, Payment, PaymentFile, PaymentRun, Refund
from kbl.payments.runs.pain import NAMESPACE
from kbl.payments.runs.payable import went_out
from kbl.payments.runs.runs import SERIES
from kbl.settlements.models import NumberSeries, Statement
from reporting.integrity.invariants import Violations, invariant, select
from reporting.integrity.series import used_numbers

Status, HeldRun, Ended, Outcome = Statement.Status, PaymentRun.Status, Payment.Ended, BankEntry.Outcome


def _tried() -> list[Statement]:
    """Every statement that a payment was ever made for."""
    found = Statement.objects.filter(pk__in=Payment.objects.values("statement")).order_by("pk")
    return list(found.only("status", "net", "vat", "carried_in"))


@invariant("Een afrekening staat op betaald als de bank er precies haar bedrag voor afschreef, en anders niet")
def paid_is_what_the_bank_says() -> Violations:
    """Not as long as a payment for it is on its way that the bank did not show yet: then it is in payment."""
    unseen = set(_unseen().values_list("statement", flat=True))
    tried = _tried()
    out = went_out([each.pk for each in tried])
    for each in tried:
        went = out.get(each.pk, ZERO)
        exactly = went == each.payable and went > 0 and each.pk not in unseen
        if exactly != (each.status == Status.PAID):
            yield {"statement": each.pk, "status": each.status, "payable": each.payable, "bank": went}
    never = Statement.objects.filter(status=Status.PAID).exclude(pk__in=[each.pk for each in tried])
    yield from ({"statement": pk, "problem": "paid without a payment"} for pk in never.values_list("pk", flat=True))


@invariant("In betaling is een afrekening zolang er één betaling voor onderweg is, en anders niet")
def in_payment_is_one_payment_on_its_way() -> Violations:
    on_its_way: dict[int, int] = defaultdict(int)
    for statement in _unseen().values_list("statement", flat=True):
        on_its_way[statement] += 1
    in_payment = set(Statement.objects.filter(status=Status.IN_PAYMENT).values_list("pk", flat=True))
    for pk in sorted(in_payment | on_its_way.keys()):
        if on_its_way[pk] != (pk in in_payment):
            yield {"statement": pk, "in_payment": pk in in_payment, "payments": on_its_way[pk]}


@invariant("Van een afrekening staat hooguit één betaling")
def one_standing_payment_per_statement() -> Violations:
    return select("""
        SELECT statement_id AS statement, COUNT(*) AS payments FROM payments_payment
        WHERE ended_at IS NULL GROUP BY statement_id HAVING COUNT(*) > 1""")


@invariant("Geen betaling vraagt meer dan haar afrekening")
def payments_ask_no_more_than_their_statement() -> Violations:
    for payment in Payment.objects.select_related("statement").order_by("pk").iterator(chunk_size=500):
        if not 0 < payment.amount <= payment.statement.payable:
            yield {"payment": payment.pk, "amount": payment.amount, "payable": payment.statement.payable}


@invariant("Alles samen is nooit meer gevraagd dan er open stond, behalve waar de bank iets anders deed")
def nothing_was_asked_twice() -> Violations:
    """What went out and what is on its way is no more than the statement, unless an entry shows why it could be.

    Those entries are what the worklist shows: another amount, or a run that nobody released.
    """
    surprises = BankEntry.objects.filter(payment__isnull=False).filter(amount__lt=0)
    surprised = set(
        surprises.filter(outcome__in=[Outcome.DIFFERENT, Outcome.TWICE]).values_list("payment__statement", flat=True)
    )
    surprised |= set(surprises.exclude(payment__ended="").values_list("payment__statement", flat=True))
    on_its_way = dict(_unseen().values_list("statement").annotate(Sum("amount")))
    tried = _tried()
    out = went_out([each.pk for each in tried])
    for each in tried:
        together = out.get(each.pk, ZERO) + on_its_way.get(each.pk, ZERO)
        if together > each.payable and each.pk not in surprised:
            yield {"statement": each.pk, "payable": each.payable, "asked": together}


@invariant("Een bankboeking past bij wat zij heet te zijn")
def entries_fit_their_outcome() -> Violations:
    out: dict[int | None, Decimal] = {}
    entries = BankEntry.objects.select_related("payment", "repeats").order_by("file", "position")
    for entry in entries.iterator(chunk_size=500):
        if not _fits(entry, out):
            yield {"entry": entry.pk, "outcome": entry.outcome, "amount": entry.amount, "payment": entry.payment_id}
        out[entry.payment_id] = out.get(entry.payment_id, ZERO) - entry.amount


def _fits(entry: BankEntry, out: Mapping[int | None, Decimal]) -> bool:
    """`out` is per payment what went out for it before this entry, net of what came back."""
    payment, again = entry.payment, entry.repeats
    if (payment is not None) != (entry.outcome in (Outcome.PAID, Outcome.RETURNED, Outcome.DIFFERENT, Outcome.TWICE)):
        return False
    if again is not None and (again.on != entry.on or again.file_id == entry.file_id):
        return False
    outcome = Outcome(entry.outcome)
    match outcome:
        case Outcome.PAID:
            return payment is not None and entry.amount == -payment.amount and out.get(payment.pk, ZERO) <= 0
        case Outcome.REPEAT:
            return again is not None and again.outcome != Outcome.REPEAT
        case Outcome.TWICE:
            return payment is not None and entry.amount < 0 and out.get(payment.pk, ZERO) >= payment.amount
        case Outcome.DIFFERENT | Outcome.BATCH:
            return entry.amount < 0
        case Outcome.RETURNED | Outcome.RECEIVED:
            return entry.amount > 0
        case Outcome.OTHER:
            return entry.amount <= 0
        case _:
            assert_never(outcome)


@invariant("Met de hand gekoppeld is alleen een bijschrijving, aan een betaling waarvoor geld wegging")
def refunds_are_money_that_came_in() -> Violations:
    went = dict(
        BankEntry.objects.filter(payment__isnull=False, amount__lt=0)
        .order_by()
        .values_list("payment")
        .annotate(Sum("amount"))
    )
    for refund in Refund.objects.select_related("entry").order_by("pk"):
        if refund.entry.outcome != Outcome.RECEIVED or refund.payment_id not in went:
            yield {"refund": refund.pk, "outcome": refund.entry.outcome, "payment": refund.payment_id}


@invariant("Een bankboeking van een betaling telt één keer, in hoeveel afschriften zij ook staat")
def bookings_count_once() -> Violations:
    return select("""
        SELECT payment_id AS payment, outcome, reference, "on" AS day, COUNT(*) AS times FROM payments_bankentry
        WHERE payment_id IS NOT NULL AND reference <> ''
        GROUP BY payment_id, outcome, reference, "on" HAVING COUNT(*) > 1""")


@invariant("Beginsaldo en boekingen zijn samen het eindsaldo van een afschrift")
def bank_statements_add_up() -> Violations:
    totals = dict(BankEntry.objects.order_by().values_list("file").annotate(Sum("amount")))
    for file in BankFile.objects.order_by("pk"):
        if file.opening + totals.get(file.pk, ZERO) != file.closing:
            yield {"file": file.pk, "opening": file.opening, "booked": totals.get(file.pk), "closing": file.closing}


@invariant("Een boeking valt in de dagen van haar afschrift, en een afschrift is niet van na het inlezen")
def bookings_are_of_their_days() -> Violations:
    for file in BankFile.objects.order_by("pk"):
        if not file.first_day <= file.last_day <= local_day(file.imported_at):
            yield {"file": file.pk, "first": file.first_day, "last": file.last_day}
    wrong = BankEntry.objects.exclude(on__gte=F("file__first_day"), on__lte=F("file__last_day")).order_by("pk")
    yield from wrong.values("pk", "on", "file")


@invariant("Een betaling eindigde zoals de bank of haar run laat zien")
def payments_ended_as_can_be_seen() -> Violations:
    seen: dict[int, list[Decimal]] = defaultdict(list)
    for pk, amount in BankEntry.objects.filter(payment__isnull=False).values_list("payment", "amount"):
        seen[pk].append(amount)
    for pk, amount in Refund.objects.values_list("payment", "entry__amount"):  # also one that was undone ended it
        seen[pk].append(amount)
    for payment in Payment.objects.select_related("run").order_by("pk").iterator(chunk_size=500):
        amounts = seen[payment.pk]
        cancelled = payment.run.status == HeldRun.CANCELLED
        fits = {
            "": not cancelled or bool(amounts),
            Ended.CANCELLED: cancelled,
            Ended.RETURNED: any(amount > 0 for amount in amounts),
            Ended.DIFFERENT: bool(amounts),
            Ended.TWICE: sum(amount < 0 for amount in amounts) > 1,
            Ended.REFUSED: payment.run.released_at is not None,
        }
        if not fits.get(payment.ended, False) or (payment.ended == "") != (payment.ended_at is None):
            yield {"payment": payment.pk, "ended": payment.ended, "run": payment.run.status, "bank": len(amounts)}


@invariant("Een betaalrun zette stappen in de goede volgorde, en een ander gaf vrij dan klaarzette")
def runs_took_their_steps() -> Violations:
    for run in PaymentRun.objects.order_by("pk"):
        moments = [run.prepared_at, run.released_at or run.cancelled_at, run.executed_at]
        taken = [each for each in moments if each]
        steps = {
            HeldRun.PREPARED: (False, False, False),
            HeldRun.CANCELLED: (True, False, False),
            HeldRun.RELEASED: (False, True, False),
            HeldRun.EXECUTED: (False, True, True),
        }
        made = (run.cancelled_at is not None, run.released_at is not None, run.executed_at is not None)
        if taken != sorted(taken) or steps.get(HeldRun(run.status)) != made or run.released_by_id == run.prepared_by_id:
            yield {"run": run.pk, "status": run.status, "prepared_by": run.prepared_by_id, "by": run.released_by_id}


@invariant("Betaalruns zijn genummerd zonder gaten, tot aan de teller")
def runs_are_numbered_without_gaps() -> Violations:
    counter = NumberSeries.objects.filter(name=SERIES).values_list("last_number", flat=True).first() or 0
    numbers = sorted(PaymentRun.objects.values_list("number", flat=True))
    if numbers != used_numbers(SERIES, counter):
        yield {"counter": counter, "numbers": numbers[-10:]}


@invariant("Elk betaalbestand heeft nog de bytes van zijn controlesom")
def payment_files_match_their_hash() -> Violations:
    for file in PaymentFile.objects.order_by("pk").iterator(chunk_size=1):
        if hashlib.sha256(bytes(file.content)).hexdigest() != file.sha256:
            yield {"file": file.pk, "filename": file.filename}


@invariant("Elk betaalbestand vraagt precies wat zijn run vraagt: bedragen, rekeningen en kenmerken")
def payment_files_ask_what_their_run_asks() -> Violations:
    """Read from the bytes that were kept; together with their hash that is what the bank got."""
    for run in PaymentRun.objects.order_by("pk"):
        asked = [(each.end_to_end_id, each.amount, each.iban) for each in run.payments.order_by("pk")]
        file = PaymentFile.objects.filter(run=run).first()  # one by one: a country's is megabytes
        if file is None or _in_file(bytes(file.content)) != (run.execute_on, sorted(asked)):
            yield {"run": run.pk, "payments": len(asked), "file": file is not None}


def _in_file(content: bytes) -> tuple[date, list[tuple[str, Decimal, str]]] | None:
    """The day and the payments in a pain.001; None when it is none."""
    try:
        document = etree.fromstring(content)
        (day,) = {node.text or "" for node in document.iterfind(".//p:ReqdExctnDt/p:Dt", NAMESPACE)}
        payments = [
            (
                node.findtext("p:PmtId/p:EndToEndId", "", NAMESPACE),
                Decimal(node.findtext("p:Amt/p:InstdAmt", "0", NAMESPACE)),
                node.findtext("p:CdtrAcct/p:Id/p:IBAN", "", NAMESPACE),
            )
            for node in document.iterfind(".//p:CdtTrfTxInf", NAMESPACE)
        ]
        return date.fromisoformat(day), sorted(payments)
    except (etree.XMLSyntaxError, ValueError, ArithmeticError):
        return None


def _unseen():
    """Payments that stand and that the bank did not show yet."""
    return Payment.objects.filter(ended_at__isnull=True, bank_entries__isnull=True).order_by()
