"""What a mail is in the database."""

from django.db import models


class Mail(models.Model):
    """A mail to one address: what it is about, the model that inherits this says. Empty means that none is known."""

    class State(models.TextChoices):
        WAITING = "waiting", "wacht"
        SENDING = "sending", "wordt verstuurd"
        SENT = "sent", "verstuurd"
        FAILED = "failed", "niet gelukt"

    recipient = models.EmailField("aan")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
