"""How far a library is with its seven steps: who did what when, and ticking the next one off."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.clock import now, today
from kbl.facts import FutureDate
from kbl.organisations import readiness
from kbl.organisations.models import Organisation, ReadinessStep
from vouchers.fields import day_field
from vouchers.sentences import about_future

ONLY_COORDINATOR = "Alleen de coördinator van Cubiss vinkt stappen af. U kunt ze wel bekijken."
Step = ReadinessStep.Step


class StepForm(forms.Form):
    """A step that was done on a day."""

    use_required_attribute = False

    step = forms.ChoiceField(choices=Step.choices, widget=forms.HiddenInput)
    on = day_field("Gedaan op")

    @classmethod
    def of(cls, step: Step, on: date) -> "StepForm":
        return cls(initial={"step": step.value, "on": on}, auto_id=f"{step.value}_%s")


@require_http_methods(["GET", "POST"])
@requires_audience(Audience.CUBISS)
def library_ready(request: ActingRequest, slug: str) -> HttpResponse:
    """The seven steps of one library; each is ticked off with its day, and can be taken back."""
    library = get_object_or_404(Organisation, slug=slug)
    failed: StepForm | None = None
    if request.method == "POST":
        request.acting.require(Right.COORDINATE, because=ONLY_COORDINATOR)
        failed = _tick(request, library)
        if failed is None:
            return redirect("cubiss:library_ready", slug=slug)
    found, on = readiness.readiness([library])[0], today()
    asked = request.POST.get("step")
    steps = [
        (step, fact, failed if failed and step.value == asked else StepForm.of(step, on)) for step, fact in found.steps
    ]
    page = {"library": library, "readiness": found, "steps": steps}
    return render(request, "cubiss/readiness.html", page, status=422 if failed else 200)


def _tick(request: ActingRequest, library: Organisation) -> StepForm | None:
    """Tick a step off or take it back; the form when something is not right with it."""
    by, at, asked = request.acting.user, now(), request.POST.get("step", "")
    if "undo" in request.POST:
        if asked in Step.values and readiness.undone(library, asked, by=by, at=at):
            messages.success(request, "De stap staat weer open.")
        return None
    form = StepForm(request.POST, auto_id=f"{asked if asked in Step.values else 'step'}_%s")
    if not form.is_valid():
        return form
    try:
        readiness.done(library, form.cleaned_data["step"], on=form.cleaned_data["on"], by=by, at=at)
    except FutureDate as refused:
        form.add_error("on", about_future(refused))
        return form
    messages.success(request, "De stap is afgevinkt.")
    return None
