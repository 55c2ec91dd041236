"""Making the demonstration: the programme's facts, the cast, the story with its scenes, and last of all the keys."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings

from kbl import clock
from kbl.accounts.models import User
from kbl.mail import outbox
from kbl.periods import Quarter
from kbl.programme.demo.cast import LOGINS, Cast
from kbl.programme.demo.costs import Costs
from kbl.programme.demo.crowd import Crowd
from kbl.programme.demo.monitored import Monitored
from kbl.programme.demo.payments import Payments
from kbl.programme.demo.renewals import Renewals
from kbl.programme.demo.scenes import Scenes
from kbl.programme.demo.story import DemoStory
from kbl.programme.demo.surveyed import Surveyed
from kbl.programme.demo.to_province import ToProvince
from kbl.programme.demo.told_late import ToldLate
from kbl.programme.loader import load_file
from kbl.programme.programme_file import LIMBURG
from libraries import welcome
from libraries.models import WelcomeTally

# Mail of long ago is not sent again: the story's own letters go nowhere.
NOWHERE = "django.core.mail.backends.dummy.EmailBackend"
# To set the crowd's lines on paper would take most of the time; with more than this they are in a file inside it.
LINES_ON_PAPER = 100
# Objects that are made before Python looks for what may go, and how many looks before it looks at older ones.
SELDOM = (50_000, 20, 100)


def build(*, until: datetime, file: Path = LIMBURG, say: Callable[[str], object] = print, crowd: bool = True) -> bool:
    """Tell the story up to a moment, in an empty and migrated database. False when it was told before.

    Without the `crowd` there are only those whom the story follows one by one: everything that can happen, small.
    """
    if is_told():
        return False
    load_file(file)
    with _aside(DELIVERY_BACKEND=NOWHERE, LINES_ON_PAPER=min(LINES_ON_PAPER, settings.LINES_ON_PAPER)):
        cast = Cast()
        for library in cast.libraries.values():
            welcome.begin_with_examples(library)
        story = DemoStory(cast, until=until, say=say, crowd=crowd)
        story.plan()
        Renewals(story).plan()
        Surveyed(story).plan()
        if crowd:
            Crowd(story).plan()
        Scenes(story).plan()
        ToldLate(story).plan()
        Payments(story).plan()
        Costs(story).plan()
        Monitored(story).plan()
        ToProvince(story).plan()
        story.tell()
        _tell_of_offers(cast)
        cast.let_in()
        outbox.send_all(at=clock.now())
    return True


@contextmanager
def _aside(**others) -> Iterator[None]:
    """These settings while the story is told, and Python looks less for what may go: a sixth of setting paper."""
    before, looks = {name: getattr(settings, name) for name in others}, gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        for name, value in others.items():
            setattr(settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)
        gc.set_threshold(*looks)


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
