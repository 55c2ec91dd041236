"""How many files an account may have read in a while (docs/threats.md, 27): reading one takes a web worker's time."""

from datetime import datetime

from django.conf import settings
from django.core.cache import cache

WINDOW = 15 * 60  # seconds
TOO_MANY_FILES = "Dat waren veel bestanden achter elkaar. Wacht een kwartier en kies dit bestand dan nog eens."


def may_read_file(user, *, at: datetime) -> bool:
    """Count one more file of this account, and say whether it may be read: UPLOADS_PER_QUARTER_HOUR of them."""
    key = f"uploads:{user.pk}:{int(at.timestamp()) // WINDOW}"
    cache.add(key, 0, WINDOW)
    try:
        return cache.incr(key) <= settings.UPLOADS_PER_QUARTER_HOUR
    except ValueError:  # it went out of the cache between the two
        return True
