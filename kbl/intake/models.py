"""The one thing that reading in keeps of itself: which new colleague was, or still has to be, invited."""

from django.conf import settings
from django.db import models

from kbl.mail.models import Mail


class Invitation(Mail):
    """The mail with which a colleague who came from a file chooses a password; one for each account, ever."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="invitation")

    class Meta:
        verbose_name = "uitnodiging"
        verbose_name_plural = "uitnodigingen"

    def __str__(self) -> str:
        return f"uitnodiging {self.pk}"
