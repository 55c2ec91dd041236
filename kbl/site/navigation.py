"""The menu of each audience, as a table, and what every page's frame shows."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from kbl.accounts.access import Acting, assignments
from kbl.accounts.roles import Audience, Right
from kbl.organisations.models import Programme
from kbl.site.hints import hint_for

MENUS: dict[Audience, list[tuple[str, str, str]]] = {
    Audience.CUBISS: [
        ("Vandaag", "cubiss:home", "house"),
        ("Vouchers", "cubiss:stock", "tickets"),
        ("Bestellingen", "cubiss:orders", "inbox"),
        ("Organisaties", "cubiss:organisations", "building-2"),
        ("Kwartalen", "cubiss:closings", "calendar-check"),
        ("Betalingen", "cubiss:payments", "banknote"),
        ("Lidmaatschapsfonds", "cubiss:fund", "wallet"),
        ("Verschillen", "cubiss:discrepancies", "list-checks"),
        ("Rapportages", "cubiss:reports", "chart-column"),
        ("Controle", "cubiss:audit", "shield-check"),
    ],
    Audience.INTERMEDIARY: [
        ("Vandaag", "intermediary:home", "house"),
        ("Uitreiken", "intermediary:hand_out", "hand-heart"),
        ("Uitgereikt", "intermediary:handouts", "list"),
        ("Voorraad", "intermediary:stock", "tickets"),
        ("Bestellen", "intermediary:orders", "send"),
        ("Declaraties", "intermediary:statements", "file-text"),
        ("Aangesloten", "intermediary:offices", "users"),
    ],
    Audience.LIBRARY: [
        ("Inwisselen", "library:desk", "scan-line"),
        ("Inschrijvingen", "library:enrolments", "list"),
        ("Verlengingen", "library:renewals", "rotate-ccw"),
        ("Open punten", "library:open_items", "flag"),
        ("Welkomstkaart", "library:welcome", "heart"),
        ("Enquête", "library:survey", "chart-column"),
        ("Monitor", "library:monitor", "chart-line"),
        ("Facturen", "library:statements", "file-text"),
    ],
    Audience.MUNICIPALITY: [
        ("Zo gaat het", "municipality:home", "chart-column"),
        ("Bibliotheken", "municipality:libraries", "building-2"),
    ],
    Audience.PROVINCE: [
        ("Rapportages", "province:reports", "chart-column"),
        ("Monitor", "province:monitor", "list-checks"),
        ("Betaalverzoeken", "province:payment_requests", "wallet"),
    ],
}

# Pages elsewhere that belong under the same tab.
ALSO = {"cubiss:payments": ("cubiss:bank",)}

# Tabs that only some of the roles of an audience may open.
NEEDS = dict.fromkeys(("library:welcome", "library:survey", "library:monitor", "library:statements"), Right.MANAGE)

if _without := set(Audience) - set(MENUS):
    raise ImproperlyConfigured(f"No menu (kbl/site/navigation.py) for {sorted(_without)}.")


def navigation(request: HttpRequest) -> dict:
    """Context processor: `nav`, `audience` (its Dutch name), `acting_for`, `can_switch`, `acting`,
    `particulars`, `hint`."""
    programme = SimpleLazyObject(lambda: Programme.objects.filter(pk=1).first())
    acting = getattr(request, "acting", None)
    if acting is None:
        frame: dict = {"nav": [], "audience": "", "acting_for": None, "can_switch": False, "acting": None}
        return frame | {"programme": programme}
    audience = acting.role.audience
    return {
        "nav": SimpleLazyObject(lambda: menu(request, acting)),  # an answer that is a part of a page has none
        "audience": audience.label,
        "acting_for": acting.organisation,
        "can_switch": len(assignments(request)) > 1,
        "acting": acting,
        "particulars": reverse(f"{audience.value}:particulars") if acting.may(Right.OWN_ACCOUNT) else "",
        "programme": programme,
        "hint": SimpleLazyObject(lambda: hint_for(request, acting)),
    }


def menu(request: HttpRequest, acting: Acting) -> list[dict[str, Any]]:
    """The tabs that somebody in this role has, with the one that is open."""
    nav: list[dict[str, Any]] = []
    for label, name, icon in MENUS[acting.role.audience]:
        if name in NEEDS and not acting.may(NEEDS[name]):
            continue
        if name == "intermediary:offices" and not (acting.organisation and acting.organisation.offices.exists()):
            continue
        url = reverse(name)
        home = name.endswith((":home", ":desk"))
        url_of_room = (url, *(reverse(other) for other in ALSO.get(name, ())))
        nav.append(
            {
                "label": label,
                "url": url,
                "icon": icon,
                "active": request.path == url if home else request.path.startswith(url_of_room),
            }
        )
    # A tab that lies inside another's addresses is the one that is open.
    deepest = max((len(each["url"]) for each in nav if each["active"]), default=0)
    for each in nav:
        each["active"] = each["active"] and len(each["url"]) == deepest
    return nav
