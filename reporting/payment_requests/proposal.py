"""What to ask next, when and why, as the forecast sees it at a moment: what the fund lacks beside what was agreed, or
else the next instalment that was agreed and not asked yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kbl.fund import instalments, ledger
from kbl.fund.models import Instalment
from kbl.periods import Quarter
from kbl.settlements.models import Closing
from reporting.figures.as_of import AsOf
from reporting.forecast.cash import CashQuarter, next_ask
from reporting.forecast.forecast import Basis, basis, cash_of, forecast
from reporting.payment_requests.models import PaymentRequest

SHOWN = 3  # quarters on the paper


@dataclass(frozen=True)
class Proposal:
    """The next instalment: euros, to be there by a day, as the fund is short in `short`, or because it was `agreed`.

    `received`, `spent` and `balance` of the fund today; `quarters` say how it goes without this instalment.
    """

    amount: Decimal
    by: date
    short: Quarter | None
    agreed: Instalment | None
    received: Decimal
    spent: Decimal
    quarters: Sequence[CashQuarter]

    @property
    def balance(self) -> Decimal:
        return self.received - self.spent


def proposal(as_of: AsOf, built_on: Basis | None = None) -> Proposal | None:
    """What to ask; None when the agreed instalments are enough and all of them were asked or came in.

    `built_on`: where the basis of the forecast is known already.
    """
    quarters = cash_of(forecast(built_on or basis(as_of)))
    fund = (ledger.received(as_of.until), ledger.spent(as_of.until), quarters[:SHOWN])
    if ask := next_ask(quarters, as_of.until):
        return Proposal(ask.amount, ask.by, ask.short, None, *fund)
    for each in instalments.standings(as_of.until):
        if each.open and not PaymentRequest.objects.filter(instalment=each.instalment).exists():
            return Proposal(each.open, max(each.instalment.due_on, as_of.until), None, each.instalment, *fund)
    return None


def last_closing() -> Closing | None:
    """The closed quarter that a request rests on."""
    return Closing.objects.order_by("quarter").last()
