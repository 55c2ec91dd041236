"""Figures of vouchers as paper: sums of ranges, so that no voucher is looked at."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Sum, When
from django.db.models.fields import IntegerField

from reporting.figures.as_of import Known
from vouchers.models import Batch, StockMovement


class Paper(StrEnum):
    """What is counted by the ranges of batches and stock movements."""

    MADE = "made"
    ALLOCATED = "allocated"
    VOID = "void"


_Move = StockMovement.Kind
_SIZE = F("last_serial") - F("first_serial") + 1
# The movements that a figure counts, and whether they add to it or take from it.
_MOVES = {Paper.ALLOCATED: {_Move.ALLOCATE: 1, _Move.RETURN: -1}, Paper.VOID: {_Move.VOID: 1}}


def _moved(known: Known, *, day: str = "on") -> Q:
    return Q(**{"recorded_at__lte": known.at, f"{day}__lte": known.until})


def count_paper(known: Sequence[Known]) -> dict[str, list[int]]:
    """Vouchers made, with intermediaries and void at each moment."""
    made, moved = {}, {}
    for i, each in enumerate(known):
        made[f"made{i}"] = Sum(_SIZE, filter=_moved(each, day="made_on"))
        for kinds in _MOVES.values():
            for kind in kinds:
                moved[f"{kind.value}{i}"] = Sum(_SIZE, filter=_moved(each) & Q(kind=kind))
    sums = {**Batch.objects.aggregate(**made), **StockMovement.objects.aggregate(**moved)}

    def of(paper: Paper, i: int) -> int:
        return sum(sign * (sums[f"{kind.value}{i}"] or 0) for kind, sign in _MOVES[paper].items())

    places = range(len(known))
    counted = {paper.value: [of(paper, i) for i in places] for paper in _MOVES}
    return {"made": [sums[f"made{i}"] or 0 for i in places], **counted}


def paper_facts(paper: Paper, known: Known, before: Known | None = None) -> QuerySet:
    """The batches or movements that a figure of paper counts, each with `counts`: their sum is the figure."""
    made = paper == Paper.MADE
    day = "made_on" if made else "on"
    rows: QuerySet[Any] = (Batch if made else StockMovement)._default_manager.filter(_moved(known, day=day)).order_by()
    if before is not None:
        rows = rows.exclude(_moved(before, day=day))
    if made:
        return rows.annotate(counts=_SIZE)
    signs = [When(kind=kind, then=_SIZE * sign) for kind, sign in _MOVES[paper].items()]
    return rows.filter(kind__in=list(_MOVES[paper])).annotate(counts=Case(*signs, output_field=IntegerField()))
