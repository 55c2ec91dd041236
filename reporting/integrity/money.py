"""The fund and the costs beside it: every draw is a statement's, every reversal the exact opposite, every cost has its
document, the balance adds up on every day, and the journal has two sides."""

import hashlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import accumulate

from django.db.models import F, Sum
from django.db.models.functions import TruncDate

from kbl.clock import today
from kbl.fund import ledger
from kbl.fund.accounts import Role
from kbl.fund.ledger import INCOME
from kbl.fund.models import Evidence, FundEntry
from kbl.money import ZERO
from kbl.organisations.models import Programme
from kbl.periods import quarters
from kbl.settlements.fund_figures import frozen_lines, realisation
from kbl.settlements.models import Statement
from kbl.settlements.statements.steps import draw_reference
from reporting.integrity.invariants import Violations, invariant, select
from reporting.journal import double_entry
from reporting.journal.double_entry import JournalPeriod

Kind = FundEntry.Kind
DRAWN = (Statement.Status.APPROVED, Statement.Status.IN_PAYMENT, Statement.Status.PAID)


@invariant("Een goedgekeurde afrekening is voor precies haar bedrag van het fonds geboekt, een andere niet")
def approved_statements_are_drawn() -> Violations:
    draws = dict(FundEntry.objects.filter(kind=Kind.DRAW).values_list("reference", "amount"))
    for statement in Statement.objects.order_by("pk").only("status", "net").iterator(chunk_size=2000):
        expected = -statement.net if statement.status in DRAWN and statement.net else None
        drawn = draws.pop(draw_reference(statement), None)
        if drawn != expected:
            yield {"statement": statement.pk, "status": statement.status, "net": statement.net, "drawn": drawn}
    for reference, amount in draws.items():
        yield {"draw": reference, "amount": amount, "problem": "names no statement"}


@invariant("Een kenmerk is één keer geboekt")
def references_are_booked_once() -> Violations:
    return select("SELECT reference, COUNT(*) AS times FROM fund_fundentry GROUP BY reference HAVING COUNT(*) > 1")


@invariant("Een tegenboeking is precies het omgekeerde van één boeking, één keer")
def reversals_are_exact_opposites() -> Violations:
    return select("""
        SELECT entry.id AS entry, entry.amount, original.amount AS original
        FROM fund_fundentry entry LEFT JOIN fund_fundentry original ON original.id = entry.reverses_id
        WHERE (entry.kind = 'reversal') <> (entry.reverses_id IS NOT NULL)
           OR (entry.kind = 'reversal' AND (original.id IS NULL OR original.kind IN ('reversal', 'draw')
                                            OR entry.amount <> -original.amount))
        UNION ALL
        SELECT MIN(id), MIN(amount), MAX(amount) FROM fund_fundentry
        WHERE reverses_id IS NOT NULL GROUP BY reverses_id HAVING COUNT(*) > 1""")


@invariant("Wat binnenkomt hoort bij een termijn; kosten gaan eruit")
def entries_have_the_sign_of_their_kind() -> Violations:
    return select("""
        SELECT id AS entry, kind, amount FROM fund_fundentry
        WHERE (kind = 'instalment' AND (instalment_id IS NULL OR amount <= 0))
           OR (kind <> 'instalment' AND instalment_id IS NOT NULL) OR (kind = 'other_cost' AND amount >= 0)
           OR amount = 0 OR kind NOT IN ('instalment', 'draw', 'other_cost', 'reversal')""")


@invariant("Ontvangen min besteed is het saldo, op elke dag")
def the_balance_adds_up() -> Violations:
    """Three sums that are made apart and must agree; an entry that is neither income nor cost would show here."""
    days = FundEntry.objects.order_by("on").values("on")
    balance = _by_day(days.annotate(total=Sum("amount")))
    received = _by_day(days.filter(INCOME).annotate(total=Sum("amount")))
    spent = _by_day(days.filter(~INCOME).annotate(total=Sum("amount")))
    all_days = sorted(balance)
    running = [_running(each, all_days) for each in (received, spent, balance)]
    for day, income, cost, total in zip(all_days, *running, strict=True):
        if income + cost != total:
            yield {"day": day, "received": income, "spent": -cost, "balance": total}


def _by_day(rows) -> dict[date, Decimal]:
    return {row["on"]: row["total"] for row in rows}


def _running(sums: dict[date, Decimal], days: list[date]) -> list[Decimal]:
    return list(accumulate(sums.get(day, ZERO) for day in days))


@invariant("Een boeking is niet van na de dag waarop zij is vastgelegd")
def entries_are_not_in_the_future() -> Violations:
    later = FundEntry.objects.annotate(heard=TruncDate("recorded_at")).filter(on__gt=F("heard"))
    return later.order_by().values("pk", "on", "heard")


@invariant("Kosten hebben een bewijsstuk; een tegenboeking is precies het omgekeerde, op dezelfde post")
def costs_are_proven_or_exact_opposites() -> Violations:
    return select("""
        SELECT cost.id AS cost, cost.amount, original.amount AS original
        FROM fund_cost cost LEFT JOIN fund_cost original ON original.id = cost.reverses_id
        WHERE (cost.reverses_id IS NULL AND (cost.amount <= 0 OR cost.evidence_id IS NULL))
           OR (cost.reverses_id IS NOT NULL AND (original.id IS NULL OR original.reverses_id IS NOT NULL
                                                 OR cost.amount <> -original.amount
                                                 OR cost.line_id <> original.line_id))
        UNION ALL
        SELECT MIN(id), MIN(amount), MAX(amount) FROM fund_cost
        WHERE reverses_id IS NOT NULL GROUP BY reverses_id HAVING COUNT(*) > 1""")


@invariant("Elk bewijsstuk heeft nog de bytes van zijn controlesom")
def evidence_matches_its_hash() -> Violations:
    for kept in Evidence.objects.order_by("pk").iterator(chunk_size=20):
        if hashlib.sha256(kept.content).hexdigest() != kept.sha256:
            yield {"evidence": kept.pk, "filename": kept.filename}


@invariant("Gerealiseerd per post en jaar is samen wat het fonds uitgaf")
def realisation_adds_up_to_the_ledger() -> Violations:
    last = FundEntry.objects.order_by("-on").values_list("on", flat=True).first()
    if last is None:
        return
    frozen_lines.forget()  # what a process remembers proves nothing
    realised = sum(realisation.spent_by_year(last).values(), ZERO)
    if realised != (spent := ledger.spent(last)):
        yield {"day": last, "realised": realised, "spent": spent}


@invariant(
    "Elke boeking in het journaal heeft twee gelijke kanten; de rekening van de subsidie min de kosten is het saldo"
)
def the_journal_balances() -> Violations:
    sides = {Role.SUBSIDY: ZERO, Role.FEES: ZERO, Role.HANDLING: ZERO, Role.OTHER: ZERO}
    for period in _of_all_time():
        entries = double_entry.entries(period)
        for entry in entries:
            if not entry.balances:
                yield {"entry": entry.voucher, "debit": entry.debit, "credit": entry.credit}
        for each in double_entry.totals(entries):
            if each.role in sides:
                sides[Role(each.role)] += each.credit - each.debit
    if (left := sum(sides.values(), ZERO)) != (balance := ledger.balance()):
        yield {"journal": left, "balance": balance}


def _of_all_time() -> Iterator[JournalPeriod]:
    """From the first day to the last, a quarter of the programme at a time: a country's entries at once are many."""
    first, programme = date(2000, 1, 1), Programme.objects.first()
    for quarter in quarters(programme.starts_on, today()) if programme else ():
        yield JournalPeriod(first, quarter.last_day)
        first = quarter.next.first_day
    yield JournalPeriod(first, date(2999, 12, 31))
