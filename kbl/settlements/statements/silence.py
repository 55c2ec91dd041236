"""Silence is agreement, told beforehand: a reminder that names the day, and on that day the statement is confirmed.

    remind(at)            who said nothing, or did not give its invoice number, gets one reminder
    confirm_silent(at)    whose day has come and who still said nothing, agreed

The first mail, the party's page and the reminder all tell it. A question that is open, or a number that is missing,
is no silence: such a statement waits for a person. `watch` runs every morning; each step may run twice or be killed.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.mail import EmailMessage
from django.db.models import Q, QuerySet

from kbl.clock import local_day
from kbl.mail import sending
from kbl.organisations.models import Programme
from kbl.settlements.models import Notice, Reminder, Statement
from kbl.settlements.statements import notices, own_numbers, steps
from kbl.settlements.statements.steps import StepRefused

SEND = "kbl.settlements.tasks.send_reminder"
A_WEEK = timedelta(days=7)

State = Reminder.State
Status = Statement.Status


def watch(*, at: datetime) -> None:
    """What happens every morning: reminders go, and whose day has come agreed."""
    if not Programme.objects.exists():
        return
    remind(at=at)
    confirm_silent(at=at)


def reminded_from(statement: Statement, programme: Programme) -> date:
    """The first day on which a party that says nothing is reminded."""
    return local_day(statement.closing.closed_at) + timedelta(days=programme.reminder_after)


def silence_on(statement: Statement, programme: Programme, *, reminded_on: date | None = None) -> date:
    """The day on which silence becomes agreement: so many days after the closing, and a week after the reminder."""
    expected = local_day(statement.closing.closed_at) + timedelta(days=programme.silence_after)
    return max(expected, (reminded_on or reminded_from(statement, programme)) + A_WEEK)


@dataclass(frozen=True)
class Outlook:
    """What a party that says nothing may expect: when it was or is reminded, and from which day silence counts.

    `silence_on` is None where silence never counts: a question is open, or the library numbers its own invoices.
    """

    reminded_on: date | None
    reminder_on: date
    silence_on: date | None


def outlook(statement: Statement, programme: Programme, *, on: date) -> Outlook | None:
    """What awaits a statement that nobody answered, seen from day `on`; None for one that was. Reads its `reminder`."""
    if statement.status != Status.DRAFT:
        return None
    reminder = getattr(statement, "reminder", None)
    sent = reminder is not None and reminder.state == State.SENT
    next_on = max(reminded_from(statement, programme), on)
    day = reminder.silence_on if reminder and sent else silence_on(statement, programme, reminded_on=next_on)
    return Outlook(
        reminded_on=local_day(reminder.sent_at) if reminder and sent else None,
        reminder_on=next_on,
        silence_on=day if statement.silence_counts else None,
    )


def open_for_reminder() -> QuerySet[Statement]:
    """Statements that wait for their party: for its agreement, or for nothing but its invoice number."""
    numberless = Q(pk__in=own_numbers.awaiting().values("pk"), status=Status.CONFIRMED)
    return Statement.objects.filter(Q(status=Status.DRAFT) | numberless)


def to_remind(*, at: datetime) -> list[Statement]:
    """Who is to be reminded now: told of its statement, silent for the days of the programme, not reminded before."""
    programme, today = Programme.current(), local_day(at)
    told = open_for_reminder().filter(notice__state=Notice.State.SENT, reminder__isnull=True)
    found = told.select_related("closing", "organisation__parent__parent").order_by("pk")
    return [each for each in found if reminded_from(each, programme) <= today]


def remind(*, at: datetime) -> None:
    """One reminder to every party that is to be reminded; one that failed is tried again while it still matters."""
    programme = Programme.current()
    rows = [_prepared(each, programme, at=at) for each in to_remind(at=at)]
    # One to a statement: of two workers one makes it, and the other's row is as if it had not been written.
    Reminder.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    send_waiting(at=at)


def send_waiting(*, at: datetime) -> None:
    """Send the reminders that wait, or failed and waited long enough; whoever answered meanwhile is left alone."""
    sending.free_stale(Reminder.objects.all(), at=at)
    wanted = Reminder.objects.filter(statement__in=open_for_reminder()).select_related(
        "statement__closing", "statement__organisation__parent__parent"
    )
    sending.find_addresses(wanted, lambda reminder: notices.address_of(reminder.statement))
    for reminder in sending.unsent(wanted, at=at):
        send(reminder, at=at)


def send(reminder: Reminder, *, at: datetime) -> None:
    """Send one reminder. Its day is counted from the day it really goes, so that nobody has less than a week."""
    sending.send(reminder, lambda: _letter(reminder, at=at), at=at)


def send_again(reminder: Reminder) -> bool:
    """Cubiss wants another try, to the address of today. False: nothing failed, or there is no address."""
    return sending.again(reminder, notices.address_of(reminder.statement), task=SEND, args=(reminder.pk,))


def send_one(pk: int, *, at: datetime) -> None:
    """Send one that waits, unless its party answered meanwhile."""
    waiting = Reminder.objects.filter(pk=pk, state=State.WAITING, statement__in=open_for_reminder())
    for reminder in waiting.select_related("statement__closing", "statement__organisation__parent__parent"):
        send(reminder, at=at)


def due_by_silence(*, at: datetime) -> QuerySet[Statement]:
    """Statements whose silence is agreement now: reminded, their day come, and nothing said."""
    return (
        Statement.objects.filter(status=Status.DRAFT, reminder__state=State.SENT)
        .filter(reminder__silence_on__lte=local_day(at))
        .exclude(pk__in=own_numbers.numbered_by_the_library().values("pk"))
        .order_by("pk")
    )


def confirm_silent(*, at: datetime) -> list[Statement]:
    """Whose day has come and who said nothing, agreed. Who speaks at this very moment goes first, or second: once."""
    agreed = []
    for statement in due_by_silence(at=at):
        try:
            steps.confirm_by_silence(statement, at=at)
        except StepRefused:  # the party answered just now
            continue
        agreed.append(statement)
    return agreed


def _prepared(statement: Statement, programme: Programme, *, at: datetime) -> Reminder:
    """The row of a reminder that has to go. Without an address it starts as failed, so that Cubiss sees it."""
    recipient = notices.address_of(statement)
    state = State.WAITING if recipient else State.FAILED
    day = silence_on(statement, programme, reminded_on=local_day(at))
    return Reminder(statement=statement, recipient=recipient, state=state, silence_on=day)


def _letter(reminder: Reminder, *, at: datetime) -> EmailMessage:
    statement = reminder.statement
    day = silence_on(statement, Programme.current(), reminded_on=local_day(at))
    Reminder.objects.filter(pk=reminder.pk).update(silence_on=day)  # what the mail says is what the row says
    quarter = statement.closing.quarter
    return sending.letter(
        [reminder.recipient],
        f"Herinnering: uw {statement.word} over het {quarter.label}",
        "mail/reminder.txt",
        {
            "statement": statement,
            "word": statement.word,
            "quarter": quarter,
            "only_number": statement.status != Status.DRAFT,
            "silence_on": day if statement.silence_counts else None,
            "link": sending.link(f"{notices.AUDIENCES[Statement.Kind(statement.kind)]}:statement", statement.pk),
        },
        name=f"reminder-{statement.pk}",
    )
