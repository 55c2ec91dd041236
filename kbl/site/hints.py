"""First-use hints: two sentences on the page itself, until somebody has put them away.

Remembered per account in the database and not in the browser: a desk shares its computer, and a hint that is not shown
any more must not take place for a moment either (nothing on a page may move).
"""

from dataclasses import dataclass

from django.http import HttpRequest

from kbl.accounts.access import Acting
from kbl.accounts.models import HintSeen


@dataclass(frozen=True)
class Hint:
    """What is said, under the key by which it is put away."""

    key: str
    title: str
    words: str


# By the page where it stands.
HINTS = {
    "cubiss:home": Hint(
        "cubiss-vandaag",
        "Nieuw hier?",
        "Deze pagina laat zien wat vandaag aandacht vraagt. Zoeken kan overal: druk op / en scan of typ een nummer.",
    ),
    "cubiss:closings": Hint(
        "cubiss-kwartalen",
        "Eerst kijken, dan afsluiten",
        "Open een kwartaal om te zien wat iedereen krijgt. Er verandert pas iets als u afsluit.",
    ),
    "intermediary:hand_out": Hint(
        "uitreiken",
        "Zo meldt u vouchers",
        "Scan de nummers na elkaar, of typ een reeks: 0012345-0012370. U ziet meteen wat kan en bevestigt één keer.",
    ),
    "intermediary:statements": Hint(
        "declaraties",
        "Na elk kwartaal",
        "Cubiss maakt uw declaratie. Kijk of alles klopt en geef uw akkoord. Daarna wordt er betaald.",
    ),
    "library:desk": Hint(
        "balie",
        "In drie stappen klaar",
        "Scan de voucher. Kies met 1, 2 of 3 wat voor lid het wordt. Druk op Enter. Schrijf uw lid in zoals altijd.",
    ),
    "library:renewals": Hint(
        "verlengingen",
        "Een jaar voorbij",
        "Hier staan lidmaatschappen waarvan het jaar om is. Meld per nummer of het lid doorgaat. Twijfelt u? Wacht.",
    ),
    "library:statements": Hint(
        "facturen",
        "Na elk kwartaal",
        "Cubiss maakt de factuur voor u. Kijk of alles klopt en geef uw akkoord. Daarna wordt er betaald.",
    ),
    "province:reports": Hint(
        "rapportages",
        "Elk kwartaal een rapportage",
        "Kies een kwartaal om te lezen. Met de knop PDF bewaart u het document. Getallen onder de 5 laten wij weg.",
    ),
}
KEYS = {each.key for each in HINTS.values()}


def hint_for(request: HttpRequest, acting: Acting) -> Hint | None:
    """The hint of this page, unless this account has put it away."""
    match = request.resolver_match
    hint = HINTS.get(match.view_name) if match else None
    if hint is None or HintSeen.objects.filter(user=acting.user, hint=hint.key).exists():
        return None
    return hint


def put_away(key: str, *, by) -> None:
    """Do not show this hint to this account again; twice is as good as once. Raises KeyError for an unknown hint."""
    if key not in KEYS:
        raise KeyError(key)
    HintSeen.objects.bulk_create([HintSeen(user=by, hint=key)], ignore_conflicts=True)
