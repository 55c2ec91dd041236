"""One voucher in every state, four libraries, and every entrance that can make a membership of it on any day."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import IntegrityError, connection, transaction

from intermediaries import accreditation
from intermediaries.handouts import handout
from intermediaries.models import Accreditation, Track
from kbl.accounts.models import User
from kbl.organisations.models import Branch, Organisation
from kbl.periods import Quarter
from kbl.walk_in.walk_in import DeskStockEmpty, walk_in
from libraries import enrolment, past_enrolments
from libraries.eligibility import redeeming
from libraries.models import Enrolment, MembershipYear, Participation, Refusal
from libraries.past_enrolments import PastEnrolment, There
from reporting.integrity import facts, vouchers
from reporting.integrity.invariants import INVARIANTS
from tests.conftest import START, at, branch_of
from vouchers.batches import make_batch
from vouchers.custody import stock
from vouchers.lifecycle import Overtaken
from vouchers.models import Voucher
from vouchers.numbers import LAST_SERIAL, Number, SerialRange

Reason = Refusal.Reason

FIRST, HANDED_OUT, LATE, REDEEMED = date(2025, 8, 20), date(2025, 11, 3), date(2026, 4, 27), date(2025, 10, 2)
ARRIVED, EXPIRES, SETTLED = date(2026, 5, 20), date(2026, 3, 31), date(2026, 5, 21)
STATES = [
    "unknown",
    "in stock",
    "allocated",
    "arrived later",
    "handed out",
    "redeemed",
    "undone",
    "void",
    "made later",
    "expires",
    "valid for long",
]
LIBRARIES = ["venlo", "gennep", "later", "never"]
TODAYS = [date(2026, 6, 1), date(2027, 12, 31), date(2028, 3, 1)]

# The invariants about vouchers and facts: a second opinion, written apart from the rules.
MATCHING = [each for each in INVARIANTS if each.find.__module__ in (facts.__name__, vouchers.__name__)]


@dataclass(frozen=True)
class Asked:
    """A voucher (by its state), a first day, a library, and the day on which it is asked."""

    state: str
    on: date
    library: str = "venlo"
    today: date = TODAYS[0]


# An example for every reason, and one that is good.
EXAMPLES: dict[str | None, Asked] = {
    None: Asked("allocated", date(2026, 5, 1)),
    Reason.UNKNOWN: Asked("unknown", date(2026, 5, 1)),
    Reason.FUTURE: Asked("allocated", date(2026, 6, 2)),
    Reason.ALREADY_REDEEMED: Asked("redeemed", date(2026, 5, 1)),
    Reason.VOID: Asked("void", date(2026, 5, 1)),
    Reason.NOT_ALLOCATED: Asked("in stock", date(2026, 5, 1)),
    Reason.EXPIRED: Asked("expires", EXPIRES + timedelta(days=1)),
    Reason.NOT_YET_MADE: Asked("made later", LATE - timedelta(days=1)),
    Reason.BEFORE_HANDOUT: Asked("handed out", HANDED_OUT - timedelta(days=1), today=date(2025, 11, 20)),
    Reason.NOT_YET_HELD: Asked("arrived later", ARRIVED - timedelta(days=1)),
    Reason.TOO_LONG_AGO: Asked("allocated", date(2025, 12, 31)),
    Reason.NOT_STARTED: Asked("allocated", date(2026, 5, 1), library="later"),
    Reason.OUTSIDE_PROGRAMME: Asked("valid for long", date(2028, 1, 1), today=TODAYS[2]),
}


def in_time(on: date) -> date:
    """The last day on which this day can still be told."""
    return Quarter.of(on).next.last_day


class Written:
    """Whether anything was written, but for refusals: what was not touched need not be looked at again."""

    LOOKS = ("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")

    def __init__(self) -> None:
        self.anything = False

    def __call__(self, execute, sql, params, many, context):
        if not sql.startswith(self.LOOKS) and f'INSERT INTO "{Refusal._meta.db_table}"' not in sql:
            self.anything = True
        return execute(sql, params, many, context)

    def complaints(self) -> list[str]:
        """The books of a world were looked at when it was made: an act that wrote nothing leaves them as they were."""
        return complaints() if self.anything else []


@contextmanager
def thrown_away() -> Iterator[Written]:
    """Whatever happens in here, happens not."""
    written = Written()
    with transaction.atomic(), connection.execute_wrapper(written):
        yield written
        transaction.set_rollback(True)


class World:
    """Everything is made once; each question is asked in a transaction that is thrown away."""

    def __init__(
        self, coordinator: User, worker: User, clerk: User, food_bank: Organisation, venlo: Organisation, gennep
    ) -> None:
        self.coordinator, self.worker, self.clerk, self.food_bank = coordinator, worker, clerk, food_bank
        self.branches = {"venlo": branch_of(venlo), "gennep": branch_of(gennep)}
        for name, starts_on in (("later", date(2027, 1, 1)), ("never", None)):
            library = Organisation.objects.create(name=name, slug=name, municipality=venlo.municipality)
            if starts_on:
                Participation.objects.create(library=library, starts_on=starts_on, invoice_prefix=name)
            self.branches[name] = Branch.objects.create(
                organisation=library, name="Hier", municipality=venlo.municipality
            )
        self.serials = dict(zip(STATES[1:], self._batches(), strict=True))
        self._events()
        assert complaints() == []

    def _batches(self) -> Iterator[int]:
        """One voucher per state: a batch of August 2025, one of April 2026, one that expires and one that lasts."""
        ordinary = self._batch(7, FIRST, date(2027, 12, 31), held_since=None)
        yield from ordinary
        for made_on, until in ((LATE, date(2027, 12, 31)), (FIRST, EXPIRES), (FIRST, date(2029, 12, 31))):
            yield from self._batch(1, made_on, until, held_since=max(START, made_on))
        for serial, since in zip(list(ordinary)[1:], [START, ARRIVED, *[START] * 4], strict=True):
            self._allocate(SerialRange(serial, serial), since)

    def _batch(self, count: int, made_on: date, until: date, *, held_since: date | None) -> SerialRange:
        told = {"by": self.coordinator, "at": at(made_on)}
        serials = make_batch(count, medium="paper", valid_until=until, on=made_on, **told).range
        if held_since:
            self._allocate(serials, held_since)
        return serials

    def _allocate(self, serials: SerialRange, on: date) -> None:
        accreditation.allocate(serials, to=self.food_bank, on=on, by=self.coordinator, at=at(on))

    def _events(self) -> None:
        one = {state: SerialRange(serial, serial) for state, serial in self.serials.items()}
        told = {"by": self.worker, "at": at(HANDED_OUT)}
        handout.hand_out(self.food_bank, [one["handed out"]], on=HANDED_OUT, **told)
        stock.void(one["void"], reason="lost", on=HANDED_OUT, by=self.coordinator, at=at(HANDED_OUT))
        for state in ("redeemed", "undone"):
            self.redeem(Asked(state, REDEEMED), heard=at(REDEEMED))
        undone = Enrolment.objects.get(voucher=self.serials["undone"])
        enrolment.undo(undone, reason="twice", by=self.clerk, at=at(REDEEMED, 13), on=REDEEMED)

    def number(self, asked: Asked) -> Number:
        """The whole number, as it stands on the paper."""
        if asked.state == "unknown":
            return Number(LAST_SERIAL, "123456")
        return Voucher.objects.get(pk=self.serials[asked.state]).number

    def redeem(self, asked: Asked, *, heard: datetime | None = None) -> Enrolment:
        """As the desk does it."""
        return enrolment.redeem(
            self.number(asked),
            branch=self.branches[asked.library],
            kind="new",
            on=asked.on,
            by=self.clerk,
            at=heard or at(asked.today),
        )

    # --- the entrances: each gives the reason why not, or None -----------------------------------------------------

    def desk_asks(self, asked: Asked) -> str | None:
        """The desk types a number and asks what it is."""
        branch = self.branches[asked.library]
        told = {"branch": branch, "on": asked.on, "by": self.clerk, "at": at(asked.today)}
        with thrown_away():
            return reason_of(lambda: enrolment.check(self.number(asked), **told))

    def desk_redeems(self, asked: Asked) -> str | None:
        """The desk makes the membership, and the books are right."""
        with thrown_away() as written:
            reason = reason_of(lambda: self.redeem(asked))
            assert written.complaints() == [], f"the desk redeemed and the books are wrong: {asked}"
            kept = list(Refusal.objects.values_list("reason", flat=True))
            assert kept == [reason] * is_kept(reason), f"kept, or not: {asked}"
            return reason

    def office_reads_in(self, asked: Asked) -> str | None:
        """The office reads the same in from Excel, and the books are right."""
        row = PastEnrolment(self.number(asked).serial, self.branches[asked.library].pk, "new", asked.on)
        with thrown_away() as written:
            (found,) = past_enrolments.judge([row], at=at(asked.today), lock=True)
            if found.refused:
                return found.refused.reason.value
            if found.there is not There.NOTHING:  # for the office that is no news; a second voucher would be refused
                return Reason.ALREADY_REDEEMED
            told = {"paid_before": False, "by": self.clerk, "at": at(asked.today)}
            reason = reason_of(lambda: past_enrolments.record([(row, found)], **told))
            assert written.complaints() == [], f"the office read it in and the books are wrong: {asked}"
            return reason

    def own_stock(self, made_on: date, held_since: date) -> str:
        """Venlo's own desk is accredited, and has one voucher; the name of its state."""
        venlo = self.branches["venlo"].organisation
        Accreditation.objects.create(organisation=venlo, track=Track.DIRECT, protocol="1", valid_from=date(2024, 1, 1))
        (serial,) = self._batch(1, made_on, date(2027, 12, 31), held_since=None)
        told = {"by": self.coordinator, "at": at(max(made_on, held_since))}
        accreditation.allocate(SerialRange(serial, serial), to=venlo, on=held_since, **told)
        self.serials["own stock"] = serial
        assert complaints() == []
        return "own stock"

    def walks_in(self, asked: Asked) -> bool:
        """Somebody without a voucher becomes a member from the desk's own stock, and the books are right."""
        told = {"branch": self.branches["venlo"], "kind": "new", "by": self.clerk, "at": at(asked.today)}
        with thrown_away() as written:
            try:
                with transaction.atomic():
                    walk_in(on=asked.on, **told)
            except (handout.HandoutRefused, enrolment.VoucherRefused, DeskStockEmpty):
                assert not Refusal.objects.exists(), "nobody offered a number, so nothing is kept"
                return False
            assert written.complaints() == [], f"walked in, and the books are wrong: {asked}"
            return True

    def could_hand_out(self, asked: Asked) -> bool:
        """Whether the rule of handing out lets the desk's own voucher go that day."""
        one = SerialRange(self.serials[asked.state], self.serials[asked.state])
        venlo = self.branches["venlo"].organisation
        return not handout.preview(venlo, [one], on=asked.on, today=asked.today).refused

    def books_take_it(self, asked: Asked) -> bool:
        """Without any rule: written into the books as it is asked, do the constraints and invariants let it be?"""
        if asked.state == "unknown":
            return False
        branch = self.branches[asked.library]
        fact = {"library_id": branch.organisation_id, "on": asked.on, "recorded_by": self.clerk}
        fact["recorded_at"] = at(asked.today)
        with thrown_away():
            try:
                with transaction.atomic():
                    Voucher.objects.filter(pk=self.serials[asked.state]).update(status="redeemed")
                    made = Enrolment.objects.create(
                        voucher_id=self.serials[asked.state], branch=branch, kind="new", **fact
                    )
                    MembershipYear.objects.create(enrolment=made, ordinal=1, **fact)
            except IntegrityError:
                return False
            return complaints() == []
        return False


def reason_of(act: Callable[[], object]) -> str | None:
    """Why an act is refused; None when it is done."""
    try:
        act()
    except enrolment.VoucherRefused as refused:
        return refused.reason.value
    except Overtaken:
        return "stopped by the guarded UPDATE alone"
    return None


def is_kept(reason: str | None) -> bool:
    """Whether an attempt that is refused for this reason is kept."""
    return any(ground.kept for ground in redeeming.REDEEMING if ground.reason == reason)


def complaints() -> list[str]:
    """The invariants about vouchers and facts that do not hold."""
    return [each.name for each in MATCHING if list(each.find())]


def agree(world: World, asked: Asked) -> str | None:
    """The one verdict of every entrance and of the books. Raises AssertionError when they differ."""
    verdicts = {
        "the desk that asks": world.desk_asks(asked),
        "the desk that redeems": world.desk_redeems(asked),
        "the office that reads in": world.office_reads_in(asked),
    }
    assert len(set(verdicts.values())) == 1, f"{asked}: {verdicts}"
    verdict = verdicts["the desk that redeems"]
    assert world.books_take_it(asked) == (verdict is None), f"{asked}: {verdict}, and the books say otherwise"
    return verdict


def without(*reasons: str) -> list:
    """The rules of redeeming as if these rows were not there."""
    return [
        replace(ground, holds=lambda case: False) if ground.reason in reasons else ground
        for ground in redeeming.REDEEMING
    ]
