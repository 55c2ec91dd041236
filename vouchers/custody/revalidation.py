"""Void vouchers that become valid again: somebody asks, somebody else agrees.

Lost vouchers are found again, and numbers are mistyped; but void is what stops a stolen pile, so one person alone
cannot undo it. The database refuses that the one who asked decides (`revival_decided_wholly_by_another`).
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from kbl.accounts.roles import Right
from kbl.accounts.waiting import assert_not_made_by, assert_second_person
from kbl.facts import FactQuerySet, refuse_future
from vouchers import lifecycle
from vouchers.custody.eligibility import StockEligibility
from vouchers.custody.preview import preview
from vouchers.custody.stock import StockRefused, record, runs_by_holder
from vouchers.models import RevalidationRequest, StockMovement, Voucher
from vouchers.numbers import SerialRange

Status = Voucher.Status

MAY_REVALIDATE = StockEligibility(frozenset({Status.VOID}))


class NotYours(Exception):
    """Who asked cannot be the one who agrees."""


class Decided(Exception):
    """Somebody decided on this request before."""


@transaction.atomic
def ask(ranges: Iterable[SerialRange], *, reason: str, on: date, by, at: datetime) -> list[RevalidationRequest]:
    """Ask to make ranges valid again; nothing changes yet. Raises FutureDate, StockRefused (some are not void)."""
    refuse_future(on, at)
    wanted = list(ranges)
    if obstacles := preview(wanted, MAY_REVALIDATE).obstacles:
        raise StockRefused(obstacles)
    return [
        RevalidationRequest.objects.create(
            first_serial=serials.first, last_serial=serials.last, reason=reason, on=on, asked_by=by, asked_at=at
        )
        for serials in wanted
    ]


def agree(request: RevalidationRequest, *, on: date, by, at: datetime) -> list[StockMovement]:
    """A second person agrees, and the vouchers are again what their facts say: handed out, in a drawer, or in stock.

    Raises NotYours, waiting.TooNew, waiting.MadeByYou, Decided, StockRefused (part of it is valid again already; then
    nothing changed).
    """
    assert_not_made_by(request.asked_by, by)
    assert_second_person(by, Right.REVALIDATE, at=at)
    serials = request.range
    try:
        with transaction.atomic():
            _decide(request, agreed=True, by=by, at=at)
            _revalidate(serials)
            return [
                record(
                    StockMovement.Kind.REVALIDATE,
                    run,
                    from_holder_id=holder,
                    to_holder_id=holder,
                    reason=request.reason,
                    on=on,
                    by=by,
                    at=at,
                )
                for holder, run in runs_by_holder(serials)
            ]
    except lifecycle.Overtaken:
        raise StockRefused(preview([serials], MAY_REVALIDATE).obstacles) from None


def decline(request: RevalidationRequest, *, by, at: datetime) -> None:
    """A second person says no: the vouchers stay void. Raises NotYours, Decided."""
    _decide(request, agreed=False, by=by, at=at)


def waiting():
    """Requests that nobody decided on, the oldest first."""
    return RevalidationRequest.objects.filter(decided_at__isnull=True).select_related("asked_by").order_by("pk")


def _decide(request: RevalidationRequest, *, agreed: bool, by, at: datetime) -> None:
    if request.asked_by_id == by.pk:
        raise NotYours
    undecided = RevalidationRequest.objects.filter(pk=request.pk, decided_at__isnull=True)
    if not undecided.update(decided_at=at, decided_by=by, agreed=agreed):
        raise Decided


def _revalidate(serials: SerialRange) -> None:
    """Give every void voucher of a range the status that its facts prove. Raises Overtaken when not all are void.

    The hand-outs are read through the voucher's own relation, so that this app need not import who hands it out; and
    held, so that one that is being taken back at this moment is waited for.
    """
    handouts: FactQuerySet = Voucher._meta.get_field("handouts").related_model._default_manager  # type: ignore[union-attr, assignment]
    standing = handouts.standing().filter(voucher__gte=serials.first, voucher__lte=serials.last)
    handed_out = list(standing.select_for_update(of=("self",)).values_list("voucher", flat=True))
    void, moved = Voucher.objects.within(serials), 0
    if handed_out:
        moved += lifecycle.move_those(void.filter(pk__in=handed_out), seen=Status.VOID, to=Status.HANDED_OUT)
    moved += lifecycle.move_those(void.filter(holder__isnull=False), seen=Status.VOID, to=Status.ALLOCATED)
    moved += lifecycle.move_those(void.filter(holder__isnull=True), seen=Status.VOID, to=Status.IN_STOCK)
    if moved != len(serials):
        raise lifecycle.Overtaken(len(serials), moved)
