"""What a mail is in the database: a row that is written in the transaction of what it tells, and sent after it."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

FIRST_WAIT = timedelta(minutes=10)


class Mail(models.Model):
    """A mail to one address: what it is about, the model that inherits this says. Empty means that none is known.

    `first_wait`: how long after a first failure it is tried again. `CLEARED`: what is thrown away once it was sent.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "wacht"
        SENDING = "sending", "wordt verstuurd"
        SENT = "sent", "verstuurd"
        FAILED = "failed", "niet gelukt"

    first_wait: ClassVar[timedelta] = FIRST_WAIT
    CLEARED: ClassVar[dict[str, str]] = {}

    recipient = models.EmailField("aan")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True


class Letter(Mail):
    """A mail that hangs on no other row: of the log-in, to whoever looks after the system, about a seal.

    What it says is kept until it was sent or until `expires_at`, and no longer. The link with which somebody chooses a
    password is not kept at all: it is made when the mail goes (`purpose` RESET, kbl/accounts/resets.py). `once` is a
    name that no two letters share: what may be told once is told once, whoever asks for it how often.
    """

    class Purpose(models.TextChoices):
        RESET = "reset", "link om een wachtwoord te kiezen"
        ACCOUNT = "account", "bericht over een account"
        CLOSING = "closing", "een kwartaal kan worden afgesloten"
        SEAL = "seal", "zegel van een kwartaal"
        REPORT = "report", "rapportage voor de provincie"
        ALARM = "alarm", "werk op de achtergrond staat stil"
        SYSTEM = "system", "bericht van het systeem"

    first_wait: ClassVar[timedelta] = timedelta(minutes=1)
    CLEARED: ClassVar[dict[str, str]] = {"body": ""}

    purpose = models.CharField("waarvoor", max_length=7, choices=Purpose)
    subject = models.CharField("onderwerp", max_length=200, blank=True)
    body = models.TextField("tekst", blank=True)
    once = models.CharField("naam", max_length=120, blank=True)
    written_at = models.DateTimeField("geschreven op")
    expires_at = models.DateTimeField("verloopt op")

    class Meta:
        verbose_name = "mail"
        verbose_name_plural = "post"
        indexes = [models.Index(name="letter_to_send", fields=["id"], condition=~Q(state="sent"))]
        constraints = [
            models.UniqueConstraint(name="letter_told_once", fields=["once"], condition=~Q(once="")),
            models.CheckConstraint(name="letter_sent_keeps_no_text", condition=~Q(state="sent") | Q(body="")),
            models.CheckConstraint(name="letter_keeps_no_link", condition=~Q(purpose="reset") | Q(body="")),
            models.CheckConstraint(name="letter_expires_later", condition=Q(expires_at__gt=models.F("written_at"))),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}"

    def has_expired(self, at: datetime) -> bool:
        """Too late to be of use: it is not sent any more."""
        return self.expires_at <= at
