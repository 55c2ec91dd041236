"""How the demonstration's members answer the survey: at every month's end, two in five of those who went on that month.

For most of them the membership brought something. Who answered, not even the story knows.
"""

from datetime import date, datetime, timedelta
from random import Random

from kbl.programme.agenda import moment
from kbl.programme.demo.story import DemoStory
from libraries.models import MembershipYear
from reporting.survey.models import SurveyAnswer

FIRST_MONTH, ANSWERS, GAINS = date(2026, 9, 1), 0.4, 0.85
MORE, STAY, VISITS = ("yes", "bit", "no", "unknown"), ("paying", "cheaper", "no"), ("weekly", "monthly")
GAINED, NOT_YET = (30, 34, 24, 12), (0, 0, 3, 1)


class Surveyed:
    """Each month's answers are there before the month is over, so that its quarter's report has them."""

    def __init__(self, story: DemoStory) -> None:
        self.story, self.dice = story, Random(2028)

    def plan(self) -> None:
        """The last day of every month in which somebody was a member for a year."""
        month = FIRST_MONTH
        while month <= self.story.until.date():
            after = (month + timedelta(days=31)).replace(day=1)
            self.story.agenda.put(moment(after - timedelta(days=1), 17), self._answer, month)
            month = after

    def _answer(self, month: date, at: datetime) -> None:
        went_on = MembershipYear.objects.standing().filter(ordinal=2, recorded_at__range=(moment(month, 0), at))
        libraries = went_on.order_by("on", "pk").values_list("library", flat=True)
        SurveyAnswer.objects.bulk_create(
            SurveyAnswer(library_id=library, month=month, **self._said())
            for library in libraries
            if self.dice.random() < ANSWERS
        )

    def _said(self) -> dict[str, str]:
        odds = GAINED if self.dice.random() < GAINS else NOT_YET
        knowledge, skills, taking_part = self.dice.choices(MORE, odds, k=3)
        return {
            "knowledge": knowledge,
            "skills": skills,
            "taking_part": taking_part,
            "stay": self.dice.choices(STAY, (25, 53, 22))[0],
            "visits": self.dice.choices(VISITS, (3, 5))[0],
        }
