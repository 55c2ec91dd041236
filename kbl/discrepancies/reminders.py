"""Reminders that escalate: an organisation hears of all its open items in one mail, each level once.

First a friendly mail, then a firmer one that Cubiss reads along, then only the coordinators hear who did not answer.
The row of a mail is there before the mail (kbl/mail), so nothing goes twice. When everything that was open at the
first reminder is gone, the series is over; what comes later begins anew.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial

from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import Count, Min

from intermediaries.notices.mailing import address_of
from kbl.accounts.models import User
from kbl.accounts.roles import Right
from kbl.clock import local_day
from kbl.discrepancies import reconciliation
from kbl.discrepancies.models import DiscrepancyKind, Reminder, ReminderPlan, ReminderSeries
from kbl.mail import sending
from kbl.organisations.models import Organisation, Programme

State = Reminder.State

# Some vouchers never come back, with everybody. From five on it is worth a question; one by one would be nagging.
FEW_UNREDEEMED = 5
BATCH = 500  # rows at once


@dataclass(frozen=True)
class Level:
    """One step of a series: who gets which mail, and which setting says how long after the one before."""

    number: int
    title: str
    subject: str
    template: str
    after: str
    to_cubiss: bool = False
    copy_to_cubiss: bool = False


LEVELS = {
    each.number: each
    for each in (
        Level(1, "Eerste herinnering", "Wilt u nog iets melden over uw vouchers?", "mail/discrepancies_1.txt", "first"),
        Level(
            2,
            "Tweede herinnering",
            "Herinnering: wij wachten op uw antwoord over vouchers",
            "mail/discrepancies_2.txt",
            "second",
            copy_to_cubiss=True,
        ),
        Level(
            3,
            "Naar de coördinator",
            "Geen antwoord na twee herinneringen: {organisation}",
            "mail/discrepancies_3.txt",
            "third",
            to_cubiss=True,
        ),
    )
}
LAST = max(LEVELS)


class NotReminded(Exception):
    """No mail was put ready, and why."""

    class Reason(StrEnum):
        NOTHING = "nothing"  # nothing is open
        TODAY = "today"  # there went one today
        ALL = "all"  # all of them went

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class OpenItems:
    """What an organisation still has to tell: how many of each, and since when the oldest is open."""

    unreported: int = 0
    unredeemed: int = 0
    since: date | None = None
    oldest_unreported: date | None = None

    @property
    def count(self) -> int:
        return self.unreported + self.unredeemed

    def due(self, plan: ReminderPlan, on: date) -> bool:
        """It took so long, or there are so many, that a reminder is in place."""
        waited = self.oldest_unreported and self.oldest_unreported <= on - timedelta(days=plan.first_after)
        return bool(waited) or self.unredeemed >= FEW_UNREDEEMED


REMINDED = [each for each in reconciliation.DISCREPANCIES if each.reminded_as]

if _strange := {each.reminded_as for each in REMINDED} ^ {"unreported", "unredeemed"}:
    raise ImproperlyConfigured(
        f"Reminders (kbl/discrepancies/reminders.py): {sorted(_strange)} is no column of Reminder and OpenItems, or no"
        " class of discrepancies has it; say when it is due, and in the three mails."
    )


def open_items(on: date, organisation: Organisation | None = None) -> dict[int, OpenItems]:
    """Per organisation that has any, a question per class. What an organisation denied is Cubiss' to find out."""
    found: dict[int, dict] = {}
    for each in REMINDED:
        facts = each.find(on).filter(each.waits_for_party)
        if organisation:
            facts = facts.filter(**{each.party: organisation})
        rows = facts.order_by().values_list(each.party).annotate(count=Count("pk"), oldest=Min("on"))
        for pk, count, oldest in rows:
            told = found.setdefault(pk, {})
            told[each.reminded_as] = count
            since = oldest + each.open_after
            told["since"] = min(since, told.get("since", since))
            if each.kind is DiscrepancyKind.UNREPORTED:
                told["oldest_unreported"] = oldest
    return {pk: OpenItems(**told) for pk, told in found.items()}


def next_level(series: ReminderSeries | None) -> Level | None:
    """Which reminder comes next; None when all of them went."""
    last = max((each.level for each in series.reminders.all()), default=0) if series else 0
    return LEVELS.get(last + 1)


def next_on(series: ReminderSeries | None, points: OpenItems, plan: ReminderPlan, on: date) -> date | None:
    """On which day the next reminder goes by itself, if nothing changes; None when none does."""
    level = next_level(series)
    if level is None:
        return None
    if series and (last := max(series.reminders.all(), key=lambda each: each.level, default=None)):
        return max(on, last.on + timedelta(days=getattr(plan, f"{level.after}_after")))
    if points.due(plan, on):
        return on
    return points.oldest_unreported + timedelta(days=plan.first_after) if points.oldest_unreported else None


def remind(*, at: datetime) -> None:
    """Every day: end the series whose items are gone, begin new ones, take the next step where it is time.

    A handful of questions, however many organisations there are.
    """
    on, plan = local_day(at), ReminderPlan.current()
    points = open_items(on)
    all_series = {each.organisation_id: each for each in _running()}
    over = [pk for pk, series in all_series.items() if _is_over(points.get(pk), series)]
    ReminderSeries.objects.filter(pk__in=[all_series.pop(pk).pk for pk in over], over_on=None).update(over_on=on)
    wanted: dict[int, ReminderSeries | None] = {}
    for pk, left in points.items():
        running = all_series.get(pk)
        day = next_on(running, left, plan, on)
        if day is not None and day <= on:
            wanted[pk] = running
    _prepare_all(wanted, points, on=on)


def _is_over(left: OpenItems | None, series: ReminderSeries) -> bool:
    """Everything that was open at its first reminder is gone."""
    return left is None or (left.since is not None and left.since > series.on)


@transaction.atomic
def _prepare_all(wanted: dict[int, ReminderSeries | None], points: dict[int, OpenItems], *, on: date) -> None:
    """The rows of the next mails, for these organisations with the series that each is in.

    The database keeps one series at a time and one mail per level: of two workers one makes each, and the other's
    rows are as if they had not been written.
    """
    begun = [ReminderSeries(organisation_id=pk, on=on) for pk, series in wanted.items() if series is None]
    ReminderSeries.objects.bulk_create(begun, batch_size=BATCH, ignore_conflicts=True)
    new = {each.organisation_id for each in begun}
    fresh = ReminderSeries.objects.filter(over_on=None, organisation__in=new).select_related("organisation__parent")
    running = [*filter(None, wanted.values()), *fresh]
    to_cubiss = next(iter(coordinators()), "")
    rows = []
    for series in running:
        level = LEVELS[1] if series.organisation_id in new else next_level(series)
        assert level
        left = points[series.organisation_id]
        recipient = to_cubiss if level.to_cubiss else address_of(series.organisation)
        rows.append(
            Reminder(
                series=series,
                level=level.number,
                on=on,
                unreported=left.unreported,
                unredeemed=left.unredeemed,
                recipient=recipient,
                state=State.WAITING if recipient else State.FAILED,
            )
        )
    Reminder.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def _running():
    return (
        ReminderSeries.objects.filter(over_on=None).prefetch_related("reminders").select_related("organisation__parent")
    )


@transaction.atomic
def remind_now(organisation: Organisation, *, by, at: datetime) -> Reminder:
    """Somebody of Cubiss does not wait: the next reminder is put ready. Raises NotReminded."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)  # pressing twice reminds once
    on = local_day(at)
    points = open_items(on, organisation).get(organisation.pk)
    if points is None:
        raise NotReminded(NotReminded.Reason.NOTHING)
    series = _running().filter(organisation=organisation).first()
    if series and any(each.on == on for each in series.reminders.all()):
        raise NotReminded(NotReminded.Reason.TODAY)
    level = next_level(series)
    if level is None or level.to_cubiss:
        raise NotReminded(NotReminded.Reason.ALL)
    reminder = _prepare(organisation, series, points, on=on, by=by)
    if reminder is None:
        raise NotReminded(NotReminded.Reason.TODAY)
    return reminder


def _prepare(
    organisation: Organisation, series: ReminderSeries | None, points: OpenItems, *, on: date, by=None
) -> Reminder | None:
    """The row of the next mail; the database keeps one per level, so of two workers one makes it."""
    level = next_level(series)
    assert level
    recipient = _address(organisation, level)
    try:
        with transaction.atomic():
            return Reminder.objects.create(
                series=series or ReminderSeries.objects.create(organisation=organisation, on=on),
                level=level.number,
                on=on,
                unreported=points.unreported,
                unredeemed=points.unredeemed,
                asked_by=by,
                recipient=recipient,
                state=State.WAITING if recipient else State.FAILED,
            )
    except IntegrityError:
        return None


def _address(organisation: Organisation, level: Level) -> str:
    """Where it goes: the organisation's own address or its parent's; of the last level the first coordinator's."""
    return next(iter(coordinators()), "") if level.to_cubiss else address_of(organisation)


def address_of_reminder(reminder: Reminder) -> str:
    """Where a reminder would go today; may be empty."""
    return _address(reminder.series.organisation, LEVELS[reminder.level])


def coordinators() -> list[str]:
    """The addresses of Cubiss' coordinators."""
    return list(User.objects.that_may(Right.COORDINATE).values_list("email", flat=True))


def send_all(*, at: datetime) -> None:
    """Send what waits, and what failed and has waited long enough; not when the organisation answered meanwhile."""
    mails = (
        Reminder.objects.exclude(state=State.SENT)
        .filter(series__over_on=None)
        .select_related("series__organisation__parent")
    )
    sending.free_stale(Reminder.objects.all(), at=at)
    sending.find_addresses(mails, address_of_reminder)
    for each in sending.unsent(mails, at=at):
        sending.send(each, partial(_letter, each), at=at)


def _letter(each: Reminder) -> EmailMessage:
    """Counts and a link, never a number."""
    level, organisation = LEVELS[each.level], each.series.organisation
    page = "cubiss:discrepancy_reminders" if level.to_cubiss else "intermediary:open_items"
    context = {
        "organisation": organisation,
        "reminder": each,
        "few": FEW_UNREDEEMED,
        "earlier": each.series.reminders.filter(level__lt=each.level),
        "link": sending.link(page),
    }
    to = coordinators() if level.to_cubiss else [each.recipient]
    subject = level.subject.format(organisation=organisation)
    letter = sending.letter(to, subject, level.template, context, name=f"discrepancies-{each.series_id}-{each.level}")
    if level.copy_to_cubiss and (contact := Programme.current().contact_email):
        letter.cc = [contact]
    return letter
