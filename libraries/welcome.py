"""The welcome card: what a library offers to a new member, by theme, and how often the desk told about it.

Seen after a redemption. A tally is a number per offering and quarter and nothing else: no moment, no voucher, no
account and no enrolment, so that it can never say anything about a person (docs/domain.md, "Welcome"). Tallies are
for the library's own manager; they are in no report and leave the library nowhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from django.db import models, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower

from kbl.organisations.models import Organisation, QuarterField
from kbl.periods import Quarter
from kbl.texts.lines import LineField


class WelcomeOffer(models.Model):
    """One thing that a library offers. Its manager writes it; the words are for everybody, about nobody."""

    class Theme(models.TextChoices):
        """The order of the card: what new members ask for most comes first."""

        DIGITAL = "digital", "Hulp met computer en overheid"
        LANGUAGE = "language", "Taal en lezen"
        TOGETHER = "together", "Samen lezen en ontmoeten"
        COURSES = "courses", "Cursussen en werk"
        STUDY = "study", "Rustig lezen en studeren"
        YOUTH = "youth", "Kinderen en gezin"

    library = models.ForeignKey(
        Organisation, models.PROTECT, related_name="welcome_offers", db_index=False, verbose_name="bibliotheek"
    )
    theme = models.CharField("thema", max_length=8, choices=Theme)
    title = LineField("wat u aanbiedt", max_length=50)
    words = LineField("in een paar woorden", max_length=120, blank=True)
    position = models.PositiveSmallIntegerField("plaats", default=0)
    active = models.BooleanField("op de kaart", default=True)

    class Meta:
        verbose_name = "aanbod op de welkomstkaart"
        verbose_name_plural = "aanbod op de welkomstkaart"
        ordering = ["library", "position", "pk"]
        constraints = [
            models.UniqueConstraint("library", Lower("title"), name="welcome_offer_once_per_library"),
            models.CheckConstraint(
                name="welcome_offer_has_a_theme",
                condition=Q(theme__in=["digital", "language", "together", "courses", "study", "youth"]),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class WelcomeTally(models.Model):
    """How often the desk told about an offering in a quarter. A number, without anything that led to it."""

    offer = models.ForeignKey(
        WelcomeOffer, models.PROTECT, related_name="tallies", db_index=False, verbose_name="aanbod"
    )
    quarter = QuarterField("kwartaal")
    count = models.PositiveIntegerField("keer verteld", default=0)

    class Meta:
        verbose_name = "keer verteld"
        verbose_name_plural = "keer verteld"
        constraints = [models.UniqueConstraint(name="one_tally_per_offer_and_quarter", fields=["offer", "quarter"])]

    def __str__(self) -> str:
        return f"{self.offer} {self.quarter}"


Themed = TypeVar("Themed", WelcomeOffer, "Offer")


def offers_of(library: Organisation | int) -> QuerySet[WelcomeOffer]:
    """Everything that a library wrote down, in its own order."""
    return WelcomeOffer.objects.filter(library=library).order_by("position", "pk")


def by_theme(offers: "Iterable[Themed]") -> "list[tuple[str, list[Themed]]]":
    """Offerings under the name of their theme, themes in the order of the card; a theme without any is left out."""
    order = {theme: place for place, theme in enumerate(WelcomeOffer.Theme.values)}
    found = sorted(offers, key=lambda offer: order[offer.theme])
    return [
        (WelcomeOffer.Theme(theme).label, list(those)) for theme, those in groupby(found, key=lambda each: each.theme)
    ]


@dataclass(frozen=True)
class Offer:
    """An offering as the desk sees it: a value, so that what was made of a card can be kept for the next visitor."""

    pk: int
    theme: str
    title: str
    words: str


def card(library: Organisation | int) -> tuple[Offer, ...]:
    """What the desk sees after a redemption, in the library's own order."""
    shown = offers_of(library).filter(active=True).values_list("pk", "theme", "title", "words")
    return tuple(Offer(*row) for row in shown)


@transaction.atomic
def tell(offer: WelcomeOffer, *, quarter: Quarter) -> None:
    """The desk told somebody about this: one more. The database adds, so that two desks both count."""
    WelcomeTally.objects.get_or_create(offer=offer, quarter=quarter)
    WelcomeTally.objects.filter(offer=offer, quarter=quarter).update(count=F("count") + 1)


def untell(offer: WelcomeOffer, *, quarter: Quarter) -> None:
    """It was pressed by mistake: one less, never below zero."""
    WelcomeTally.objects.filter(offer=offer, quarter=quarter, count__gt=0).update(count=F("count") - 1)


def told(library: Organisation, *, quarter: Quarter) -> dict[int, int]:
    """How often each offering of the library was told about in a quarter, by the offering's key; for its manager."""
    tallies = WelcomeTally.objects.filter(offer__library=library, quarter=quarter)
    return dict(tallies.values_list("offer", "count"))


# What most libraries offer (the plan's appendix on library services), to begin a card with.
EXAMPLES = (
    (
        WelcomeOffer.Theme.DIGITAL,
        "Informatiepunt Digitale Overheid",
        "Hulp bij DigiD, toeslagen en andere zaken met de overheid.",
    ),
    (WelcomeOffer.Theme.DIGITAL, "Klik & Tik", "Rustig leren werken met computer en internet."),
    (
        WelcomeOffer.Theme.LANGUAGE,
        "Digi-Taalhuis",
        "Oefenen met taal, rekenen en computer, met hulp van vrijwilligers.",
    ),
    (WelcomeOffer.Theme.LANGUAGE, "Makkelijk lezen", "Boeken en luisterboeken die prettig lezen."),
    (WelcomeOffer.Theme.TOGETHER, "Taalcafé", "Samen praten en koffie drinken, elke week."),
    (WelcomeOffer.Theme.TOGETHER, "Leeskring", "Samen een boek lezen en erover praten."),
    (WelcomeOffer.Theme.COURSES, "Oefenen.nl", "Thuis of hier oefenen met taal, geld, gezondheid en werk."),
    (WelcomeOffer.Theme.COURSES, "Walk & Talk", "Ontmoeten en tips voor wie werk zoekt."),
    (WelcomeOffer.Theme.STUDY, "Studieplekken", "Een rustige plek met wifi en computers."),
    (WelcomeOffer.Theme.STUDY, "Online Bibliotheek", "E-books en luisterboeken voor thuis."),
    (WelcomeOffer.Theme.YOUTH, "BoekStart", "Boekjes en voorlezen voor de allerkleinsten."),
    (WelcomeOffer.Theme.YOUTH, "VoorleesExpress", "Een vrijwilliger komt thuis voorlezen."),
)


def begin_with_examples(library: Organisation) -> bool:
    """Fill an empty card with what most libraries offer; False when there is something on it already."""
    if offers_of(library).exists():
        return False
    WelcomeOffer.objects.bulk_create(
        (
            WelcomeOffer(library=library, theme=theme, title=title, words=words, position=place)
            for place, (theme, title, words) in enumerate(EXAMPLES, start=1)
        ),
        ignore_conflicts=True,  # two managers who press at once begin the same card
    )
    return True
