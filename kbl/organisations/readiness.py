"""Readiness of a library: seven steps before its first vouchers (docs/domain.md, "Readiness"). A warning, never a lock.

A library is known here by its branches, so that this needs nothing of what libraries do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from kbl.facts import RevokeReason, refuse_future
from kbl.organisations.models import Organisation, ReadinessStep

Step = ReadinessStep.Step


@dataclass(frozen=True)
class Readiness:
    """How far a library is: every step in its order, with the fact that it was done or None."""

    library: Organisation
    steps: tuple[tuple[Step, ReadinessStep | None], ...]

    @property
    def missing(self) -> list[Step]:
        return [step for step, fact in self.steps if fact is None]

    @property
    def done(self) -> int:
        return len(self.steps) - len(self.missing)

    @property
    def is_ready(self) -> bool:
        return not self.missing


def readiness(libraries: Iterable[Organisation]) -> list[Readiness]:
    """How far each of these libraries is, in one question."""
    wanted = list(libraries)
    standing = ReadinessStep.objects.standing().filter(library__in=wanted).select_related("recorded_by")
    facts = {(fact.library_id, fact.step): fact for fact in standing}
    return [Readiness(each, tuple((step, facts.get((each.pk, step.value))) for step in Step)) for each in wanted]


def libraries_around(intermediary: Organisation) -> QuerySet[Organisation]:
    """Where this intermediary's vouchers will mostly be offered: the libraries with a branch in its municipality.

    It is one of them when it is a library itself.
    """
    found = Q(branches__municipality=intermediary.municipality_id) if intermediary.municipality_id else Q(pk__in=[])
    itself = Q(pk=intermediary.pk, branches__isnull=False)
    return Organisation.objects.filter(found | itself).distinct().order_by("name")


def not_ready(intermediary: Organisation) -> list[Readiness]:
    """The libraries around an intermediary that are not ready yet."""
    return [each for each in readiness(libraries_around(intermediary)) if not each.is_ready]


@transaction.atomic
def done(library: Organisation, step: str, *, on: date, by, at: datetime) -> ReadinessStep:
    """A step was done on day `on`. Telling it twice changes nothing. Raises FutureDate."""
    refuse_future(on, at)
    standing = ReadinessStep.objects.standing().filter(library=library, step=step)
    if found := standing.first():
        return found
    try:
        with transaction.atomic():
            return ReadinessStep.objects.create(library=library, step=step, on=on, recorded_by=by, recorded_at=at)
    except IntegrityError:  # a colleague told it in the same moment
        return standing.get()


def undone(library: Organisation, step: str, *, by, at: datetime) -> bool:
    """A step turned out not to be done; what was told stays visible. False when nobody had told it."""
    fact = ReadinessStep.objects.standing().filter(library=library, step=step).first()
    return fact is not None and fact.revoke(RevokeReason.DID_NOT_HAPPEN, by=by, at=at)
