"""What Cubiss does with ranges of vouchers: take back, recall, make void, make valid for longer."""

from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods

from kbl.accounts.access import requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.clock import now, today
from kbl.facts import refuse_future
from kbl.organisations.models import Programme
from vouchers.custody import returns, revalidation, stock
from vouchers.models import ExpectedReturn
from vouchers.office.forms import ExtendForm, RecallForm, RevalidateForm, TakeBackForm, VoidForm
from vouchers.office.two_steps import PageFrame, PageWords, Plan, in_two_steps

ONLY_COORDINATOR = "Alleen de coördinator van Cubiss verandert de voorraad. U kunt alles wel bekijken."
RETURNS = PageFrame(done="cubiss:expected_returns")
REVALIDATION = PageFrame(done="cubiss:revalidation_requests")


def prefilled(request: HttpRequest, **names: str) -> dict[str, str | None]:
    """What a link to a form filled in beforehand: `?nummers=0000012`, and the names asked for."""
    wanted = {"serials": "nummers", **names}
    return {field: request.GET.get(name) for field, name in wanted.items()}


@require_http_methods(["GET", "POST"])
@requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR)
def take_back(request: HttpRequest) -> HttpResponse:
    """Vouchers came back from an intermediary to our own stock."""
    by, at = request.user, now()
    form = TakeBackForm(request.POST or None, today=today(), initial=prefilled(request, holder="van"))
    words = PageWords(
        title="Terugnemen",
        lead="De vouchers liggen daarna weer bij Cubiss en kunnen naar een andere intermediair.",
        button="Ja, terugnemen",
    )

    def plan(data: dict) -> Plan:
        holder, on = data["holder"], data["on"]
        return Plan(
            eligibility=stock.may_take_back(holder, on),
            act=lambda serials: [stock.take_back(serials, holder=holder, on=on, by=by, at=at)],
            question=lambda many: f"U neemt {many} terug van {holder}.",
            done=lambda many: f"{many} teruggenomen van {holder}.",
            check=lambda: refuse_future(on, at),
            holder=str(holder),
        )

    return in_two_steps(request, form, words, plan)


@require_http_methods(["GET", "POST"])
@requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR)
def recall(request: HttpRequest) -> HttpResponse:
    """Cubiss asks vouchers back; they stay where they are, and valid, until they are here."""
    by, at = request.user, now()
    form = RecallForm(request.POST or None, today=today(), initial=prefilled(request, holder="van"))
    words = PageWords(
        title="Terugvragen",
        lead="De intermediair ziet welke nummers u terug wilt. Ze blijven geldig tot ze bij Cubiss zijn.",
        button="Ja, terugvragen",
    )

    def plan(data: dict) -> Plan:
        holder, on = data["holder"], data["on"]
        return Plan(
            eligibility=stock.may_take_back(holder, on),
            act=lambda serials: returns.expect(
                [serials], kind=ExpectedReturn.Kind.RECALL, holder=holder, on=on, by=by, at=at
            ),
            question=lambda many: f"U vraagt {many} terug van {holder}.",
            done=lambda many: f"{many} teruggevraagd van {holder}.",
            check=lambda: refuse_future(on, at),
            holder=str(holder),
        )

    return in_two_steps(request, form, words, plan, RETURNS)


@require_http_methods(["GET", "POST"])
@requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR)
def void(request: HttpRequest) -> HttpResponse:
    """Vouchers become void, wherever they are."""
    by, at = request.user, now()
    form = VoidForm(request.POST or None, today=today(), initial=prefilled(request))
    words = PageWords(
        title="Ongeldig maken",
        lead="Kwijt, gestolen, beschadigd of verkeerd gedrukt: het nummer werkt daarna nergens meer.",
        button="Ja, ongeldig maken",
        danger=True,
    )

    def plan(data: dict) -> Plan:
        on, why = data["on"], data["reason"]
        reason = dict(form.fields["reason"].choices)[why].lower()  # type: ignore[attr-defined]
        return Plan(
            eligibility=stock.may_void(on),
            act=lambda serials: stock.void(serials, reason=why, on=on, by=by, at=at),
            question=lambda many: f"U maakt {many} ongeldig. Reden: {reason}. Dit draait u niet alleen terug.",
            done=lambda many: f"{many} ongeldig gemaakt: {reason}.",
            check=lambda: refuse_future(on, at),
        )

    return in_two_steps(request, form, words, plan)


@require_http_methods(["GET", "POST"])
@requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR)
def extend(request: HttpRequest) -> HttpResponse:
    """Vouchers become valid for longer, wherever they are."""
    by, on, at = request.user, today(), now()
    form = ExtendForm(
        request.POST or None,
        today=on,
        valid_until=Programme.current().ends_on,
        initial=prefilled(request),
    )
    words = PageWords(
        title="Langer geldig maken",
        lead="Ook vouchers die al verlopen zijn, of die iemand al heeft. Korter maken kan niet.",
        button="Ja, langer geldig maken",
    )

    def plan(data: dict) -> Plan:
        last_day = data["valid_until"]
        until = date_format(last_day, "j F Y")
        return Plan(
            eligibility=stock.may_extend(last_day),
            act=lambda serials: [stock.extend(serials, valid_until=last_day, on=on, by=by, at=at)],
            question=lambda many: f"U maakt {many} geldig tot en met {until}.",
            done=lambda many: f"{many} nu geldig tot en met {until}.",
            check=lambda: stock.refuse_past(last_day, at),
        )

    return in_two_steps(request, form, words, plan)


@require_http_methods(["GET", "POST"])
@requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR)
def revalidate(request: HttpRequest) -> HttpResponse:
    """Ask to make void vouchers valid again; a second person decides."""
    by, at = request.user, now()
    form = RevalidateForm(request.POST or None, today=today(), initial=prefilled(request))
    words = PageWords(
        title="Weer geldig maken",
        lead="Een collega kijkt met u mee: de vouchers werken weer zodra die akkoord geeft.",
        button="Ja, vraag een collega",
    )

    def plan(data: dict) -> Plan:
        on, why = data["on"], data["reason"]
        return Plan(
            eligibility=revalidation.MAY_REVALIDATE,
            act=lambda serials: revalidation.ask([serials], reason=why, on=on, by=by, at=at),
            question=lambda many: f"U vraagt om {many} weer geldig te maken.",
            done=lambda many: f"Gevraagd: {many} weer geldig maken. Een collega kijkt mee.",
            check=lambda: refuse_future(on, at),
        )

    return in_two_steps(request, form, words, plan, REVALIDATION)
