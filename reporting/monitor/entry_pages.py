"""Entering the monitor's facts at Cubiss: one page for every kind, and taking back what was wrong."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.facts import Fact, FutureDate
from kbl.organisations.models import Programme
from kbl.periods import Quarter, quarters
from reporting.monitor import entering
from reporting.monitor.entering import EntryRefused
from reporting.monitor.forms import ActivityForm, AgreementForm, EntryForm, ReachForm, RiskForm, StoryForm
from vouchers.sentences import about_future

ONLY_COORDINATOR = "Alleen de coördinator van Cubiss vult de monitor in. U kunt alles bekijken."
coordinators = requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR)


@dataclass(frozen=True)
class EntryKind:
    """A kind of fact as the page calls it."""

    slug: str
    title: str
    lead: str
    form: type[EntryForm]


KINDS: Mapping[str, EntryKind] = {
    each.slug: each
    for each in (
        EntryKind(
            "bereik", "Bereik meten", "Een meting voor doel B: hoeveel mensen kennen of bereikten wij?", ReachForm
        ),
        EntryKind("campagne", "Campagneactiviteit", "Wat wij deden om bekend te zijn, met het bereik.", ActivityForm),
        EntryKind("overeenkomst", "Samenwerkingsovereenkomst", "Doel C: de afspraken met een partner.", AgreementForm),
        EntryKind("risico", "Stand van een risico", "Cijfer, richting en maatregel, op een dag.", RiskForm),
        EntryKind(
            "verhaal", "Verhaal van het kwartaal", "Kort, warm, en zonder dat iemand te herkennen is.", StoryForm
        ),
    )
}


def kind_or_404(slug: str) -> EntryKind:
    """The kind with this slug. Raises Http404."""
    if slug not in KINDS:
        raise Http404
    return KINDS[slug]


@require_http_methods(["GET", "HEAD", "POST"])
@coordinators
def enter(request: ActingRequest, kind: str) -> HttpResponse:
    """The form of one kind of fact. What was typed stays when something is not right."""
    chosen, on, at = kind_or_404(kind), clock.today(), clock.now()
    form = _form(chosen, on, request)
    if request.method == "POST" and form.is_valid() and _entered(form, request.acting.user, on, at):
        messages.success(request, "Vastgelegd.")
        return redirect("cubiss:monitor")
    page = {"kind": chosen, "form": form}
    return render(request, "cubiss/monitor_entry.html", page, status=422 if request.method == "POST" else 200)


def _form(chosen: EntryKind, on, request: ActingRequest) -> EntryForm:
    initial = {"on": on, "risk": request.GET.get("risico"), "quarter": str(Quarter.of(on))}
    data = request.POST if request.method == "POST" else None
    if chosen.form is StoryForm:
        programme = Programme.current()
        found = list(quarters(programme.starts_on, min(on, programme.ends_on)))
        return StoryForm(data, initial=initial, quarters=found[::-1])
    return chosen.form(data, initial=initial)


def _entered(form: EntryForm, by, on, at) -> bool:
    """Whether it was written down; else the form says why not."""
    try:
        if isinstance(form, StoryForm):
            entering.tell_story(**form.values(), by=by, at=at, on=on)
        else:
            entering.enter(form.model, form.values(), by=by, at=at)
    except FutureDate as refused:
        form.add_error("on", about_future(refused))
    except EntryRefused as refused:
        about_numbers = refused.reason is EntryRefused.Reason.OVER_ALL
        place = "reached" if about_numbers else "no_names" if refused.reason is EntryRefused.Reason.NAMES else None
        form.add_error(place, entering.sentence(refused))
    except ValidationError as error:
        form.tell(error)
    return not form.errors


@require_POST
@coordinators
def take_back(request: ActingRequest, kind: str, pk: int) -> HttpResponse:
    """It was wrong: it counts no more, and stays visible."""
    fact: Fact = get_object_or_404(kind_or_404(kind).form.model, pk=pk)
    if entering.take_back(fact, by=request.acting.user, at=clock.now()):
        messages.success(request, "Ingetrokken. De regel blijft zichtbaar en telt niet meer mee.")
    return redirect("cubiss:monitor_facts", kind=kind)
