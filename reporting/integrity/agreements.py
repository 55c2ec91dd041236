"""What parties agreed: by silence, under their own number, and that Cubiss draws up their invoices."""

from collections import defaultdict
from datetime import timedelta

from kbl.clock import local_day
from kbl.settlements.models import OwnNumber, Reminder, SelfBilling, Statement, StatementStep
from kbl.settlements.statements import own_numbers
from libraries.models import Participation
from reporting.integrity.invariants import Violations, invariant, select

A_WEEK = timedelta(days=7)
Status = Statement.Status


@invariant("Stilte is pas akkoord op de dag die in een verstuurde herinnering stond, minstens een week later")
def silence_was_told_beforehand() -> Violations:
    by_itself = StatementStep.objects.filter(status=Status.CONFIRMED, by__isnull=True)
    reminders = {each.statement_id: each for each in Reminder.objects.filter(statement__steps__in=by_itself)}
    for step in by_itself.select_related("statement").iterator(chunk_size=500):
        reminder, day = reminders.get(step.statement_id), local_day(step.at)
        if reminder is None or reminder.sent_at is None:
            yield {"statement": step.statement_id, "on": day, "problem": "never reminded"}
        elif day < reminder.silence_on or day < local_day(reminder.sent_at) + A_WEEK:
            yield {"statement": step.statement_id, "on": day, "told": reminder.silence_on}
        elif not step.statement.silence_counts:
            yield {"statement": step.statement_id, "on": day, "problem": "its number was missing"}


@invariant("Alleen stilte heeft niemand die haar zette")
def only_silence_is_nobodys_step() -> Violations:
    nobodys = StatementStep.objects.filter(by__isnull=True).exclude(status=Status.CONFIRMED).order_by("pk")
    return nobodys.values("pk", "statement", "status")


@invariant("Een eigen factuurnummer hoort bij de bibliotheek van de factuur, die haar facturen zelf een nummer geeft")
def own_numbers_belong_to_their_library() -> Violations:
    for given in OwnNumber.objects.select_related("statement").order_by("pk"):
        statement = given.statement
        if given.organisation_id != statement.organisation_id:
            yield {"statement": statement.pk, "number": given.number, "organisation": given.organisation_id}
        elif statement.is_nil or not (
            statement.particulars.get("own_numbers") or statement.particulars.get("agreed") is False
        ):
            yield {"statement": statement.pk, "number": given.number, "problem": "nobody asked for it"}


@invariant("Een eigen factuurnummer is één keer gebruikt en is geen kenmerk van Cubiss")
def own_numbers_are_used_once() -> Violations:
    """Ours stands on an invoice of a library that agreed, by that moment, that Cubiss draws it up."""
    used: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    agreements = list(SelfBilling.objects.values_list("library", "at"))
    rows = OwnNumber.objects.values_list("organisation", "number", "statement", "statement__number", "at")
    for party, number, statement, reference, given_at in rows:
        if number == reference and any(library == party and at <= given_at for library, at in agreements):
            continue
        used[party, own_numbers.as_compared(number)].append(statement)
    ours = {own_numbers.as_compared(number or "") for number in Statement.objects.values_list("number", flat=True)}
    for (party, number), statements in sorted(used.items()):
        if len(statements) > 1 or number in ours:
            yield {"organisation": party, "number": number, "statements": statements}


@invariant("Waar het eigen factuurnummer nog ontbreekt, is geen document, goedkeuring of betaling")
def nothing_goes_before_the_own_number() -> Violations:
    for statement in own_numbers.awaiting().order_by("pk"):
        if hasattr(statement, "document") or statement.status not in (Status.DRAFT, Status.CONFIRMED, Status.DISPUTED):
            yield {"statement": statement.pk, "status": statement.status, "document": hasattr(statement, "document")}
    yield from select("""
        SELECT document.id AS document, given.number FROM settlements_document document
             JOIN settlements_ownnumber given ON given.statement_id = document.statement_id
        WHERE document.made_at < given.at""")


@invariant("De afspraak over uitreiken door afnemer is wat bij de bibliotheek staat")
def self_billing_is_what_was_agreed() -> Violations:
    standing = dict(SelfBilling.objects.filter(ended_on__isnull=True).values_list("library", "since"))
    for library, since in Participation.objects.order_by("pk").values_list("library", "self_billing_since"):
        if since != standing.get(library):
            yield {"library": library, "since": since, "agreed": standing.get(library)}


@invariant("Wat niet gemaakt kon worden, is er niet")
def failed_document_is_not_there() -> Violations:
    return select("""
        SELECT failed.id AS failed, document.filename FROM settlements_faileddocument failed
             JOIN settlements_document document ON document.closing_id = failed.closing_id
              AND (document.statement_id = failed.statement_id
                   OR (document.kind = 'report' AND failed.statement_id IS NULL))""")
