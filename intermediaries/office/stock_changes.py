"""What Cubiss does with ranges of vouchers for intermediaries: allocate them, and move them from one to another."""

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from intermediaries import accreditation
from intermediaries.accreditation import NotAccredited
from intermediaries.office.stock_forms import AllocateForm, HandOnForm
from intermediaries.sentences import about_accreditation
from kbl.accounts.access import requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.clock import now, today
from kbl.facts import refuse_future
from kbl.organisations.models import Organisation
from vouchers.custody import stock
from vouchers.office.stock_changes import ONLY_COORDINATOR, prefilled
from vouchers.office.two_steps import PageWords, Plan, RefusedIn, in_two_steps

NOT_ACCREDITED: RefusedIn = {NotAccredited: ("to", about_accreditation)}


def may_receive(to: Organisation, on: date, at: datetime) -> None:
    """An intermediary gets vouchers on a day that has come and on which it is accredited."""
    refuse_future(on, at)
    accreditation.require_accreditation(to, on)


@require_http_methods(["GET", "POST"])
@requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR)
def allocate(request: HttpRequest) -> HttpResponse:
    """Vouchers go from our own stock to an intermediary."""
    by, at = request.user, now()
    form = AllocateForm(request.POST or None, today=today(), initial=prefilled(request, to="naar"))
    words = PageWords(
        title="Toewijzen",
        lead="De vouchers gaan van onze eigen voorraad naar een intermediair.",
        button="Ja, toewijzen",
    )

    def plan(data: dict) -> Plan:
        to, on = data["to"], data["on"]
        return Plan(
            eligibility=stock.may_allocate(on),
            act=lambda serials: [accreditation.allocate(serials, to=to, on=on, by=by, at=at)],
            question=lambda many: f"U wijst {many} toe aan {to}.",
            done=lambda many: f"{many} toegewezen aan {to}.",
            check=lambda: may_receive(to, on, at),
            refused_in=NOT_ACCREDITED,
        )

    return in_two_steps(request, form, words, plan)


@require_http_methods(["GET", "POST"])
@requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR)
def hand_on(request: HttpRequest) -> HttpResponse:
    """Vouchers move from one intermediary to another."""
    by, at = request.user, now()
    form = HandOnForm(request.POST or None, today=today(), initial=prefilled(request, holder="van", to="naar"))
    words = PageWords(
        title="Verplaatsen",
        lead="De vouchers gaan van de ene intermediair naar de andere.",
        button="Ja, verplaatsen",
    )

    def plan(data: dict) -> Plan:
        holder, to, on = data["holder"], data["to"], data["on"]
        return Plan(
            eligibility=stock.may_hand_on(holder, on),
            act=lambda serials: [accreditation.hand_on(serials, holder=holder, to=to, on=on, by=by, at=at)],
            question=lambda many: f"U verplaatst {many} van {holder} naar {to}.",
            done=lambda many: f"{many} verplaatst van {holder} naar {to}.",
            check=lambda: may_receive(to, on, at),
            holder=str(holder),
            refused_in=NOT_ACCREDITED,
        )

    return in_two_steps(request, form, words, plan)
