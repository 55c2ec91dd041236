"""Playing the whole plan through the domain functions, moment after moment, as the parties would.

Nobody is skipped: intermediaries report every week (some after the library, some after the closing), desks redeem one
by one, libraries answer who renews, quarters close on their day, every statement is confirmed and approved.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from time import monotonic

from intermediaries import accreditation
from intermediaries.handouts import handout
from intermediaries.models import Track
from kbl.accounts.models import User
from kbl.formats import euro, number
from kbl.fund import ledger
from kbl.fund.models import BudgetLine, Instalment
from kbl.money import ZERO, split
from kbl.organisations.models import Branch, Organisation
from kbl.periods import Quarter, quarters
from kbl.programme import plan
from kbl.programme.agenda import Agenda, moment
from kbl.programme.programme_file import ProgrammeFile
from kbl.settlements.closing import closing
from kbl.settlements.models import Closing
from kbl.settlements.statements import own_numbers, steps
from kbl.walk_in.walk_in import walk_in
from libraries import enrolment, renewal
from libraries.models import Enrolment
from vouchers.batches import make_batch
from vouchers.models import Voucher
from vouchers.numbers import Number, SerialRange

INTERMEDIARIES, OWN_DESK_EVERY, LATE_EVERY = 8, 3, 5
ACCOUNT = "NL69TEST0000000001"


class NobodyOpen(Exception):
    """The plan wants memberships in a year in which no library takes part."""

    def __init__(self, year: int) -> None:
        super().__init__(str(year))
        self.year = year


@dataclass(frozen=True)
class Visit:
    """A resident comes to a branch on a day; `order` counts through the whole plan."""

    day: date
    branch: Branch
    order: int

    @property
    def at(self) -> datetime:
        return moment(self.day, 9 + self.order % 8, self.order * 7 % 60)


@dataclass
class Share:
    """An intermediary's part of a quarter: the visits that its vouchers lead to, and its numbers, once it has them."""

    intermediary: Organisation
    worker: User
    visits: list[Visit] = field(default_factory=list)
    first: int = 0

    def serials(self, first: int, last: int) -> SerialRange:
        """The numbers of the visits at these positions."""
        return SerialRange(self.first + first, self.first + last)


class Player:
    """Plays a programme that is loaded already; `say` gets one line per quarter."""

    def __init__(
        self, file: ProgrammeFile, *, renewal: Decimal, scale: Decimal, say: Callable[[str], object] = print
    ) -> None:
        self.file, self.rate, self.scale, self.say = file, renewal, scale, say
        self.first_day, self.last_day = file.programme.starts_on, file.programme.ends_on
        self.agenda = Agenda()
        self.secrets: dict[int, str] = {}
        self.asked: Counter[int] = Counter()  # per year, how many members were asked to renew
        self.silent: set[int] = set()  # enrolments of members who never answered
        self.done: Counter[str] = Counter()
        self.started = monotonic()
        self.branches = list(Branch.objects.select_related("municipality", "organisation__participation"))
        self._engage()

    def play(self) -> None:
        """From the first day of the programme until the last statement is approved. Raises NobodyOpen."""
        visits: defaultdict[Quarter, list[Visit]] = defaultdict(list)
        for visit in self._visits():
            visits[Quarter.of(visit.day)].append(visit)
        self._plan_money()
        for quarter in quarters(self.first_day, self.last_day):
            self._plan_quarter(quarter, visits[quarter])
        self.agenda.run()

    # --- who takes part ----------------------------------------------------------------------------------------------

    def _engage(self) -> None:
        """Cubiss' people, somebody at every library, and intermediaries over the four tracks, one a library's desk."""
        self.coordinator, self.finance = self._user("coordinator"), self._user("finance")
        self.libraries = list({branch.organisation_id: branch.organisation for branch in self.branches}.values())
        self.clerks = {library.pk: self._user(library.slug) for library in self.libraries}
        self.parties = dict(self.clerks)
        fund = Organisation.objects.create(name="Volwassenenfonds (nagespeeld)", slug="vf", iban=ACCOUNT)
        self.intermediaries = [self.libraries[0]]
        for order in range(1, INTERMEDIARIES):
            through_fund = _track(order) == Track.ADULT_FUND
            office = Organisation.objects.create(
                name=f"Intermediair {order} (nagespeeld)",
                slug=f"intermediair-{order}",
                parent=fund if through_fund else None,
                iban="" if through_fund else ACCOUNT,
            )
            self.intermediaries.append(office)
            self.parties[office.pk] = self._user(office.slug)
        for order, each in enumerate(self.intermediaries):
            accreditation.accredit(each, track=_track(order), protocol="1.0", valid_from=self.first_day)

    def _user(self, name: str) -> User:
        return User.objects.create_user(f"{name}@naspelen.example", name=name)

    # --- what will happen, and when ----------------------------------------------------------------------------------

    def _visits(self) -> Iterator[Visit]:
        """Every new member of the plan: evenly over the days of the year and the branches that are open by then."""
        order = count()
        for target in self.file.targets:
            wanted = plan.scaled(target.new_memberships, self.scale)
            first = max(date(target.year, 1, 1), self.first_day)
            last = min(date(target.year, 12, 31), self.last_day)
            every = (first + timedelta(days=passed) for passed in range((last - first).days + 1))
            days = [(day, branches) for day in every if day.isoweekday() < 7 and (branches := self._open(day))]
            if wanted and not days:
                raise NobodyOpen(target.year)
            for each in range(wanted):
                day, branches = days[each * len(days) // wanted]
                yield Visit(day, branches[each % len(branches)], next(order))

    def _open(self, day: date) -> list[Branch]:
        return [branch for branch in self.branches if branch.organisation.participation.starts_on <= day]

    def _plan_money(self) -> None:
        """The province pays its instalments on the day agreed; other costs are booked in the autumn of their year."""
        budget = plan.total(plan.expected(self.file, renewal=Decimal(1), scale=self.scale)).fund
        instalments = list(Instalment.objects.order_by("due_on"))
        amounts = split(budget, [int(each.amount * 100) for each in instalments])
        for instalment, amount in zip(instalments, amounts, strict=True):
            self.agenda.put(moment(instalment.due_on, 9), self._receive, instalment, amount)
        for cost in plan.other_costs(self.file):
            self.agenda.put(moment(date(cost.year, 10, 1), 9), self._spend, cost)

    def _plan_quarter(self, quarter: Quarter, visits: list[Visit]) -> None:
        """Stock on the first day, reports and visits in between, answers at every month's end, then the closing."""
        shares = [Share(each, self.parties[each.pk]) for each in self.intermediaries]
        own_desk, others = shares[0], shares[1:]
        for visit in visits:
            walks_in = visit.branch.organisation == own_desk.intermediary and visit.order % OWN_DESK_EVERY == 0
            (own_desk if walks_in else others[visit.order % len(others)]).visits.append(visit)
        self.agenda.put(moment(quarter.first_day, 8), self._stock, quarter.first_day, shares)
        for visit in own_desk.visits:
            self.agenda.put(visit.at, self._walk_in, visit)
        for order, share in enumerate(others):
            # One of them misses the closing with its last report, which then rolls into the next.
            self._plan_share(quarter, share, misses=order == 0 and quarter.last_day < self.last_day)
        for day in _month_ends(quarter):
            for library in self.libraries:
                if library.participation.starts_on <= day:
                    self.agenda.put(moment(day, 21), self._answer, library, day)
        closes_on = quarter.last_day + timedelta(days=self.file.programme.closing_opens_after + 1)
        self.agenda.put(moment(closes_on, 10), self._close, quarter)

    def _plan_share(self, quarter: Quarter, share: Share, *, misses: bool) -> None:
        """One report a week, of its first day; every fifth week only after the libraries have seen the vouchers."""
        weeks: defaultdict[date, list[int]] = defaultdict(list)
        for position, visit in enumerate(share.visits):
            monday = visit.day - timedelta(days=visit.day.isoweekday() - 1)
            weeks[max(monday, quarter.first_day)].append(position)
            self.agenda.put(visit.at, self._redeem, share, position)
        for order, (day, positions) in enumerate(weeks.items(), start=1):
            reported = moment(day, 8, 30)
            if misses and order == len(weeks):
                reported = moment(quarter.last_day + timedelta(days=25), 9)
            elif order % LATE_EVERY == 0:
                reported = moment(min(day + timedelta(days=6), quarter.last_day), 20)
            self.agenda.put(reported, self._hand_out, share, positions[0], positions[-1], day)

    # --- what happens ------------------------------------------------------------------------------------------------

    def _receive(self, instalment: Instalment, amount: Decimal, at: datetime) -> None:
        if amount:
            ledger.receive(instalment, amount=amount, on=instalment.due_on, by=self.finance, at=at)

    def _spend(self, cost: BudgetLine, at: datetime) -> None:
        ledger.spend(
            cost.amount,
            reference=f"post:{cost.post}:{cost.year}",
            description=cost.name,
            on=date(cost.year, 10, 1),
            by=self.finance,
            at=at,
        )

    def _stock(self, day: date, shares: list[Share], at: datetime) -> None:
        """One batch for the quarter, allocated in ranges."""
        size = sum(len(share.visits) for share in shares)
        if not size:
            return
        batch = make_batch(size, medium="paper", valid_until=self.last_day, on=day, by=self.coordinator, at=at)
        self.secrets.update(Voucher.objects.within(batch.range).values_list("serial", "secret"))
        first = batch.first_serial
        for share in shares:
            if share.visits:
                share.first, first = first, first + len(share.visits)
                serials = SerialRange(share.first, first - 1)
                accreditation.allocate(serials, to=share.intermediary, on=day, by=self.coordinator, at=at)

    def _hand_out(self, share: Share, first: int, last: int, day: date, at: datetime) -> None:
        serials = share.serials(first, last)
        self.done["out"] += handout.hand_out(share.intermediary, [serials], on=day, by=share.worker, at=at)

    def _redeem(self, share: Share, position: int, at: datetime) -> None:
        visit, serial = share.visits[position], share.first + position
        clerk = self.clerks[visit.branch.organisation_id]
        typed = Number(serial, self.secrets[serial])
        enrolment.redeem(typed, branch=visit.branch, kind=Enrolment.Kind.NEW, on=visit.day, by=clerk, at=at)
        self.done["in"] += 1

    def _walk_in(self, visit: Visit, at: datetime) -> None:
        clerk = self.clerks[visit.branch.organisation_id]
        walk_in(branch=visit.branch, kind=Enrolment.Kind.NEW, on=visit.day, by=clerk, at=at)
        self.done["out"] += 1
        self.done["in"] += 1

    def _answer(self, library: Organisation, day: date, at: datetime) -> None:
        """The library goes through its list: who goes on, who stops, and who said nothing (half of the rest)."""
        for year in renewal.answerable(library, on=day):
            if year.enrolment_id in self.silent:
                continue
            order = self.asked[year.next_on.year]
            self.asked[year.next_on.year] += 1
            if plan.renews(order, self.rate):
                renewal.renew(year, by=self.clerks[library.pk], at=at)
                self.done["renewed"] += 1
            elif order % 2:
                renewal.end(year, by=self.clerks[library.pk], at=at)
            else:
                self.silent.add(year.enrolment_id)

    def _close(self, quarter: Quarter, at: datetime) -> None:
        """Close; two days later everybody has confirmed, and four days later everything is approved."""
        closed = closing.close(quarter, by=self.coordinator, at=at)
        self.agenda.put(at + timedelta(days=2), self._confirm, closed)
        self.agenda.put(at + timedelta(days=4), self._approve, closed)
        due = sum((statement.net for statement in closed.statements.all()), ZERO)
        self.say(
            f"{quarter}  {number(self.done['out']):>6} uitgereikt  {number(self.done['in']):>6} ingewisseld"
            f"  {number(self.done['renewed']):>6} verlengd  {euro(due):>14} afgerekend"
            f"  {monotonic() - self.started:>4.0f} s"
        )
        self.done.clear()

    def _confirm(self, closed: Closing, at: datetime) -> None:
        for statement in closed.statements.select_related("own_number"):
            if statement.awaits_number:
                party = self.parties[statement.organisation_id]
                own_numbers.give(statement, f"{closed.quarter}-{statement.pk}", by=party, at=at)
            steps.confirm(statement, by=self.parties[statement.organisation_id], at=at)

    def _approve(self, closed: Closing, at: datetime) -> None:
        for statement in closed.statements.all():
            steps.approve(statement, by=self.finance, at=at)


def _track(order: int) -> Track:
    """Two intermediaries in each of the four tracks; the library's own desk is in the last."""
    return Track((order - 1) % len(Track) + 1)


def _month_ends(quarter: Quarter) -> list[date]:
    first = quarter.first_day
    starts = [date(first.year, first.month + 1, 1), date(first.year, first.month + 2, 1), quarter.next.first_day]
    return [day - timedelta(days=1) for day in starts]
