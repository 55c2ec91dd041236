"""A credit goes from one statement of a party to its next: where it came from, and where it went."""

from django.db.models import QuerySet

from kbl.settlements.models import Statement


def credit_from(statement: Statement) -> Statement | None:
    """The statement whose credit is settled on this one."""
    if not statement.carried_in:
        return None
    return _of_party(statement).filter(closing__quarter__lt=statement.closing.quarter).last()


def credit_to(statement: Statement) -> Statement | None:
    """The statement that this one's credit went to; None while the next quarter is open, or there is no credit."""
    if not statement.carried_out:
        return None
    return _of_party(statement).filter(closing__quarter__gt=statement.closing.quarter).first()


def _of_party(statement: Statement) -> QuerySet[Statement]:
    """Every statement of the same party and kind, the oldest first."""
    mine = Statement.objects.filter(organisation=statement.organisation_id, kind=statement.kind)
    return mine.select_related("closing").order_by("closing__quarter")
