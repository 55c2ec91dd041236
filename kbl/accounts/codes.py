"""The codes of an authenticator app: a step of tolerance, and each code usable once.

django-allauth forgets a used code after one period. A code that is taken one step early or late holds for three, so
somebody who looked over a shoulder could use it again; here it is remembered for as long as it holds.
"""

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache


def remember_as_long_as_they_hold() -> None:
    """Make allauth keep a used code until no step of tolerance accepts it any more."""
    TOTP._mark_code_used = _mark_code_used


def _mark_code_used(self: TOTP, code: str) -> bool:
    """False when this code was used before."""
    holds = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    return cache.add(self._get_used_cache_key(code), "y", timeout=holds)
