"""Every count that is kept where there are very many vouchers, and the one place that keeps them.

Up to `MANY` hand-outs every page counts by itself, so that whoever has just done something sees that at once.
"""

from datetime import datetime

from kbl.discrepancies import kept_overview, kept_reminders, signals
from kbl.jobs.kept import Keeper
from kbl.jobs.models import KeptCount
from kbl.start_pages import dear
from reporting.clearing import clearing
from reporting.figures import flow_tables, kept_current, white_spots
from reporting.forecast import kept_basis
from reporting.models import SummaryReach
from reporting.monitor import kept_signs
from reporting.report import listed

MANY = 20_000  # hand-outs
KEEPERS: tuple[Keeper, ...] = (
    dear.KEEPER,
    kept_current.KEEPER,
    kept_overview.KEEPER,
    signals.KEEPER,
    kept_basis.KEEPER,
    flow_tables.KEEPER,
    white_spots.KEEPER,
    listed.KEEPER,
    clearing.KEEPER,
    kept_signs.KEEPER,
    kept_reminders.KEEPER,
)


def refresh(at: datetime) -> bool:
    """Keep each of them anew where there is much to count. True when something changed.

    One that cannot be counted does not stop the others; its error is raised when they are done.
    """
    reach = SummaryReach.objects.filter(pk=1).first()
    if reach is None or reach.handouts <= MANY:
        return bool(KeptCount.objects.all().delete()[0])
    changed, errors = False, []
    for each in KEEPERS:
        try:
            changed |= each.refresh(at)
        except Exception as error:
            errors.append(error)
    if errors:
        raise errors[0]
    return changed
