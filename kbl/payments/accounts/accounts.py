"""The account on which an organisation is paid: one asks for another, a second person of Cubiss decides.

The organisation hears of both by mail, so that nobody moves its money unseen. The database keeps to the same rule
(account_guard.py).
"""

from datetime import datetime
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction

from kbl.accounts.roles import Right
from kbl.accounts.waiting import assert_not_made_by, assert_second_person
from kbl.organisations.models import AccountChange, Organisation
from kbl.organisations.one_form import tidy_iban
from kbl.organisations.validators import validate_iban
from kbl.payments.accounts.verdicts import bank_verdict
from kbl.payments.models import AccountMail, Payment
from kbl.payments.runs.pain import LONGEST_NAME, sayable
from kbl.texts.lines import tidy_line

Outcome = AccountChange.Outcome

# The countries of the Single Euro Payments Area (EPC409-09): an IBAN of elsewhere makes the bank refuse the file.
SEPA = frozenset({
    "AD", "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI", "GR", "HR", "HU",
    "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL", "NO", "PL", "PT", "RO", "RS", "SE",
    "SI", "SK", "SM", "VA",
})  # fmt: skip


class AccountRefused(Exception):
    """A request for another account that cannot be made, or not be decided: `reason` says why."""

    class Reason(StrEnum):
        WRONG = "wrong"
        HOLDER = "holder"
        OUTSIDE = "outside"
        SAME = "same"
        OPEN = "open"
        DECIDED = "decided"
        OWN = "own"
        MOVED = "moved"

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def ask(organisation: Organisation, iban: str, *, by, at: datetime, holder: str | None = None) -> AccountChange:
    """Ask to be paid on another IBAN, in the name of `holder` (empty: the organisation's own; None: as it is).

    The same account again confirms it, when the bank sent money back from it. Raises AccountRefused (WRONG, OUTSIDE,
    HOLDER, SAME, OPEN).
    """
    account = tidy(iban)
    now = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    name = now.account_holder if holder is None else tidy_holder(holder, now)
    if (account, name) == (now.iban, now.account_holder) and not bank_verdict(now):
        raise AccountRefused(AccountRefused.Reason.SAME)
    if now.account_changes.filter(decided_at__isnull=True).exists():
        raise AccountRefused(AccountRefused.Reason.OPEN)
    change = now.account_changes.create(
        iban=account, old_iban=now.iban, holder=name, old_holder=now.account_holder, asked_at=at, asked_by=by
    )
    _tell(change, AccountMail.Kind.ASKED)
    return change


@transaction.atomic
def accept(change: AccountChange, *, by, at: datetime) -> None:
    """A second person lets the account change.

    Raises AccountRefused (OWN, DECIDED, MOVED), waiting.TooNew, waiting.MadeByYou.
    """
    if change.asked_by_id == by.pk:
        raise AccountRefused(AccountRefused.Reason.OWN)
    assert_not_made_by(change.asked_by, by)
    assert_second_person(by, Right.ACCOUNTS, at=at)
    now = Organisation.objects.select_for_update(no_key=True).get(pk=change.organisation_id)
    _decide(change, Outcome.ACCEPTED, by=by, at=at)
    if (now.iban, now.account_holder) != (
        change.old_iban,
        change.old_holder,
    ):  # an empty one was filled in meanwhile: this request was about something else
        raise AccountRefused(AccountRefused.Reason.MOVED)
    Organisation.objects.filter(pk=now.pk).update(iban=change.iban, account_holder=change.holder)
    _tell(change, AccountMail.Kind.ACCEPTED)


def refuse(change: AccountChange, *, by, at: datetime) -> None:
    """The account stays what it is. Raises AccountRefused (DECIDED)."""
    _decide(change, Outcome.REFUSED, by=by, at=at)


def withdraw(change: AccountChange, *, by, at: datetime) -> None:
    """Who asked does not want it any more. Raises AccountRefused (DECIDED)."""
    _decide(change, Outcome.WITHDRAWN, by=by, at=at)


def tidy(iban: str) -> str:
    """In its one form. Raises AccountRefused (WRONG, OUTSIDE)."""
    account = tidy_iban(iban)
    try:
        validate_iban(account)
    except ValidationError:
        raise AccountRefused(AccountRefused.Reason.WRONG) from None
    if not account or account[:2] not in SEPA:
        raise AccountRefused(AccountRefused.Reason.OUTSIDE if account else AccountRefused.Reason.WRONG)
    return account


def tidy_holder(holder: str, organisation: Organisation) -> str:
    """In whose name an account is: nothing when that is the organisation's own. Raises AccountRefused (HOLDER)."""
    name = tidy_line(holder)
    try:
        AccountChange._meta.get_field("holder").run_validators(name)
    except ValidationError:
        raise AccountRefused(AccountRefused.Reason.HOLDER) from None
    if name and not sayable(name, LONGEST_NAME):
        raise AccountRefused(AccountRefused.Reason.HOLDER)
    return "" if name == organisation.name else name


def may_be_filled_in(organisation: Organisation) -> bool:
    """A first account may come from a list, as long as the organisation never had a payment nor a changed account."""
    return not (
        organisation.iban
        or organisation.account_changes.filter(outcome=Outcome.ACCEPTED).exists()
        or Payment.objects.filter(statement__organisation=organisation).exists()
    )


def _decide(change: AccountChange, outcome: Outcome, *, by, at: datetime) -> None:
    """Once: the conditional UPDATE decides between two who press at the same moment."""
    waiting = AccountChange.objects.filter(pk=change.pk, decided_at__isnull=True)
    if not waiting.update(outcome=outcome, decided_by=by, decided_at=at):
        raise AccountRefused(AccountRefused.Reason.DECIDED)
    change.outcome, change.decided_by, change.decided_at = outcome, by, at


def _tell(change: AccountChange, kind: AccountMail.Kind) -> None:
    """The row of a mail that has to go. Without an address it starts as failed, so that Cubiss sees it."""
    recipient = address_of(change.organisation)
    state = AccountMail.State.WAITING if recipient else AccountMail.State.FAILED
    AccountMail.objects.create(change=change, kind=kind, recipient=recipient, state=state)


def address_of(party: Organisation) -> str:
    """Where an organisation gets its mail: its own address, else that of the one it reports through; may be empty."""
    return next((each.email for each in party.line if each.email), "")
