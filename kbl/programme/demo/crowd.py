"""The many: beside those whom the story follows one by one, so many come that figures and charts look as they will.

They go through the rules too, a week at a time: an intermediary tells on Friday whom it gave a voucher that week, and a
library records on Saturday who came. The first libraries began with everybody who had been waiting, so that the first
year comes about to its target; in the second some municipalities stay behind.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from random import Random

from intermediaries.handouts import handout
from kbl.organisations.models import Branch
from kbl.programme.agenda import moment
from kbl.programme.demo.cast import Partner
from kbl.programme.demo.story import COMES_WITHIN, KINDS, QUIET_WEEKS, STAYS_AWAY, DemoStory
from libraries import past_enrolments
from libraries.past_enrolments import PastEnrolment
from vouchers.numbers import ranges_of

ELSEWHERE, SPREAD, A_DAY = 0.06, 0.4, 12


class Crowd:
    """Its dice are its own, so that the story itself is the same without it."""

    def __init__(self, story: DemoStory) -> None:
        self.story, self.cast = story, story.cast
        self.dice = Random(2026)
        self.visits: defaultdict[tuple[str, date], list[PastEnrolment]] = defaultdict(list)

    def plan(self) -> None:
        """Every week of every intermediary."""
        for partner in self.cast.partners:
            for day in self.story.mondays(partner):
                if day.isocalendar().week not in QUIET_WEEKS:
                    friday = day + timedelta(days=4 - day.weekday())
                    self.story.agenda.put(moment(friday, 15, 30), self._give, partner, day)

    def _give(self, partner: Partner, first: date, at: datetime) -> None:
        """What an intermediary gave away this week, from its first day on."""
        many = round(partner.office.a_week(first) * self.dice.uniform(1 - SPREAD, 1 + SPREAD))
        week = [first + timedelta(days=each) for each in range(5 - first.weekday())]
        open_on = [day for day in week if partner.works_on(day)]
        days = sorted(self.dice.sample(open_on, min(len(open_on), 1 + many // A_DAY)))
        told = {}
        for place, day in enumerate(days):
            count = (many + place) // len(days)
            serials, partner.stock = partner.stock[:count], partner.stock[count:]
            told[day] = ranges_of(serials)
            for serial in serials:
                self._send(partner, serial, day)
        handout.hand_out_days(partner.organisation, told, by=partner.worker, at=at)

    def _send(self, partner: Partner, serial: int, day: date) -> None:
        """Most go to the library within weeks, some never."""
        if self.dice.random() < STAYS_AWAY:
            return
        visit = self.story.workday(day + timedelta(days=int(COMES_WITHIN * self.dice.random() ** 2)), saturdays=True)
        branch = self._branch(partner, visit)
        if branch is None:
            return
        slug = branch.organisation.slug.removeprefix("bibliotheek-")
        saturday = visit + timedelta(days=6 - visit.isoweekday())
        if (slug, saturday) not in self.visits:
            self.story.agenda.put(moment(saturday, 16, 45), self._record, slug, saturday)
        self.visits[slug, saturday].append(PastEnrolment(serial, branch.pk, self.dice.choice(KINDS), visit))

    def _branch(self, partner: Partner, day: date) -> Branch | None:
        """Mostly a library nearby: in the first year the nearest, later the one that began last; mostly its centre."""
        near = partner.office.libraries if self.dice.random() > ELSEWHERE else tuple(self.cast.libraries)
        slugs = [slug for slug in near if self.cast.libraries[slug].participation.starts_on <= day]
        if not slugs:
            return None
        begin_with = slugs if day.year == 2025 else slugs[::-1]
        return _mostly_first(self.cast.branches[_mostly_first(begin_with, self.dice)], self.dice)

    def _record(self, slug: str, saturday: date, at: datetime) -> None:
        """A library records its week."""
        rows = self.visits.pop((slug, saturday))
        judged = past_enrolments.judge(rows, at=at, lock=True)
        told = list(zip(rows, judged, strict=True))
        past_enrolments.record(told, paid_before=False, by=self.cast.clerks[slug], at=at)


def _mostly_first(found, dice: Random):
    """One of these, the first twice as often as any other."""
    return dice.choice([found[0], *found])
