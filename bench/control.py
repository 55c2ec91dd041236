"""The control: as bare as bench/bare.py, behind our whole middleware, answering with one rendered page of 2 kB.

What a desk costs above it is KBL's own: roles, the books' question, guessing, two facts, its own page part.
"""

from django.http import HttpRequest, HttpResponse
from django.template import Engine, RequestContext
from django.urls import path

from bench import bare

ROWS = "".join(f"<tr><td>{row}</td><td>{{{{ said }}}}</td><td>{{{{ user }}}}</td></tr>" for row in range(30))
PAGE = Engine.get_default().from_string(
    "<!doctype html><html lang='nl'><head><title>{{ said }}</title></head><body>"
    "<form method='post'>{% csrf_token %}</form>"
    f"<table>{ROWS}</table></body></html>"
)


def _page(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    return HttpResponse(PAGE.render(RequestContext(request, {"said": answer.content.decode()})))


def redeem(request: HttpRequest) -> HttpResponse:
    """The voucher's row and one fact, on a page."""
    return _page(request, bare.redeem(request))


def look(request: HttpRequest) -> HttpResponse:
    """The voucher's row, on a page."""
    return _page(request, bare.look(request))


urlpatterns = [path("redeem/", redeem), path("look/", look)]
