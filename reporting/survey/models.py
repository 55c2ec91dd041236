"""An answer to the survey, and the cards that answer once. Neither leads to the other, nor to anybody."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from kbl.guards import AppendOnly
from kbl.organisations.models import Organisation
from reporting.survey.questions import More, Stay, Visits


class SurveyAnswer(models.Model):
    """What one member said, at one library, in one month (its first day). Nothing else is known, by intent.

    The key is a random one: it does not tell who came first. What was left open is empty.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    library = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_index=False, verbose_name="bibliotheek"
    )
    month = models.DateField("maand")
    knowledge = models.CharField("weet meer", max_length=7, choices=More, blank=True)
    skills = models.CharField("kan meer", max_length=7, choices=More, blank=True)
    taking_part = models.CharField("doet meer mee", max_length=7, choices=More, blank=True)
    stay = models.CharField("wil lid blijven", max_length=7, choices=Stay, blank=True)
    visits = models.CharField("kwam", max_length=9, choices=Visits, blank=True)

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "antwoord op de enquête"
        verbose_name_plural = "antwoorden op de enquête"
        indexes = [models.Index(name="answers_of_library", fields=["library", "month"])]
        constraints = [
            models.CheckConstraint(name="answer_knows_its_month_only", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="answer_says_something",
                condition=~Q(knowledge="", skills="", taking_part="", stay="", visits=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.library} {self.month:%Y-%m}"


class SurveyCard(models.Model):
    """A card that may answer once: the hash of what its code says. When it was used, and what for, is not kept."""

    digest = models.CharField("controlesom", max_length=64, primary_key=True)
    library = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_index=False, verbose_name="bibliotheek"
    )
    used = models.BooleanField("gebruikt", default=False)

    GUARD = AppendOnly(free=("used",))

    class Meta:
        verbose_name = "kaart van de enquête"
        verbose_name_plural = "kaarten van de enquête"
        indexes = [models.Index(name="cards_of_library", fields=["library"])]

    def __str__(self) -> str:
        return self.digest[:8]
