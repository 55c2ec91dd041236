"""One voucher, one day, one organisation: every entrance of handing out gives the same verdict, and so do the books.

The twin changes the rule in one entrance only, and the same question then finds it. A second walk types every kind of
day over vouchers in every state, and the books stay clean.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from intermediaries import accreditation
from intermediaries.handouts import cases, digital, files, handout, lists, past
from intermediaries.handouts.available import available
from intermediaries.handouts.handout import HandoutRefused
from intermediaries.handouts.rule import GROUNDS, HandoutReason
from intermediaries.models import Handout
from kbl.discrepancies import own_items
from kbl.eligibility import first
from kbl.organisations.models import Organisation
from kbl.spreadsheets import read as read_file
from kbl.walk_in import walk_in as desk
from kbl.walk_in.walk_in import DeskStockEmpty
from libraries.enrolment import VoucherRefused
from reporting import integrity
from reporting.integrity import facts
from tests.conftest import START, at, branch_of
from tests.rules.handing_out_world import EARLIEST, LAST_DAY, LATER, REDEEMED, STATES, TODAY, Town, one
from tests.told_once import told_once
from vouchers.models import Voucher

globals().update(told_once("town", of=__package__))

pytestmark = pytest.mark.both_engines

BORDERS = (date(2025, 1, 1), START, EARLIEST, LATER, REDEEMED, LAST_DAY, TODAY)
DAYS = sorted({day + timedelta(days=step) for day in BORDERS for step in (-1, 0, 1)})
# What the books can see of a hand-out afterwards. A void voucher may have been handed out before it was made void.
CHECKS = (
    facts.handouts_are_by_the_holder,
    facts.handouts_are_within_the_programme,
    facts.handouts_are_accredited_or_flagged,
    facts.memberships_follow_the_voucher,
    facts.days_are_not_too_far_back,
    facts.nothing_happened_in_the_future,
)


class TakenBack(Exception):
    """Whatever was tried is undone."""


@contextmanager
def tried() -> Iterator[None]:
    """Nothing that happens in here stays."""
    try:
        with transaction.atomic():
            yield
            raise TakenBack
    except TakenBack:
        pass


# --- the entrances: each tells whether this voucher can be handed out on this day ---------------------------------


def by_preview(town: Town, serial: int, on: date) -> bool:
    return bool(handout.preview(town.organisation, [one(serial)], on=on, today=TODAY).good)


def by_recording(town: Town, serial: int, on: date) -> bool:
    try:
        return bool(handout.hand_out(town.organisation, [one(serial)], on=on, by=town.by, at=at(TODAY)))
    except HandoutRefused:
        return False


def by_list(town: Town, serial: int, on: date) -> bool:
    listed = lists.read(f"{serial:07} {on:%d-%m-%Y}")
    return bool(lists.preview(town.organisation, listed, on=TODAY, today=TODAY).good)


def by_file(town: Town, serial: int, on: date) -> bool:
    rows = files.lines_of(read_file(f"Nummer;Dag\n{serial:07};{on:%d-%m-%Y}\n".encode()))
    seen = lists.preview(town.organisation, lists.read("\n".join(rows)), on=TODAY, today=TODAY)
    return bool(seen.good) and bool(handout.hand_out_days(town.organisation, seen.good, by=town.by, at=at(TODAY)))


def by_import(town: Town, serial: int, on: date) -> bool:
    names = dict(Organisation.objects.values_list("pk", "name"))
    row = past.PastHandout(serial, town.organisation.pk, on)
    [judged] = past.judge([row], at=at(TODAY), names=names, lock=True)
    if judged.good:
        past.record([(row, judged)], paid_before=False, by=town.by, at=at(TODAY))
    else:
        assert judged.sentence
    return judged.good


ENTRANCES: dict[str, Callable[[Town, int, date], bool]] = {
    "preview": by_preview,
    "recording": by_recording,
    "list": by_list,
    "file": by_file,
    "import": by_import,
}


def alone(town: Town, serial: int) -> None:
    """The other vouchers that lie ready are set aside: these entrances take the next one and name no number."""
    Voucher.objects.filter(holder=town.organisation, status="allocated").exclude(pk=serial).update(status="void")


def by_digital(town: Town, serial: int, on: date) -> bool:
    alone(town, serial)
    try:
        digital.hand_out_next(town.organisation, on=on, by=town.by, at=at(TODAY), key=uuid4())
    except digital.NothingLeft:
        return False
    return True


def by_walk_in(town: Town, serial: int, on: date) -> bool:
    """Its hand-out side: what the library's rule then says of the membership is another rule."""
    alone(town, serial)
    try:
        desk.walk_in(branch=branch_of(town.organisation), kind="new", on=on, by=town.by, at=at(TODAY))
    except (DeskStockEmpty, HandoutRefused):
        return False
    except VoucherRefused:
        return True
    return True


NEXT_ONE: dict[str, Callable[[Town, int, date], bool]] = {"digital": by_digital, "walk-in": by_walk_in}


def by_books(town: Town, serial: int, on: date) -> bool:
    """The fact is written without asking anybody; do the checks of the books, which read no rule, find it wrong?"""
    found = accreditation.accreditation_on(town.organisation, on)
    try:
        with transaction.atomic():
            Handout.objects.create(
                voucher_id=serial,
                organisation=town.organisation,
                accreditation=found,
                on=on,
                recorded_by=town.by,
                recorded_at=at(TODAY),
            )
    except IntegrityError:  # one stands already
        return False
    return not any(list(check()) for check in CHECKS)


def verdicts(town: Town, state: str, on: date) -> dict[str, bool]:
    """What each entrance says, and the books; nothing of it stays."""
    serial, told = town.serial_of[state], {}
    asked = ENTRANCES | (NEXT_ONE if state in ("allocated", "came later") else {})
    if state != "void":
        asked |= {"books": by_books}
    for name, entrance in asked.items():
        with tried():
            told[name] = entrance(town, serial, on)
    return told


def agree(town: Town, state: str, on: date) -> None:
    told = verdicts(town, state, on)
    assert len(set(told.values())) == 1, f"{state}, {on}: {told}"


FEW = settings(max_examples=40, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(state=st.sampled_from(STATES), on=st.sampled_from(DAYS) | st.dates(date(2024, 6, 1), date(2026, 12, 31)))
@example(state="came later", on=LATER - timedelta(days=1))
@example(state="came later", on=LATER)
@example(state="allocated", on=LAST_DAY + timedelta(days=1))
@example(state="redeemed", on=REDEEMED + timedelta(days=1))  # after the membership that it led to
@example(state="redeemed", on=REDEEMED)
@example(state="allocated", on=EARLIEST - timedelta(days=1))
@example(state="allocated", on=EARLIEST)
@FEW
def test_every_entrance_and_the_books_give_one_verdict(town, state, on):
    cache.clear()
    agree(town, state, on)


def without(reason: HandoutReason) -> tuple:
    return tuple(row for row in GROUNDS if row.reason is not reason)


def lenient(reason: HandoutReason) -> Callable:
    """A judgement that forgot one row: how a rule that stands twice begins to drift."""

    def judged(asking):
        return lambda columns: cases.judge(asking) if columns == cases.NOTHING else _judged(asking, columns, reason)

    return judged


judging = cases.judging


def _judged(asking, columns, reason):
    case, _ = judging(asking)(columns)
    return case, first(without(reason), case)


class OneEntrance:
    """The room `cases` as one entrance sees it, with its own idea of the rule."""

    def __init__(self, reason: HandoutReason) -> None:
        self.judging = lenient(reason)

    def __getattr__(self, name: str):
        return getattr(cases, name)


def no_refusals(found) -> tuple:
    list(found)
    return ()


class NothingRefused:
    """The room `cases` for an act that leaves looking to its preview."""

    refusals = staticmethod(no_refusals)

    def __getattr__(self, name: str):
        return getattr(cases, name)


TOO_EARLY = ("came later", LATER - timedelta(days=1))
PLANTS = {
    "the import forgets since when it was held": (past, "cases", OneEntrance(HandoutReason.NOT_YET_HELD), *TOO_EARLY),
    "the import forgets the last day": (
        past,
        "cases",
        OneEntrance(HandoutReason.EXPIRED),
        "allocated",
        LAST_DAY + timedelta(days=1),
    ),
    "the import forgets how far back": (
        past,
        "cases",
        OneEntrance(HandoutReason.TOO_LONG_AGO),
        "allocated",
        EARLIEST - timedelta(days=1),
    ),
    "the import forgets that somebody is a member": (
        past,
        "cases",
        OneEntrance(HandoutReason.AFTER_MEMBERSHIP),
        "redeemed",
        REDEEMED + timedelta(days=1),
    ),
    "recording relies on its preview": (handout, "cases", NothingRefused(), *TOO_EARLY),
    "the list believes a day to come": (
        lists.handout,
        "preview",
        lambda organisation, ranges, *, on, today: handout.HandoutPreview(tuple(ranges), ()),
        "allocated",
        TODAY + timedelta(days=1),
    ),
}


# The act refuses by itself what another entrance wrongly offered: that is a finding too.
FOUND = (AssertionError, HandoutRefused)


@pytest.mark.parametrize("plant", PLANTS)
def test_this_is_found_when_one_entrance_has_a_rule_of_its_own(town, monkeypatch, plant):
    room, name, changed, state, on = PLANTS[plant]
    agree(town, state, on)
    monkeypatch.setattr(room, name, changed)
    with pytest.raises(FOUND):
        agree(town, state, on)


def a_day_off(days: int) -> Callable:
    """The next voucher by another day than was asked."""

    def looked(organisation, *, on, today, medium=None):
        return available(organisation, on=on + timedelta(days=days), today=today, medium=medium)

    return looked


@pytest.mark.parametrize(
    ("room", "days", "on"), [(digital, 1, LATER - timedelta(days=1)), (digital, -1, LATER), (desk, -1, LATER)]
)
def test_the_next_voucher_with_a_rule_of_its_own_is_found_too(town, monkeypatch, room, days, on):
    agree(town, "came later", on)
    monkeypatch.setattr(room, "available", a_day_off(days))
    with pytest.raises(FOUND):
        agree(town, "came later", on)


# --- whatever day somebody types, the books stay clean ------------------------------------------------------------


def clean() -> bool:
    return [outcome.rows for outcome in integrity.check() if not outcome.holds] == []


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_whatever_day_is_typed_the_books_are_clean(town, on):
    with tried():
        for serial in town.serial_of.values():
            listed = lists.read(f"{serial:07} {on:%d-%m-%Y}")
            seen = lists.preview(town.organisation, listed, on=TODAY, today=TODAY)
            handout.hand_out_days(town.organisation, seen.good, by=town.by, at=at(TODAY))
        assert clean()
    with tried():
        for serial in town.serial_of.values():
            own_items.report(town.organisation, [serial], on=on, by=town.by, at=at(TODAY))
            by_import(town, serial, on)
        assert clean()
    with suppress(digital.NothingLeft):
        digital.hand_out_next(town.organisation, on=on, by=town.by, at=at(TODAY), key=uuid4())
    with suppress(DeskStockEmpty, HandoutRefused, VoucherRefused):
        desk.walk_in(branch=branch_of(town.organisation), kind="new", on=on, by=town.by, at=at(TODAY))
    assert clean()
