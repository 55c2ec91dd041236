"""Everything in any order: Hypothesis plays with the domain functions and the books stay right after every step.

And the machine is no decoration: it finds each of a dozen bugs that are planted in the rules.
"""

from types import SimpleNamespace

import pytest
from django.db import DatabaseError
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from intermediaries.handouts import handout
from kbl.fund import ledger
from kbl.organisations import closing_lock
from kbl.settlements.closing import closing, unbilled_items
from kbl.settlements.statements import corrections
from libraries import enrolment, models, redemption_written
from tests.machine.story import play
from tests.machine.world import World
from vouchers import lifecycle
from vouchers.models import Voucher

# Without shrinking: a failure is printed as it was found. Shorten it by adding Phase.shrink by hand.
LONG = settings(
    max_examples=200,
    stateful_step_count=30,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
HUNT = settings(
    LONG,
    max_examples=400,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    derandomize=True,
    print_blob=False,
    database=None,
)


def test_the_books_stay_right_whatever_happens(db):
    with World.begun_once():
        run_state_machine_as_test(World, settings=LONG)


def test_the_fixed_play_is_clean(db):
    play(World())


def unguarded(vouchers, *, seen, to, **changes):
    return vouchers.order_by().update(status=to, **changes)


def lost_and_as_before(vouchers, *, seen, to, **changes):
    return vouchers.count() if to == "void" else guarded(vouchers, seen=seen, to=to, **changes)


guarded = lifecycle.move_those


def released_to_the_drawer(serial):
    one = Voucher.objects.filter(pk=serial)
    return bool(lifecycle.move_those(one, seen="redeemed", to="allocated"))


def revoked_without_its_status(fact, *, reason, by, at):
    return fact.revoke(reason, by=by, at=at)


def correction_without_revoking(line, *, reason, by, at):
    return corrections.Correction.objects.get_or_create(line=line, defaults={"reason": reason, "by": by, "at": at})


def drawn_with_the_wrong_sign(kind, amount, **named):
    return ledger_book(kind, -amount, **named)


ledger_book = ledger.book
pile_handlings = unbilled_items.handlings
pile_memberships = unbilled_items.memberships
year_next_on = models.MembershipYear.next_on

BUGS = {
    "a status is written whatever it was": (lifecycle, "move_those", unguarded),
    "an undone redemption forgets the hand-out": (lifecycle, "release", released_to_the_drawer),
    "an undone redemption leaves the voucher redeemed": (lifecycle, "release", lambda serial: True),
    "an undone hand-out leaves the status": (handout, "revoke", revoked_without_its_status),
    "a revoked enrolment keeps its years": (enrolment, "revoke", revoked_without_its_status),
    "a correction leaves the fact standing": (corrections, "correct", correction_without_revoking),
    "a correction adds instead of taking off": (unbilled_items, "NET", "tariff.amount"),
    "corrections never reach a statement": (
        unbilled_items,
        "corrections",
        lambda at: corrections.Correction.objects.filter(pk=0),
    ),
    "free-anyway is paid": (
        unbilled_items,
        "memberships",
        lambda until, at: models.MembershipYear.objects.standing().filter(
            on__lte=until, recorded_at__lte=at, lines__isnull=True
        ),
    ),
    "the running quarter is billed too": (
        unbilled_items,
        "handlings",
        lambda until, at: pile_handlings(until.replace(year=2100), at),
    ),
    "a credit is forgotten": (closing, "_open_credits", dict),
    "the fund is credited instead of charged": (ledger, "book", drawn_with_the_wrong_sign),
    "closed books can be undone": (closing_lock, "assert_open", lambda on, recorded_at: None),
    "a lost voucher keeps its status": (lifecycle, "move_those", lost_and_as_before),
    "a redeemed voucher keeps its status": (redemption_written, "Status", SimpleNamespace(REDEEMED="allocated")),
    "a renewal starts when the year before does": (models.MembershipYear, "next_on", property(lambda year: year.on)),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found(db, monkeypatch, bug):
    monkeypatch.setattr(*BUGS[bug])
    with pytest.raises((AssertionError, DatabaseError)):  # the oracle or the database itself says so
        play(World(), with_reports=False)
        run_state_machine_as_test(World, settings=HUNT)  # where the fixed play does not come
