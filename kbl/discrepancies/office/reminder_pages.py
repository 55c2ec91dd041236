"""The office's page of reminders: who has what open, which mail went when, which comes next, and sending it now."""

from django import forms
from django.contrib import messages
from django.core import validators
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.discrepancies import kept_reminders, reminders
from kbl.discrepancies.models import Reminder, ReminderPlan, ReminderSeries
from kbl.discrepancies.reminders import NotReminded
from kbl.organisations.models import Organisation

ROWS_PER_PAGE = 25
REASONS: dict[NotReminded.Reason, str] = {
    NotReminded.Reason.NOTHING: "Er staat voor deze organisatie niets meer open.",
    NotReminded.Reason.TODAY: "Deze organisatie kreeg vandaag al een herinnering.",
    NotReminded.Reason.ALL: "Deze organisatie kreeg al twee herinneringen. Bel haar, en leg vast wat u afspreekt.",
}


class PlanForm(forms.ModelForm):
    """After how many days which reminder goes."""

    class Meta:
        model = ReminderPlan
        fields = ["first_after", "second_after", "third_after"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.min_value = 7  # type: ignore[attr-defined]
            field.validators += [
                validators.MinValueValidator(7, "Geef minstens 7 dagen: mensen zijn er niet altijd."),
                validators.MaxValueValidator(120, "Kies hooguit 120 dagen."),
            ]


@require_http_methods(["GET", "HEAD", "POST"])
@requires_audience(Audience.CUBISS)
def overview(request: ActingRequest) -> HttpResponse:
    """Everybody with open items, the longest first; the coordinator sets the days."""
    plan = ReminderPlan.current()
    form = PlanForm(request.POST if request.method == "POST" else None, instance=plan)
    if request.method == "POST":
        because = "Alleen de coördinator stelt de dagen in."
        request.acting.require(Right.COORDINATE, because=because)
        if form.is_valid():
            form.save()
            messages.success(request, "De dagen zijn opgeslagen.")
            return redirect("cubiss:discrepancy_reminders")
    today = clock.today()
    points, kept_at = kept_reminders.open_items(today)
    names = dict(Organisation.objects.filter(pk__in=points).values_list("pk", "name"))
    order = sorted(points, key=lambda pk: (points[pk].since or today, names[pk]))
    page = Paginator(order, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    known = Organisation.objects.select_related("parent").in_bulk(page.object_list)
    running = ReminderSeries.objects.filter(over_on=None, organisation__in=known).prefetch_related(
        "reminders__asked_by"
    )
    all_series = {each.organisation_id: each for each in running}
    stored = ReminderPlan.current()
    rows = [_row(known[pk], points[pk], all_series.get(pk), stored, today) for pk in page]
    context = {
        "rows": rows,
        "kept_at": kept_at,
        "page": page,
        "form": form,
        "plan": stored,
        "levels": reminders.LEVELS.values(),
        "few": reminders.FEW_UNREDEEMED,
        "failed": Reminder.objects.filter(state=Reminder.State.FAILED, series__over_on=None).count(),
        "may_send": request.acting.may(Right.ANSWER),
        "may_set": request.acting.may(Right.COORDINATE),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "cubiss/discrepancies_reminders.html", context, status=status)


def _row(organisation: Organisation, points, series: ReminderSeries | None, plan: ReminderPlan, today) -> dict:
    level = reminders.next_level(series)
    return {
        "organisation": organisation,
        "points": points,
        "days": (today - points.since).days if points.since else 0,
        "sent": [(reminders.LEVELS[each.level].title, each) for each in series.reminders.all()] if series else [],
        "next": level,
        "next_on": reminders.next_on(series, points, plan, today),
        "may_now": level is not None and not level.to_cubiss,
        "address": reminders.address_of(organisation),
    }


@require_POST
@requires_audience(
    Audience.CUBISS, Right.ANSWER, because="Alleen de coördinator of de financieel medewerker stuurt herinneringen."
)
def send(request: ActingRequest, slug: str) -> HttpResponse:
    """The next reminder of one organisation goes now."""
    organisation = get_object_or_404(Organisation.objects.select_related("parent"), slug=slug)
    try:
        reminder = reminders.remind_now(organisation, by=request.acting.user, at=clock.now())
    except reminders.NotReminded as refused:
        messages.warning(request, REASONS[refused.reason])
    else:
        if reminder.recipient:
            messages.success(request, f"De herinnering aan {organisation} gaat binnen tien minuten weg.")
        else:
            messages.error(request, f"Van {organisation} is geen e-mailadres bekend. Vul het in bij de organisatie.")
    return redirect("cubiss:discrepancy_reminders")
