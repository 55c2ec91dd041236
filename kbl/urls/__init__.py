"""The whole site: one URLconf per audience. Everything needs a login unless it says otherwise."""

from django.urls import include, path

from kbl.admin import office
from kbl.site.help import help_page, hint_seen
from kbl.site.home import home, switch
from kbl.site.offline import offline, offline_worker
from kbl.upkeep.urls import health

urlpatterns = [
    path("", home, name="home"),
    path("wissel/", switch, name="switch"),
    path("hulp/", help_page, name="help"),
    path("hulp/<slug:key>/gezien/", hint_seen, name="hint_seen"),
    path("geen-verbinding/", offline, name="offline"),
    path("geen-verbinding.js", offline_worker, name="offline_worker"),
    path("gezond/", include(health)),
    path("account/", include("kbl.urls.account")),
    path("cubiss/beheer/", office.urls),  # not inside `cubiss`: the admin's own templates ask for `admin:...`
    path("cubiss/", include(("kbl.urls.cubiss", "cubiss"))),
    path("intermediair/", include(("kbl.urls.intermediary", "intermediary"))),
    path("bibliotheek/", include(("kbl.urls.library", "library"))),
    path("gemeente/", include(("kbl.urls.municipality", "municipality"))),
    path("provincie/", include(("kbl.urls.province", "province"))),
    path("v/", include(("kbl.urls.public", "public"))),
    path("enquete/", include(("reporting.survey.urls", "survey"))),
]

# Web workers are two groups (docs/hosting.md): what reads everything that happened never stands before a desk where
# somebody waits. Every address begins with one of these; the start page is the desks' too. Proxies are held against it.
OFFICE = ("/cubiss/", "/provincie/", "/gemeente/")
DESKS = (
    "/bibliotheek/",
    "/intermediair/",
    "/v/",
    "/enquete/",
    "/account/",
    "/wissel/",
    "/hulp/",
    "/gezond/",
    "/geen-verbinding",
    "/static/",
)

handler403 = "kbl.site.errors.forbidden"
