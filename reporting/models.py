"""What is kept about the reports themselves: when the books were checked and what was found, who was warned of what."""

from django.conf import settings
from django.db import models

from kbl.guards import AppendOnly
from kbl.mail.models import Mail
from kbl.settlements.models import Closing
from reporting.dashboard.models import DaySummary as DaySummary  # Django finds the rooms' models here only
from reporting.dashboard.models import FundOutlook as FundOutlook
from reporting.dashboard.models import MonthSummary as MonthSummary
from reporting.dashboard.models import SummaryReach as SummaryReach
from reporting.dashboard.models import SummaryRevoked as SummaryRevoked
from reporting.editions.models import EditionFile as EditionFile
from reporting.editions.models import EditionPart as EditionPart
from reporting.editions.models import EditionText as EditionText
from reporting.editions.models import KeptInterim as KeptInterim
from reporting.editions.models import ReportEdition as ReportEdition
from reporting.editions.models import ReportText as ReportText
from reporting.message.models import MessageMail as MessageMail
from reporting.message.models import QuarterMessage as QuarterMessage
from reporting.monitor.models import Agreement as Agreement
from reporting.monitor.models import Baseline as Baseline
from reporting.monitor.models import CampaignActivity as CampaignActivity
from reporting.monitor.models import Goal as Goal
from reporting.monitor.models import Instrument as Instrument
from reporting.monitor.models import LibraryUse as LibraryUse
from reporting.monitor.models import ReachMeasurement as ReachMeasurement
from reporting.monitor.models import Risk as Risk
from reporting.monitor.models import RiskNote as RiskNote
from reporting.monitor.models import Story as Story
from reporting.payment_requests.models import PaymentRequest as PaymentRequest
from reporting.survey.models import SurveyAnswer as SurveyAnswer
from reporting.survey.models import SurveyCard as SurveyCard


class BooksCheck(models.Model):
    """The books were checked: what every invariant said, at one moment.

    `outcomes` is a list of `{name, module, title, found, seconds, rows}`; of the rows that should not be there the
    first fifty, never with a voucher's whole number or anything that looks like a person's.
    """

    at = models.DateTimeField("nagekeken op")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="gevraagd door")
    seconds = models.FloatField("duurde (seconden)")
    wrong = models.PositiveIntegerField("niet in orde")
    outcomes = models.JSONField("uitkomst")

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "controle van de boeken"
        verbose_name_plural = "controles van de boeken"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {self.wrong}"

    @property
    def holds(self) -> bool:
        """Everything was in order."""
        return not self.wrong


class KeptReport(models.Model):
    """The report of a closing as it is shown for ever: every value, row and word, as JSON (report/payload.py).

    It is made in the transaction of its closing. `made_later`: the quarter was closed before reports were kept, so this
    one was made of the books of `kept_at`.
    """

    closing = models.OneToOneField(Closing, models.PROTECT, related_name="kept_report", verbose_name="afsluiting")
    content = models.BinaryField("inhoud")
    sha256 = models.CharField("controlesom", max_length=64)
    kept_at = models.DateTimeField("bewaard op")
    made_later = models.BooleanField("later gemaakt", default=False)

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "bewaarde rapportage"
        verbose_name_plural = "bewaarde rapportages"
        ordering = ["closing__quarter"]

    def __str__(self) -> str:
        return str(self.closing)


class KeptDrawings(models.Model):
    """The charts of a kept report, drawn once from its kept rows: SVG per chart and size (report/drawings.py)."""

    closing = models.OneToOneField(Closing, models.PROTECT, related_name="kept_drawings", verbose_name="afsluiting")
    content = models.BinaryField("tekeningen")
    sha256 = models.CharField("controlesom", max_length=64)

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "bewaarde tekeningen"
        verbose_name_plural = "bewaarde tekeningen"
        ordering = ["closing__quarter"]

    def __str__(self) -> str:
        return str(self.closing)


class QuarterSeal(models.Model):
    """One hash over all that was known at a closing, chained to the quarter before (seals/digest.py).

    `parts` says per table how many rows fell in the quarter, with the hash over them, to name what was touched.
    """

    closing = models.OneToOneField(Closing, models.PROTECT, related_name="seal", verbose_name="afsluiting")
    parts = models.JSONField("per tabel")
    previous = models.CharField("zegel van het kwartaal ervoor", max_length=64, blank=True)
    digest = models.CharField("zegel", max_length=64, unique=True)
    sealed_at = models.DateTimeField("verzegeld op")

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "zegel van een kwartaal"
        verbose_name_plural = "zegels van kwartalen"
        ordering = ["closing__quarter"]

    def __str__(self) -> str:
        return f"{self.closing}: {self.digest}"


class ClearedText(models.Model):
    """Somebody cleared a text that looked like a person's (clearing/clearing.py): where and by whom, never what."""

    in_table = models.CharField("tabel", max_length=80)
    in_column = models.CharField("kolom", max_length=80)
    of_row = models.CharField("rij", max_length=80)
    looks = models.CharField("leek op", max_length=60)
    cleared_at = models.DateTimeField("gewist op")
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="gewist door"
    )

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "gewiste tekst"
        verbose_name_plural = "gewiste teksten"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.place

    @property
    def place(self) -> str:
        """`organisations_organisation.name, rij 12 (phone)`."""
        return f"{self.in_table}.{self.in_column}, rij {self.of_row} ({self.looks})"


class FundWarning(Mail):
    """The mail that the fund reached a threshold: once to each colleague per budget and threshold.

    `year` is 0 for the whole fund. The budget is part of what was told: another budget is another warning.
    """

    year = models.PositiveSmallIntegerField("begrotingsjaar")
    threshold = models.PositiveSmallIntegerField("drempel (%)")
    budget = models.DecimalField("begroting", max_digits=12, decimal_places=2)
    used = models.DecimalField("uitgegeven of toegezegd", max_digits=12, decimal_places=2)
    on = models.DateField("stand op")

    class Meta:
        verbose_name = "waarschuwing over het lidmaatschapsfonds"
        verbose_name_plural = "waarschuwingen over het lidmaatschapsfonds"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="fund_warning_sent_once", fields=["year", "threshold", "budget", "recipient"])
        ]

    def __str__(self) -> str:
        return f"{self.year or 'alles'}: {self.threshold} %"
