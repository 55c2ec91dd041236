"""One rule for a further year: the act, the worklist, the pasted list, the office's import and the books agree.

And a rule that is changed at one of them is found.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kbl.eligibility import first
from kbl.organisations.models import Programme
from kbl.periods import years_later
from libraries import enrolment, past_enrolments, renewal
from libraries.eligibility import renewing
from libraries.eligibility.renewing import NotAnswerable
from libraries.models import Enrolment, MembershipEnd, MembershipYear
from libraries.past_enrolments import PastEnrolment
from tests.conftest import at, branch_of
from tests.rules.redeeming_world import complaints, thrown_away
from vouchers.models import Voucher

pytestmark = pytest.mark.both_engines
SERIAL = 1


@dataclass(frozen=True)
class Asked:
    """A membership that began on a day and has so many years, what became of it, and the day on which it is asked."""

    began: date
    years: int = 1
    fate: str = "runs"  # or "ended", "undone", "another library's"
    today: date = date(2027, 12, 1)
    programme_ends: date = date(2027, 12, 31)

    @property
    def last_on(self) -> date:
        return years_later(self.began, self.years - 1)


EXAMPLES: dict[str | None, Asked] = {
    None: Asked(date(2025, 10, 2)),
    NotAnswerable.NOT_OURS: Asked(date(2025, 10, 2), fate="another library's"),
    NotAnswerable.REVOKED: Asked(date(2025, 10, 2), fate="undone"),
    NotAnswerable.ENDED: Asked(date(2025, 10, 2), fate="ended"),
    NotAnswerable.RENEWED: Asked(date(2025, 12, 15), years=2, today=date(2026, 12, 20)),
    NotAnswerable.OUTSIDE_PROGRAMME: Asked(date(2025, 10, 2), today=date(2027, 1, 1), programme_ends=date(2026, 9, 30)),
    NotAnswerable.NOT_YET: Asked(date(2025, 10, 2), today=date(2026, 10, 1)),
}
memberships = st.builds(
    Asked,
    began=st.dates(date(2025, 9, 15), date(2026, 6, 30)),
    years=st.integers(1, 2),
    fate=st.sampled_from(["runs", "runs", "ended", "undone", "another library's"]),
    today=st.dates(date(2027, 7, 1), date(2028, 8, 1)),
    programme_ends=st.sampled_from([date(2027, 6, 30), date(2027, 12, 31), date(2029, 12, 31)]),
).filter(lambda asked: asked.fate != "ended" or years_later(asked.last_on) <= asked.today)


class Renewals:
    """A membership as somebody asks about it, at every entrance; each answer is a reason why not, or None."""

    def __init__(self, asked: Asked, *, venlo, landgraaf, clerk) -> None:
        self.asked, self.venlo, self.clerk, self.now = asked, venlo, clerk, at(asked.today)
        library = landgraaf if asked.fate == "another library's" else venlo
        # Written as facts, past the rules: what is asked here is what comes after them.
        told = {"recorded_by": clerk, "recorded_at": at(asked.last_on)}
        Voucher.objects.filter(pk=SERIAL).update(status="redeemed")
        self.enrolment = Enrolment.objects.create(
            voucher_id=SERIAL,
            library=library,
            branch=branch_of(library),
            kind="new",
            on=asked.began,
            late_reason="old_books",
            **told,
        )
        for ordinal in range(1, asked.years + 1):
            on = years_later(asked.began, ordinal - 1)
            MembershipYear.objects.create(enrolment=self.enrolment, library=library, ordinal=ordinal, on=on, **told)
        if asked.fate == "ended":
            ended_on = years_later(asked.last_on)
            told["recorded_at"] = at(ended_on)
            MembershipEnd.objects.create(enrolment=self.enrolment, on=ended_on, **told)
        if asked.fate == "undone":
            enrolment.revoke(self.enrolment, reason="twice", by=clerk, at=at(asked.last_on))
        Programme.objects.update(ends_on=asked.programme_ends)

    def last_year(self) -> MembershipYear:
        return MembershipYear.objects.order_by("-ordinal")[0]

    def year_that_is_meant(self) -> MembershipYear:
        """The last one; but when it is a renewal of which the year still runs, the one before."""
        last = self.last_year()
        fresh = last.ordinal > 1 and last.next_on > self.asked.today and last.stands
        return MembershipYear.objects.get(ordinal=last.ordinal - 1) if fresh else last

    def act(self, write: Callable) -> str | None:
        """The act itself, and the books after it."""
        with thrown_away():
            try:
                write(self.year_that_is_meant(), by=self.clerk, at=self.now)
            except renewing.NotRenewable as refused:
                return refused.reason.value
            assert complaints() == [], f"{write.__name__}, and the books are wrong: {self.asked}"
            return None

    def pasted(self) -> str | None:
        """The number in a pasted column."""
        refused = renewing.refused_numbers(self.venlo, {SERIAL}, today=self.asked.today)
        return refused[SERIAL].reason.value if refused else None

    def listed(self) -> bool:
        """Whether it stands on the worklist with a tick box."""
        return self.year_that_is_meant() in renewal.answerable(self.venlo, on=self.asked.today)

    def read_in(self) -> str | None:
        """The office's list has one year more."""
        ordinal = self.year_that_is_meant().ordinal + 1
        row = PastEnrolment(SERIAL, branch_of(self.venlo).pk, "new", self.asked.began, ordinal)
        (found,) = past_enrolments.judge([row], at=self.now, lock=True)
        if found.refused:
            return found.refused.reason.value
        return None if found.good else NotAnswerable.RENEWED

    def books_take_it(self) -> bool:
        """Without any rule: written into the books, do the constraints and the invariants let it be?"""
        meant = self.year_that_is_meant()
        with thrown_away():
            try:
                with transaction.atomic():
                    MembershipYear.objects.create(
                        enrolment=self.enrolment,
                        library=self.venlo,
                        ordinal=meant.ordinal + 1,
                        on=meant.next_on,
                        recorded_by=self.clerk,
                        recorded_at=self.now,
                    )
            except IntegrityError:
                return False
            return complaints() == []


@pytest.fixture
def agree(stock_of_food_bank, venlo, landgraaf, clerk) -> Callable[[Asked], str | None]:
    """The one verdict of every entrance and of the books; AssertionError when they differ."""

    def ask(asked: Asked) -> str | None:
        with thrown_away():
            one = Renewals(asked, venlo=venlo, landgraaf=landgraaf, clerk=clerk)
            verdicts = {"pasted": one.pasted()}
            if asked.fate != "another library's":  # a neighbour's year is out of reach: its page is a 404
                verdicts |= {"renewed": one.act(renewal.renew), "ended": one.act(renewal.end)}
            if asked.fate in ("runs", "ended"):  # undone or elsewhere, it is about redeeming
                verdicts["read in"] = one.read_in()
            assert len(set(verdicts.values())) == 1, f"{asked}: {verdicts}"
            verdict = verdicts["pasted"]
            assert one.listed() == (verdict is None), f"{asked}: {verdict}, and the worklist says otherwise"
            assert one.books_take_it() == (verdict is None), f"{asked}: {verdict}, and the books say otherwise"
            return verdict

    return ask


def test_every_reason_has_its_example(agree):
    assert {reason: agree(asked) for reason, asked in EXAMPLES.items()} == {reason: reason for reason in EXAMPLES}
    assert set(EXAMPLES) == {None, *NotAnswerable}


def test_every_entrance_and_the_books_give_one_verdict(agree):
    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(memberships)
    @example(Asked(date(2025, 10, 2), today=date(2026, 9, 20)))  # the news that it stopped could be told too early
    @example(Asked(date(2025, 10, 2), today=date(2026, 10, 2)))
    def one_verdict(asked: Asked) -> None:
        agree(asked)

    one_verdict()


IN_THE_ACT = [reason for reason in NotAnswerable if reason is not NotAnswerable.NOT_OURS]


@pytest.mark.parametrize("reason", [NotAnswerable.ENDED, NotAnswerable.OUTSIDE_PROGRAMME, NotAnswerable.NOT_YET])
def test_a_rule_that_is_changed_in_the_import_only_is_found(agree, monkeypatch, reason):
    monkeypatch.setattr(past_enrolments, "renewing", changed(reason))
    with pytest.raises(AssertionError):
        agree(EXAMPLES[reason])


@pytest.mark.parametrize("reason", IN_THE_ACT)
def test_a_rule_that_is_changed_in_the_act_only_is_found(agree, monkeypatch, reason):
    monkeypatch.setattr(renewal, "renewing", changed(reason))
    with pytest.raises((AssertionError, IntegrityError)):
        agree(EXAMPLES[reason])


@pytest.mark.parametrize("reason", IN_THE_ACT)
def test_a_rule_that_is_gone_everywhere_is_found_by_the_books(agree, monkeypatch, reason):
    monkeypatch.setattr(renewing, "RENEWING", without(reason))
    with pytest.raises((AssertionError, IntegrityError)):
        agree(EXAMPLES[reason])


def without(reason: str) -> list:
    """The rules of renewing as if one row were not there."""
    return [
        replace(ground, holds=lambda case: False) if ground.reason == reason else ground for ground in renewing.RENEWING
    ]


def changed(reason: str) -> SimpleNamespace:
    """The room's module as one entrance sees it, with a rule less."""
    rows = without(reason)
    return SimpleNamespace(**vars(renewing) | {"why_not": lambda case: first(rows, case)})


def test_the_worklist_costs_the_same_for_one_and_for_many(stock_of_food_bank, venlo, clerk, django_assert_num_queries):
    for serial in range(1, 9):
        told = {"branch": branch_of(venlo), "kind": "new", "by": clerk}
        on = date(2025, 10, 2) + timedelta(days=serial % 3)
        enrolment.redeem(Voucher.objects.get(pk=serial).number, on=on, at=at(on), **told)
        with django_assert_num_queries(3):
            assert len(renewal.answerable(venlo, on=date(2026, 10, 20))) == serial
    assert not MembershipEnd.objects.exists()
