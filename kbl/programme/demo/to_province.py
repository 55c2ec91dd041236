"""What goes to the province beside the reports: months between two reports, and the next instalment that is asked.

Who makes it is never who releases it. What the last closing at that moment was, the story itself says.
"""

from contextlib import suppress
from datetime import date, datetime, timedelta

from kbl.programme.agenda import moment
from kbl.programme.demo.story import DemoStory
from reporting.editions import interim
from reporting.editions.interim import InterimRefused
from reporting.payment_requests import requests
from reporting.payment_requests.proposal import last_closing
from reporting.payment_requests.requests import RequestRefused

MONTHS, REQUEST = (date(2026, 9, 7), date(2026, 10, 6)), date(2026, 10, 20)
WHY = "De termijn van januari 2027 staat in het plan. De vooruitblik laat zien dat hij begin 2027 nodig is."


class ToProvince:
    """Each on its own day, if the story comes that far."""

    def __init__(self, story: DemoStory) -> None:
        self.story, self.cast = story, story.cast

    def plan(self) -> None:
        """Put all of it on the story's agenda."""
        for day in MONTHS:
            self.story.agenda.put(moment(day, 10), self._tell_of_the_month)
        self.story.agenda.put(moment(REQUEST, 10), self._ask)

    def _tell_of_the_month(self, at: datetime) -> None:
        """The coordinator makes it, finance lets the province read it."""
        with suppress(InterimRefused):  # a play in which nothing closed by then
            made = interim.make(by=self.cast.coordinator, at=at)
            interim.draw(made, at=at)
            made.refresh_from_db()
            interim.release(made, by=self.cast.finance, at=at + timedelta(hours=4))

    def _ask(self, at: datetime) -> None:
        """Finance makes the paper, the coordinator releases it; what was asked is agreed by that."""
        closing = last_closing()
        if closing is None:
            return
        with suppress(RequestRefused):  # nothing to ask in a play of few people
            request = requests.make(closing.quarter, why=WHY, by=self.cast.finance, at=at)
            requests.release(request, by=self.cast.coordinator, at=at + timedelta(days=1))
