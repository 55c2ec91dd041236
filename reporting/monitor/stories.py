"""Stories of a quarter, for the report and the quarterly message.

told(quarter, at=...)    the stories of a quarter as they stood at a moment
"""

from datetime import datetime

from django.db.models import Q

from kbl.periods import Quarter
from reporting.monitor.models import Story


def told(quarter: Quarter, *, at: datetime) -> list[Story]:
    """The stories of a quarter that stood at a moment, in the order in which they were written."""
    stood = Q(revoked_at__isnull=True) | Q(revoked_at__gt=at)
    found = Story.objects.filter(stood, quarter=quarter, recorded_at__lte=at)
    return list(found.select_related("library").order_by("pk"))
