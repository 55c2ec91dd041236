"""Accreditation: who may hand out vouchers on a day. It decides on stock and handling, never on a voucher's use."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Max, Q

from intermediaries.models import Accreditation, Handout
from kbl.organisations.models import Organisation
from vouchers.custody import stock
from vouchers.models import StockMovement
from vouchers.numbers import SerialRange


class NotAccredited(Exception):
    """The organisation has no accreditation on that day."""

    def __init__(self, organisation: Organisation, on: date) -> None:
        super().__init__(f"{organisation} on {on}")
        self.organisation, self.on = organisation, on


class AccreditationRefused(Exception):
    """An accreditation cannot start or end on that day; `reason` is one of the class's constants, `day` tells more."""

    class Reason(StrEnum):
        OVERLAPS = "overlaps"
        BEFORE_START = "before_start"
        ENDED = "ended"
        IN_USE = "in_use"

    def __init__(self, reason: Reason, day: date | None = None) -> None:
        super().__init__(f"{reason} {day or ''}".strip())
        self.reason, self.day = reason, day


class Accreditations:
    """The accreditations of some organisations (by key), read once: which one held on a day."""

    def __init__(self, organisations: Iterable[int]) -> None:
        self._of: dict[int, list[Accreditation]] = defaultdict(list)
        for each in Accreditation.objects.filter(organisation__in=set(organisations)).order_by("-valid_from"):
            self._of[each.organisation_id].append(each)

    def on(self, organisation: int, day: date) -> Accreditation | None:
        """The accreditation that holds on a day, or None."""
        return next((each for each in self._of[organisation] if each.holds(day)), None)


def accreditation_on(organisation: Organisation, on: date) -> Accreditation | None:
    """The accreditation that holds on a day, or None."""
    return Accreditations([organisation.pk]).on(organisation.pk, on)


def require_accreditation(organisation: Organisation, on: date) -> Accreditation:
    """The accreditation that holds on a day. Raises NotAccredited."""
    if (found := accreditation_on(organisation, on)) is None:
        raise NotAccredited(organisation, on)
    return found


@transaction.atomic
def accredit(
    organisation: Organisation, *, track: int, protocol: str, valid_from: date, valid_until: date | None = None
) -> Accreditation:
    """Let an organisation hand out from a day on. On every day it has one accreditation at most.

    Raises AccreditationRefused.
    """
    if valid_until is not None and valid_until < valid_from:
        raise AccreditationRefused(AccreditationRefused.Reason.BEFORE_START, valid_from)
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    others = Accreditation.objects.filter(organisation=organisation)
    others = others.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=valid_from))
    if valid_until is not None:
        others = others.filter(valid_from__lte=valid_until)
    if other := others.order_by("valid_from").first():
        raise AccreditationRefused(AccreditationRefused.Reason.OVERLAPS, other.valid_from)
    return Accreditation.objects.create(
        organisation=organisation, track=track, protocol=protocol, valid_from=valid_from, valid_until=valid_until
    )


@transaction.atomic
def end(accreditation: Accreditation, *, last_day: date) -> None:
    """The accreditation holds up to and including `last_day`, and not longer than it did. What was handed out stays.

    Raises AccreditationRefused: before its first day, after its end, or when later hand-outs name it.
    """
    if last_day < accreditation.valid_from:
        raise AccreditationRefused(AccreditationRefused.Reason.BEFORE_START, accreditation.valid_from)
    handouts = Handout.objects.standing().filter(organisation=accreditation.organisation_id)
    latest = handouts.filter(accreditation=accreditation, on__gt=last_day).aggregate(last=Max("on"))["last"]
    if latest:
        raise AccreditationRefused(AccreditationRefused.Reason.IN_USE, latest)
    running = Accreditation.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=last_day))
    if not running.filter(pk=accreditation.pk).update(valid_until=last_day):
        raise AccreditationRefused(AccreditationRefused.Reason.ENDED, accreditation.valid_until)


def allocate(serials: SerialRange, *, to: Organisation, on: date, by, at: datetime) -> StockMovement:
    """Give a range to an intermediary that is accredited that day.

    Raises NotAccredited, StockRefused, FutureDate.
    """
    require_accreditation(to, on)
    return stock.allocate(serials, to=to, on=on, by=by, at=at)


def hand_on(
    serials: SerialRange, *, holder: Organisation, to: Organisation, on: date, by, at: datetime
) -> StockMovement:
    """Move a range to another accredited intermediary. Raises NotAccredited, StockRefused, FutureDate."""
    require_accreditation(to, on)
    return stock.hand_on(serials, holder=holder, to=to, on=on, by=by, at=at)
