"""What is still to be paid, to whom and on which account: approved statements without a payment that stands.

Paid is only what the bank's statement shows. So what is due is the payable amount minus what went out of the account
for it, net of what came back; however many payments were tried, their sum never becomes more than the statement.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet, Sum

from kbl.money import ZERO
from kbl.organisations.models import AccountChange, Organisation
from kbl.payments.accounts.verdicts import BankVerdict, bank_verdicts
from kbl.payments.models import BankEntry, Payment, Refund
from kbl.payments.runs.pain import LONGEST_NAME, sayable
from kbl.settlements.models import Statement

Status = Statement.Status


class PaymentObstacle(StrEnum):
    """Why a statement cannot be paid yet."""

    NO_ACCOUNT = "no_account"
    NO_NAME = "no_name"
    NO_NUMBER = "no_number"
    BANK_REFUSED = "bank_refused"


@dataclass(frozen=True)
class Payable:
    """One statement that is to be paid: `amount` euros to the account that `payee` has today.

    `change` is the accepted change of account since the statement was drawn up, `asked` one that nobody decided about
    yet; `verdict` is what the bank said of the account when money came back from it. `obstacle` tells why it cannot be
    paid now; None when it can.
    """

    statement: Statement
    amount: Decimal
    payee: Organisation
    obstacle: PaymentObstacle | None = None
    change: AccountChange | None = None
    asked: AccountChange | None = None
    verdict: BankVerdict | None = None

    @property
    def has_new_account(self) -> bool:
        """Paid on another account than the statement was drawn up with."""
        return self.payee.iban != (self.statement.particulars.get("iban") or "")

    @property
    def seen(self) -> str:
        """What somebody looks at who chooses it: what is paid is what was seen, or nothing."""
        return f"{self.amount:.2f} {self.payee.iban} {self.payee.account_name}"


def due(statement: Statement) -> Decimal:
    """What is still to be paid, in euros; negative when more went out than the statement asks for."""
    return statement.payable - went_out([statement.pk]).get(statement.pk, ZERO)


def went_out(statements: Collection[int]) -> dict[int, Decimal]:
    """Per statement what the bank says went out for it, net of what came back (by itself or by hand), in euros.

    What came back of a payment before it was seen to go out (its bank statement was not read yet) counts as nothing:
    otherwise the next payment would be asked twice.
    """
    entries = BankEntry.objects.filter(payment__statement__in=list(statements)).order_by()
    sums = entries.values_list("payment__statement", "payment").annotate(Sum("amount"))
    refunds = Refund.objects.filter(payment__statement__in=list(statements), undone_at__isnull=True).order_by()
    back = dict(refunds.values_list("payment").annotate(Sum("entry__amount")))
    out: dict[int, Decimal] = {}
    for statement, payment, amount in sums:
        out[statement] = out.get(statement, ZERO) + max(-amount - back.get(payment, ZERO), ZERO)
    return out


def open_statements() -> QuerySet[Statement]:
    """Approved, asking for money, and without a payment that stands: nothing is on its way for them.

    A nil report and a credit stay approved for ever; of those there are more at every closing, and none is read.
    """
    standing = Payment.objects.filter(statement=OuterRef("pk"), ended_at__isnull=True)
    asking = Statement.objects.filter(status=Status.APPROVED).alias(asks=F("net") + F("vat") + F("carried_in"))
    return asking.filter(~Exists(standing), asks__gt=0)


def payable_statements(among: QuerySet[Statement] | None = None, *, lock: bool = False) -> list[Payable]:
    """Everything that can be paid now, or that something stands in the way of; a nil report and a credit are neither.

    With `lock` the statements and accounts stay as they are until the transaction is over.
    """
    statements = open_statements() if among is None else open_statements() & among
    if lock:
        statements = statements.select_for_update(of=("self",), no_key=True)
    found = list(statements.select_related("closing", "organisation", "own_number").order_by("pk"))
    out = went_out([each.pk for each in found])
    to_pay = [(each, amount) for each in found if (amount := each.payable - out.get(each.pk, ZERO)) > 0]
    accounts = payees({each.organisation_id for each, _ in to_pay}, lock=lock)
    verdicts = bank_verdicts({each.pk: each for each in accounts.values()}.values())
    changes = list(
        AccountChange.objects.filter(organisation__in={each.pk for each in accounts.values()})
        .select_related("asked_by", "decided_by")
        .order_by("pk")
    )
    decided = {(each.organisation_id, each.iban): each for each in changes if each.outcome == "accepted"}
    asked = {each.organisation_id: each for each in changes if each.decided_at is None}
    return [
        Payable(
            statement,
            amount,
            payee,
            obstacle=_obstacle(statement, payee, verdicts.get(payee.pk)),
            change=decided.get((payee.pk, payee.iban)) if payee.iban != statement.particulars.get("iban") else None,
            asked=asked.get(payee.pk),
            verdict=verdicts.get(payee.pk),
        )
        for statement, amount in to_pay
        for payee in [accounts[statement.organisation_id]]
    ]


def overpaid_statements() -> list[tuple[Statement, Decimal]]:
    """Statements for which more went out than they ask, with how much in euros: somebody must ask it back.

    Who they are the database finds, as `went_out` counts it; of all that was ever paid usually none is read here.
    """
    with connection.cursor() as cursor:
        cursor.execute(OVERPAID)
        keys = [pk for (pk,) in cursor.fetchall()]
    rows = Statement.objects.filter(pk__in=keys).select_related("closing", "organisation", "own_number")
    found, out = list(rows) if keys else [], went_out(keys) if keys else {}
    return [(each, -over) for each in found if (over := each.payable - out.get(each.pk, ZERO)) < 0]


# Per payment what went out less what came back, by itself or by hand, and never less than nothing; per statement the
# sum of that (`paid.amount`), beside what it asks. Rounded, because SQLite adds up without cents.
ASKED = """CASE WHEN statement.net + statement.vat + statement.carried_in > 0
        THEN statement.net + statement.vat + statement.carried_in ELSE 0 END"""
WENT_OUT = f"""
    FROM {Statement._meta.db_table} statement JOIN (
        SELECT payment.statement_id, SUM(CASE WHEN moved.amount > 0 THEN moved.amount ELSE 0 END) AS amount
        FROM {Payment._meta.db_table} payment JOIN (
            SELECT payment_id, SUM(amount) AS amount FROM (
                SELECT payment_id, -amount AS amount FROM {BankEntry._meta.db_table} WHERE payment_id IS NOT NULL
                UNION ALL
                SELECT refund.payment_id, -entry.amount FROM {Refund._meta.db_table} refund
                JOIN {BankEntry._meta.db_table} entry ON entry.id = refund.entry_id WHERE refund.undone_at IS NULL
            ) told GROUP BY payment_id
        ) moved ON moved.payment_id = payment.id WHERE {{among}} GROUP BY payment.statement_id
    ) paid ON paid.statement_id = statement.id"""
# What was paid once, as it was asked, is not overpaid: something ended before, or the bank did something else.
ODD = f"""payment.statement_id IN (
            SELECT statement_id FROM {Payment._meta.db_table} WHERE ended_at IS NOT NULL
            UNION SELECT odd.statement_id FROM {Payment._meta.db_table} odd
            JOIN {BankEntry._meta.db_table} entry ON entry.payment_id = odd.id WHERE entry.outcome <> 'paid')"""
OVERPAID = f"""
    SELECT statement.id {WENT_OUT.format(among=ODD)}
    WHERE ROUND(paid.amount - {ASKED}, 2) > 0"""


def payees(organisations: Iterable[int], *, lock: bool = False) -> dict[int, Organisation]:
    """Per organisation the one whose account is paid (`Organisation.payee`), in as many questions as there are storeys.

    With `lock`, in the order of their keys, so that no two transactions wait for each other.
    """
    wanted = set(organisations)
    everyone, more = set(wanted), set(wanted)
    while more:
        children = Organisation.objects.filter(pk__in=more, parent__isnull=False)
        more = {pk for pk in children.values_list("parent", flat=True) if pk} - everyone
        everyone |= more
    rows = Organisation.objects.filter(pk__in=everyone).order_by("pk")
    if lock:
        rows = rows.select_for_update(no_key=True)
    by_pk = {each.pk: each for each in rows}
    for each in by_pk.values():
        if each.parent_id:
            each.parent = by_pk[each.parent_id]
    return {pk: by_pk[pk].payee for pk in wanted}


def _obstacle(statement: Statement, payee: Organisation, verdict: BankVerdict | None) -> PaymentObstacle | None:
    if not payee.iban:
        return PaymentObstacle.NO_ACCOUNT
    if verdict:
        return PaymentObstacle.BANK_REFUSED
    if not sayable(payee.account_name, LONGEST_NAME):
        return PaymentObstacle.NO_NAME
    return PaymentObstacle.NO_NUMBER if statement.awaits_number else None
