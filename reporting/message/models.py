"""A quarterly message, sent once, and its mail: a row to everybody who reads it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from kbl.accounts.roles import Audience
from kbl.guards import AppendOnly
from kbl.mail.models import Mail
from kbl.organisations.models import Organisation
from kbl.settlements.models import Closing
from reporting.editions.models import ReportEdition
from reporting.monitor.story_field import StoryField


class QuarterMessage(models.Model):
    """What the project lead wrote beside a released report. That the row is there means that it was sent."""

    closing = models.OneToOneField(Closing, models.PROTECT, related_name="quarter_message", verbose_name="afsluiting")
    edition = models.ForeignKey(ReportEdition, models.PROTECT, related_name="+", verbose_name="uitgave")
    text = StoryField("bericht", max_length=1500, blank=True)
    sent_at = models.DateTimeField("verstuurd op")
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="verstuurd door"
    )

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "kwartaalbericht"
        verbose_name_plural = "kwartaalberichten"
        ordering = ["closing__quarter"]

    def __str__(self) -> str:
        return str(self.closing)


class MessageMail(Mail):
    """The message to one reader, about one organisation (none for the province and for Cubiss)."""

    message = models.ForeignKey(QuarterMessage, models.PROTECT, related_name="mails", verbose_name="bericht")
    audience = models.CharField("voor wie", max_length=12, choices=Audience)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="organisatie"
    )

    class Meta:
        verbose_name = "mail van een kwartaalbericht"
        verbose_name_plural = "mail van kwartaalberichten"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="message_sent_once_to_a_reader",
                fields=["message", "recipient", "audience", "organisation"],
            ),
            models.UniqueConstraint(  # to an engine nothing is like nothing
                name="message_sent_once_to_an_office",
                fields=["message", "recipient", "audience"],
                condition=Q(organisation__isnull=True),
            ),
            models.CheckConstraint(
                name="message_is_about_who_reads_it",
                condition=Q(audience__in=["library", "intermediary", "municipality"], organisation__isnull=False)
                | Q(audience__in=["province", "cubiss"], organisation__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message}: {self.get_audience_display()}"
