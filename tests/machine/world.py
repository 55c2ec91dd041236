"""A small world that Hypothesis plays with: two intermediaries, two libraries, a coordinator, and time that moves on.

Every rule calls the same domain function that screens call, with good and bad input alike. A refusal must leave the
world as it was; after every step the invariants of `oracle` must hold.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import date, datetime, timedelta
from unittest import mock

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from intermediaries import accreditation
from intermediaries.handouts import handout
from intermediaries.models import Accreditation, Handout
from kbl.accounts.models import User
from kbl.eligibility import NotEligible
from kbl.facts import FutureDate
from kbl.organisations import closing_lock
from kbl.organisations.models import Branch, Municipality, Organisation, Programme
from kbl.periods import Quarter
from kbl.settlements.closing import closing
from kbl.settlements.models import Line, Statement
from kbl.settlements.statements import corrections, self_billing, steps
from libraries import desk_question, enrolment, renewal
from libraries.models import Enrolment, MembershipYear, Participation
from tests import by_two
from tests.conftest import at
from tests.machine import oracle
from vouchers import batches
from vouchers.custody import revalidation, stock
from vouchers.models import Batch, RevalidationRequest, Voucher
from vouchers.numbers import SerialRange

KNOWN_REFUSALS = (
    FutureDate,
    batches.BatchRefused,
    stock.StockRefused,
    stock.PastDay,
    revalidation.NotYours,
    revalidation.Decided,
    accreditation.NotAccredited,
    handout.HandoutRefused,
    handout.HandoutNotUndoable,
    desk_question.TooManyGuesses,
    NotEligible,
    closing_lock.QuarterClosed,
    closing.ClosingRefused,
    corrections.NotCorrectable,
    steps.StepRefused,
    steps.OwnWork,
)

few = st.integers(1, 4)
pick = st.integers(0, 10_000)
days_back = st.sampled_from([0, 0, 0, 1, 20, 100, -1])
side = st.integers(0, 1)

LEGAL = {
    "iban": "NL91ABNA0417164300",
    "kvk": "12345678",
    "vat_id": "NL004495445B01",
    "street": "Markt 1",
    "postcode": "5911 AB",
    "city": "Dorp",
}


class World(RuleBasedStateMachine):
    """The state machine; the state itself is the database, inside a transaction that is thrown away."""

    beginning: dict | None = None

    @classmethod
    @contextmanager
    def begun_once(cls) -> Iterator[None]:
        """In here every play starts from one beginning, which is made once and gone back to: a third of the work."""
        with transaction.atomic():
            first = cls()
            first.settle_down()
            kept = ("today", "checked", "standing", "ticks", "coordinator", "finance", "intermediaries", "branches")
            cls.beginning = {name: getattr(first, name) for name in kept}
            try:
                yield
            finally:
                cls.beginning = None
                transaction.set_rollback(True)

    @initialize()
    def begin(self) -> None:
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        if self.beginning:
            vars(self).update(deepcopy(self.beginning))
        else:
            self.settle_down()

    def settle_down(self) -> None:
        """The day, the people and the parties, and the first vouchers."""
        self.today = date(2025, 9, 20)
        self.checked: tuple | None = None  # the standing of which the books were looked at
        self.standing: tuple | None = None  # of now, as long as nothing happens
        self.ticks = 0
        Programme.objects.create(
            pk=1, name="Klein", starts_on=date(2025, 7, 1), ends_on=date(2027, 12, 31), target_group=100
        )
        for day, amount in ((date(2025, 1, 1), 42), (date(2026, 1, 1), 45)):
            by_two.tariff(kind="membership", first_day=day, amount=amount, vat="high")
        by_two.tariff(kind="handling", first_day=date(2025, 1, 1), amount=4, vat="outside")
        by_two.tariff(kind="handling", first_day=date(2026, 4, 1), amount=5, track=3, vat="outside")
        self.coordinator = User.objects.create(email="c@voorbeeld.example", name="C")
        self.finance = User.objects.create(email="f@voorbeeld.example", name="F")
        town = Municipality.objects.create(code="GM0001", name="Dorp", starts_on=date(2025, 9, 1))
        self.intermediaries, self.branches = [], []
        for i, (track, ends) in enumerate(((4, date(2026, 6, 30)), (3, None))):
            organisation = Organisation.objects.create(name=f"I{i}", slug=f"i{i}", iban="NL91ABNA0417164300")
            Accreditation.objects.create(
                organisation=organisation, track=track, protocol="1", valid_from=date(2025, 7, 1), valid_until=ends
            )
            self.intermediaries.append(organisation)
        for i, starts_on in enumerate((date(2025, 9, 1), date(2026, 1, 15))):
            library = Organisation.objects.create(name=f"B{i}", slug=f"b{i}", **LEGAL)
            Participation.objects.create(library=library, starts_on=starts_on, invoice_prefix=f"B{i}")
            self_billing.from_file(library, starts_on, at=at(starts_on))
            self.branches.append(Branch.objects.create(organisation=library, name="Hier", municipality=town))
        for holder in self.intermediaries:
            self.make_batch(3)
            batch = Batch.objects.order_by("-pk")[0]
            self.attempt(accreditation.allocate, batch.range, to=holder, on=self.today)
            self.attempt(handout.hand_out, holder, [SerialRange(batch.first_serial, batch.first_serial)], on=self.today)
        self.redeem(0, 0, "new", 0)

    def teardown(self) -> None:
        if hasattr(self, "transaction"):
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    # --- help -----------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """Noon, and a second later each time: no two things happen at the same moment."""
        self.ticks += 1
        return at(self.today) + timedelta(seconds=self.ticks)

    def attempt(self, action: Callable, *args, **named) -> None:
        """Call a domain function; when it refuses, everything must be as before."""
        before = self.look()
        try:
            with transaction.atomic():
                action(*args, **{"by": self.coordinator, "at": self.now, **named})
        except KNOWN_REFUSALS:
            assert oracle.fingerprint() == before, "a refusal changed something"
        else:
            self.standing = None

    def close(self, quarter: Quarter, *, with_its_report: bool) -> None:
        """Close it. The report that is kept with it changes no book and is two thirds of the work, so it is made now
        and then (an earlier one that is missing is made with it), and at every closing of the fixed play."""
        made = closing.made_with_closing.make if with_its_report else lambda its_closing: None
        with mock.patch.object(closing.made_with_closing, "make", made):
            self.attempt(closing.close, quarter)

    def look(self) -> tuple:
        """How everything stands; asked again only after something happened."""
        self.standing = self.standing or oracle.fingerprint()
        return self.standing

    def serials(self, choice: int, length: int, holder: Organisation | None = None) -> SerialRange:
        """Any run of serials; with a holder, mostly one that starts in its drawer."""
        if holder and choice % 4 and (one := self.any_row(Voucher.objects.filter(holder=holder), choice)):
            return SerialRange(one.serial, one.serial + (length - 1) // 2)
        last = Voucher.objects.order_by("-serial").values_list("serial", flat=True).first() or 1
        first = choice % (last + 1) + 1
        return SerialRange(first, first + length - 1)

    def any_row(self, rows, choice: int):
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        return rows.get(pk=keys[choice % len(keys)]) if keys else None

    # --- what happens ---------------------------------------------------------------------------------------------

    @rule(days=st.sampled_from([1, 5, 20, 45, 91]))
    def time_passes(self, days: int) -> None:
        self.today = min(self.today + timedelta(days=days), date(2028, 1, 31))

    @rule(count=few)
    def make_batch(self, count: int) -> None:
        self.attempt(
            batches.make_batch, count, medium="paper", valid_until=self.today + timedelta(days=400), on=self.today
        )

    @rule(choice=pick, length=few, who=side, back=days_back)
    def allocate(self, choice: int, length: int, who: int, back: int) -> None:
        on = self.today - timedelta(days=back)
        self.attempt(accreditation.allocate, self.serials(choice, length), to=self.intermediaries[who], on=on)

    @rule(choice=pick, length=few, who=side)
    def take_back(self, choice: int, length: int, who: int) -> None:
        holder = self.intermediaries[who]
        self.attempt(stock.take_back, self.serials(choice, length, holder), holder=holder, on=self.today)

    @rule(choice=pick, length=few, who=side)
    def move_to_the_other(self, choice: int, length: int, who: int) -> None:
        holder, to = self.intermediaries[who], self.intermediaries[1 - who]
        self.attempt(accreditation.hand_on, self.serials(choice, length, holder), holder=holder, to=to, on=self.today)

    @rule(choice=pick, length=few)
    def make_void(self, choice: int, length: int) -> None:
        self.attempt(stock.void, self.serials(choice, length), reason="lost", on=self.today)

    @rule(choice=pick, length=few, days=st.sampled_from([-1, 300, 500]))
    def make_valid_longer(self, choice: int, length: int, days: int) -> None:
        until = self.today + timedelta(days=days)
        self.attempt(stock.extend, self.serials(choice, length), valid_until=until, on=self.today)

    @rule(choice=pick, length=few)
    def ask_to_make_valid_again(self, choice: int, length: int) -> None:
        if void := self.any_row(Voucher.objects.filter(status="void"), choice):
            lost = SerialRange(void.serial, void.serial + (length - 1) // 2)
            self.attempt(revalidation.ask, [lost], reason="found", on=self.today)

    @rule(choice=pick, alone=st.booleans())
    def agree_to_make_valid_again(self, choice: int, alone: bool) -> None:
        if request := self.any_row(RevalidationRequest.objects.all(), choice):
            by = self.coordinator if alone else self.finance
            self.attempt(revalidation.agree, request, on=self.today, by=by)

    @rule(choice=pick, length=few, who=side, back=days_back)
    def hand_out(self, choice: int, length: int, who: int, back: int) -> None:
        on = self.today - timedelta(days=back)
        holder = self.intermediaries[who]
        self.attempt(handout.hand_out, holder, [self.serials(choice, length, holder)], on=on)

    @rule(choice=pick)
    def undo_hand_out(self, choice: int) -> None:
        if one := self.any_row(Handout.objects.all(), choice):
            self.attempt(handout.undo, one, reason="twice")

    @rule(choice=pick, where=side, kind=st.sampled_from(Enrolment.Kind.values), back=days_back)
    def redeem(self, choice: int, where: int, kind: str, back: int) -> None:
        known = Voucher.objects.filter(status__in=["allocated", "handed_out"]) if choice % 4 else Voucher.objects.all()
        if voucher := self.any_row(known, choice):
            on = self.today - timedelta(days=back)
            self.attempt(enrolment.redeem, voucher.number, branch=self.branches[where], kind=kind, on=on)

    @rule(choice=pick)
    def undo_redemption(self, choice: int) -> None:
        if one := self.any_row(Enrolment.objects.all(), choice):
            self.attempt(enrolment.undo, one, reason="twice", on=self.today)

    @rule(choice=pick)
    def renew(self, choice: int) -> None:
        if year := self.any_row(MembershipYear.objects.all(), choice):
            self.attempt(renewal.renew, year)

    @rule(choice=pick)
    def end_membership(self, choice: int) -> None:
        if year := self.any_row(MembershipYear.objects.all(), choice):
            self.attempt(renewal.end, year)

    @rule(choice=pick)
    def undo_renewal(self, choice: int) -> None:
        if year := self.any_row(MembershipYear.objects.filter(ordinal__gt=1), choice):
            self.attempt(renewal.undo, year, reason="twice")

    @rule()
    def close_the_next_quarter(self) -> None:
        self.close(closing.next_to_close(), with_its_report=False)

    @rule(choice=pick, kind=st.sampled_from(Enrolment.Kind.values))
    def a_quarter_goes_by(self, choice: int, kind: str) -> None:
        """Something is reported late, something belongs to the running quarter already, and then it is closed."""
        quarter = closing.next_to_close()
        self.today = max(self.today, quarter.last_day + timedelta(days=11))
        self.redeem(choice, choice % 2, kind, 20)
        self.hand_out(choice, 1, choice % 2, 0)
        self.close(quarter, with_its_report=choice % 32 == 0)

    @rule(choice=pick)
    def settle(self, choice: int) -> None:
        if statement := self.any_row(Statement.objects.exclude(number=None), choice):
            self.attempt(steps.confirm, statement)
            self.attempt(steps.approve, statement, by=self.finance)

    @rule(choice=pick)
    def correct(self, choice: int) -> None:
        if line := self.any_row(Line.objects.filter(correction=None), choice):
            self.attempt(by_two.correct, line, reason="twice")

    @rule()
    def correct_again(self) -> None:
        if line := Line.objects.exclude(correction=None).order_by("pk").first():
            self.attempt(by_two.correct, line, reason="twice")

    @rule(choice=pick)
    def confirm(self, choice: int) -> None:
        if statement := self.any_row(Statement.objects.all(), choice):
            self.attempt(steps.confirm, statement)

    @rule(choice=pick)
    def approve(self, choice: int) -> None:
        if statement := self.any_row(Statement.objects.all(), choice):
            self.attempt(steps.approve, statement, by=self.finance)

    # --- what always holds ----------------------------------------------------------------------------------------

    @invariant()
    def the_books_are_right(self) -> None:
        if hasattr(self, "transaction") and (now := self.look()) != self.checked:
            oracle.assert_books()
            self.checked = now
