"""How many files an account may have read in a while (docs/threats.md, 27): reading one takes a web worker's time."""

from datetime import datetime

from django.conf import settings
from django.core.cache import cache

WINDOW = 15 * 60  # seconds
TOO_MANY_FILES = "Dat waren veel bestanden achter elkaar. Wacht een kwartier en kies dit bestand dan nog eens."


def refused_file(request, *, at: datetime) -> str:
    """Count the file that comes with this request, and say why it is not read: nothing when it is, or when none came.

    Every page that takes a file asks this before it looks into one (tests/accounts/test_uploads.py).
    """
    return TOO_MANY_FILES if request.FILES and not may_read_file(request.user, at=at) else ""


def may_read_file(user, *, at: datetime) -> bool:
    """Count one more file of this account, and say whether it may be read: UPLOADS_PER_QUARTER_HOUR of them."""
    key = f"uploads:{user.pk}:{int(at.timestamp()) // WINDOW}"
    cache.add(key, 0, WINDOW)
    try:
        return cache.incr(key) <= settings.UPLOADS_PER_QUARTER_HOUR
    except ValueError:  # it went out of the cache between the two
        return True
