"""An edition on its way to the province: put before a colleague, looked at, released, and then for ever as it is.

What the second person releases are the very files that were made when it was put before them. A new version is another
edition; the earlier ones stay.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from django.db import IntegrityError, transaction

from kbl.accounts.models import User
from kbl.accounts.roles import Right
from kbl.accounts.waiting import MadeByYou, TooNew, assert_not_made_by, assert_second_person
from kbl.settlements.models import Closing
from reporting.editions import release_mail, texts
from reporting.editions.models import EditionText, ReportEdition
from reporting.editions.refused import EditionRefused
from reporting.monitor import stories
from reporting.report import kept_reports, payload

Outcome = ReportEdition.Outcome
Reason = EditionRefused.Reason
FILES = 3


@dataclass(frozen=True)
class EditionWords:
    """What an edition says beside the kept figures: its version, what changed, and the texts by place."""

    version: int
    changes: str
    texts: Mapping[str, str]
    kept: str
    stories: Sequence[Mapping[str, str]] = ()


def content_of(edition: ReportEdition) -> EditionWords:
    """An edition, read."""
    read = payload.load(bytes(edition.content))
    return EditionWords(**read)


def draft_of(closing: Closing, *, at: datetime) -> EditionWords:
    """What an edition would say if it were put before somebody at a moment."""
    kept, there = kept_reports.read(closing).kept, texts.words(texts.standing(closing))
    return EditionWords(_next_version(closing), "", there, kept.sha256, stories_of(closing, at=at))


def stories_of(closing: Closing, *, at: datetime) -> list[dict[str, str]]:
    """The stories of a quarter in the monitor's register, as they stand."""
    return [{"title": each.title, "text": each.text} for each in stories.told(closing.quarter, at=at)]


def released(closing: Closing) -> ReportEdition | None:
    """The newest edition that the province may read."""
    found = ReportEdition.objects.filter(closing=closing, outcome=Outcome.RELEASED)
    return found.select_related("closing").order_by("-version").first()


def waiting(closing: Closing) -> ReportEdition | None:
    """The edition that lies before a colleague."""
    return ReportEdition.objects.filter(closing=closing, decided_at__isnull=True).select_related("asked_by").first()


def unexplained(closing: Closing, said: Mapping[str, str] | None = None) -> list[str]:
    """The targets that are missed and of which nobody says why: their letters. `said`: an edition's texts by place,
    else those that stand now.
    """
    there = texts.words(texts.standing(closing)) if said is None else said
    missed = kept_reports.read(closing).shown.get("missed", ())
    return [letter for letter in missed if not there.get(f"why_{letter.lower()}")]


@transaction.atomic
def ask(closing: Closing, *, changes: str = "", by, at: datetime) -> ReportEdition:
    """Put a report before a colleague, with the texts as they are now.

    Raises EditionRefused (WAITS, UNEXPLAINED, SAME, SAYS_NOTHING), ValidationError for what `changes` may not hold.
    """
    if waiting(closing):
        raise EditionRefused(Reason.WAITS)
    if letters := unexplained(closing):
        raise EditionRefused(Reason.UNEXPLAINED, ", ".join(letters))
    before, there = released(closing), texts.standing(closing)
    agreed = set(EditionText.objects.filter(edition=before).values_list("text", flat=True)) if before else set()
    said = draft_of(closing, at=at)
    if before and agreed == {each.pk for each in there.values()} and not _other_stories(before, said):
        raise EditionRefused(Reason.SAME)
    changes = ReportEdition._meta.get_field("changes").clean(changes, None)
    if before and not changes:
        raise EditionRefused(Reason.SAYS_NOTHING)
    said = replace(said, changes=changes if before else "")
    content = payload.dump({each.name: getattr(said, each.name) for each in fields(said)})
    try:
        with transaction.atomic():
            edition = ReportEdition.objects.create(
                closing=closing,
                version=said.version,
                changes=said.changes,
                content=content,
                sha256=hashlib.sha256(content).hexdigest(),
                missed="".join(kept_reports.read(closing).shown.get("missed", ())),
                asked_by=by,
                asked_at=at,
            )
    except IntegrityError:  # the constraint `one_edition_waits_at_a_time`
        raise EditionRefused(Reason.WAITS) from None
    EditionText.objects.bulk_create(
        EditionText(edition=edition, text=each, is_new=each.pk not in agreed) for each in there.values()
    )
    return edition


@transaction.atomic
def release(edition: ReportEdition, *, by, at: datetime) -> None:
    """A second person lets the province read it, and it is told by mail.

    Raises EditionRefused (OWN, AUTHOR, NOT_MADE, UNEXPLAINED, DECIDED), waiting.TooNew, waiting.MadeByYou.
    """
    if edition.asked_by_id == by.pk:
        raise EditionRefused(Reason.OWN)
    authors = _authors(edition)
    if by.pk in {each.pk for each in authors}:
        raise EditionRefused(Reason.AUTHOR)
    for each in {edition.asked_by, *authors}:
        assert_not_made_by(each, by)
    assert_second_person(by, Right.REPORT, at=at)
    if letters := unexplained(edition.closing, content_of(edition).texts):
        raise EditionRefused(Reason.UNEXPLAINED, ", ".join(letters))
    if edition.files.count() < FILES:
        raise EditionRefused(Reason.NOT_MADE)
    _decide(edition, Outcome.RELEASED, by=by, at=at)
    release_mail.post(edition, at=at)


def give_back(edition: ReportEdition, *, by, at: datetime) -> None:
    """Not as it is: who put it there takes it back, another returns it. Raises EditionRefused (DECIDED)."""
    _decide(edition, Outcome.WITHDRAWN if edition.asked_by_id == by.pk else Outcome.REFUSED, by=by, at=at)


def who_may(edition: ReportEdition, *, at: datetime) -> list[User]:
    """Who can release it, by mail address."""
    authors = _authors(edition)
    found = []
    for each in User.objects.that_may(Right.REPORT).exclude(pk__in=[edition.asked_by_id, *(one.pk for one in authors)]):
        try:
            for other in {edition.asked_by, *authors}:
                assert_not_made_by(other, each)
            assert_second_person(each, Right.REPORT, at=at)
        except (MadeByYou, TooNew):
            continue
        found.append(each)
    return found


def _authors(edition: ReportEdition) -> list[User]:
    """Who wrote what is new in it: texts, and the stories of then that were in no version before."""
    new = set(EditionText.objects.filter(edition=edition, is_new=True).values_list("text__written_by", flat=True))
    before = released(edition.closing)
    known = content_of(before).stories if before else ()
    for each in stories.told(edition.closing.quarter, at=edition.asked_at):
        if {"title": each.title, "text": each.text} not in known:
            new.add(each.recorded_by_id)
    return list(User.objects.filter(pk__in=new))


def _other_stories(before: ReportEdition, said: EditionWords) -> bool:
    return list(content_of(before).stories) != list(said.stories)


def _next_version(closing: Closing) -> int:
    before = released(closing)
    return before.version + 1 if before else 1


def _decide(edition: ReportEdition, outcome: Outcome, *, by, at: datetime) -> None:
    """Once: the conditional UPDATE decides between two who press at the same moment."""
    open_one = ReportEdition.objects.filter(pk=edition.pk, decided_at__isnull=True)
    if not open_one.update(outcome=outcome, decided_by=by, decided_at=at):
        raise EditionRefused(Reason.DECIDED)
    edition.outcome, edition.decided_by, edition.decided_at = outcome, by, at
