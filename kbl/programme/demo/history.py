"""Making the demonstration: the programme's facts, the cast, the story with its scenes, and last of all the keys."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings

from kbl import clock
from kbl.accounts.models import User
from kbl.mail import outbox
from kbl.periods import Quarter
from kbl.programme.demo import monitored
from kbl.programme.demo.cast import LOGINS, Cast
from kbl.programme.demo.costs import Costs
from kbl.programme.demo.payments import Payments
from kbl.programme.demo.scenes import Scenes
from kbl.programme.demo.story import Story
from kbl.programme.loader import load_file
from kbl.programme.programme_file import LIMBURG
from libraries import welcome
from libraries.models import MembershipYear, WelcomeTally
from reporting.survey.models import SurveyAnswer

# Mail of long ago is not sent again: the story's own letters go nowhere.
NOWHERE = "django.core.mail.backends.dummy.EmailBackend"


def build(*, until: datetime, file: Path = LIMBURG, say: Callable[[str], object] = print) -> bool:
    """Tell the story up to a moment, in an empty and migrated database. False when it was told before."""
    if is_told():
        return False
    load_file(file)
    letters, settings.DELIVERY_BACKEND = settings.DELIVERY_BACKEND, NOWHERE
    try:
        cast = Cast()
        for library in cast.libraries.values():
            welcome.begin_with_examples(library)
        story = Story(cast, until=until, say=say)
        story.plan()
        Scenes(story).plan()
        Payments(story).plan()
        Costs(story).plan()
        story.tell()
        _tell_of_offers(cast)
        _answer_the_survey()
        monitored.tell(cast.coordinator, until=until)
        cast.let_in()
        outbox.send_all(at=clock.now())
    finally:
        settings.DELIVERY_BACKEND = letters
    return True


def _tell_of_offers(cast: Cast) -> None:
    """The desks counted what they told: about one thing in three redemptions, most of it from the top of the card."""
    for library in cast.libraries.values():
        offers = list(welcome.offers_of(library))
        redeemed = Counter(Quarter.of(day) for day in library.enrolments.values_list("on", flat=True))
        WelcomeTally.objects.bulk_create(
            WelcomeTally(offer=offer, quarter=quarter, count=told)
            for quarter, count in redeemed.items()
            for place, offer in enumerate(offers, start=3)
            if (told := count // place)
        )


def is_told() -> bool:
    """True when the whole story is there: the keys are handed out at the very end."""
    coordinator = User.objects.filter(email=LOGINS[0].email).first()
    return coordinator is not None and coordinator.has_usable_password()


def _answer_the_survey() -> None:
    """Of the members who were asked at the end of a year three of four answered, each in turn something else."""
    ended = MembershipYear.objects.standing().filter(ordinal=2).order_by("on", "pk").values_list("library", "on")
    more = ("yes", "bit", "no", "yes", "unknown")
    stay, visits = ("cheaper", "paying", "no", "cheaper"), ("monthly", "weekly")
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(
            library_id=library,
            month=on.replace(day=1),
            knowledge=more[place % 5],
            skills=more[place % 3],
            taking_part=more[(place + 2) % 5],
            stay=stay[place % 4],
            visits=visits[place % 2],
        )
        for place, (library, on) in enumerate(ended)
        if place % 4
    )
