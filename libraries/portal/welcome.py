"""The welcome card behind the counter: counting what was told, and the page where the manager keeps the card."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.clock import today
from kbl.periods import Quarter
from libraries import welcome
from libraries.access import library_of
from libraries.models import WelcomeOffer
from libraries.portal.forms import OfferForm

ONLY_THE_MANAGER = "De welkomstkaart is voor wie bij uw bibliotheek het beheer doet."


@require_POST
@requires_audience(Audience.LIBRARY)
def tell(request: ActingRequest) -> HttpResponse:
    """One press at the counter counts, a second press takes it back. Which offering stands in no address."""
    offers = welcome.offers_of(library_of(request.acting)).filter(active=True)
    asked = request.POST.get("offer", "")
    if not asked.isdecimal() or len(asked) > 18:
        raise Http404
    offer = get_object_or_404(offers, pk=int(asked))
    told = request.POST.get("told") != "yes"
    count = welcome.tell if told else welcome.untell
    count(offer, quarter=Quarter.of(today()))
    if request.headers.get("HX-Request") == "true":
        return render(request, "library/desk/welcome_told.html", {"offer": offer, "told": told})
    messages.success(request, "Geteld. Fijn dat u het vertelde.")
    return redirect("library:desk")


@requires_audience(Audience.LIBRARY, Right.MANAGE, because=ONLY_THE_MANAGER)
@require_http_methods(["GET", "POST"])
def card(request: ActingRequest) -> HttpResponse:
    """The whole card with this quarter's numbers; an empty one can begin with what most libraries offer."""
    library = library_of(request.acting)
    if request.method == "POST":
        if welcome.begin_with_examples(library):
            messages.success(request, "Uw kaart is begonnen. Haal weg wat u niet heeft, en zet erbij wat mist.")
        return redirect("library:welcome")
    quarter = Quarter.of(today())
    now, before = (welcome.told(library, quarter=each) for each in (quarter, quarter.previous))
    offers = list(welcome.offers_of(library))
    rows = [
        (theme, [(offer, now.get(offer.pk, 0), before.get(offer.pk, 0)) for offer in those])
        for theme, those in welcome.by_theme(offers)
    ]
    context = {"themes": rows, "quarter": quarter, "shown": sum(offer.active for offer in offers)}
    return render(request, "library/welcome.html", context)


@requires_audience(Audience.LIBRARY, Right.MANAGE, because=ONLY_THE_MANAGER)
@require_http_methods(["GET", "POST"])
def new_offer(request: ActingRequest) -> HttpResponse:
    """Put something on the card, at the end."""
    library = library_of(request.acting)
    last = welcome.offers_of(library).order_by("-position").values_list("position", flat=True).first()
    return _edit(request, WelcomeOffer(library=library, position=min((last or 0) + 1, OfferForm.LAST_PLACE)))


@requires_audience(Audience.LIBRARY, Right.MANAGE, because=ONLY_THE_MANAGER)
@require_http_methods(["GET", "POST"])
def change_offer(request: ActingRequest, pk: int) -> HttpResponse:
    """Change one offering; what was told about it stays counted."""
    return _edit(request, get_object_or_404(welcome.offers_of(library_of(request.acting)), pk=pk))


def _edit(request: ActingRequest, offer: WelcomeOffer) -> HttpResponse:
    form = OfferForm(request.POST if request.method == "POST" else None, instance=offer)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, f"“{offer.title}” is bewaard.")
        return redirect(f"{reverse('library:welcome')}#aanbod-{offer.pk}")
    return render(request, "library/welcome_form.html", {"form": form, "offer": offer})
