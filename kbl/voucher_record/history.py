"""The history of one voucher as sentences that can be read aloud, in the order in which it happened.

Each fact tells itself; what no longer stands is told too, with why. Nothing about a person is in the books, so nothing
about a person is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain
from typing import assert_never

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from intermediaries.counting.models import Difference, Settlement
from intermediaries.models import Handout
from intermediaries.orders.models import Order, OrderStep
from kbl.clock import local_day
from kbl.facts import Fact
from kbl.formats import day, euro
from kbl.organisations.models import Organisation
from kbl.settlements.models import Line, Statement
from kbl.voucher_record.record import VoucherRecord
from libraries.models import Enrolment, MembershipEnd, MembershipYear, Refusal
from vouchers.models import Batch, ExpectedReturn, RevalidationRequest, StockMovement
from vouchers.sentences import MOVEMENT_ICONS, Kind


@dataclass(frozen=True)
class RecordEvent:
    """Something that happened: the day, the moment we heard, a sentence with its links, and how it looks.

    `note` says who told it and when; `badge` what is special (tone, words); `revoked` is why it no longer stands.
    """

    on: date
    at: datetime
    sentence: SafeString
    icon: str
    tone: str = ""
    note: str = ""
    badges: tuple[tuple[str, str], ...] = ()
    revoked: str = ""


def events(record: VoucherRecord) -> list[RecordEvent]:
    """Everything that happened to a voucher, oldest first; of one day, in the order in which we heard it."""
    told: Iterator[RecordEvent] = chain(
        _made(record.voucher.batch),
        chain.from_iterable(map(_movement, record.movements)),
        map(_receipt, record.receipts),
        chain.from_iterable(map(_return, record.returns)),
        chain.from_iterable(map(_revalidation, record.revalidation_requests)),
        map(_difference, record.differences),
        map(_settlement, record.settlements),
        chain.from_iterable(map(_handout, record.handouts)),
        chain.from_iterable(map(_enrolment, record.enrolments)),
        chain.from_iterable(map(_year, record.years)),
        chain.from_iterable(map(_end, record.ends)),
        map(_refusal, record.refusals),
        chain.from_iterable(map(_line, record.lines)),
    )
    return sorted(told, key=lambda event: (event.on, event.at))


# --- the paper ---------------------------------------------------------------------------------------------------


def _made(batch: Batch) -> Iterator[RecordEvent]:
    link = _link(reverse("cubiss:batch", args=[batch.pk]), f"serie {batch.range}")
    sentence = format_html("Cubiss maakte de voucher, in {}.", link)
    note = _told_by(batch, batch.made_on, f"Op {batch.get_medium_display()}" if batch.medium == "paper" else "Digitaal")
    yield RecordEvent(batch.made_on, batch.recorded_at, sentence, "tickets", note=note)


def _movement(movement: StockMovement) -> Iterator[RecordEvent]:
    source, target = _who(movement.from_holder), _who(movement.to_holder)
    kind, tone = Kind(movement.kind), ""
    match kind:
        case Kind.ALLOCATE:
            sentence = format_html("Cubiss wees de voucher toe aan {}{}.", target, _for_order(movement))
        case Kind.RETURN:
            sentence = format_html("{} gaf de voucher terug aan Cubiss.", source)
        case Kind.MOVE:
            sentence = format_html("{} gaf de voucher door aan {}.", source, target)
        case Kind.VOID:
            reason = movement.get_reason_display()
            sentence, tone = format_html("Cubiss maakte de voucher ongeldig: {}.", reason), "refusal"
        case Kind.REVALIDATE:
            reason = movement.get_reason_display()
            sentence, tone = format_html("De voucher werd weer geldig: {}.", reason), "success"
        case Kind.EXTEND:
            until = day(movement.valid_until)
            sentence = format_html("De voucher werd langer geldig: tot en met {}.", until)
        case _:
            assert_never(kind)
    yield RecordEvent(
        movement.on, movement.recorded_at, sentence, MOVEMENT_ICONS[kind], tone, _told_by(movement, movement.on)
    )


def _for_order(movement: StockMovement) -> SafeString:
    sent = getattr(movement, "sent_for", None)
    return format_html(", voor {}", _order(sent.order)) if sent else SafeString()


def _receipt(step: OrderStep) -> RecordEvent:
    who, order = _who(step.order.organisation), _order(step.order)
    if step.status == Order.Status.DIFFERENT:
        sentence = format_html("{} ontving {}, en telde anders dan op de pakbon staat.", who, order)
    else:
        sentence = format_html("{} ontving {}.", who, order)
    return RecordEvent(local_day(step.at), step.at, sentence, "package-check", note=f"Vastgelegd door {step.by}")


def _order(order: Order) -> SafeString:
    return _link(reverse("cubiss:order", args=[order.pk]), f"bestelling {order}")


def _return(coming: ExpectedReturn) -> Iterator[RecordEvent]:
    holder = _who(coming.holder)
    if coming.kind == ExpectedReturn.Kind.RECALL:
        sentence = format_html("Cubiss vroeg {} om de voucher terug te sturen.", holder)
    else:
        sentence = format_html("{} meldde dat de voucher terugkomt.", holder)
    yield RecordEvent(coming.on, coming.recorded_at, sentence, "send", "attention", _told_by(coming, coming.on))


def _revalidation(asked: RevalidationRequest) -> Iterator[RecordEvent]:
    """The request, and a no; a yes is told by the movement that followed."""
    on, reason = local_day(asked.asked_at), asked.get_reason_display()
    sentence = format_html("Iemand van Cubiss vroeg om de voucher weer geldig te maken: {}.", reason)
    note = f"Gevraagd door {asked.asked_by}"
    if asked.agreed:
        note += f", akkoord van {asked.decided_by}"
    yield RecordEvent(on, asked.asked_at, sentence, "circle-help", note=note)
    if asked.decided_at and not asked.agreed:
        sentence = SafeString("Een tweede collega ging niet akkoord: de voucher bleef ongeldig.")
        note = f"Besloten door {asked.decided_by}"
        yield RecordEvent(local_day(asked.decided_at), asked.decided_at, sentence, "x", "refusal", note)


def _difference(difference: Difference) -> RecordEvent:
    who, kind = _who(difference.organisation), difference.get_kind_display()
    if difference.order:
        order = _order(difference.order)
        sentence = format_html("{} telde {} na: deze voucher {}.", who, order, kind)
    else:
        sentence = format_html("{} telde de voorraad: deze voucher {}.", who, kind)
    note = _told_by(difference, difference.on)
    return RecordEvent(difference.on, difference.recorded_at, sentence, "list-checks", "attention", note)


def _settlement(settlement: Settlement) -> RecordEvent:
    """How a difference was put right; when that moved the voucher, the movement tells so as well."""
    sentence = format_html("Het telverschil is afgehandeld: {}.", settlement.get_outcome_display())
    note = f"Vastgelegd door {settlement.by}"
    return RecordEvent(local_day(settlement.at), settlement.at, sentence, "check", note=note)


# --- handing out and redeeming -----------------------------------------------------------------------------------


def _handout(handout: Handout) -> Iterator[RecordEvent]:
    sentence = format_html("{} reikte de voucher uit.", _who(handout.organisation))
    badges: list[tuple[str, str]] = []
    if handout.accreditation_id is None:
        badges.append(("attention", "zonder accreditatie"))
    if handout.paid_before:
        badges.append(("neutral", "al betaald vóór KBL"))
    if handout.late_reason:
        badges.append(("attention", handout.get_late_reason_display()))
    event = _of_fact(handout, sentence, "hand-heart", "plum", badges)
    yield event
    yield from _taken_back(event, handout, "De uitreiking werd teruggenomen: {}.")


def _enrolment(enrolment: Enrolment) -> Iterator[RecordEvent]:
    library, branch = _who(enrolment.library), enrolment.branch.name
    sentence = format_html("{} wisselde de voucher in, bij vestiging {}.", library, branch)
    badges = [("info", enrolment.get_kind_display())]
    if enrolment.late_reason:
        badges.append(("attention", enrolment.get_late_reason_display()))
    event = _of_fact(enrolment, sentence, "check-circle", "success", badges)
    yield event
    yield from _taken_back(event, enrolment, "De inwisseling werd ongedaan gemaakt: {}.")


def _year(year: MembershipYear) -> Iterator[RecordEvent]:
    """Later years only: the first comes with the enrolment, unless there is something of its own to tell."""
    if year.ordinal == 1:
        if year.paid_before:
            sentence = SafeString("Het eerste jaar was al betaald vóór KBL.")
            yield replace(_of_fact(year, sentence, "banknote"), note="Het komt op geen factuur meer")
        return
    sentence = format_html("{} verlengde het lidmaatschap: jaar {} begon.", _who(year.library), year.ordinal)
    badges = [("neutral", "al betaald vóór KBL")] if year.paid_before else []
    event = _of_fact(year, sentence, "refresh-cw", "success", badges)
    yield event
    yield from _taken_back(event, year, "De verlenging werd ongedaan gemaakt: {}.")


def _end(end: MembershipEnd) -> Iterator[RecordEvent]:
    sentence = format_html("{} meldde dat het lidmaatschap niet doorging.", _who(end.enrolment.library))
    event = _of_fact(end, sentence, "flag")
    yield event
    yield from _taken_back(event, end, "Dat het lidmaatschap niet doorging, werd teruggenomen: {}.")


def _refusal(refusal: Refusal) -> RecordEvent:
    library, reason = _who(refusal.library), refusal.get_reason_display()
    sentence = format_html("{} kon de voucher niet inwisselen: {}.", library, reason)
    note = _told_by(refusal, refusal.on)
    return RecordEvent(refusal.on, refusal.recorded_at, sentence, "circle-x", "attention", note)


# --- money -------------------------------------------------------------------------------------------------------


def _line(line: Line) -> Iterator[RecordEvent]:
    """On which statement it came; and when it was taken back, the correction and the opposite line."""
    statement = line.statement
    what = f", voor jaar {line.membership_year.ordinal}" if line.membership_year else ""
    sentence = format_html("Op {}: {}{}.", _statement(statement), euro(line.net), what)
    badges = [("attention", "laat gemeld")] if line.is_late else []
    correction, opposite = getattr(line, "correction", None), getattr(line, "corrected_by", None)
    revoked = correction.get_reason_display() if correction else ""
    yield replace(_billed(statement, sentence, "receipt"), badges=tuple(badges), revoked=revoked)
    if correction:
        sentence = format_html("Cubiss nam {} terug: {}.", euro(line.net), correction.get_reason_display())
        note = f"Vastgelegd door {correction.by}"
        yield RecordEvent(local_day(correction.at), correction.at, sentence, "rotate-ccw", "attention", note)
    if opposite:
        sentence = format_html("Verrekend op {}: {}.", _statement(opposite.statement), euro(opposite.net))
        yield _billed(opposite.statement, sentence, "rotate-ccw")


def _billed(statement: Statement, sentence: SafeString, icon: str) -> RecordEvent:
    at = statement.closing.closed_at
    return RecordEvent(local_day(at), at, sentence, icon, note=_standing(statement))


def _standing(statement: Statement) -> str:
    return f"{capfirst(statement.get_kind_display())} {statement}: {statement.get_status_display()}"


def _statement(statement: Statement) -> SafeString:
    words = f"{statement.get_kind_display()} van {statement.organisation} over het {statement.closing.quarter.label}"
    return format_html("de {}", _link(reverse("cubiss:statement", args=[statement.pk]), words))


# --- words that come back ----------------------------------------------------------------------------------------


def _of_fact(fact: Fact, sentence: SafeString, icon: str, tone: str = "", badges=()) -> RecordEvent:
    revoked = "" if fact.stands else fact.get_revoke_reason_display()
    return RecordEvent(fact.on, fact.recorded_at, sentence, icon, tone, _told_by(fact, fact.on), tuple(badges), revoked)


def _taken_back(event: RecordEvent, fact: Fact, words: str) -> Iterator[RecordEvent]:
    """The moment at which a fact stopped standing is an event of its own."""
    if fact.revoked_at is None:
        return
    sentence = format_html(words, event.revoked)
    note = f"Vastgelegd door {fact.revoked_by}"
    yield RecordEvent(local_day(fact.revoked_at), fact.revoked_at, sentence, "undo-2", "attention", note)


def _told_by(fact, on: date, first: str = "") -> str:
    """Who recorded it, and when that was on another day than it happened."""
    heard = local_day(fact.recorded_at)
    words = f"{first}, vastgelegd" if first else "Vastgelegd"
    later = f" op {day(heard)}" if heard != on else ""
    return f"{words}{later} door {fact.recorded_by}"


def _who(organisation: Organisation | None) -> SafeString | str:
    if organisation is None:
        return "Cubiss"
    return _link(reverse("cubiss:organisation", args=[organisation.slug]), organisation)


def _link(url: str, words: object) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, words) if url else format_html("{}", words)
