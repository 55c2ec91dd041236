"""One rule for redeeming: the desk, the office's import and the books themselves give one verdict, on every day.

And the test is no decoration: a rule that is changed at one entrance, or at all of them, is found.
"""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kbl.eligibility import first
from libraries import enrolment, past_enrolments
from libraries.eligibility import redeeming
from libraries.models import Refusal
from reporting.integrity.invariants import INVARIANTS
from tests.conftest import at
from tests.rules.redeeming_world import (
    ARRIVED,
    EXAMPLES,
    EXPIRES,
    FIRST,
    HANDED_OUT,
    LATE,
    LIBRARIES,
    REDEEMED,
    STATES,
    TODAYS,
    Asked,
    agree,
    in_time,
    thrown_away,
    without,
)
from tests.told_once import told_once
from vouchers import lifecycle
from vouchers.models import Voucher
from vouchers.public import showing

globals().update(told_once("world", of=__package__))

pytestmark = pytest.mark.both_engines

BORDERS = [
    date(2025, 9, 1),
    date(2025, 10, 1),
    date(2027, 1, 1),
    date(2027, 12, 31),
    *(FIRST, HANDED_OUT, LATE, REDEEMED, ARRIVED, EXPIRES),
    *TODAYS,
]
AROUND = [border + timedelta(days=days) for border in BORDERS for days in (-1, 0, 1)]
questions = st.builds(
    lambda today, **asked: Asked(today=today or in_time(asked["on"]), **asked),
    state=st.sampled_from(STATES),
    on=st.sampled_from(AROUND) | st.dates(date(2024, 6, 1), date(2028, 12, 31)),
    library=st.sampled_from(LIBRARIES),
    today=st.sampled_from([*TODAYS, None]),
)


def test_every_reason_has_its_example(world):
    assert {agree(world, asked) for asked in EXAMPLES.values()} == {None, *Refusal.Reason.values}
    assert {reason: agree(world, asked) for reason, asked in EXAMPLES.items()} == {
        reason: reason for reason in EXAMPLES
    }


def test_every_entrance_and_the_books_give_one_verdict(world):
    @settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(questions)
    @example(Asked("made later", date(2026, 4, 17)))  # the desk took it, the import refused it, the books were wrong
    def one_verdict(asked: Asked) -> None:
        agree(world, asked)

    one_verdict()


@pytest.mark.parametrize("held_since", [LATE, LATE - timedelta(days=30), LATE + timedelta(days=30)])
def test_a_walk_in_follows_the_rules_of_both_acts(world, held_since):
    """Whatever day the desk types: what may be handed out and may be redeemed that day, walks in, and nothing else."""
    state, seen = world.own_stock(LATE, held_since), set()
    borders = (LATE, held_since, date(2027, 12, 31))
    for on in sorted({*AROUND, *(border + timedelta(days=days) for border in borders for days in (-1, 0, 1))}):
        for today in (in_time(on), in_time(on) + timedelta(days=1), TODAYS[2]):
            asked = Asked(state, on, today=today)
            both = world.could_hand_out(asked) and world.desk_redeems(asked) is None
            assert world.walks_in(asked) == both, asked
            seen.add(both)
    assert seen == {True, False}


OF_THE_VOUCHER = ["already_redeemed", "void", "not_allocated", "expired"]


@pytest.mark.parametrize("state", STATES[1:])
def test_who_opens_the_public_page_is_shown_what_a_library_can_redeem(world, state):
    for today in TODAYS:
        asked = Asked(state, today, today=today)
        try:
            shown = bool(showing.show(world.number(asked), address="192.0.2.1", on=today, at=at(today)))
        except showing.NotShown:
            shown = False
        assert shown == (world.desk_asks(asked) not in OF_THE_VOUCHER), asked


def test_the_rules_and_the_lifecycle_agree_on_what_can_become_redeemed():
    day = EXAMPLES[None].on
    case = redeeming.Redemption(on=day, today=day, library_starts_on=day, programme_ends_on=day)
    good = {status for status in Voucher.Status if redeeming.why_not(replace(case, status=status)) is None}
    assert good == lifecycle.may_become(Voucher.Status.REDEEMED)


Reason = Refusal.Reason
REASONS = Reason.values


@pytest.mark.parametrize("entrance", [enrolment, past_enrolments], ids=["desk", "import"])
@pytest.mark.parametrize("reason", REASONS)
def test_a_rule_that_is_changed_at_one_entrance_is_found(world, monkeypatch, reason, entrance):
    changed = without(reason)
    own = SimpleNamespace(**vars(redeeming) | {"why_not": lambda case: first(changed, case)})
    monkeypatch.setattr(entrance, "redeeming", own)
    with pytest.raises(AssertionError):
        agree(world, EXAMPLES[reason])


@pytest.mark.parametrize("reason", REASONS)
def test_a_rule_that_is_gone_everywhere_is_found_too(world, monkeypatch, reason):
    # Nobody holds a voucher before it was made: the row about its holder says so too, and goes as well.
    both = [reason, Reason.NOT_YET_HELD] if reason == Reason.NOT_YET_MADE else [reason]
    monkeypatch.setattr(redeeming, "REDEEMING", without(*both))
    with pytest.raises(AssertionError):
        agree(world, EXAMPLES[reason])


@pytest.mark.parametrize("state", STATES[1:])
def test_the_books_are_clean_after_every_day_that_a_desk_can_type(world, state):
    """From long before the programme to after it; around every border each day, elsewhere now and then."""
    now_and_then = {date(2024, 6, 1) + timedelta(days=days) for days in range(0, 1_640, 41)}
    days = [
        Asked(state, on, today=today)
        for on in sorted(now_and_then | set(AROUND))
        for today in (in_time(on), in_time(on) + timedelta(days=1))
    ]
    good = [asked for asked in days if world.desk_redeems(asked) is None]  # it looks at the matching invariants itself
    assert bool(good) == (state not in ("in stock", "void", "redeemed"))
    for asked in good[:1] + good[-1:]:
        with thrown_away():
            world.redeem(asked)
            assert [each.name for each in INVARIANTS if list(each.find())] == []
