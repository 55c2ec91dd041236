"""The five questions, their answers, and which of those count for targets D and E (docs/domain.md). Pure.

D: knowledge, skills or taking part improved. E: wants to go on, whatever it costs. *(choice)*: "een beetje" is an
improvement; "weet ik niet" is an answer, and counts in the whole.
"""

from collections.abc import Mapping
from enum import Enum

from django.db import models


class More(models.TextChoices):
    """Whether there is more of something than there was."""

    YES = "yes", "ja"
    BIT = "bit", "een beetje"
    NO = "no", "nee"
    UNKNOWN = "unknown", "weet ik niet"


class Stay(models.TextChoices):
    """Whether somebody wants to stay a member."""

    PAYING = "paying", "ja, ook als ik moet betalen"
    CHEAPER = "cheaper", "ja, als het gratis of goedkoop is"
    NO = "no", "nee"
    UNKNOWN = "unknown", "weet ik niet"


class Visits(models.TextChoices):
    """How often somebody came."""

    WEEKLY = "weekly", "elke week"
    MONTHLY = "monthly", "elke maand"
    SOMETIMES = "sometimes", "een paar keer"
    NEVER = "never", "niet"


class Question(Enum):
    """A question by its column; its answers are a closed set."""

    KNOWLEDGE = "knowledge"
    SKILLS = "skills"
    TAKING_PART = "taking_part"
    STAY = "stay"
    VISITS = "visits"

    @property
    def answers(self) -> type[models.TextChoices]:
        """What may be answered."""
        return ANSWERS[self]


ANSWERS: Mapping[Question, type[models.TextChoices]] = {
    Question.KNOWLEDGE: More,
    Question.SKILLS: More,
    Question.TAKING_PART: More,
    Question.STAY: Stay,
    Question.VISITS: Visits,
}
IMPROVED = (Question.KNOWLEDGE, Question.SKILLS, Question.TAKING_PART)
MORE = (More.YES.value, More.BIT.value)
STAYS = (Stay.PAYING.value, Stay.CHEAPER.value)
