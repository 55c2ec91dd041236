"""The second person of a story: accepts what waits, or agreed on it long ago."""

from datetime import datetime

from kbl.accounts.models import User
from kbl.second_person import second_person
from kbl.second_person.models import PendingChange


def agree(by: User, *, at: datetime) -> PendingChange:
    """Accept the one thing that waits."""
    change = PendingChange.objects.get(decided_at__isnull=True)
    second_person.accept(change, by=by, at=at)
    return change
