"""How the demonstration's libraries answer whose membership goes on: at every month's end, all that is due at once."""

from datetime import date, datetime, timedelta
from random import Random

from kbl.programme.agenda import moment
from kbl.programme.demo.story import DemoStory
from libraries import past_enrolments, renewal
from libraries.past_enrolments import PastEnrolment

# Of those who are asked in a month; who gave no answer is asked again the next. In the end seven of ten stay.
STAYS, STOPS = 0.6, 0.25


class Renewals:
    """Each library goes through its list: most go on, some stop, and of some it does not know yet."""

    def __init__(self, story: DemoStory) -> None:
        self.story, self.cast = story, story.cast
        self.dice = Random(2027)

    def plan(self) -> None:
        """The last day of every month in which a membership can have run a year."""
        day = date(2026, 10, 1)
        while day <= self.story.until.date() + timedelta(days=1):
            ends = day - timedelta(days=1)
            for slug in self.cast.libraries:
                self.story.agenda.put(moment(ends, 16, 30), self._answer, slug, ends)
            day = (day + timedelta(days=31)).replace(day=1)

    def _answer(self, slug: str, day: date, at: datetime) -> None:
        manager, stay = self.cast.managers[slug], []
        for year in renewal.answerable(self.cast.libraries[slug], on=day):
            chance = self.dice.random()
            if chance < STAYS:
                held = year.enrolment
                stay.append(PastEnrolment(held.voucher_id, held.branch_id, held.kind, held.on, year.ordinal + 1))
            elif chance < STAYS + STOPS:
                renewal.end(year, by=manager, at=at)
        judged = past_enrolments.judge(stay, at=at, lock=True)
        told = list(zip(stay, judged, strict=True))
        past_enrolments.record(told, paid_before=False, by=manager, at=at)
