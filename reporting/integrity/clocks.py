"""The moments of the books: none is still to come, in any table; and closings follow each other in time."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from kbl import clock
from kbl.organisations.models import ClosedQuarter
from reporting.integrity.invariants import Violations, invariant

OURS = ("kbl", "vouchers", "intermediaries", "libraries", "reporting")

# A day or moment that may lie ahead, and why. Every other one of the house lies behind us, or a clock was wrong.
MAY_LIE_AHEAD = {
    "organisations_programme.starts_on": "a programme is loaded before it begins",
    "organisations_programme.ends_on": "and runs until then",
    "organisations_municipality.starts_on": "a municipality joins later",
    "mail_letter.expires_at": "what a mail says is kept until then",
    "fund_instalment.due_on": "the province pays by then",
    "fund_ledgeraccount.first_day": "an account of the bookkeeping is told beforehand",
    "vouchers_batch.valid_until": "a voucher is valid until then",
    "vouchers_voucher.extended_until": "or until then",
    "vouchers_stockmovement.valid_until": "what the validity became",
    "intermediaries_accreditation.valid_from": "agreed beforehand",
    "intermediaries_accreditation.valid_until": "and holds until then",
    "libraries_participation.starts_on": "a library joins later",
    "libraries_participation.self_billing_since": "agreed beforehand",
    "libraries_membershipyear.on": "a renewal is answered some days before its year begins",
    "libraries_membershipend.on": "as is its end",
    "discrepancies_answer.until": "an answer that holds for a while",
    "settlements_reminder.silence_on": "the day on which silence is agreement",
    "settlements_selfbilling.since": "agreed beforehand",
    "settlements_selfbilling.ended_on": "and ended beforehand",
    "settlements_tariff.first_day": "a tariff is told beforehand",
    "settlements_partyvat.first_day": "as is how VAT applies",
    "reporting_risknote.due_on": "a measure against a risk is taken by then",
    "reporting_paymentrequest.due_on": "an instalment is asked for beforehand",
    "payments_paymentrun.execute_on": "the bank is asked for a later day",
}


def columns(model: type[models.Model]) -> list[models.Field]:
    """The days and moments of a table that lie behind us."""
    table = model._meta.db_table
    found = [each for each in model._meta.concrete_fields if isinstance(each, models.DateField)]
    return [each for each in found if f"{table}.{each.column}" not in MAY_LIE_AHEAD]


def tables() -> list[type[models.Model]]:
    """Every table of ours that holds one."""
    ours = [each for each in apps.get_models() if each.__module__.split(".")[0] in OURS]
    return [each for each in ours if columns(each)]


def _latest() -> datetime | None:
    """The last moment that can have been; None where nobody asks.

    By the database's clock; an embedded database has no clock but this process'.
    """
    if not settings.CLOCK_MAY_DIFFER_MINUTES:
        return None
    slack = timedelta(minutes=settings.CLOCK_MAY_DIFFER_MINUTES)
    if connection.vendor != "postgresql":
        return clock.now() + slack
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0] + slack


@invariant("Niets is van een dag of een moment dat nog moet komen")
def no_moment_is_still_to_come() -> Violations:
    """A clock that ran ahead leaves days and moments that are not there yet."""
    latest = _latest()
    if latest is None:
        return
    for model in tables():
        yield from _ahead(model, latest)


def rows_ahead(model: type[models.Model], limits: dict[str, date]) -> QuerySet:
    """The rows of a table with any day or moment past its limit."""
    too_late = Q()
    for name, limit in limits.items():
        too_late |= Q(**{f"{name}__gt": limit})
    return model._default_manager.filter(too_late).order_by("pk")


def limits_of(model: type[models.Model], latest: datetime) -> dict[str, date]:
    """By column the last day or moment that can have been."""
    today = localdate(latest)
    return {each.attname: latest if isinstance(each, models.DateTimeField) else today for each in columns(model)}


def _ahead(model: type[models.Model], latest: datetime) -> Iterator[dict[str, Any]]:
    limits = limits_of(model, latest)
    for row in rows_ahead(model, limits).values("pk", *limits):
        for name, limit in limits.items():
            if row[name] is not None and row[name] > limit:
                yield {"table": model._meta.db_table, "id": row["pk"], "column": name, "says": row[name]}


@invariant("Kwartalen zijn na hun laatste dag gesloten, en na het kwartaal ervoor")
def closings_follow_in_time() -> Violations:
    before = None
    for quarter, at in ClosedQuarter.objects.order_by("quarter").values_list("quarter", "closed_at"):
        if not quarter.is_over(localdate(at)) or (before is not None and at < before):
            yield {"quarter": quarter, "closed": at, "the_one_before": before}
        before = at
