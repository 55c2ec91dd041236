"""The accounts that organisations are paid on: they changed by two, and the database still sees to it."""

from django.db import connection

from kbl.organisations.models import AccountChange, Organisation
from kbl.payments.accounts.account_guard import NAME
from kbl.payments.models import Payment
from kbl.second_person.needs_two import GUARDS
from reporting.integrity.invariants import Violations, invariant, select


@invariant("Een rekeningnummer is dat van de laatste goedgekeurde wijziging, en wijzigingen sluiten op elkaar aan")
def accounts_follow_their_requests() -> Violations:
    now = dict(Organisation.objects.values_list("pk", "iban"))
    last: dict[int, str] = {}
    for change in AccountChange.objects.filter(outcome="accepted").order_by("pk"):
        if last.setdefault(change.organisation_id, change.old_iban) != change.old_iban:
            yield {"change": change.pk, "organisation": change.organisation_id, "problem": "does not follow the last"}
        last[change.organisation_id] = change.iban
    for organisation, iban in last.items():
        if now[organisation] != iban:
            yield {"organisation": organisation, "problem": "has another account than was accepted"}


@invariant("Waar eerder betaald is op een andere rekening, keurde een tweede persoon de wijziging goed")
def paid_accounts_changed_by_two() -> Violations:
    left = set(AccountChange.objects.filter(outcome="accepted").values_list("organisation", "old_iban"))
    payments = Payment.objects.select_related("statement__organisation__parent__parent").order_by("pk")
    for payment in payments.iterator(chunk_size=500):
        payee = payment.statement.organisation.payee
        is_same = payment.payee in (
            payee.name,
            payee.account_name,
        )  # where another is paid now, that one's own account is what counts
        if is_same and payee.iban != payment.iban and (payee.pk, payment.iban) not in left:
            yield {"payment": payment.pk, "organisation": payee.pk, "problem": "account changed without a request"}


@invariant("De database weigert zelf een rekeningnummer, en wat verder naar geld of rechten leidt, zonder twee mensen")
def accounts_are_guarded() -> Violations:
    if connection.vendor == "postgresql":
        rows = select("SELECT tgname AS name FROM pg_trigger WHERE tgenabled IN ('O', 'A')")
    else:
        rows = select("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    there = {row["name"] for row in rows}
    for name in (NAME, *GUARDS):
        if name not in there:
            yield {"trigger": name, "problem": "is not there, or is switched off"}
