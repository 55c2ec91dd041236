"""The libraries of a municipality: those with a branch in it, each with its targets and its agreements with partners.

All as the province reads it in the monitor: what was known at the last released report, and of one to four people
nothing. An agreement is one between organisations; who signed it stands nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kbl.organisations.models import Branch, Municipality, Organisation
from reporting.monitor import goals, targets
from reporting.monitor.goals import GoalPage, Scope
from reporting.monitor.models import Agreement


@dataclass(frozen=True)
class OwnLibrary:
    """A library with a branch in the municipality: which, since when it takes part, and what the monitor has of it."""

    library: Organisation
    branches: Sequence[Branch]
    since: date
    pages: Sequence[GoalPage]
    agreements: Sequence[Agreement]


@dataclass(frozen=True)
class OwnLibraries:
    """All of them. `until` is how far the released report goes; None before there is one."""

    until: date | None
    libraries: Sequence[OwnLibrary]


def of_municipality(municipality: Municipality, today: date) -> OwnLibraries:
    """By name."""
    scope = Scope.told_outside(today)
    standing = targets.agreements(scope.as_of) if scope.as_of else None
    branches: dict[Organisation, list[Branch]] = {}
    rows = Branch.objects.filter(municipality=municipality, organisation__participation__isnull=False)
    for branch in rows.select_related("organisation__participation").order_by("organisation__name", "name"):
        branches.setdefault(branch.organisation, []).append(branch)
    found = [
        OwnLibrary(
            library,
            there,
            library.participation.starts_on,
            goals.pages(scope.of(library)),
            standing.of(library).agreements if standing else (),
        )
        for library, there in branches.items()
    ]
    return OwnLibraries(scope.as_of.until if scope.as_of else None, found)
