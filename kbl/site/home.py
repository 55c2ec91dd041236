"""After logging in everybody comes to the page that is theirs; and changing for whom somebody acts."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from kbl.accounts.access import SESSION_KEY, assignments
from kbl.accounts.roles import AUDIENCES


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Go to the page of the role in which somebody acts. Somebody without a role gets 404: ask Cubiss."""
    mine = assignments(request)
    if not mine:
        raise Http404
    chosen = next((each for each in mine if each.pk == request.session.get(SESSION_KEY)), mine[0])
    return redirect(AUDIENCES[chosen.audience].home)


@require_http_methods(["GET", "POST"])
def switch(request: HttpRequest) -> HttpResponse:
    """Choose for whom and in which role to act."""
    mine = assignments(request)
    if not mine:
        raise Http404
    if request.method == "POST":
        chosen = next((each for each in mine if str(each.pk) == request.POST.get("assignment")), None)
        if chosen is None:
            raise Http404
        request.session[SESSION_KEY] = chosen.pk
        return HttpResponseRedirect(reverse(AUDIENCES[chosen.audience].home))
    return render(request, "account/switch.html", {"assignments": mine})
