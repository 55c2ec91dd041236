"""The register of the monitor: what the plan promises and compares with (loaded from the programme file), and the facts
that are entered beside the vouchers. Facts are added, never edited; one that was wrong is revoked and stays visible.
"""

from django.db import models
from django.db.models import F, Q

from kbl.facts import Fact
from kbl.guards import REVOCABLE, AppendOnly
from kbl.organisations.models import Organisation, QuarterField
from kbl.texts.lines import LineField, all_visible
from reporting.monitor.story_field import StoryField


class TargetLetter(models.TextChoices):
    """The plan's five targets."""

    PARTICIPANTS = "A", "Aantal deelnemers"
    REACH = "B", "Bereik en bekendheid"
    COOPERATION = "C", "Samenwerking"
    IMPACT = "D", "Impact"
    LASTING = "E", "Duurzame deelname"


class FromTheFile(models.Model):
    """What the programme file says, with where that was read."""

    source = LineField("bron", max_length=200)

    class Meta:
        abstract = True


class OfLibraryOrWhole(Fact):
    """A fact about one library, or about the whole programme.

    Each has its own `source` (and a measurement its `method`) at its own place among the columns: a quarter's seal
    reads the columns in their order, so they cannot move up to here.
    """

    library = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="bibliotheek"
    )

    class Meta(Fact.Meta):
        abstract = True


class Goal(FromTheFile):
    """One of the plan's targets, as the programme file has it. `norm`: the part that is promised, in per cent."""

    letter = models.CharField("doel", max_length=1, choices=TargetLetter, unique=True)
    definition = LineField("definitie", max_length=400)
    norm = models.PositiveSmallIntegerField("norm (%)", null=True, blank=True)
    method = LineField("methode", max_length=400)

    class Meta:
        verbose_name = "doel van het plan"
        verbose_name_plural = "doelen van het plan"
        ordering = ["letter"]
        constraints = [
            models.CheckConstraint(name="norm_is_a_part", condition=Q(norm__isnull=True) | Q(norm__range=(1, 100)))
        ]

    def __str__(self) -> str:
        return f"{self.letter}. {self.get_letter_display()}"


class Baseline(FromTheFile):
    """What was measured or aimed at before the programme began, to compare with: a percentage or a number of people."""

    class Unit(models.TextChoices):
        PERCENT = "percent", "%"
        PEOPLE = "people", "mensen"

    goal = models.CharField("doel", max_length=1, choices=TargetLetter)
    name = LineField("wat", max_length=160)
    value = models.DecimalField("waarde", max_digits=12, decimal_places=2)
    unit = models.CharField("eenheid", max_length=7, choices=Unit)
    year = models.PositiveSmallIntegerField("jaar", null=True, blank=True)

    class Meta:
        verbose_name = "nulmeting"
        verbose_name_plural = "nulmetingen"
        ordering = ["goal", "pk"]
        constraints = [
            models.UniqueConstraint(name="baseline_named_once", fields=["goal", "name"]),
            models.CheckConstraint(
                name="baseline_can_be", condition=Q(value__gte=0) & (Q(unit="people") | Q(value__lte=100))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goal}: {self.name}"


class Instrument(models.Model):
    """A measuring instrument or study of others that a target leans on (the KB's Impactmonitor)."""

    goal = models.CharField("doel", max_length=1, choices=TargetLetter)
    name = LineField("naam", max_length=120)
    about = LineField("waarvoor", max_length=300)
    address = models.URLField("adres", blank=True)

    class Meta:
        verbose_name = "meetinstrument"
        verbose_name_plural = "meetinstrumenten"
        ordering = ["goal", "pk"]
        constraints = [models.UniqueConstraint(name="instrument_named_once", fields=["goal", "name"])]

    def __str__(self) -> str:
        return self.name


class Risk(models.Model):
    """A risk that the plan foresees, with what it would do about it, and the sign in the figures that tells of it."""

    class Sign(models.TextChoices):
        UNUSED = "unused", "vouchers die niet worden ingewisseld"
        SILENT = "silent", "gemeenten zonder uitreiking"
        MEMBERS = "members", "nieuwe leden naast het plan"
        USE = "use", "leden die iets lenen"

    class Course(models.TextChoices):
        SMALLER = "smaller", "wordt kleiner"
        SAME = "same", "blijft gelijk"
        LARGER = "larger", "wordt groter"

    number = models.PositiveSmallIntegerField("nummer", unique=True)
    name = LineField("risico", max_length=120)
    words = LineField("toelichting", max_length=400)
    mitigation = LineField("aanpak in het plan", max_length=600)
    sign = models.CharField("af te lezen aan", max_length=7, choices=Sign, blank=True)

    class Meta:
        verbose_name = "risico"
        verbose_name_plural = "risico's"
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"


class RiskNote(Fact):
    """How people see a risk on day `on`: what they see, where it goes, and what is done by whom before which day."""

    Trend = Risk.Course

    risk = models.ForeignKey(Risk, models.PROTECT, related_name="notes", verbose_name="risico")
    figure = LineField("cijfer", max_length=160)
    trend = models.CharField("richting", max_length=7, choices=Trend)
    measure = LineField("maatregel", max_length=400)
    owner = LineField("wie doet het (functie)", max_length=80)
    due_on = models.DateField("klaar op")

    GUARD = REVOCABLE

    class Meta(Fact.Meta):
        verbose_name = "stand van een risico"
        verbose_name_plural = "standen van risico's"
        ordering = ["on", "pk"]
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(name="measure_comes_after_the_note", condition=Q(due_on__gte=F("on"))),
            models.CheckConstraint(name="risk_note_can_be_read", condition=all_visible("figure", "measure", "owner")),
        ]

    def __str__(self) -> str:
        return f"{self.risk_id} {self.on}"


class ReachMeasurement(OfLibraryOrWhole):
    """Target B, measured: how many of the target group were reached. Without a library it is of the whole programme.

    COUNT: people, of `group` people; without `group` the programme's setting is the denominator. SAMPLE: of `group`
    who were asked, `reached` know of it.
    """

    class Kind(models.TextChoices):
        COUNT = "count", "getelde mensen"
        SAMPLE = "sample", "ondervraagde mensen"

    kind = models.CharField("soort", max_length=6, choices=Kind)
    reached = models.PositiveIntegerField("bereikt")
    group = models.PositiveIntegerField("van hoeveel", null=True, blank=True)
    source = LineField("bron", max_length=160)
    method = LineField("methode", max_length=200)

    GUARD = REVOCABLE

    class Meta(Fact.Meta):
        verbose_name = "meting van bereik"
        verbose_name_plural = "metingen van bereik"
        ordering = ["on", "pk"]
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                name="nobody_is_reached_twice",
                condition=Q(group__isnull=True) | Q(group__gte=F("reached"), group__gt=0),
            ),
            models.CheckConstraint(
                name="a_part_has_its_whole",
                condition=Q(group__isnull=False) | Q(kind="count", library__isnull=True),
            ),
            models.CheckConstraint(name="reach_can_be_read", condition=all_visible("source", "method")),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.reached}"


class CampaignActivity(OfLibraryOrWhole):
    """Something of the campaign that began on day `on`, with its reach as the medium counts it: contacts, no people."""

    class Channel(models.TextChoices):
        OUTDOOR = "outdoor", "bussen en abri's"
        BROADCAST = "broadcast", "radio en tv"
        SOCIAL = "social", "sociale media"
        PRESS = "press", "krant en huis-aan-huisblad"
        FLYERS = "flyers", "flyers en posters"
        MEETING = "meeting", "bijeenkomst"
        OTHER = "other", "anders"

    channel = models.CharField("kanaal", max_length=9, choices=Channel)
    name = LineField("activiteit", max_length=120)
    contacts = models.PositiveIntegerField("bereik (contacten)")
    source = LineField("bron", max_length=160)

    GUARD = REVOCABLE

    class Meta(Fact.Meta):
        verbose_name = "campagneactiviteit"
        verbose_name_plural = "campagneactiviteiten"
        ordering = ["on", "pk"]
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(name="activity_can_be_read", condition=all_visible("name", "source")),
        ]

    def __str__(self) -> str:
        return self.name


class Agreement(Fact):
    """Target C: an agreement of a library with a partner (an organisation), signed on day `on`, and what is in it."""

    library = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="bibliotheek")
    partner = LineField("partner (organisatie)", max_length=120)
    names_partner = models.BooleanField("benoemt de samenwerkingspartner")
    has_goals = models.BooleanField("doelen en verwachtingen")
    has_plan = models.BooleanField("actieplan")
    has_timeline = models.BooleanField("tijdlijn")
    has_roles = models.BooleanField("rollen en verantwoordelijkheden")

    GUARD = REVOCABLE
    PARTS = ("names_partner", "has_goals", "has_plan", "has_timeline", "has_roles")

    class Meta(Fact.Meta):
        verbose_name = "samenwerkingsovereenkomst"
        verbose_name_plural = "samenwerkingsovereenkomsten"
        ordering = ["on", "pk"]
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(name="partner_can_be_read", condition=all_visible("partner") & ~Q(partner="")),
            models.UniqueConstraint(
                name="one_standing_agreement_per_partner",
                fields=["library", "partner"],
                condition=Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.partner

    @property
    def missing(self) -> list[str]:
        """The parts that are not in it, as people call them."""
        parts = (each for each in self._meta.concrete_fields if each.name in self.PARTS)
        return [str(each.verbose_name) for each in parts if not getattr(self, each.name)]

    @property
    def is_complete(self) -> bool:
        return not self.missing


class LibraryUse(Fact):
    """Risk 4: of the members with a voucher that a library looked at, how many used it in a quarter.

    The library counts in its own system and tells sums; `on` is the quarter's last day. What it did not count is empty.
    """

    library = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="bibliotheek")
    quarter = QuarterField("kwartaal")
    members = models.PositiveIntegerField("leden met een voucher")
    borrowed = models.PositiveIntegerField("leenden iets", null=True, blank=True)
    online = models.PositiveIntegerField("gebruikten de online Bibliotheek", null=True, blank=True)
    took_part = models.PositiveIntegerField("deden mee aan een activiteit of cursus", null=True, blank=True)
    helped = models.PositiveIntegerField("kregen hulp aan het informatiepunt", null=True, blank=True)

    GUARD = REVOCABLE
    COUNTS = ("borrowed", "online", "took_part", "helped")

    class Meta(Fact.Meta):
        verbose_name = "gebruik na aanmelding"
        verbose_name_plural = "gebruik na aanmelding"
        ordering = ["quarter", "pk"]
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                name="no_more_users_than_members",
                condition=Q(members__gt=0)
                & (Q(borrowed__isnull=True) | Q(borrowed__lte=F("members")))
                & (Q(online__isnull=True) | Q(online__lte=F("members")))
                & (Q(took_part__isnull=True) | Q(took_part__lte=F("members")))
                & (Q(helped__isnull=True) | Q(helped__lte=F("members"))),
            ),
            models.UniqueConstraint(
                name="one_standing_use_per_quarter",
                fields=["library", "quarter"],
                condition=Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.library_id} {self.quarter}"


class Story(Fact):
    """A short story of a quarter, for the report and the quarterly message; nobody can be recognised in it.

    Title and text may change in one case only: they are cleared when somebody stands in them after all (clearing).
    `no_names`: who wrote it looked at the words with a capital, and none of them is somebody.
    """

    quarter = QuarterField("kwartaal")
    library = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="bibliotheek"
    )
    title = StoryField("titel", max_length=80)
    text = StoryField("verhaal", max_length=1200)
    no_names = models.BooleanField("geen namen van mensen", default=False)

    GUARD = AppendOnly(stamped_once=REVOCABLE.stamped_once, free=("title", "text"))

    class Meta(Fact.Meta):
        verbose_name = "verhaal"
        verbose_name_plural = "verhalen"
        ordering = ["quarter", "pk"]
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(name="story_can_be_read", condition=all_visible("title", "text")),
        ]

    def __str__(self) -> str:
        return f"{self.quarter} {self.pk}"
