"""What an intermediary does with vouchers in its own drawer besides handing them out: report a loss, send them back."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from intermediaries.access import organisation_of
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.clock import now, today
from kbl.facts import refuse_future
from vouchers.custody import returns, stock
from vouchers.fields import EntryField
from vouchers.models import ExpectedReturn, StockMovement
from vouchers.office.forms import CustodyForm, reason_field
from vouchers.office.two_steps import PageFrame, PageWords, Plan, in_two_steps
from vouchers.sentences import YOU

Reason = StockMovement.Reason
DRAWER = PageFrame(
    base="intermediary/base.html",
    home="intermediary:stock",
    home_title="Voorraad",
    done="intermediary:stock",
    own=True,
)
WHAT_HAPPENED = {
    Reason.LOST: ("Ze zijn kwijt", "kwijt"),
    Reason.STOLEN: ("Ze zijn gestolen", "gestolen"),
    Reason.DAMAGED: ("Ze zijn beschadigd of verkeerd gedrukt", "beschadigd"),
}


class LossForm(CustodyForm):
    """Vouchers of one's own that cannot go out any more, and why."""

    reason = reason_field([(reason.value, words) for reason, (words, _) in WHAT_HAPPENED.items()])
    field_order = ["serials", "reason", "on"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "Wat is er gebeurd?"
        self.fields["on"].label = "Op welke dag?"
        self.fields["on"].help_text = "De dag waarop u het merkte."


class SendBackForm(CustodyForm):
    """Vouchers of one's own that go back to Cubiss."""

    serials = EntryField(label="Welke nummers stuurt u terug?")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = "Op welke dag stuurt u ze?"
        self.fields["on"].help_text = "Vandaag, of een eerdere dag."


@requires_audience(Audience.INTERMEDIARY)
@require_http_methods(["GET", "POST"])
def loss(request: ActingRequest) -> HttpResponse:
    """Lost, stolen or damaged: from that moment the numbers work nowhere."""
    organisation, by, at = organisation_of(request.acting), request.acting.user, now()
    form = LossForm(request.POST or None, today=today(), initial={"serials": request.GET.get("nummers")})
    words = PageWords(
        title="Kwijt of kapot",
        lead="Meld welke vouchers u niet meer kunt meegeven. Ze werken daarna nergens meer.",
        button="Ja, melden",
        danger=True,
    )

    def plan(data: dict) -> Plan:
        on, reason = data["on"], Reason(data["reason"])
        what = WHAT_HAPPENED[reason][1]
        return Plan(
            eligibility=stock.may_void(on, organisation),
            act=lambda serials: stock.void(serials, reason=reason, on=on, by=by, at=at, holder=organisation),
            question=lambda many: f"U meldt {many} als {what}. Ze werken daarna niet meer in de bibliotheek.",
            done=lambda many: f"{many} gemeld als {what}. Cubiss weet het nu ook.",
            check=lambda: refuse_future(on, at),
            holder=YOU,
        )

    return in_two_steps(request, form, words, plan, DRAWER)


@requires_audience(Audience.INTERMEDIARY)
@require_http_methods(["GET", "POST"])
def send_back(request: ActingRequest) -> HttpResponse:
    """Vouchers go back to Cubiss; they leave the drawer's books when they are there."""
    organisation, by, at = organisation_of(request.acting), request.acting.user, now()
    form = SendBackForm(request.POST or None, today=today(), initial={"serials": request.GET.get("nummers")})
    words = PageWords(
        title="Terugsturen",
        lead="Meld welke vouchers u naar Cubiss stuurt. Cubiss boekt ze af zodra ze binnen zijn.",
        button="Ja, ik stuur ze terug",
    )

    def plan(data: dict) -> Plan:
        on = data["on"]
        return Plan(
            eligibility=stock.may_take_back(organisation, on),
            act=lambda serials: returns.expect(
                [serials], kind=ExpectedReturn.Kind.RETURN, holder=organisation, on=on, by=by, at=at
            ),
            question=lambda many: f"U stuurt {many} terug naar Cubiss.",
            done=lambda many: f"{many} aangekondigd. Stuur ze op; geef ze niet meer mee.",
            check=lambda: refuse_future(on, at),
            holder=YOU,
        )

    return in_two_steps(request, form, words, plan, DRAWER)
