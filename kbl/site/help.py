"""Help where it is needed: the page Hulp, and putting a first-use hint away."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kbl.accounts.access import SESSION_KEY, acting_in, assignments
from kbl.site.hints import HINTS, put_away
from kbl.site.instructions import INSTRUCTIONS


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """How it works for the role in which somebody acts, and whom to ask. Somebody without a role gets 404."""
    mine = assignments(request)
    if not mine:
        raise Http404
    chosen = next((each for each in mine if each.pk == request.session.get(SESSION_KEY)), mine[0])
    request.acting = acting = acting_in(request, chosen.audience)  # type: ignore[attr-defined]
    own, *others = INSTRUCTIONS[acting.role]
    return render(request, "help.html", {"own": own, "others": others})


@require_POST
def hint_seen(request: HttpRequest, key: str) -> HttpResponse:
    """Put a hint away: htmx takes it off the page, without a script the page comes back without it."""
    try:
        put_away(key, by=request.user)
    except KeyError as unknown:
        raise Http404 from unknown
    if request.headers.get("HX-Request"):
        return HttpResponse()
    return redirect(next(reverse(route) for route, hint in HINTS.items() if hint.key == key))
