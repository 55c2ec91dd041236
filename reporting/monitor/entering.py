"""Entering the monitor's facts: added, never edited. What was wrong is taken back, with a reason, and stays visible.

Pages and files call these. A day to come is refused (FutureDate); what the database refuses comes as EntryRefused.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kbl.facts import Fact, RevokeReason, refuse_future
from kbl.organisations.models import Organisation, Programme
from kbl.periods import Quarter
from kbl.texts.names import capitals
from reporting.monitor.models import Agreement, LibraryUse, ReachMeasurement, RiskNote, Story
from reporting.monitor.story_field import known_words

Entered = TypeVar("Entered", bound=Fact)


class EntryRefused(Exception):
    """What was entered cannot be: `reason` says why, `words` are the words of the text that it is about."""

    class Reason(StrEnum):
        OVER_ALL = "over_all"
        TWICE = "twice"
        IMPOSSIBLE = "impossible"
        NOT_OVER = "not_over"
        OUTSIDE = "outside"
        NAMES = "names"

    def __init__(self, reason: Reason, words: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason, self.words = reason, words


def enter(model: type[Entered], values: Mapping[str, Any], *, by, at: datetime) -> Entered:
    """One fact of the monitor, checked as its columns ask. Raises FutureDate, EntryRefused, ValidationError."""
    fact = check(model, values, by=by, at=at)
    try:
        with transaction.atomic():
            fact.save(force_insert=True)
    except IntegrityError:
        twice = isinstance(fact, Agreement) and _agreed(fact).exists()
        raise EntryRefused(EntryRefused.Reason.TWICE if twice else EntryRefused.Reason.IMPOSSIBLE) from None
    return fact


def check(model: type[Entered], values: Mapping[str, Any], *, by, at: datetime) -> Entered:
    """The fact as it would be written, or why not. Raises FutureDate, EntryRefused, ValidationError."""
    refuse_future(values["on"], at)
    fact = model(**values, recorded_by=by, recorded_at=at)
    fact.clean_fields()
    _fits(fact)
    return fact


def _fits(fact: Fact) -> None:
    """What one row cannot know by itself."""
    programme = Programme.current()
    if fact.on < programme.starts_on:
        raise EntryRefused(EntryRefused.Reason.OUTSIDE)
    if isinstance(fact, ReachMeasurement):
        if fact.group is None and (fact.library or fact.kind == ReachMeasurement.Kind.SAMPLE):
            raise EntryRefused(EntryRefused.Reason.IMPOSSIBLE)
        if fact.reached > (programme.target_group if fact.group is None else fact.group):
            raise EntryRefused(EntryRefused.Reason.OVER_ALL)
    if isinstance(fact, RiskNote) and fact.due_on < fact.on:
        raise EntryRefused(EntryRefused.Reason.IMPOSSIBLE)


def _agreed(fact: Agreement):
    return Agreement.objects.standing().filter(library=fact.library, partner=fact.partner)


@transaction.atomic
def tell_use(
    library: Organisation,
    quarter: Quarter,
    *,
    members: int,
    counts: Mapping[str, int | None],
    by,
    at: datetime,
    on: date,
) -> LibraryUse:
    """What members of a library used in a quarter that is over; telling it again takes the former back.

    Raises EntryRefused (NOT_OVER, OUTSIDE, OVER_ALL).
    """
    programme = Programme.current()
    if not quarter.is_over(on):
        raise EntryRefused(EntryRefused.Reason.NOT_OVER)
    if quarter.last_day < programme.starts_on or quarter.first_day > programme.ends_on:
        raise EntryRefused(EntryRefused.Reason.OUTSIDE)
    if members < 1 or any(each is not None and not 0 <= each <= members for each in counts.values()):
        raise EntryRefused(EntryRefused.Reason.OVER_ALL)
    former = LibraryUse.objects.standing().filter(library=library, quarter=quarter).first()
    told = {"members": members, **{name: counts.get(name) for name in LibraryUse.COUNTS}}
    if former and all(getattr(former, name) == value for name, value in told.items()):
        return former
    if former:
        former.revoke(RevokeReason.TYPING_ERROR, by=by, at=at)
    try:
        return LibraryUse.objects.create(
            library=library, quarter=quarter, on=quarter.last_day, recorded_by=by, recorded_at=at, **told
        )
    except IntegrityError:  # a colleague told it in the same moment
        raise EntryRefused(EntryRefused.Reason.TWICE) from None


def tell_story(
    quarter: Quarter,
    *,
    title: str,
    text: str,
    no_names: bool,
    by,
    at: datetime,
    on: date,
    library: Organisation | None = None,
) -> Story:
    """A story of a quarter. Raises EntryRefused (NAMES: words that may be a name and were not looked at; OUTSIDE),
    ValidationError when somebody stands in it."""
    programme = Programme.current()
    if quarter.first_day > on or quarter.last_day < programme.starts_on or quarter.first_day > programme.ends_on:
        raise EntryRefused(EntryRefused.Reason.OUTSIDE)
    story = Story(
        quarter=quarter,
        library=library,
        title=title,
        text=text,
        no_names=no_names,
        on=on,
        recorded_by=by,
        recorded_at=at,
    )
    story.clean_fields(exclude=["quarter"])
    if not no_names and (found := capitals(f"{title}. {text}", known_words())):
        raise EntryRefused(EntryRefused.Reason.NAMES, tuple(found))
    story.save(force_insert=True)
    return story


def take_back(fact: Fact, *, by, at: datetime) -> bool:
    """It was wrong: it counts no more and stays visible. False when somebody else was first."""
    return fact.revoke(RevokeReason.TYPING_ERROR, by=by, at=at)


WORDS = {
    EntryRefused.Reason.OVER_ALL: "Dit is meer dan 100 %: het aantal is groter dan de groep. Kijk de twee getallen na.",
    EntryRefused.Reason.TWICE: "Dit staat er al. Trek het oude eerst in als het anders moet.",
    EntryRefused.Reason.IMPOSSIBLE: "Deze gegevens passen niet bij elkaar. Kijk de dag en de aantallen na.",
    EntryRefused.Reason.NOT_OVER: "Dit kwartaal is nog niet voorbij. Vul het in als het kwartaal om is.",
    EntryRefused.Reason.OUTSIDE: "Dit valt buiten het programma. Kies een andere dag of een ander kwartaal.",
    EntryRefused.Reason.NAMES: "Staat hier een naam van iemand? Haal die weg. Zijn het geen mensen, zet dan het vinkje",
}


def sentence(refused: EntryRefused) -> str:
    """Why, in Dutch."""
    words = WORDS[refused.reason]
    return f"{words}: {', '.join(refused.words)}." if refused.words else words


def sentences_of(error: ValidationError) -> list[str]:
    """What columns say of a value that cannot stand there."""
    return list(error.messages)
