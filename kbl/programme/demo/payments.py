"""How the demonstration pays: every month a run and the bank's statement of it; one payment comes back.

The newest quarter is on its way only: its run waits for a second person, and some of it is not in a run yet.
"""

import hashlib
from datetime import date, datetime, timedelta
from decimal import Decimal

from stdnum import iban

from kbl.fund.models import Instalment
from kbl.organisations.models import Organisation
from kbl.payments.accounts import accounts
from kbl.payments.bank import camt_parser, importing
from kbl.payments.bank_days import next_bank_day
from kbl.payments.models import Payment, PaymentRun
from kbl.payments.runs import runs
from kbl.payments.runs.payable import Payable
from kbl.periods import Quarter
from kbl.programme.agenda import moment
from kbl.programme.demo import bank_statement
from kbl.programme.demo.bank_statement import PlayedBooking
from kbl.programme.demo.story import DemoStory
from kbl.settlements.models import Closing

OPENING = Decimal("18400.00")
CLOSED_ACCOUNT, LEFT_OVER = "AC04", 3


class Payments:
    """The finance officer prepares, the coordinator releases, the bank pays, its statement is read."""

    def __init__(self, story: DemoStory) -> None:
        self.story, self.cast = story, story.cast
        self.balance = OPENING
        self.read_until = date(2025, 1, 1)
        self.came_back = False

    def plan(self) -> None:
        """A run on the fifth of every month, and one that waits at the end of the story."""
        day = date(2025, 11, 5)
        last = self.story.until.date() - timedelta(days=10)
        while day <= last:
            self.story.agenda.put(moment(next_bank_day(day), 10), self._prepare)
            day = (day.replace(day=1) + timedelta(days=32)).replace(day=5)
        self.story.agenda.put(moment(self.story.workday(last + timedelta(days=6)), 11), self._prepare_newest)
        self.story.agenda.put(moment(self.story.workday(last + timedelta(days=7)), 15), self._ask_other_account)

    def _prepare(self, at: datetime) -> None:
        """Everything that can be paid, but of the newest quarter."""
        newest = self._newest()
        chosen = [each for each in self._payable() if each.statement.closing.quarter != newest]
        if not chosen:
            return
        run = self._run(chosen, at)
        released = moment(at.date(), 15, 10)
        self.story.agenda.put(released, self._release, run)
        self.story.agenda.put(moment(run.execute_on, 17), self._execute, run)
        self.story.agenda.put(moment(next_bank_day(run.execute_on + timedelta(days=1)), 9), self._read, run)

    def _prepare_newest(self, at: datetime) -> None:
        """The run that waits for its second person; a few statements are left for the next."""
        if len(chosen := self._payable()) > LEFT_OVER:
            self._run(chosen[:-LEFT_OVER], at, on=next_bank_day(self.story.until.date() + timedelta(days=5)))

    def _run(self, chosen: list[Payable], at: datetime, on: date | None = None) -> PaymentRun:
        on = on or next_bank_day(at.date() + timedelta(days=1))
        return runs.prepare([each.statement for each in chosen], execute_on=on, by=self.cast.finance, at=at)

    def _release(self, run: PaymentRun, at: datetime) -> None:
        runs.release(run, by=self.cast.coordinator, at=at)

    def _execute(self, run: PaymentRun, at: datetime) -> None:
        runs.mark_executed(run, by=self.cast.finance, at=at)

    def _read(self, run: PaymentRun, at: datetime) -> None:
        """The bank's statement of the run's day. Once, a party's account turns out to be closed."""
        returned = {}
        if not self.came_back and run.execute_on > date(2026, 4, 1):
            payment = run.payments.order_by("amount").first()
            assert payment
            returned[payment.end_to_end_id] = CLOSED_ACCOUNT
            self.came_back = True
            party = payment.statement.organisation.payee
            self.story.agenda.put(at + timedelta(days=1, hours=2), self._other_account, party, payment)
        content = bank_statement.executed(
            run, on=run.execute_on, opening=self.balance, returned=returned, others=self._instalments(run.execute_on)
        )
        read = importing.read_in(
            camt_parser.read(content), sha256=hashlib.sha256(content).hexdigest(), by=self.cast.finance, at=at
        )
        self.balance, self.read_until = read.read[0].file.closing, run.execute_on

    def _instalments(self, until: date) -> list[PlayedBooking]:
        """What the province paid since the last statement; it is booked on the fund by hand."""
        due = Instalment.objects.filter(due_on__gt=self.read_until, due_on__lte=until)
        return [
            PlayedBooking(each.amount, until, reference=f"{each.due_on:%y%m%d}PROV{each.pk:04}")
            for each in due.order_by("pk")
        ]

    def _other_account(self, party: Organisation, payment: Payment, at: datetime) -> None:
        """The party tells its new account; somebody of Cubiss looks at it and accepts. The next run pays."""
        answers = self.cast.party_of(payment.statement.organisation, payment.statement.kind)
        change = accounts.ask(party, _account(990), by=answers, at=at)
        accounts.accept(change, by=self.cast.coordinator, at=at + timedelta(hours=3))

    def _ask_other_account(self, at: datetime) -> None:
        """One more request, that waits for somebody of Cubiss."""
        slug = "bibliotheek-gennep"
        party = Organisation.objects.get(slug=slug)
        accounts.ask(party, _account(991), by=self.cast.managers["gennep"], at=at)

    def _payable(self) -> list[Payable]:
        return [each for each in runs.payable_statements() if not each.obstacle]

    def _newest(self) -> Quarter:
        newest = Closing.objects.order_by("quarter").last()
        assert newest
        return newest.quarter


def _account(number: int) -> str:
    """An account at a bank that does not exist."""
    return f"NL{iban.calc_check_digits(f'NL00TEST{number:010}')}TEST{number:010}"
