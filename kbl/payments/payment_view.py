"""What people see of runs, payments and accounts, in words and sums; nothing here changes anything."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, Count, IntegerField, Prefetch, Q, QuerySet, Sum, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from kbl.money import ZERO
from kbl.organisations.models import AccountChange
from kbl.payments.models import BankEntry, Payment, PaymentRun, Refund
from kbl.settlements.models import Statement


@dataclass(frozen=True)
class RunPayment:
    """A payment on the page of its run; `change` tells who asked for and who accepted a new account."""

    payment: Payment
    change: AccountChange | None


@dataclass(frozen=True)
class PaymentState:
    """One payment of a statement, as its party understands it: the last thing that happened to it, and when."""

    payment: Payment
    words: str
    on: date
    tone: str
    icon: str


# The account that a statement was drawn up with.
IBAN_THEN = Coalesce(KeyTextTransform("iban", "statement__particulars"), Value(""), output_field=TextField())

ENDED: dict[Payment.Ended, str] = {
    Payment.Ended.CANCELLED: "Ingetrokken voor de vrijgave",
    Payment.Ended.RETURNED: "Teruggekomen van de bank",
    Payment.Ended.DIFFERENT: "Voor een ander bedrag betaald",
    Payment.Ended.TWICE: "Twee keer betaald",
    Payment.Ended.REFUSED: "Niet uitgevoerd door de bank",
}


def payments_of(run: PaymentRun) -> QuerySet[Payment]:
    """The payments of a run: what asks a second look first, then in the order of the file."""
    looked_at = Case(When(iban=IBAN_THEN, then=0), default=1, output_field=IntegerField())
    payments = run.payments.select_related("statement__organisation", "statement__closing", "statement__own_number")
    return payments.alias(is_new=looked_at).order_by("-is_new", "pk")


def new_accounts(run: PaymentRun) -> int:
    """How many are paid on another account than their statement was drawn up with (`Payment.has_new_account`)."""
    return run.payments.exclude(iban=IBAN_THEN).count()


def rows(run: PaymentRun, payments: Iterable[Payment]) -> list[RunPayment]:
    """Some of the payments of a run, each with the change of account behind it."""
    payments = list(payments)
    new = {each.iban for each in payments if each.has_new_account}
    changes = AccountChange.objects.filter(iban__in=new, outcome="accepted", decided_at__lte=run.prepared_at)
    behind = {each.iban: each for each in changes.select_related("asked_by", "decided_by").order_by("pk")}
    return [RunPayment(each, behind.get(each.iban) if each.has_new_account else None) for each in payments]


def totals(run: PaymentRun) -> list[tuple[str, int, Decimal]]:
    """Per kind of statement how many payments and how much, in euros."""
    sums = run.payments.order_by().values_list("statement__kind").annotate(count=Count("pk"), total=Sum("amount"))
    found = {kind: (count, total) for kind, count, total in sums}
    words = {Statement.Kind.DECLARATION: "Declaraties", Statement.Kind.INVOICE: "Facturen"}
    return [(word, *found[kind]) for kind, word in words.items() if kind in found]


def on_their_way() -> Decimal:
    """What standing payments ask that the bank did not show yet, in euros."""
    standing = Payment.objects.filter(ended_at__isnull=True, statement__status=Statement.Status.IN_PAYMENT)
    return standing.aggregate(total=Sum("amount"))["total"] or ZERO


def payment_states(statement: Statement, *, office: bool) -> list[PaymentState]:
    """Each payment of a statement, the newest first. A party hears nothing of runs that never went out."""
    booked = Prefetch("bank_entries", BankEntry.objects.order_by("on", "pk"))
    by_hand = Prefetch("refunds", Refund.objects.filter(undone_at__isnull=True).select_related("entry"))
    payments = statement.payments.select_related("run").prefetch_related(booked, by_hand).order_by("-pk")
    if not office:
        payments = payments.exclude(ended=Payment.Ended.CANCELLED)
    return [_told(each) for each in payments]


def _told(payment: Payment) -> PaymentState:
    booked = list(payment.bank_entries.all())
    if by_hand := list(payment.refunds.all()):
        return PaymentState(payment, "Teruggestort", by_hand[-1].entry.on, "attention", "undo-2")
    if payment.ended == Payment.Ended.CANCELLED:
        assert payment.ended_at
        return PaymentState(payment, ENDED[Payment.Ended.CANCELLED], payment.ended_at, "neutral", "x")
    if payment.ended == Payment.Ended.REFUSED and not booked:
        assert payment.ended_at
        return PaymentState(payment, ENDED[Payment.Ended.REFUSED], payment.ended_at, "attention", "undo-2")
    if payment.ended:
        on = booked[-1].on if booked else payment.ended_at
        assert on
        return PaymentState(payment, ENDED[Payment.Ended(payment.ended)], on, "attention", "undo-2")
    if paid := [each for each in booked if each.outcome == BankEntry.Outcome.PAID]:
        return PaymentState(payment, "Betaald", paid[-1].on, "success", "check-circle")
    return PaymentState(payment, "In betaling sinds", payment.run.prepared_at, "plum", "banknote")


def account_changes() -> tuple[list[AccountChange], list[AccountChange]]:
    """Requests for another account: those that wait, the oldest first; and those that were decided lately."""
    every = AccountChange.objects.select_related("organisation", "asked_by", "decided_by")
    waiting = every.filter(decided_at__isnull=True).order_by("asked_at")
    return list(waiting), list(every.filter(~Q(outcome="")).order_by("-decided_at")[:20])
