"""Making, releasing and giving back a payment request. What is released is the very paper that was looked at."""

import hashlib
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction

from kbl.accounts.roles import Right
from kbl.accounts.waiting import assert_not_made_by, assert_second_person
from kbl.clock import local_day
from kbl.fund import instalments
from kbl.fund.instalments import Standing
from kbl.organisations import number_series
from kbl.periods import Quarter
from kbl.settlements.models import Closing, NumberSeries
from reporting.figures.as_of import AsOf
from reporting.payment_requests import paper, request_mail
from reporting.payment_requests.models import PaymentRequest
from reporting.payment_requests.proposal import last_closing, proposal

SERIES = "BV"
Outcome = PaymentRequest.Outcome


class RequestRefused(Exception):
    """A request that cannot be made, or not be decided on: `reason` says why."""

    class Reason(StrEnum):
        NOT_CLOSED = "not_closed"
        NOT_THE_LAST = "not_the_last"
        NOTHING = "nothing"
        THERE = "there"
        OWN = "own"
        DECIDED = "decided"
        OTHER = "other"

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


Reason = RequestRefused.Reason
WORDS = {
    Reason.NOT_CLOSED: "Dit kwartaal is nog niet gesloten. Een betaalverzoek rust op een gesloten kwartaal.",
    Reason.NOT_THE_LAST: "Na dit kwartaal is er al een ander gesloten. Maak het verzoek op het laatste.",
    Reason.NOTHING: "De afgesproken termijnen zijn genoeg, en gevraagd of binnen. Er is nu niets te vragen.",
    Reason.THERE: "Op dit kwartaal is al een betaalverzoek gemaakt.",
    Reason.OWN: "U maakte dit verzoek zelf. Een collega geeft het vrij.",
    Reason.DECIDED: "Een collega was u voor: hierover is al besloten.",
    Reason.OTHER: "Een andere termijn heet al zo. Trek dit verzoek in en maak het opnieuw.",
}


def make(quarter: Quarter, *, why: str = "", by, at: datetime) -> PaymentRequest:
    """Make the request that the forecast proposes, with its paper and number. Raises RequestRefused (NOT_CLOSED,
    NOT_THE_LAST, NOTHING, THERE), ValidationError for what `why` may not hold."""
    closing = Closing.objects.filter(quarter=quarter).first()
    if closing is None:
        raise RequestRefused(Reason.NOT_CLOSED)
    if closing != last_closing():
        raise RequestRefused(Reason.NOT_THE_LAST)
    if PaymentRequest.objects.filter(closing=closing, outcome__in=["", Outcome.RELEASED]).exists():
        raise RequestRefused(Reason.THERE)
    words = PaymentRequest._meta.get_field("why").clean(why, None)
    found = proposal(AsOf(local_day(at), at))
    if found is None:
        raise RequestRefused(Reason.NOTHING)
    try:
        with transaction.atomic():
            number = _take_number(at)
            content = paper.render(number, closing, found, words, at=at)
            return PaymentRequest.objects.create(
                closing=closing,
                number=number,
                amount=found.amount,
                due_on=found.by,
                agreed=found.agreed,
                why=words,
                filename=f"betaalverzoek-{number}.pdf",
                content=content,
                sha256=hashlib.sha256(content).hexdigest(),
                asked_at=at,
                asked_by=by,
            )
    except IntegrityError:  # the constraint `one_request_per_closing`: a colleague pressed in the same moment
        raise RequestRefused(Reason.THERE) from None


def _take_number(at: datetime) -> str:
    """The next number of the year: a held row, never a database sequence, so that what failed leaves no gap."""
    name = f"{SERIES}-{local_day(at).year}"
    NumberSeries.objects.get_or_create(name=name)
    series = NumberSeries.objects.select_for_update().get(name=name)
    series.last_number = number_series.last_used(name, counted=series.last_number, at=at) + 1
    series.save(update_fields=["last_number"])
    number_series.keep(name, series.last_number)
    return f"{name}-{series.last_number:04d}"


@transaction.atomic
def release(request: PaymentRequest, *, by, at: datetime) -> None:
    """A second person releases it: the fund knows the instalment, and the province gets a mail.

    Raises RequestRefused (OWN, DECIDED, OTHER), waiting.TooNew, waiting.MadeByYou.
    """
    if request.asked_by_id == by.pk:
        raise RequestRefused(Reason.OWN)
    assert_not_made_by(request.asked_by, by)
    assert_second_person(by, Right.RELEASE, at=at)
    try:
        instalment = request.agreed or instalments.agree(name_of(request), due_on=request.due_on, amount=request.amount)
    except instalments.AlreadyAgreed:
        decided = PaymentRequest.objects.filter(pk=request.pk, decided_at__isnull=False).exists()
        raise RequestRefused(Reason.DECIDED if decided else Reason.OTHER) from None
    _decide(request, Outcome.RELEASED, by=by, at=at, instalment=instalment)
    request_mail.post(request, at=at)


def give_back(request: PaymentRequest, *, by, at: datetime) -> None:
    """Not as it is: who made it withdraws it, another gives it back. Its number stays used. Raises RequestRefused."""
    _decide(request, Outcome.WITHDRAWN if request.asked_by_id == by.pk else Outcome.REFUSED, by=by, at=at)


def name_of(request: PaymentRequest) -> str:
    """What its instalment is called in the fund."""
    return f"Betaalverzoek {request.number}"


def _decide(request: PaymentRequest, outcome: str, *, by, at: datetime, instalment=None) -> None:
    """Once: the conditional UPDATE decides between two who press at the same moment."""
    waits = PaymentRequest.objects.filter(pk=request.pk, decided_at__isnull=True)
    if not waits.update(outcome=outcome, decided_by=by, decided_at=at, instalment=instalment):
        raise RequestRefused(Reason.DECIDED)
    request.refresh_from_db()


def standing_of(request: PaymentRequest, standings: list[Standing]) -> Standing | None:
    """What came in of its instalment and what is still open; None while it is not released."""
    return next((each for each in standings if each.instalment.pk == request.instalment_id), None)
