"""What the past says about what to expect: pace, season, how soon a voucher is redeemed, how many renew. Pure.

Each answer comes with how sure it is, and says so when it is too early to tell: then the plan's number is taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import sqrt

from kbl.periods import Quarter, quarters
from reporting.forecast.projection import NONE, YEAR, between, left_of

WINDOW = 4  # quarters that the pace is the average of: a whole year, so that no season weighs more than another
FEW = 20  # with fewer vouchers or answers than this it is too early to say
UNSURE = 1.28  # of ten times, eight lie within this many deviations
# How far a coming quarter may lie from the pace whatever the past says, as a part of it: one year is one example of
# how quarters differ, and less than a year is not even that.
AT_LEAST, AT_LEAST_BEFORE_A_YEAR = Decimal("0.25"), Decimal("0.5")


@dataclass(frozen=True)
class RenewalCount:
    """The membership years that ended long enough ago: how many, and how many of them the library renewed."""

    ended: int
    renewed: int


@dataclass(frozen=True)
class History:
    """What happened up to the end of the day `on`.

    `redeemed`: of the vouchers handed out in a quarter how many were redeemed so many quarters later. `answered`: the
    years whose end lies far enough back for the library to have answered. `first`: the day of the first hand-out.
    """

    on: date
    first: date | None
    handed_out: Mapping[Quarter, int]
    redeemed: Mapping[Quarter, Mapping[int, int]]
    funded: int
    free: int
    answered: RenewalCount


@dataclass(frozen=True)
class Expected:
    """A number with the band around it; `too_early` when it is the plan's, for the past does not say it yet."""

    low: Decimal
    middle: Decimal
    high: Decimal
    too_early: bool = False


def pace(history: History, targets: Mapping[int, int] | None = None) -> Expected | None:
    """Hand-outs in a whole quarter without its season, over the last year. None when it is too early to say.

    A rush at the start is not carried on (`without_the_rush`, by the plan's `targets` per year); that it does go on
    after all lies within the band.
    """
    told = _exposed(history)
    if sum(history.handed_out.get(quarter, 0) for quarter in told) < FEW or sum(told.values()) < 1:
        return None
    seasons = season(history)
    as_they_were = {
        quarter: history.handed_out.get(quarter, 0) / (part * seasons[quarter.number]) for quarter, part in told.items()
    }
    rates = without_the_rush(as_they_were, told, calm_after_start(targets or {}, history.first))
    whole = sum(told.values(), NONE)

    def mean(of: Mapping[Quarter, Decimal]) -> Decimal:
        return sum((of[quarter] * part for quarter, part in told.items()), NONE) / whole

    middle = mean(rates)
    spread = sum((part * (rates[quarter] - middle) ** 2 for quarter, part in told.items()), NONE) / whole
    least = (AT_LEAST if whole >= WINDOW else AT_LEAST_BEFORE_A_YEAR) * middle
    unsure = max(least, Decimal(str(UNSURE * sqrt(max(spread, middle)))))
    return Expected(max(NONE, middle - unsure), middle, max(middle + unsure, mean(as_they_were)))


def calm_after_start(targets: Mapping[int, int], first: date | None) -> tuple[int, Decimal] | None:
    """The year of a start that the plan itself has as a rush, and what the plan has a quarter in the year after.

    Limburg: 2,000 in what is left of 2025, and then 875 a quarter. None when the plan is no calmer after its start.
    """
    if first is None or not targets.get(first.year) or not targets.get(first.year + 1):
        return None
    running = Decimal((date(first.year, 12, 31) - first).days + 1) * YEAR / 365
    start, calm = targets[first.year] / max(running, Decimal(1)), Decimal(targets[first.year + 1]) / YEAR
    return (first.year, calm) if calm < start else None


def without_the_rush(
    rates: Mapping[Quarter, Decimal], parts: Mapping[Quarter, Decimal], calm: tuple[int, Decimal] | None
) -> dict[Quarter, Decimal]:
    """The pace of every quarter, where those of the start count for no more than the calm after it.

    That is what the plan has, or what the quarters since did bring when that is more. `parts`: how much of each is
    over.
    """
    if calm is None:
        return dict(rates)
    year, level = calm
    since = {quarter: part for quarter, part in parts.items() if quarter.year > year}
    whole = sum(since.values(), NONE)
    if whole >= 1:
        level = max(level, sum((rates[quarter] * part for quarter, part in since.items()), NONE) / whole)
    return {quarter: min(rate, level) if quarter.year == year else rate for quarter, rate in rates.items()}


def season(history: History) -> dict[int, Decimal]:
    """How much busier than average each quarter of the year is; 1 until two whole years are known."""
    years = [
        [history.handed_out.get(Quarter(year, number), 0) for number in range(1, YEAR + 1)]
        for year in sorted({quarter.year for quarter in history.handed_out})
        if history.first and history.first <= date(year, 1, 1) and history.on >= date(year, 12, 31)
    ]
    years = [each for each in years if sum(each)]
    if len(years) < 2:
        return dict.fromkeys(range(1, YEAR + 1), Decimal(1))
    parts = [[Decimal(each * YEAR) / sum(of_year) for each in of_year] for of_year in years]
    # A quarter without anything would make every later number nothing: at least a tenth of an average one.
    return {i + 1: max(Decimal("0.1"), sum((each[i] for each in parts), NONE) / len(parts)) for i in range(YEAR)}


def redeemed_after(history: History) -> list[Decimal] | None:
    """Which part of a quarter's vouchers is redeemed in it, in the next one, and so on; of quarters that are over.

    None when it is too early to say.
    """
    running = Quarter.of(history.on) if left_of(Quarter.of(history.on), history.on) else Quarter.of(history.on).next
    found: list[Decimal] = []
    for lag in range(between(min(history.handed_out, default=running), running)):
        cohorts = [start for start in history.handed_out if between(start, running) > lag]
        out = sum(history.handed_out[start] for start in cohorts)
        if out < FEW:
            break
        found.append(Decimal(sum(history.redeemed.get(start, {}).get(lag, 0) for start in cohorts)) / out)
    return found or None


def funded(history: History) -> Decimal:
    """Which part of the redemptions the fund pays: all but those of who was free anyway."""
    redeemed = history.funded + history.free
    return Decimal(history.funded) / redeemed if redeemed else Decimal(1)


def renewal(history: History, plan: Decimal) -> Expected:
    """Which part of the years that ended was followed by another; the plan's part when it is too early to say.

    No answer is no renewal.
    """
    ended, renewed = history.answered.ended, history.answered.renewed
    if ended < FEW:
        return Expected(min(plan, Decimal("0.7")), plan, plan, too_early=True)
    return Expected(*_wilson(renewed, ended))


def _wilson(found: int, of: int) -> tuple[Decimal, Decimal, Decimal]:
    """A share with the band in which it lies eight times of ten, also for few and for all or none."""
    share, z = found / of, UNSURE
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    low, high = max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))
    return Decimal(str(low)), Decimal(found) / of, Decimal(str(high))


def _exposed(history: History) -> dict[Quarter, Decimal]:
    """The last quarters in which there were hand-outs to tell, each with the part of it that is over."""
    if history.first is None:
        return {}
    told = {}
    for quarter in quarters(history.first, history.on):
        since = left_of(quarter, history.first - timedelta(days=1))
        part = since - left_of(quarter, history.on)
        if part > 0:
            told[quarter] = part
    return dict(sorted(told.items())[-WINDOW - 1 :])
