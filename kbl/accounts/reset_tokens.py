"""The key in the link with which somebody chooses a password: Django's own, and not longer than it should be."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.http import base36_to_int

from kbl.accounts.models import User

AHEAD = 600  # seconds that the clocks of several machines may differ


class ResetTokens(PasswordResetTokenGenerator):
    """One of a moment that is still to come is refused: a clock ran ahead, and it would hold for so long."""

    def check_token(self, user: User | None, token: str | None) -> bool:
        """Whether the key opens this account now."""
        if not super().check_token(user, token):
            return False
        made = base36_to_int(str(token).split("-")[0])
        return made <= self._num_seconds(self._now()) + AHEAD
