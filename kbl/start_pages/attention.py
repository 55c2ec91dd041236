"""What asks the project team's attention today: each a sentence, with the page where something can be done about it."""

from datetime import datetime

from kbl import rows
from kbl.clock import local_day
from kbl.start_pages import attention_money as money
from kbl.start_pages import attention_stock as stock
from kbl.start_pages import attention_upkeep as upkeep
from kbl.start_pages import dear
from kbl.start_pages.attention_point import AttentionPoint
from kbl.start_pages.dear import Dear


def attention_points(at: datetime, counted: Dear | None = None) -> list[AttentionPoint]:
    """Everything that asks attention now, the most pressing first. `counted`: what is dear to count, where it was done.

    How many there are of everything is one question; what there is none of is not asked after any further.
    """
    on = local_day(at)
    tallies = rows.tally({**money.there(at), **stock.there(), **upkeep.there(at)})
    counts = {name: each.many for name, each in tallies.items()}
    points = (counted or dear.now(at)).points
    return [
        *money.closings(counts),
        *money.statements(counts),
        *money.payments(counts),
        *money.bank(on, counts),
        *money.late_instalments(on, counts),
        *points["fund"],
        *money.reports(counts),
        *stock.orders(on, counts),
        *stock.revalidation_requests(counts),
        *stock.late_returns(on, counts),
        *upkeep.silences(at),
        *upkeep.mails(counts),
        *money.failed_documents(counts),
        *upkeep.jobs(counts),
        *points["late_facts"],
        *points["discrepancies"],
        *upkeep.new_signals(on),
        *points["own_stock"],
        *points["low_stock"],
    ]
