"""What people write in a report, and the editions of it that were put before a colleague and released. Only ever added.

The figures are those that were kept at the closing (reporting/report/kept_reports.py); an edition adds words to them.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kbl.guards import AppendOnly
from kbl.organisations.models import QuarterField
from kbl.settlements.models import Closing
from kbl.texts.lines import LineField
from reporting.monitor.story_field import StoryField


class TextPlace(models.TextChoices):
    """Where in a report a text stands; each place has one text at a time."""

    SUMMARY = "summary", "In het kort"
    WHY_A = "why_a", "Doel A: toelichting"
    DO_A = "do_a", "Doel A: wat wij doen"
    WHY_B = "why_b", "Doel B: toelichting"
    DO_B = "do_b", "Doel B: wat wij doen"
    WHY_C = "why_c", "Doel C: toelichting"
    DO_C = "do_c", "Doel C: wat wij doen"
    WHY_D = "why_d", "Doel D: toelichting"
    DO_D = "do_d", "Doel D: wat wij doen"
    WHY_E = "why_e", "Doel E: toelichting"
    DO_E = "do_e", "Doel E: wat wij doen"
    FUND = "fund", "Het lidmaatschapsfonds"
    PLACES = "places", "Gemeenten en bibliotheken"
    RISKS = "risks", "Risico’s"


class ReportText(models.Model):
    """What somebody wrote at one place of a report. The newest of a place counts; an empty one takes it away."""

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="report_texts", verbose_name="afsluiting")
    place = models.CharField("plaats", max_length=8, choices=TextPlace)
    text = StoryField("tekst", max_length=1500, blank=True)
    written_at = models.DateTimeField("geschreven op")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="geschreven door"
    )

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "tekst in een rapportage"
        verbose_name_plural = "teksten in rapportages"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(name="report_text_has_a_place", condition=Q(place__in=TextPlace.values))]

    def __str__(self) -> str:
        return f"{self.closing}: {self.get_place_display()}"


class ReportEdition(models.Model):
    """One version of a report: put before a colleague with the texts as they were, and released by that colleague.

    `content` is what it says beside the kept figures, as JSON, with the hash of those. `missed` are the letters of the
    targets that are behind in those: the database releases none without its explanation. `before_releases`: the
    province read this report before reports were released; nobody decided on it.
    """

    class Outcome(models.TextChoices):
        RELEASED = "released", "vrijgegeven"
        REFUSED = "refused", "teruggegeven"
        WITHDRAWN = "withdrawn", "ingetrokken"

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="report_editions", verbose_name="afsluiting")
    version = models.PositiveSmallIntegerField("versie")
    changes = LineField("wat er anders is", max_length=600, blank=True)
    content = models.BinaryField("inhoud")
    sha256 = models.CharField("controlesom", max_length=64)
    missed = models.CharField("doelen die achter zijn", max_length=5, blank=True, db_default="")
    asked_at = models.DateTimeField("voorgelegd op")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="voorgelegd door"
    )
    before_releases = models.BooleanField("van voor het vrijgeven", default=False)
    decided_at = models.DateTimeField("besloten op", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="besloten door"
    )
    outcome = models.CharField("besluit", max_length=9, choices=Outcome, blank=True)

    GUARD = AppendOnly(stamped_once=("decided_at", "decided_by_id", "outcome"))

    class Meta:
        verbose_name = "uitgave van een rapportage"
        verbose_name_plural = "uitgaven van rapportages"
        ordering = ["closing__quarter", "version", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="edition_released_once", fields=["closing", "version"], condition=Q(outcome="released")
            ),
            models.UniqueConstraint(
                name="one_edition_waits_at_a_time", fields=["closing"], condition=Q(decided_at__isnull=True)
            ),
            models.CheckConstraint(
                name="edition_decided_wholly_or_not",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, outcome="", before_releases=False)
                | Q(decided_at__isnull=False, decided_by__isnull=False, before_releases=False)
                & Q(outcome__in=["released", "refused", "withdrawn"])
                | Q(decided_at__isnull=False, decided_by__isnull=True, outcome="released", before_releases=True),
            ),
            models.CheckConstraint(
                name="edition_released_by_a_second_person",
                condition=~Q(outcome="released") | ~Q(decided_by=F("asked_by")) | Q(decided_by__isnull=True),
            ),
            models.CheckConstraint(
                name="new_version_says_what_changed", condition=Q(version=1) | Q(version__gt=1) & ~Q(changes="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.closing}, versie {self.version}"

    @property
    def is_released(self) -> bool:
        return self.outcome == self.Outcome.RELEASED


class EditionText(models.Model):
    """A text that stands in an edition. `is_new`: not yet in a version that was released before."""

    edition = models.ForeignKey(ReportEdition, models.PROTECT, related_name="of_texts")
    text = models.ForeignKey(ReportText, models.PROTECT, related_name="in_editions")
    is_new = models.BooleanField("nieuw")

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "tekst in een uitgave"
        verbose_name_plural = "teksten in uitgaven"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="text_once_in_an_edition", fields=["edition", "text"])]

    def __str__(self) -> str:
        return f"{self.edition}: {self.text}"


class EditionFile(models.Model):
    """A file of an edition, byte for byte: made before it is released, so that what is released was looked at."""

    class Form(models.TextChoices):
        PDF = "pdf", "PDF"
        XLSX = "xlsx", "Excel"
        CSV = "csv", "CSV"

    edition = models.ForeignKey(ReportEdition, models.PROTECT, related_name="files", verbose_name="uitgave")
    form = models.CharField("vorm", max_length=4, choices=Form)
    filename = models.CharField("bestand", max_length=80)
    content = models.BinaryField()
    sha256 = models.CharField("controlesom", max_length=64)
    made_at = models.DateTimeField("gemaakt op")

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "bestand van een uitgave"
        verbose_name_plural = "bestanden van uitgaven"
        ordering = ["edition", "pk"]
        constraints = [models.UniqueConstraint(name="file_of_an_edition_once", fields=["edition", "form"])]

    def __str__(self) -> str:
        return self.filename


class EditionPart(models.Model):
    """The two pages of a released edition about one library or municipality, byte for byte: made once, after it."""

    class About(models.TextChoices):
        LIBRARY = "library", "Bibliotheek"
        MUNICIPALITY = "municipality", "Gemeente"

    edition = models.ForeignKey(ReportEdition, models.PROTECT, related_name="parts", verbose_name="uitgave")
    about = models.CharField("over een", max_length=12, choices=About)
    key = models.PositiveBigIntegerField("sleutel van wie het gaat")
    filename = models.CharField("bestand", max_length=80)
    content = models.BinaryField("inhoud")
    sha256 = models.CharField("controlesom", max_length=64)
    made_at = models.DateTimeField("gemaakt op")

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "deel van een uitgave"
        verbose_name_plural = "delen van uitgaven"
        ordering = ["edition", "pk"]
        constraints = [
            models.UniqueConstraint(name="part_of_an_edition_once", fields=["edition", "about", "key"]),
            models.CheckConstraint(
                name="part_is_about_a_library_or_municipality", condition=Q(about__in=["library", "municipality"])
            ),
        ]

    def __str__(self) -> str:
        return self.filename


class KeptInterim(models.Model):
    """How the programme stands after a month of a quarter that is not closed yet: kept, drawn, released by a second.

    What it shows is suppressed after all reports before it, and the next report after this (`published` in `content`).
    """

    quarter = QuarterField("kwartaal")
    until = models.DateField("tot en met", unique=True)
    content = models.BinaryField("inhoud")
    sha256 = models.CharField("controlesom", max_length=64)
    made_at = models.DateTimeField("gemaakt op")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="gemaakt door")
    drawn_at = models.DateTimeField("getekend op", null=True, blank=True)
    pdf = models.BinaryField("papier", null=True, blank=True)
    csv = models.BinaryField("lijst", null=True, blank=True)
    released_at = models.DateTimeField("vrijgegeven op", null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="vrijgegeven door",
    )

    GUARD = AppendOnly(stamped_once=("released_at", "released_by_id"), filled_once=("drawn_at", "pdf", "csv"))

    class Meta:
        verbose_name = "tussenstand"
        verbose_name_plural = "tussenstanden"
        ordering = ["until"]
        constraints = [
            models.CheckConstraint(
                name="interim_released_by_a_second_person",
                condition=Q(released_at__isnull=True, released_by__isnull=True)
                | Q(released_at__isnull=False, released_by__isnull=False, pdf__isnull=False, csv__isnull=False)
                & ~Q(released_by=F("made_by")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.until:%Y-%m}"

    @property
    def is_released(self) -> bool:
        return self.released_at is not None
