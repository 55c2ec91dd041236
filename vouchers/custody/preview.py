"""What a stock act would do to every number, and why not where it would do nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, CharField, Value, When

from vouchers.custody.eligibility import Obstacle, StockEligibility
from vouchers.models import Voucher
from vouchers.numbers import SerialRange, cut, join, without
from vouchers.runs import islands

Status = Voucher.Status


@dataclass(frozen=True)
class StockPreview:
    """What would happen to numbers: which can go, and which cannot and why."""

    good: tuple[SerialRange, ...]
    obstacles: tuple[Obstacle, ...]

    @property
    def count(self) -> int:
        return sum(map(len, self.good))

    def as_its_holder_sees_it(self) -> "StockPreview":
        """For an intermediary a neighbour's number does not exist, and what the library did is not its business."""
        merged: dict[tuple[Obstacle.Reason, str], list[SerialRange]] = {}
        for each in self.obstacles:
            reason = Obstacle.Reason.NOT_HELD if each.reason == Obstacle.Reason.UNKNOWN else each.reason
            status = Status.HANDED_OUT if each.status == Status.REDEEMED else each.status
            merged.setdefault((reason, str(status)), []).extend(each.serials)
        return StockPreview(self.good, _obstacles(merged))

    def within(self, serials: SerialRange) -> "StockPreview":
        """The part of it that is about one range."""
        parts = [Obstacle(each.reason, tuple(cut(each.serials, serials)), each.status) for each in self.obstacles]
        return StockPreview(tuple(cut(self.good, serials)), tuple(each for each in parts if each.serials))


def preview(ranges: Iterable[SerialRange], eligibility: StockEligibility) -> StockPreview:
    """What an act would do to these numbers; changes nothing. Set-based: a million is one question."""
    verdict = Case(
        *(When(obstacle, then=Value(reason)) for reason, obstacle in eligibility.obstacles()),
        default=Value(""),
        output_field=CharField(),
    )
    good: list[SerialRange] = []
    found: dict[tuple[Obstacle.Reason, str], list[SerialRange]] = {}
    for serials in ranges:
        known: list[SerialRange] = []
        judged = Voucher.objects.within(serials).annotate(verdict=verdict)
        for run, (reason, status) in islands(judged, "verdict", "status"):
            known.append(run)
            if reason:
                key = (Obstacle.Reason(reason), status if reason == Obstacle.Reason.WRONG_STATUS else "")
                found.setdefault(key, []).append(run)
            else:
                good.append(run)
        if unknown := list(without(serials, known)):
            found.setdefault((Obstacle.Reason.UNKNOWN, ""), []).extend(unknown)
    return StockPreview(tuple(join(good)), _obstacles(found))


def _obstacles(found: dict[tuple[Obstacle.Reason, str], list[SerialRange]]) -> tuple[Obstacle, ...]:
    return tuple(Obstacle(reason, tuple(join(runs)), status) for (reason, status), runs in found.items())
