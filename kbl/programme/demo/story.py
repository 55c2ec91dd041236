"""The demonstration's story: week after week vouchers go out and come in, quarters close, and some things go wrong.

The dice are always the same, so two demonstrations of one day tell the same story. Every fact is recorded by the domain
functions, at office hours, in the order of the clock, up to a given moment; who takes part is written by cast.py.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from uuid import NAMESPACE_OID, uuid5

from intermediaries.handouts import handout
from intermediaries.notices import mailing
from intermediaries.orders import orders
from intermediaries.orders.models import Order
from intermediaries.stock_levels import low_stock
from kbl.fund import asked
from kbl.fund.models import Instalment
from kbl.organisations.models import Branch, Programme
from kbl.periods import Quarter, quarters
from kbl.programme.agenda import Agenda, moment
from kbl.programme.demo import reports
from kbl.programme.demo.cast import Cast, Partner
from kbl.settlements.closing import after_closing, window
from kbl.settlements.documents import issuing
from kbl.settlements.models import Closing, Statement, StatementStep
from kbl.settlements.statements import own_numbers, steps
from kbl.walk_in.walk_in import walk_in
from libraries import enrolment
from libraries.models import Enrolment
from vouchers.batches import make_batch
from vouchers.models import Batch, Voucher
from vouchers.numbers import SerialRange, ranges_of

Kind = Enrolment.Kind
KINDS = (Kind.NEW,) * 39 + (Kind.CONVERSION,) * 7 + (Kind.FREE_ANYWAY,) * 4
QUIET_WEEKS = {30, 31, 32, 52, 1}
SUPPLY, LOW, MADE_AT_ONCE, WEEKS_AHEAD = 20, 6, 400, 6
COMES_WITHIN, STAYS_AWAY, REPORTED_LATE = 35, 0.12, 0.08
TOGETHER, AT_A_MEETING = 3, 0.1


class DemoStory:
    """One run of the story. `say` gets a line per quarter that closes; `crowd`: many more come beside it (crowd.py)."""

    def __init__(self, cast: Cast, *, until: datetime, say: Callable[[str], object], crowd: bool = False) -> None:
        self.cast, self.until, self.say, self.crowd = cast, until, say, crowd
        self.dice = Random(2025)
        self.agenda = Agenda()
        self.programme = Programme.current()
        self.stock: dict[str, list[int]] = {Batch.Medium.PAPER: [], Batch.Medium.DIGITAL: []}

    def plan(self) -> None:
        """Put everything that goes as it should on the agenda."""
        for instalment in Instalment.objects.all():
            arrives = instalment.due_on + timedelta(days=self.dice.randint(0, 9))
            self.agenda.put(moment(arrives, 9), self._receive, instalment, arrives)
        for partner in [*self.cast.partners, *self.cast.desks.values()]:
            for monday in self.mondays(partner):
                self.agenda.put(moment(monday, 8, 45), self._supply, partner, monday)
                self.agenda.put(moment(monday, 9), self._week, partner, monday)
        for monday in self.mondays(self.cast.partners[0]):
            self.agenda.put(moment(monday, 6), self._watch_stock)
        self._plan_closings()

    def tell(self) -> None:
        self.agenda.run(self.until)

    # --- the calendar ------------------------------------------------------------------------------------------------

    def mondays(self, partner: Partner) -> list[date]:
        monday = partner.office.since - timedelta(days=partner.office.since.weekday())
        weeks = (self.until.date() - monday).days // 7 + 1
        days = [monday + timedelta(weeks=number) for number in range(max(weeks, 0))]
        return [max(day, partner.office.since) for day in days if partner.works_on(max(day, partner.office.since))]

    def _plan_closings(self) -> None:
        """Every quarter is closed on its day but the last one that is over: its window is open, Cubiss may look."""
        due = [
            quarter
            for quarter in quarters(self.programme.starts_on, self.programme.ends_on)
            if moment(quarter.last_day + timedelta(days=self.programme.closing_opens_after), 6) <= self.until
        ]
        for quarter in due:
            opens = quarter.last_day + timedelta(days=self.programme.closing_opens_after)
            self.agenda.put(moment(opens, 6), self._open)
            if quarter != due[-1]:
                self.agenda.put(moment(opens + timedelta(days=2), 10), self._close, quarter, quarter == due[-2])

    def office_hour(self, day: date, first: int = 9, last: int = 16) -> datetime:
        """A moment within opening hours."""
        return moment(day, self.dice.randint(first, last), self.dice.randint(0, 59))

    def workday(self, day: date, *, saturdays: bool = False) -> date:
        """That day, or the first after it on which people work."""
        while day.isoweekday() > (6 if saturdays else 5):
            day += timedelta(days=1)
        return day

    # --- money -------------------------------------------------------------------------------------------------------

    def _receive(self, instalment: Instalment, on: date, at: datetime) -> None:
        receipt = asked.ask_receipt(instalment, amount=instalment.amount, on=on, by=self.cast.finance, at=at)
        self.cast.agree(receipt, at=at)

    # --- stock -------------------------------------------------------------------------------------------------------

    def _supply(self, partner: Partner, on: date, at: datetime) -> None:
        """Stock that runs low: the intermediary orders, Cubiss sends a range from its own stock, and it comes in."""
        a_week = partner.office.a_week(on) if self.crowd else 0
        if len(partner.stock) >= LOW + 2 * a_week:
            return
        wanted, supply = SUPPLY + WEEKS_AHEAD * a_week, self.stock[partner.office.medium]
        if len(supply) < wanted:
            del supply[:]  # what is left over stays with Cubiss
            supply.extend(self._make(max(MADE_AT_ONCE, 5 * wanted), partner.office.medium, on, at))
        serials = SerialRange(supply[0], supply[wanted - 1])
        order = self._order(partner, wanted, on, at)
        shipped = at + timedelta(minutes=10)
        orders.ship(order, [serials], seen=order.count, by=self.cast.coordinator, at=shipped)
        mailing.send_all(at=shipped)
        partner.stock.extend(serials)
        del supply[:wanted]
        arrives = self.workday(on + timedelta(days=1 if partner.office.medium == Batch.Medium.DIGITAL else 2))
        self.agenda.put(self.office_hour(arrives), self._come_in, partner, order)

    def _order(self, partner: Partner, count: int, on: date, at: datetime) -> Order:
        """The order that waits, or a new one."""
        medium = partner.office.medium
        waiting = orders.orders_of(partner.organisation).filter(medium=medium, status=Order.Status.ORDERED).first()
        key = uuid5(NAMESPACE_OID, f"{partner.organisation.slug} {on}")
        return waiting or orders.place(
            partner.organisation, medium=medium, count=count, key=key, by=partner.worker, at=at
        )

    def _come_in(self, partner: Partner, order: Order, at: datetime) -> None:
        """What was sent is there; a scene may have told otherwise."""
        if Order.objects.filter(pk=order.pk, status=Order.Status.SHIPPED).exists():
            orders.receive(order, by=partner.worker, at=at)

    def _watch_stock(self, at: datetime) -> None:
        """What the timetable does every morning: whose stock runs low."""
        low_stock.watch(at=at)
        mailing.send_all(at=at)

    def _make(self, count: int, medium: str, on: date, at: datetime) -> SerialRange:
        batch = make_batch(
            count, medium=medium, valid_until=self.programme.ends_on, on=on, by=self.cast.coordinator, at=at
        )
        return batch.range

    # --- weeks of work -----------------------------------------------------------------------------------------------

    def _week(self, partner: Partner, monday: date, at: datetime) -> None:
        """A handful of residents; most of them go to the library within weeks, some never."""
        quiet = monday.isocalendar().week in QUIET_WEEKS
        own_desk = partner in self.cast.desks.values()
        for _ in range(0 if quiet else self.dice.randint(0, partner.office.busy)):
            day = self.workday(monday + timedelta(days=self.dice.randint(0, 4)))
            if not partner.works_on(day):
                continue
            if own_desk:
                self.agenda.put(self.office_hour(day), self._walk_in, partner)
                continue
            together = TOGETHER if self.dice.random() < AT_A_MEETING else 1
            serials = partner.stock[:together]
            del partner.stock[:together]
            self._give(partner, serials, day)

    def _give(self, partner: Partner, serials: list[int], day: date) -> None:
        """Residents get a voucher on a day, one at the desk or some at a meeting; the report follows, and visits."""
        given = self.office_hour(day)
        late = self.dice.random() < REPORTED_LATE
        reported = self.office_hour(self.workday(day + timedelta(days=self.dice.randint(8, 25)))) if late else given
        if serials:
            self.agenda.put(reported, self._hand_out, partner, serials, day)
        for serial in serials:
            if self.dice.random() < STAYS_AWAY:
                continue
            soon = int(COMES_WITHIN * self.dice.random() ** 2)
            visit = self.workday(day + timedelta(days=soon), saturdays=True)
            branch = self.branch(partner, visit)
            if branch is not None:
                at = max(self.office_hour(visit, 10, 16), given + timedelta(minutes=40))
                self.agenda.put(at, self._redeem, serial, branch, self.dice.choice(KINDS))

    def branch(self, partner: Partner, day: date) -> Branch | None:
        """Where a resident goes: mostly a library nearby that is open to the programme by then."""
        near = partner.office.libraries if self.dice.random() < 0.9 else tuple(self.cast.libraries)
        slugs = [slug for slug in near if self.cast.libraries[slug].participation.starts_on <= day]
        return self.dice.choice(self.cast.branches[self.dice.choice(slugs)]) if slugs else None

    def _hand_out(self, partner: Partner, serials: list[int], day: date, at: datetime) -> None:
        handout.hand_out(partner.organisation, ranges_of(serials), on=day, by=partner.worker, at=at)

    def _redeem(self, serial: int, branch: Branch, kind: str, at: datetime) -> None:
        clerk = self.clerk(branch)
        number = Voucher.objects.get(pk=serial).number
        enrolment.redeem(number, branch=branch, kind=kind, on=at.date(), by=clerk, at=at)

    def _walk_in(self, desk: Partner, at: datetime) -> None:
        """Without a voucher, at a library whose own desk may hand out."""
        if not desk.stock:
            return
        slug = desk.office.libraries[0]
        branch = self.cast.branches[slug][0]
        walked_in = walk_in(branch=branch, kind=self.dice.choice(KINDS), on=at.date(), by=desk.worker, at=at)
        desk.stock.remove(walked_in.voucher_id)

    def clerk(self, branch: Branch):
        """Who sits at the desk of this branch."""
        return next(self.cast.clerks[slug] for slug, branches in self.cast.branches.items() if branch in branches)

    # --- quarters ----------------------------------------------------------------------------------------------------

    def _open(self, at: datetime) -> None:
        window.open_window(at=at)

    def _close(self, quarter: Quarter, newest: bool, at: datetime) -> None:
        """Close, with documents and mail; then every party answers in its own time, the newest quarter not all yet."""
        closed = after_closing.close_now(quarter, by=self.cast.coordinator, at=at)
        steps = [
            (0, statement) if statement.number is None else (number, statement)
            for number, statement in enumerate(closed.statements.order_by("kind", "organisation__name"), start=1)
        ]
        for number, statement in steps:
            self._plan_answer(statement, number, newest, at)
        self.agenda.put(self.office_hour(self.workday(at.date() + timedelta(days=5))), self._report, closed)
        self.say(f"  {quarter.label}: {len(steps)} afrekeningen")

    def _report(self, closed: Closing, at: datetime) -> None:
        """The province gets its report, and days later every party the quarterly message about it."""
        reports.write_and_release(closed, self.cast, at=at)
        self.agenda.put(moment(self.workday(at.date() + timedelta(days=2)), 10), self._tell_parties, closed)

    def _tell_parties(self, closed: Closing, at: datetime) -> None:
        reports.tell_parties(closed, self.cast, at=at)

    def _plan_answer(self, statement: Statement, number: int, newest: bool, closed_at: datetime) -> None:
        """In the newest quarter some wait, one has a question and some are not approved yet."""
        answers = self.office_hour(self.workday(closed_at.date() + timedelta(days=self.dice.randint(1, 12))))
        if newest and number % 9 == 1:
            return
        disputes = number == 5
        if disputes:
            self.agenda.put(answers, self._dispute, statement)
            answers = self.office_hour(self.workday(answers.date() + timedelta(days=6)))
        if newest and disputes:
            return
        self.agenda.put(answers, self._confirm, statement)
        if not (newest and number % 9 == 4):
            approves = self.office_hour(self.workday(answers.date() + timedelta(days=2)))
            self.agenda.put(approves, self._approve, statement)

    def _dispute(self, statement: Statement, at: datetime) -> None:
        reason = StatementStep.Reason.NUMBERS_MISSING
        steps.dispute(statement, reason=reason, by=self._party(statement), at=at)

    def _confirm(self, statement: Statement, at: datetime) -> None:
        if statement.awaits_number:  # no agreement with Cubiss: the library numbers it in its own bookkeeping
            quarter = statement.closing.quarter
            number = f"{quarter.year}-{quarter.number}{statement.organisation_id:03d}"
            own_numbers.give(statement, number, by=self._party(statement), at=at)
            issuing.make_one(statement, at=at)
        steps.confirm(statement, by=self._party(statement), at=at)

    def _approve(self, statement: Statement, at: datetime) -> None:
        steps.approve(statement, by=self.cast.finance, at=at)

    def _party(self, statement: Statement):
        return self.cast.party_of(statement.organisation, statement.kind)
