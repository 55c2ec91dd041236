"""What asks the project team's attention today: each a sentence, with the page where something can be done about it."""

from datetime import datetime

from kbl.clock import local_day
from kbl.start_pages import attention_money as money
from kbl.start_pages import attention_stock as stock
from kbl.start_pages import attention_upkeep as upkeep
from kbl.start_pages.attention_point import AttentionPoint


def attention_points(at: datetime) -> list[AttentionPoint]:
    """Everything that asks attention now, the most pressing first."""
    on = local_day(at)
    return [
        *money.closings(),
        *money.statements(at),
        *money.payments(),
        *money.bank(on),
        *money.late_instalments(on),
        *money.fund(at),
        *money.reports(),
        *stock.orders(on),
        *stock.revalidation_requests(),
        *stock.late_returns(on),
        *upkeep.silences(at),
        *upkeep.mails(),
        *money.failed_documents(),
        *upkeep.jobs(at),
        *money.late_facts(at),
        *upkeep.discrepancies(on),
        *upkeep.new_signals(on),
        *stock.own_stock(on),
        *stock.low_stock(on),
    ]
