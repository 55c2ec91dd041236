"""A library gives an invoice its number; until then it is an overview, without document, approval or payment.

Asked of who numbers its own invoices, and of who agreed on nothing with Cubiss: an invoice that somebody draws up for
another is one when that was agreed, or when the other numbers it. The number is used once by a library, whatever its
capitals and spaces, and never looks like one of KBL's own; who agrees afterwards takes ours.
"""

import re
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Replace, Upper

from kbl.organisations.models import Organisation
from kbl.settlements.models import OwnNumber, Statement

LONGEST = OwnNumber._meta.get_field("number").max_length or 0
LOOKS_LIKE_A_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./_\-]*")


class NumberRefused(Exception):
    """This number cannot be given: `reason` is one of the class's constants, `other` the statement that has it."""

    class Reason(StrEnum):
        EMPTY = "empty"
        ODD = "odd"
        LONG = "long"
        NOT_ASKED = "not_asked"
        GIVEN = "given"
        USED = "used"
        OURS = "ours"

    def __init__(self, reason: Reason, number: str = "", other: Statement | None = None) -> None:
        super().__init__(f"{reason} {number}")
        self.reason, self.number, self.other = reason, number, other


def as_kept(typed: str) -> str:
    """The number as it stands on the document: spaces around it gone, and never two in a row."""
    return " ".join(typed.split())


def as_compared(number: str) -> str:
    """Two numbers are the same when these are."""
    return number.replace(" ", "").upper()


def numbered_by_the_library() -> QuerySet[Statement]:
    """Statements that stand, or will stand, under a number that their library gives: `asks_number` is true."""
    return Statement.objects.filter(
        Q(particulars__own_numbers=True) | Q(particulars__agreed=False), number__isnull=False
    )


def awaiting() -> QuerySet[Statement]:
    """Statements that wait for their library's own number: those for which `awaits_number` is true."""
    return numbered_by_the_library().filter(own_number__isnull=True)


@transaction.atomic
def give(statement: Statement, typed: str, *, by, at: datetime) -> OwnNumber:
    """The library's number for this invoice, once; what was typed wrongly is refused. Raises NumberRefused."""
    number = as_kept(typed)
    _assert_readable(number)
    if not statement.asks_number:
        raise NumberRefused(NumberRefused.Reason.NOT_ASKED, number)
    _assert_free(statement, number)
    try:
        with transaction.atomic():
            given = OwnNumber.objects.create(
                statement=statement, organisation_id=statement.organisation_id, number=number, at=at, by=by
            )
    except IntegrityError:  # a colleague was first: with this number, or for this invoice
        _assert_free(statement, number)
        raise
    statement.own_number = given
    return given


def agreed(library: Organisation, *, by, at: datetime) -> list[Statement]:
    """The library agreed that Cubiss draws up its invoices: those that waited for that carry our number from now on.

    Who numbers its own invoices still does. Returns them; for self_billing.py.
    """
    waiting = awaiting().filter(organisation=library, particulars__own_numbers=False)
    found = list(waiting.select_related("closing", "organisation").order_by("pk"))
    for statement in found:
        statement.own_number = OwnNumber.objects.create(
            statement=statement, organisation=library, number=str(statement.number), at=at, by=by
        )
    return found


def _assert_readable(number: str) -> None:
    if not number:
        raise NumberRefused(NumberRefused.Reason.EMPTY)
    if len(number) > LONGEST:
        raise NumberRefused(NumberRefused.Reason.LONG, number)
    if not LOOKS_LIKE_A_NUMBER.fullmatch(number):
        raise NumberRefused(NumberRefused.Reason.ODD, number)


def _assert_free(statement: Statement, number: str) -> None:
    """Nobody gave this invoice a number yet, and nothing else has this one."""
    if given := OwnNumber.objects.filter(statement=statement).first():
        raise NumberRefused(NumberRefused.Reason.GIVEN, given.number, statement)
    same = as_compared(number)
    compared = Upper(Replace("number", Value(" "), Value("")))
    mine = OwnNumber.objects.filter(organisation=statement.organisation_id).alias(same=compared).filter(same=same)
    if used := mine.select_related("statement__closing").first():
        raise NumberRefused(NumberRefused.Reason.USED, number, used.statement)
    if _is_ours(statement, same):
        raise NumberRefused(NumberRefused.Reason.OURS, number)


def _is_ours(statement: Statement, same: str) -> bool:
    """One of KBL's own numbers, or one that KBL could still give this library."""
    prefix = re.escape(as_compared(statement.organisation.participation.invoice_prefix))
    if re.fullmatch(rf"{prefix}-\d{{4}}-\d+", same):
        return True
    compared = Upper(Replace("number", Value(" "), Value("")))
    return Statement.objects.alias(same=compared).filter(same=same).exists()
