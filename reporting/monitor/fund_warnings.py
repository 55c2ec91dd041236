"""Mail when the fund, or a year of it, reaches 70, 85 or 100 % of its budget, commitments included.

Finance officers and coordinators get it once per budget and threshold, of the highest that was reached. When the
figure falls below a threshold and rises over it again, nothing more is said: it was told. Another budget is another
denominator, so that starts anew. A warning stops nothing.
"""

from datetime import datetime
from functools import partial

from django.core.mail import EmailMessage
from django.db import transaction

from kbl.accounts.models import User
from kbl.accounts.roles import Right
from kbl.clock import local_day
from kbl.mail import sending
from kbl.organisations.models import Programme
from kbl.settlements.fund_figures import thresholds
from kbl.settlements.fund_figures.thresholds import BudgetUse
from reporting.models import FundWarning


def watch(*, at: datetime) -> None:
    """Put ready what has to be told today. Twice a day, or by two workers at once, changes nothing."""
    if not Programme.objects.exists():
        return
    on = local_day(at)
    for use in thresholds.reached(thresholds.uses(on, at)):
        told = FundWarning.objects.filter(year=use.year or 0, budget=use.budget, threshold__gte=use.level)
        if not told.exists():
            _prepare(use, at)


def send_all(*, at: datetime) -> None:
    """Send what waits, and once more what failed and waited long enough."""
    warnings = FundWarning.objects.all()
    sending.free_stale(warnings, at=at)
    for each in sending.unsent(warnings, at=at):
        sending.send(each, partial(_letter, each), at=at)


@transaction.atomic
def _prepare(use: BudgetUse, at: datetime) -> None:
    """A row for everybody who must be warned: all of them, or none when the work stops half-way."""
    users = User.objects.that_may(Right.HEAR_WARNINGS)
    FundWarning.objects.bulk_create(
        [
            FundWarning(
                recipient=address,
                year=use.year or 0,
                threshold=use.level or 0,
                budget=use.budget,
                used=use.used,
                on=local_day(at),
            )
            for address in users.values_list("email", flat=True)
        ],
        ignore_conflicts=True,
    )


def _letter(warning: FundWarning) -> EmailMessage:
    use = BudgetUse(warning.year or None, warning.used, warning.budget)
    return sending.letter(
        [warning.recipient],
        f"Van {use.name} is {warning.threshold} % bereikt",
        "mail/fund_warning.txt",
        {"use": use, "warning": warning, "link": sending.link("cubiss:fund")},
        name=f"fund-warning-{warning.pk}",
    )
