"""What the bank said that somebody has to look at: each with its amount, what happened, and the next step."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Sum
from django.urls import reverse

from kbl.formats import counted, euro
from kbl.fund.models import FundEntry
from kbl.money import ZERO
from kbl.payments.bank.reasons import ASK, reason
from kbl.payments.bank_days import is_bank_day
from kbl.payments.models import BankEntry, Payment, PaymentRun, Refund
from kbl.payments.runs.payable import due, overpaid_statements, went_out
from kbl.payments.runs.runs import changed_accounts, unseen
from kbl.settlements.models import Statement

PATIENCE = 5  # bank days between the day of a run and its payment on a bank statement
STANDING = Payment.objects.filter(ended_at__isnull=True)


@dataclass(frozen=True)
class Item:
    """One thing to do. `kind` groups them; `url` is where it can be done."""

    kind: str
    title: str
    on: date
    amount: Decimal
    words: str
    step: str
    url: str
    link: str


KINDS = {
    "unasked": "Betaald zonder vrijgave",
    "twice": "Dreigt dubbel betaald te worden",
    "too_much": "Te veel betaald",
    "old_account": "Betaalt een rekening die veranderde",
    "returned": "Teruggekomen",
    "different": "Te weinig betaald",
    "batch": "Verzamelboeking zonder uitsplitsing",
    "unseen": "Nog niet op een afschrift gezien",
}
# What cannot wait: money went out that nobody asked for, or will go out twice.
URGENT = ("unasked", "twice", "too_much", "old_account", "returned")


def items(on: date) -> list[Item]:
    """Everything, the most pressing first."""
    found = [*_unasked(), *_twice(), *_too_much(), *_old_accounts(), *_reopened(), *_batches(), *_unseen(on)]
    order = list(KINDS)
    return sorted(found, key=lambda item: (order.index(item.kind), item.on))


def _unasked() -> Iterator[Item]:
    """The bank paid from a run that was cancelled, or that nobody released."""
    never = (PaymentRun.Status.CANCELLED, PaymentRun.Status.PREPARED)
    seen = Payment.objects.filter(run__status__in=never, bank_entries__amount__lt=0).annotate(
        out=Sum("bank_entries__amount"), last=Max("bank_entries__on")
    )
    for payment in seen.select_related("run", "statement__organisation", "statement__closing"):
        run, statement = payment.run, payment.statement
        was = "was ingetrokken" if run.status == PaymentRun.Status.CANCELLED else "was niet vrijgegeven"
        yield Item(
            "unasked",
            str(statement.organisation),
            payment.last,
            -payment.out,
            f"De bank betaalde {statement} uit {run.name}, maar die run {was}.",
            "Zoek uit wie het bestand aan de bank gaf. Het geld is weg: KBL betaalt deze afrekening niet nog eens.",
            reverse("cubiss:payment_run", args=[run.number]),
            "Naar de run",
        )


def _twice() -> Iterator[Item]:
    """A payment is on its way for more than is still due: the bank showed an earlier one after all."""
    payments = list(_on_their_way().select_related("run", "statement__organisation", "statement__closing"))
    out = went_out([payment.statement_id for payment in payments])
    for payment in payments:
        statement = payment.statement
        over = payment.amount - (statement.payable - out.get(statement.pk, ZERO))
        if over > 0:
            yield Item(
                "twice",
                str(statement.organisation),
                payment.run.execute_on,
                over,
                f"Voor {statement} ging al geld weg, en {payment.run.name} betaalt nog {euro(payment.amount)}.",
                "Trek de run in als hij nog niet is vrijgegeven. Bel anders de bank om deze betaling tegen te houden.",
                reverse("cubiss:payment_run", args=[payment.run.number]),
                "Naar de run",
            )


def _too_much() -> Iterator[Item]:
    """More went out than a statement has to pay."""
    overpaid = overpaid_statements()
    again = BankEntry.objects.filter(outcome=BankEntry.Outcome.TWICE)
    twice = set(again.values_list("payment__statement", flat=True)) if overpaid else set()
    for statement, over in overpaid:
        yield Item(
            "too_much",
            str(statement.organisation),
            _last_day(statement),
            over,
            f"De bank betaalde {statement} twee keer: {euro(over)} te veel."
            if statement.pk in twice
            else f"Voor {statement} ging {euro(over)} te veel van de rekening.",
            "Vraag het terug. Komt het zonder ons kenmerk binnen? Koppel het op het afschrift aan deze afrekening.",
            reverse("cubiss:statement", args=[statement.pk]),
            "Naar de afrekening",
        )


def _old_accounts() -> Iterator[Item]:
    """Released, not seen yet, and its file pays (or debits) an account that changed since."""
    for run in PaymentRun.objects.filter(status=PaymentRun.Status.RELEASED).order_by("number"):
        if moved := changed_accounts(run):
            yield Item(
                "old_account",
                run.name,
                run.execute_on,
                sum((each.amount for each in unseen(run) if each.payee in moved), ZERO),
                f"De rekening van {', '.join(moved)} veranderde na de vrijgave. Het bestand noemt nog de oude.",
                "Lever het bestand niet aan. Ligt het al bij de bank? Vraag haar om deze betaling tegen te houden.",
                reverse("cubiss:payment_run", args=[run.number]),
                "Naar de run",
            )


def _reopened() -> Iterator[Item]:
    """A payment came back, or was too little, and nothing is on its way for the rest."""
    ended = Payment.objects.filter(ended__in=[Payment.Ended.RETURNED, Payment.Ended.DIFFERENT, Payment.Ended.TWICE])
    open_again = Statement.objects.filter(status=Statement.Status.APPROVED, pk__in=ended.values("statement"))
    open_again = open_again.exclude(pk__in=STANDING.values("statement"))
    for statement in open_again.select_related("organisation", "closing").order_by("pk"):
        rest = due(statement)
        if rest <= 0:
            continue
        last = statement.payments.latest("pk")
        if last.ended in (Payment.Ended.RETURNED, Payment.Ended.TWICE):
            why = reason(last.return_code or _last_code(last))
            code = f" (code {why.code})" if why.code else ""
            url, link = _where(statement, why.account)
            words = f"De betaling van {statement} kwam terug: {why.words}{code}."
            step = why.step
            if last.refunds.filter(undone_at__isnull=True).exists():
                words, step = f"{statement.organisation} stortte geld terug van {statement}.", ASK
            yield Item("returned", str(statement.organisation), _last_day(statement), rest, words, step, url, link)
        else:
            words = f"Van {statement} is {euro(statement.payable - rest)} betaald; {euro(rest)} staat nog open."
            step = "Neem de rest mee in een volgende run. Vraag de bank waarom het bedrag anders was."
            url, link = _where(statement, False)
            yield Item("different", str(statement.organisation), _last_day(statement), rest, words, step, url, link)


def _where(statement: Statement, account: bool) -> tuple[str, str]:
    """Where to go on: the page on which to ask for another account, or the statement."""
    if account:
        return reverse("cubiss:account", args=[statement.organisation.payee.slug]), "Naar het rekeningnummer"
    return reverse("cubiss:statement", args=[statement.pk]), "Naar de afrekening"


def _batches() -> Iterator[Item]:
    """A booking of several payments at once: of ours by its name, or that could be, as long as some were not seen."""
    waiting = _on_their_way().filter(run__released_at__isnull=False, run__execute_on__lte=OuterRef("on"))
    itemised = BankEntry.objects.filter(repeats=OuterRef("pk")).exclude(outcome=BankEntry.Outcome.REPEAT)
    batches = BankEntry.objects.filter(Exists(waiting) | Q(run__isnull=False), outcome=BankEntry.Outcome.BATCH)
    for entry in batches.exclude(Exists(itemised)).select_related("file", "run").order_by("on", "pk"):
        named = f" Hij noemt {entry.run}, maar aantal of bedrag is anders." if entry.run else ""
        yield Item(
            "batch",
            f"Afschrift {entry.file}",
            entry.on,
            -entry.amount,
            f"De bank boekte meer betalingen in één bedrag en zegt niet welke.{named} Er is niets als betaald geboekt.",
            "Vraag de bank om hetzelfde afschrift met losse boekingen, en lees dat in.",
            reverse("cubiss:bank_file", args=[entry.file_id]),
            "Naar het afschrift",
        )


def _unseen(on: date) -> Iterator[Item]:
    """Released, and days later on no statement."""
    since = bank_days_before(on, PATIENCE)
    late = _on_their_way().filter(run__released_at__isnull=False, run__execute_on__lt=since)
    runs: dict[int, list[Payment]] = {}
    for payment in late.select_related("run").order_by("run__execute_on", "pk"):
        runs.setdefault(payment.run_id, []).append(payment)
    for payments in runs.values():
        run = payments[0].run
        yield Item(
            "unseen",
            run.name,
            run.execute_on,
            sum((each.amount for each in payments), Decimal("0.00")),
            counted(len(payments), "betaling is", "betalingen zijn") + " nog niet op een bankafschrift gezien.",
            "Lees de afschriften sinds die dag in. Staan ze er niet op? Vraag de bank of het bestand is uitgevoerd.",
            reverse("cubiss:payment_run", args=[run.number]),
            "Naar de run",
        )


def _on_their_way() -> QuerySet[Payment]:
    return STANDING.filter(bank_entries__isnull=True)


def _last_code(payment: Payment) -> str:
    """Why the bank gave back what it gave back last."""
    back = payment.bank_entries.filter(amount__gt=0).order_by("pk").last()
    return back.return_code if back else ""


def _last_day(statement: Statement) -> date:
    """The last day on which the bank booked something for a statement."""
    days = BankEntry.objects.filter(payment__statement=statement).order_by("-on").values_list("on", flat=True)
    return days[0]


def bank_days_before(on: date, count: int) -> date:
    """The day that lies so many bank days before another."""
    while count:
        on -= timedelta(days=1)
        count -= is_bank_day(on)
    return on


def booked_in_fund(entries: Iterable[BankEntry]) -> set[int]:
    """Which of these receipts stand in the fund's ledger as an instalment of the province: same day, same amount.

    Of several alike as many are booked as the ledger has, the first first.
    """
    refunds = set(Refund.objects.filter(undone_at__isnull=True).values_list("entry", flat=True))
    received = [each for each in entries if each.outcome == BankEntry.Outcome.RECEIVED and each.pk not in refunds]
    found = FundEntry.objects.filter(
        kind=FundEntry.Kind.INSTALMENT, reversed_by__isnull=True, on__in={each.on for each in received}
    )
    left = Counter(found.values_list("on", "amount"))
    booked = set()
    for each in sorted(received, key=lambda entry: entry.pk):
        if left[each.on, each.amount] > 0:
            left[each.on, each.amount] -= 1
            booked.add(each.pk)
    return booked
