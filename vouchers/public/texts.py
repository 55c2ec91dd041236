"""What the voucher's public page says, in Dutch; the other languages are in locale/, one file each.

This is the only page of KBL that is translated. A text gets its language when it is shown. After a change:
`manage.py makemessages --all --ignore=.venv --no-wrap --add-location=never`, translate, `scripts/messages.py`.
"""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

# Django writes these months with a capital, the languages themselves do not.
SMALL_MONTHS = ("bg", "ro")

TEXTS: dict[str, Any] = {
    "page_title": _("Uw waardebon voor de bibliotheek"),
    "to_content": _("Naar de inhoud"),
    "language": _("Kies uw taal"),
    # How a day is written, with Django's letters: https://docs.djangoproject.com/en/5.2/ref/templates/builtins/#date
    "day": pgettext_lazy("date", "j F Y"),
    # The voucher itself, as on paper
    "kind": _("Waardebon"),
    "welcome": _("Welkom in de bibliotheek"),
    "lead": _("Een jaar lang lid. U betaalt niets."),
    "number": _("Nummer"),
    "valid_until": _("Geldig tot en met"),
    "qr": _("QR-code van uw waardebon"),
    "bars": _("Streepjescode van uw waardebon"),
    "show": _("Laat dit zien in de bibliotheek."),
    "print": _("Afdrukken"),
    "another": _("Een andere bon bekijken"),
    # What it gives
    "get": _("Dit krijgt u"),
    "gets": [
        _("Een jaar lang gratis lid van de bibliotheek."),
        _("U leent boeken en tijdschriften."),
        _("Er is een plek voor u: om te lezen, te leren en mensen te ontmoeten."),
        _("Hebt u een vraag? Wij helpen u graag, ook met de computer."),
    ],
    # How it works
    "how": _("Zo werkt het"),
    "steps": [
        (_("Ga naar een bibliotheek die meedoet."), _("U kiest zelf welke.")),
        (_("Neem mee:"), _("uw waardebon en een legitimatiebewijs. De bon mag op papier of op uw telefoon.")),
        (_("U krijgt uw bibliotheekpas."), _("Veel plezier!")),
    ],
    "warm": _("Wij weten niet wie u bent. Dat hoeft ook niet."),
    "keep": _("De bon is van wie hem heeft: bewaar hem goed. Hij werkt één keer."),
    # Where to go
    "near": _("Een bibliotheek bij u in de buurt"),
    "near_lead": _("Uw waardebon werkt in elke bibliotheek die meedoet."),
    "municipality": _("Uw gemeente"),
    "choose": _("Kies een gemeente"),
    "search": _("Zoek bibliotheken"),
    "here": _("Bibliotheken in {municipality}"),
    "not_here": _("In {municipality} doet nu nog geen bibliotheek mee."),
    "elsewhere": _("Deze bibliotheken in de buurt doen al mee"),
    "from": _("Doet mee vanaf {day}"),
    "nowhere": _("Er doet nu nog geen bibliotheek mee. Bewaar uw waardebon goed en kijk later nog eens."),
    # The form
    "ask": _("Bekijk uw waardebon"),
    "field": _("Nummer van uw waardebon"),
    "help": _("De 14 cijfers die op de bon staan."),
    "button": _("Bekijk mijn bon"),
    "busy": _("Even kijken…"),
    "no_script": _("Hebt u de code gescand? Typ hier dan ook het nummer van uw bon. Vanzelf gaat dat nu niet."),
    # When it does not work
    "refused": _("Deze bon kunnen wij hier niet laten zien"),
    "refused_next": _(
        "Kijk of het nummer klopt. Klopt het? Vraag het dan in de bibliotheek, of bij wie u de bon gaf. Zij helpen u"
        " graag."
    ),
    "wrong": _("Dit nummer klopt nog niet"),
    "empty": _("Vul het nummer van uw waardebon in."),
    "letters": _("Het nummer heeft alleen cijfers. Kijk nog eens op uw bon."),
    "short": _("Het nummer heeft 14 cijfers. Wij tellen er {digits}. Kijk of er een cijfer mist."),
    "long": _("Het nummer heeft 14 cijfers. Wij tellen er {digits}. Haal weg wat er te veel staat."),
    "typo": _("Er is een cijfer verkeerd, of er staan er twee omgewisseld. Kijk nog eens op uw bon."),
    "keyboard": _("Hier staan tekens in plaats van cijfers. Kijk of Caps Lock uit staat, of typ de cijfers."),
    "several": _("Hier staan {digits} nummers. Vul het nummer van één bon in."),
    "wait": _("Even wachten"),
    "wait_next": _(
        "Er zijn net veel nummers bekeken die niet kloppen. Probeer het over tien minuten nog eens. Of ga met uw bon"
        " naar de bibliotheek: daar werkt hij gewoon."
    ),
    "offline": _("Er is geen verbinding"),
    "offline_next": _("Probeer het zo nog eens. In de bibliotheek werkt uw bon ook zonder deze pagina."),
    "again": _("Probeer opnieuw"),
}


def written(day: date) -> str:
    """A day as the language of this moment writes it, kept on one line: `31 grudnia 2027`."""
    words = date_format(day, str(TEXTS["day"])).replace(" ", "\N{NO-BREAK SPACE}")
    return words.lower() if get_language() in SMALL_MONTHS else words
