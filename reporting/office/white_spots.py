"""Where the programme does not reach yet, for the project team; and the target group of each municipality."""

from collections import Counter

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from intermediaries.models import Track
from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.formats import percent, percent_value
from kbl.organisations import target_groups
from kbl.organisations.models import Municipality, TargetGroup
from kbl.spreadsheets import Cell
from kbl.texts.personal import validate_free_text
from reporting.figures.places import told
from reporting.figures.white_spots import EXPECTED, KEEPER, START, Pace, PlaceSpots, Spot, white_spots
from reporting.office.flows import as_file
from vouchers.fields import CountField

ONLY_COORDINATOR_SETS = "Alleen de coördinator van Cubiss stelt een doelgroep in. U kunt haar wel bekijken."

SPOT_WORDS = {
    Spot.NO_INTERMEDIARY: "geen intermediair",
    Spot.SEVERAL: "meer gemeenten",
    Spot.NO_HANDOUT: "geen uitreiking",
    Spot.NO_MEMBER: "geen lid",
    Spot.MEMBERS: "",
}
PACE_WORDS = {
    Pace.NOT_STARTED: "doet nog niet mee",
    Pace.UNKNOWN: "geen doelgroep",
    Pace.TOO_EARLY: "nog te vroeg",
    Pace.FAR_BEHIND: "ver achter",
    Pace.FINE: "op koers",
}
PACE_TONES = {Pace.FAR_BEHIND: "attention", Pace.FINE: "success"}
HEADERS = [
    "gemeente",
    "doelgroep",
    "bron",
    "uitgereikt",
    "nieuwe leden",
    "bereik (%)",
    *(heading for track in Track for heading in (f"spoor {track.label}", f"leden in spoor {track.value}")),
    "naar verhouding",
    "tempo",
]


class TargetGroupForm(forms.Form):
    """How many people a municipality's target group has, and who says so."""

    use_required_attribute = False

    people = CountField(
        label="Doelgroep (personen)",
        min_value=1,
        max_value=1_000_000,
        error_messages={
            "required": "Vul in hoeveel mensen het zijn.",
            "invalid": "Vul een heel getal in, bijvoorbeeld 500 of 12.500.",
            "min_value": "Vul minstens 1 in.",
            "max_value": "Dit getal is te groot.",
        },
    )
    source = forms.CharField(
        label="Bron",
        max_length=160,
        validators=[validate_free_text],
        help_text="Waar het getal vandaan komt, bijvoorbeeld CBS 2025. Noem geen namen van mensen.",
        error_messages={
            "required": "Vul in waar het getal vandaan komt.",
            "max_length": "Deze bron is te lang. Gebruik hooguit 160 tekens.",
        },
    )


@require_safe
@requires_audience(Audience.CUBISS)
def show(request: ActingRequest) -> HttpResponse:
    """Every municipality with its tracks, target group and pace."""
    found = white_spots(clock.today(), clock.now())
    kept = KEEPER.latest()
    begun = [each for each in found if each.pace != Pace.NOT_STARTED]
    context = {
        "kept_at": kept.at if kept else None,
        "rows": [_row(each) for each in found],
        "tracks": Track,
        "begun": len(begun),
        "without_intermediary": sum(all(spot.spot == Spot.NO_INTERMEDIARY for spot in each.tracks) for each in begun),
        "without_handout": sum(not each.handed_out and not each.shared for each in begun),
        "without_member": sum(not each.members for each in begun),
        "behind": sum(each.pace == Pace.FAR_BEHIND for each in begun),
        "sources": Counter(each.estimate.source for each in found if each.estimate).most_common(),
        "start": START,
        "expected": EXPECTED,
    }
    return render(request, "cubiss/white_spots.html", context)


@require_safe
@requires_audience(Audience.CUBISS)
def export(request: ActingRequest, form: str) -> HttpResponse:
    """The same as a file, a line per municipality."""
    on = clock.today()
    return as_file(form, f"kbl-witte-vlekken-{on}.{form}", HEADERS, map(_line, white_spots(on, clock.now())))


@require_http_methods(["GET", "POST"])
@requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR_SETS)
def target_group(request: ActingRequest, code: str) -> HttpResponse:
    """Set the target group of one municipality, with its source."""
    municipality = get_object_or_404(Municipality, code=code)
    there = target_groups.estimates().get(municipality.pk)
    form = TargetGroupForm(request.POST or None, initial={"people": there.people if there else None})
    if request.method == "POST" and form.is_valid():
        changed = target_groups.estimate(municipality, by=request.acting.user, at=clock.now(), **form.cleaned_data)
        words = "is opgeslagen" if changed else "was al zo"
        messages.success(request, f"De doelgroep van {municipality} {words}.")
        return redirect("cubiss:white_spots")
    history = TargetGroup.objects.filter(municipality=municipality).select_related("by").order_by("-pk")
    page = {"form": form, "municipality": municipality, "history": history}
    return render(request, "cubiss/target_group.html", page, status=422 if form.errors else 200)


def _row(each: PlaceSpots) -> dict:
    """What one line of the page shows."""
    return {
        "place": each,
        "handed_out": told(each.handed_out, shared=each.shared),
        "reached": percent(each.reached, 1),
        "spots": [(f"Spoor {spot.track.value}", spot, SPOT_WORDS[spot.spot]) for spot in each.tracks],
        "pace": PACE_WORDS[each.pace],
        "tone": PACE_TONES.get(each.pace, "neutral"),
        "expected": round(each.expected) if each.pace in (Pace.FAR_BEHIND, Pace.FINE) else None,
    }


def _line(each: PlaceSpots) -> list[Cell]:
    estimate = each.estimate
    return [
        each.municipality.name,
        estimate.people if estimate else None,
        estimate.source if estimate else "",
        told(each.handed_out, shared=each.shared),
        each.members,
        None if each.reached is None else percent_value(each.reached, 1),
        *(cell for spot in each.tracks for cell in (SPOT_WORDS[spot.spot], spot.members)),
        round(each.expected) if each.expected else None,
        PACE_WORDS[each.pace],
    ]
