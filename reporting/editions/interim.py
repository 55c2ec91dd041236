"""An interim edition: how it stands after a month of a running quarter, provisional, in two clicks by two people.

The first makes it; another looks at its paper and releases it. It is suppressed like every report, and counts as
published for the ones that follow, so nobody subtracts a small number out of the two.
"""

import hashlib
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, transaction

from kbl import pdf as paper
from kbl.accounts.models import User
from kbl.accounts.roles import Right, Role
from kbl.accounts.waiting import assert_not_made_by, assert_second_person
from kbl.clock import local_day
from kbl.formats import day
from kbl.mail import outbox, sending
from kbl.organisations import closing_lock
from kbl.organisations.models import Programme
from kbl.periods import Quarter
from kbl.settlements.models import Closing
from kbl.spreadsheets import to_csv
from reporting.editions import files
from reporting.figures.as_of import AsOf
from reporting.figures.table import FigureTable
from reporting.models import KeptInterim
from reporting.report import drawings, kept_reports, page, payload
from reporting.report.periods import report_period
from reporting.report.progress_report import progress_report

PROVISIONAL = (
    "Voorlopig: dit kwartaal is nog niet afgesloten. De cijfers kunnen nog veranderen; bedragen zijn afgerond op"
    " duizend euro."
)


class InterimRefused(Exception):
    """An interim edition that cannot be made, or not be released: `reason` says why."""

    class Reason(StrEnum):
        NO_MONTH = "no_month"
        OWN = "own"
        NOT_MADE = "not_made"
        RELEASED = "released"

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


SENTENCES = {
    InterimRefused.Reason.NO_MONTH: "Een tussenstand kan na een hele maand, als het kwartaal ervoor gesloten is.",
    InterimRefused.Reason.OWN: "U maakte deze tussenstand zelf. Een collega geeft haar vrij.",
    InterimRefused.Reason.NOT_MADE: "Het papier wordt nog gemaakt. Probeer het over een minuut nog eens.",
    InterimRefused.Reason.RELEASED: "Deze tussenstand is al vrijgegeven.",
}


def next_month(on: date) -> date | None:
    """The last day of the newest month that is over, lies in the quarter after the last closing and has no edition."""
    until = on.replace(day=1) - timedelta(days=1)
    last = Closing.objects.order_by("-quarter").first()
    programme = Programme.objects.filter(pk=1).first()
    if last is None or programme is None or until > programme.ends_on or Quarter.of(until) != last.quarter.next:
        return None
    newest = KeptInterim.objects.order_by("-until").first()
    return until if newest is None or newest.until < until else None


def name(interim: KeptInterim) -> str:
    """`oktober 2026`."""
    return day(interim.until).split(maxsplit=1)[1]


@transaction.atomic
def make(*, by, at: datetime) -> KeptInterim:
    """Keep how it stands after the newest month. No quarter closes meanwhile. Raises InterimRefused (NO_MONTH)."""
    closing_lock.hold_alone()
    until = next_month(local_day(at))
    if until is None:
        raise InterimRefused(InterimRefused.Reason.NO_MONTH)
    quarter, moment = Quarter.of(until), AsOf(until, at)
    history = [kept_reports.read(each) for each in Closing.objects.order_by("quarter")]
    last = history[-1]
    published, _ = kept_reports.published_before(quarter, last)
    period, after = report_period(quarter, moment, last.period, published, between=True, exact=False)
    report = progress_report(moment, [*(each.period for each in history), period])
    shown = page.context(report)
    interim = KeptInterim(quarter=quarter, until=until, made_by=by, made_at=at)
    headings = {
        "title": "Tussenstand",
        "quarter": name(interim),
        "period": f"{day(quarter.first_day)} tot en met {day(until)}",
        "provisional": PROVISIONAL,
        "whole": "",
    }
    shown["report"] = page.named(shown["report"], headings)
    shown["whole"], shown["taking_part"] = (), None
    interim.content = payload.dump({"period": period, "published": after, "shown": shown})
    interim.sha256 = hashlib.sha256(interim.content).hexdigest()
    try:
        with transaction.atomic():
            interim.save(force_insert=True)
    except IntegrityError:  # a colleague pressed in the same moment
        raise InterimRefused(InterimRefused.Reason.NO_MONTH) from None
    return interim


def draw(interim: KeptInterim, *, at: datetime) -> None:
    """Its paper and its list, once."""
    shown = payload.load(bytes(interim.content))["shown"]
    charts = drawings.drawn_now(shown["charts"])
    context: dict[str, Any] = {**shown, "charts": charts, "kept": interim}
    content = paper.render(
        "documents/progress_report.html",
        context,
        made_at=interim.made_at,
        identifier=f"report:{interim}",
        drawn={f"{name}.svg": chart.in_pdf for name, chart in charts.items()},
        kept=True,
    )
    tables = [each for each in shown.values() if isinstance(each, FigureTable)]
    listed = to_csv(files.HEADINGS, files.rows_of(tables))
    KeptInterim.objects.filter(pk=interim.pk, pdf__isnull=True).update(drawn_at=at, pdf=content, csv=listed)


@transaction.atomic
def release(interim: KeptInterim, *, by, at: datetime) -> None:
    """A second person lets the province read it, and it is told. Raises InterimRefused (OWN, NOT_MADE, RELEASED),
    waiting.TooNew, waiting.MadeByYou."""
    if interim.made_by_id == by.pk:
        raise InterimRefused(InterimRefused.Reason.OWN)
    assert_not_made_by(interim.made_by, by)
    assert_second_person(by, Right.REPORT, at=at)
    if interim.pdf is None:
        raise InterimRefused(InterimRefused.Reason.NOT_MADE)
    waits = KeptInterim.objects.filter(pk=interim.pk, released_at__isnull=True)
    if not waits.update(released_at=at, released_by=by):
        raise InterimRefused(InterimRefused.Reason.RELEASED)
    readers = User.objects.filter(is_active=True, assignments__role=Role.PROVINCE).distinct().order_by("email")
    if to := list(readers.values_list("email", flat=True)):
        context = {"month": name(interim), "link": sending.link("province:reports")}
        once = f"interim-{interim}"
        letter = sending.letter(to, f"Tussenstand {name(interim)}", "mail/interim_released.txt", context, name=once)
        outbox.post(letter, outbox.Purpose.REPORT, at=at, once=once)
