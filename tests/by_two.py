"""The second person of a story: accepts what waits, or agreed on it long ago.

The database refuses what two people of Cubiss did not agree on. Stories that are about something else say here that
they did: same arguments as the function of the product, and a request that was accepted before it. As long as there
are no two at Cubiss, nobody is asked.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

from kbl.accounts.models import Assignment, User
from kbl.accounts.roles import Right, Role
from kbl.fund import costs, ledger
from kbl.fund.models import BudgetLine, Cost, FundEntry, Instalment
from kbl.organisations.models import AccountChange, Organisation
from kbl.payments.bank import refunds
from kbl.payments.models import Refund
from kbl.second_person import second_person
from kbl.second_person.models import PendingChange
from kbl.settlements.models import PartyVat, Tariff
from kbl.settlements.statements import corrections

EARLIER = datetime(2025, 1, 1, 12, tzinfo=UTC)
Kind = PendingChange.Kind


def agree(by: User, *, at: datetime) -> PendingChange:
    """Accept the one thing that waits."""
    change = PendingChange.objects.get(decided_at__isnull=True)
    second_person.accept(change, by=by, at=at)
    return change


def agreed(change: Kind, at: datetime = EARLIER, /, **values) -> PendingChange | None:
    """Two people agreed on this at a moment; None while there are no two."""
    pair = list(User.objects.that_may(Right.ACCOUNTS).order_by("pk")[:2])
    if len(pair) < 2:
        return None
    words = {"subject": "afgesproken", "becomes": "zo"}
    asked = {"asked_by": pair[0], "asked_at": at}
    decided = {"decided_by": pair[1], "decided_at": at, "outcome": PendingChange.Outcome.ACCEPTED}
    return PendingChange.objects.create(kind=change, **words, values=values, **asked, **decided)


def office_role(user: User, role: Role, *, at: datetime = EARLIER) -> Assignment:
    """A role at Cubiss, given and confirmed at a moment; the first two are the installation's own and have none."""
    if (change := agreed(Kind.OFFICE_ROLE, at, user=user.pk, role=role)) is None:
        return Assignment.objects.create(user=user, role=role)
    given = {"granted_at": at, "granted_by": change.asked_by, "confirmed_by": change.decided_by}
    return Assignment.objects.create(user=user, role=role, **given)


def tariff(kind: str, first_day, amount, **more) -> Tariff:
    """What something is worth from a day on."""
    row = Tariff(kind=kind, first_day=first_day, amount=Decimal(amount), **more)
    values = {"kind": kind, "track": row.track, "first_day": first_day.isoformat(), "vat": row.vat}
    agreed(Kind.TARIFF, **values, amount=str(row.amount))
    row.save()
    return row


def no_tariff(rows: Iterable[Tariff]) -> None:
    """Tariffs are taken away."""
    for each in rows:
        agreed(Kind.TARIFF_GONE, tariff=each.pk)
        each.delete()


def vat(organisation: Organisation, kind: str, first_day, vat: str) -> PartyVat:
    """How VAT applies to an organisation from a day on."""
    agreed(Kind.PARTY_VAT, organisation=organisation.pk, kind=kind, first_day=first_day.isoformat(), vat=vat)
    return PartyVat.objects.create(organisation=organisation, kind=kind, first_day=first_day, vat=vat)


def no_vat(rows: Iterable[PartyVat]) -> None:
    """How VAT applied is taken away."""
    for each in rows:
        agreed(Kind.VAT_GONE, vat=each.pk)
        each.delete()


def belongs(organisation: Organisation, parent: Organisation | None) -> None:
    """An organisation is paid through another from now on."""
    values = {"parent": parent.pk if parent else None, "was": organisation.parent_id}
    agreed(Kind.PARENT, organisation=organisation.pk, **values)
    organisation.parent = parent
    organisation.save(update_fields=["parent"])


def mail_address(organisation: Organisation, email: str) -> None:
    """An organisation gets its mail elsewhere from now on."""
    agreed(Kind.MAIL_ADDRESS, organisation=organisation.pk, email=email, was=organisation.email)
    organisation.email = email
    organisation.save(update_fields=["email"])


def account(organisation: Organisation, iban: str) -> None:
    """A first account, or another one."""
    pair = list(User.objects.that_may(Right.ACCOUNTS).order_by("pk")[:2])
    if len(pair) == 2:
        decided = {"decided_by": pair[1], "decided_at": EARLIER, "outcome": AccountChange.Outcome.ACCEPTED}
        now = {"old_iban": organisation.iban, "holder": organisation.account_holder}
        organisation.account_changes.create(iban=iban, **now, asked_by=pair[0], asked_at=EARLIER, **decided)
    organisation.iban = iban
    organisation.save(update_fields=["iban"])


def correct(line, *, reason: str, **who):
    """corrections.correct, on which two agreed."""
    agreed(Kind.CORRECTION, line=line.pk, reason=reason)
    return corrections.correct(line, reason=reason, **who)


def receive(instalment: Instalment, *, amount, on, **who) -> FundEntry:
    """ledger.receive, on which two agreed."""
    agreed(Kind.RECEIPT, instalment=instalment.pk, amount=f"{amount:.2f}", on=on.isoformat())
    return ledger.receive(instalment, amount=amount, on=on, **who)


def spend(amount, *, description: str, on, **more) -> FundEntry:
    """ledger.spend, on which two agreed."""
    agreed(Kind.COST, amount=f"{amount:.2f}", description=description, on=on.isoformat())
    return ledger.spend(amount, description=description, on=on, **more)


def reverse(entry: FundEntry, **more) -> FundEntry:
    """ledger.reverse, on which two agreed."""
    agreed(Kind.REVERSAL, of="fund", entry=entry.pk)
    return ledger.reverse(entry, **more)


def book(line: BudgetLine, amount, *, description: str, on, **more) -> Cost | FundEntry:
    """costs.book, on which two agreed."""
    agreed(Kind.COST, line=line.pk, amount=f"{amount:.2f}", description=description, on=on.isoformat())
    return costs.book(line, amount, description=description, on=on, **more)


def take_back(cost: Cost, **more) -> Cost:
    """costs.take_back, on which two agreed."""
    agreed(Kind.REVERSAL, of="cost", entry=cost.pk)
    return costs.take_back(cost, **more)


def refund(entry, payment, **who) -> Refund:
    """Money back that is matched to a payment, on which two agreed."""
    agreed(Kind.REFUND, entry=entry.pk, statement=payment.statement_id)
    return Refund.objects.create(entry=entry, payment=payment, **who)


def match_refund(entry, statement, **who):
    """refunds.match_refund, on which two agreed."""
    agreed(Kind.REFUND, entry=entry.pk, statement=statement.pk)
    return refunds.match_refund(entry, statement, **who)


def undo_refund(refund, **who) -> None:
    """refunds.undo_refund, on which two agreed."""
    agreed(Kind.REFUND_UNDONE, refund=refund.pk, entry=refund.entry_id)
    refunds.undo_refund(refund, **who)
