"""What the forecast of now is built on, as a page shows it: kept by a task with very many vouchers, else counted now.

A payment request is never made of what was kept: that counts anew (reporting/payment_requests/requests.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from kbl.clock import local_day
from kbl.jobs.kept import Keeper
from kbl.periods import Quarter
from kbl.settlements.fund_figures import realisation
from kbl.settlements.tariffs.tariffs import MissingTariff
from reporting.figures.as_of import AsOf
from reporting.figures.counting import count_by_quarter
from reporting.figures.measures import Measure
from reporting.forecast.estimates import History, RenewalCount
from reporting.forecast.forecast import Basis, basis, built_on
from reporting.forecast.history import KnownPast, known_past
from reporting.forecast.projection import Cohort, KnownSoFar

T = TypeVar("T")


@dataclass(frozen=True)
class BasisNow:
    """The basis of a forecast with target A per quarter; `kept_at` is None when both are of now."""

    as_of: AsOf
    basis: Basis
    plus: Mapping[Quarter, int]
    kept_at: datetime | None = None


def now(at: datetime) -> BasisNow:
    """What there is to build on. Raises MissingTariff."""
    if kept := KEEPER.latest():
        as_of, content = AsOf(local_day(kept.at), kept.at), kept.content
        used = {int(year): Decimal(amount) for year, amount in content["used"].items()}
        return BasisNow(
            as_of, built_on(_past(content["past"], as_of.until), used), _by_quarter(content["plus"], int), kept.at
        )
    as_of = AsOf(local_day(at), at)
    return BasisNow(as_of, basis(as_of), count_by_quarter(Measure.PLUS, as_of))


def _plain(at: datetime) -> dict[str, Any] | None:
    as_of = AsOf(local_day(at), at)
    try:
        used = realisation.used_of_fund(as_of.until, as_of.at)
    except MissingTariff:  # the page says which
        return None
    past = known_past(as_of)
    history, standing = past.history, past.standing
    return {
        "used": {year: str(amount) for year, amount in used.items()},
        "plus": _named(count_by_quarter(Measure.PLUS, as_of)),
        "past": {
            "first": history.first.isoformat() if history.first else None,
            "handed_out": _named(history.handed_out),
            "redeemed": _named(history.redeemed),
            "funded": history.funded,
            "free": history.free,
            "answered": [history.answered.ended, history.answered.renewed],
            "cohorts": {str(each): [of.handed_out, of.redeemed] for each, of in standing.cohorts.items()},
            "ending": _named(standing.ending),
            "unreported": standing.unreported,
            "new_by_year": past.new_by_year,
        },
    }


def _past(plain: Mapping[str, Any], on: date) -> KnownPast:
    return KnownPast(
        History(
            on=on,
            first=date.fromisoformat(plain["first"]) if plain["first"] else None,
            handed_out=_by_quarter(plain["handed_out"], int),
            redeemed=_by_quarter(plain["redeemed"], _numbered),
            funded=plain["funded"],
            free=plain["free"],
            answered=RenewalCount(*plain["answered"]),
        ),
        KnownSoFar(
            on,
            cohorts=_by_quarter(plain["cohorts"], lambda numbers: Cohort(*numbers)),
            ending=_by_quarter(plain["ending"], int),
            unreported=plain["unreported"],
        ),
        _numbered(plain["new_by_year"]),
    )


def _named(found: Mapping[Quarter, Any]) -> dict[str, Any]:
    return {str(quarter): each for quarter, each in found.items()}


def _by_quarter(plain: Mapping[str, Any], read: Callable[[Any], T]) -> dict[Quarter, T]:
    """JSON keeps no order of ours (PostgreSQL sorts keys by their length first): the earliest quarter comes first."""
    return {quarter: read(plain[str(quarter)]) for quarter in sorted(map(Quarter.parse, plain))}


def _numbered(plain: Mapping[str, int]) -> dict[int, int]:
    return dict(sorted((int(key), number) for key, number in plain.items()))


KEEPER = Keeper("forecast", _plain)
