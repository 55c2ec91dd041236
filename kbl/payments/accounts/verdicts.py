"""What the bank said of an account (closed, blocked, not of this name), remembered at its payee until it changed.

It is read from the bank's own bookings, so there is nothing to forget: an account that a payment came back from is not
paid again until two people changed it, or confirmed that it is right after all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from kbl.organisations.models import AccountChange, Organisation
from kbl.payments.bank.reasons import CODES, ReturnReason, reason
from kbl.payments.models import BankEntry

ABOUT_THE_ACCOUNT = tuple(code for code, (_, _, account) in CODES.items() if account)
ABOUT_THE_NAME = ("BE01",)


@dataclass(frozen=True)
class BankVerdict:
    """Why a payment to an account came back, on which day it was booked, and when we heard."""

    iban: str
    reason: ReturnReason
    on: date
    heard_at: datetime


def bank_verdicts(payees: Iterable[Organisation]) -> dict[int, BankVerdict]:
    """Per organisation what the bank said last of the account that it has now, as far as that still stands."""
    by_iban: dict[str, list[Organisation]] = {}
    for payee in payees:
        if payee.iban:
            by_iban.setdefault(payee.iban, []).append(payee)
    back = BankEntry.objects.filter(
        outcome=BankEntry.Outcome.RETURNED, return_code__in=ABOUT_THE_ACCOUNT, payment__iban__in=by_iban
    )
    said = list(back.select_related("file", "payment").order_by("file__imported_at", "pk"))
    concerned = {payee.pk for each in said for payee in by_iban[each.payment.iban]}  # type: ignore[union-attr]
    agreed = AccountChange.objects.filter(organisation__in=concerned, outcome=AccountChange.Outcome.ACCEPTED)
    since = {(each.organisation_id, each.iban): each.decided_at for each in agreed.order_by("pk")}
    found: dict[int, BankVerdict] = {}
    for entry in said:
        payment, heard_at = entry.payment, entry.file.imported_at
        assert payment is not None  # the database's own rule for what came back
        for payee in by_iban[payment.iban]:
            confirmed = since.get((payee.pk, payee.iban))
            renamed = entry.return_code in ABOUT_THE_NAME and payee.account_name != payment.payee
            if not renamed and not (confirmed and confirmed >= heard_at):
                found[payee.pk] = BankVerdict(payment.iban, reason(entry.return_code), entry.on, heard_at)
    return found


def bank_verdict(payee: Organisation) -> BankVerdict | None:
    """What the bank said of the account of one organisation, if that still stands."""
    return bank_verdicts([payee]).get(payee.pk)
