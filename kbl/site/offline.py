"""Without a connection: a page in our own words instead of the browser's.

A service worker keeps that one page and what it looks like (static files), fetched without cookies, and shows it when
a page of ours cannot be reached. It keeps nothing else: no answer to somebody who is logged in is ever stored
(`no-store`), and htmx's requests do not pass through it. Only pages of people who are logged in start it, so that the
residents' page leaves nothing behind on anybody's phone.
"""

import json
from hashlib import sha256

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

LOOK = (
    "vendor/bootstrap/bootstrap.min.css",
    "vendor/inter/inter.css",
    "vendor/inter/inter-latin-wght-normal.woff2",
    "theme/kbl.css",
    "theme/logo.svg",
    "theme/shelf.svg",
)


@login_not_required
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page that is kept for when there is no connection; the same for everybody."""
    return render(request, "offline.html")


@login_not_required
@require_safe
@cache_control(no_cache=True)
def offline_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root because it speaks for the whole site; another look gives it another name."""
    page, files = reverse("offline"), [static(each) for each in LOOK]
    version = sha256((render_to_string("offline.html") + "".join(files)).encode()).hexdigest()[:12]
    kept = json.dumps({"name": f"kbl-offline-{version}", "page": page, "files": files})
    return render(request, "offline.js", {"kept": kept}, content_type="text/javascript; charset=utf-8")
