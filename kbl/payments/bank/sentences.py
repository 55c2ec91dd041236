"""What is the matter with a bank file, in Dutch, and what to do about it."""

from decimal import Decimal
from typing import Any

from kbl.payments.bank.unreadable import Reason, Unreadable
from kbl.templatetags.kbl import euro

ASK = "Kies bij uw bank ‘CAMT.053’ (XML) bij het downloaden van afschriften."
KINDS = {
    "archive": "Dit is een ingepakt bestand (zip). Pak het uit en kies het XML-bestand dat erin zit.",
    "pdf": f"Dit is een PDF. {ASK}",
    "picture": f"Dit is een plaatje. {ASK}",
    "page": f"Dit is een webpagina. {ASK}",
    "office": f"Dit is een Excel- of Word-bestand. {ASK}",
    "mt940": f"Dit is MT940, het oude soort afschrift. {ASK}",
}
MESSAGES = {
    "pain.001": f"Dit is een betaalbestand (pain.001), en geen afschrift. {ASK}",
    "pain.002": f"Dit is een statusbericht (pain.002), en geen afschrift. {ASK}",
    "camt.052": f"Dit is een overzicht van de lopende dag (camt.052). Daar kan nog iets in veranderen. {ASK}",
    "camt.054": f"Dit is een bericht over losse boekingen (camt.054), en geen afschrift. {ASK}",
}
AGAIN = "Download het afschrift nog eens bij de bank."


def about_file(error: Unreadable) -> str:
    """Why a file cannot be read."""
    facts = error.facts
    match error.reason:
        case Reason.EMPTY:
            return f"Dit bestand is leeg. {AGAIN}"
        case Reason.TOO_LARGE:
            return f"Dit bestand is te groot: hooguit {facts['limit']} MB. Kies bij de bank een kortere periode."
        case Reason.WRONG_KIND:
            return KINDS[facts["kind"]]
        case Reason.NO_XML:
            return f"Dit is geen XML-bestand. {ASK}"
        case Reason.TRICK:
            return f"In dit bestand staat iets dat niet in een afschrift hoort. Daarom openen wij het niet. {AGAIN}"
        case Reason.WRONG_MESSAGE:
            return MESSAGES.get(facts["message"], f"Dit is geen bankafschrift. {ASK}")
        case Reason.INCOMPLETE:
            return f"In dit afschrift ontbreekt iets dat wij nodig hebben. {AGAIN}"
        case Reason.NO_BALANCE:
            return f"In afschrift {facts['statement']} staat geen begin- of eindsaldo. {AGAIN}"
        case Reason.DOES_NOT_ADD_UP:
            return _adding(facts)
        case Reason.CURRENCY:
            return "Dit afschrift is niet in euro’s. Kies het afschrift van de rekening waarvan u betaalt."
    return f"Dit bestand is beschadigd. {AGAIN}"


def _adding(facts: dict[str, Any]) -> str:
    """With the figures, so that whoever reads it can see it for himself."""
    expected: Decimal = facts["opening"] + facts["total"]
    return (
        f"Afschrift {facts['statement']} klopt niet: beginsaldo en boekingen samen zijn {euro(expected)}, maar het"
        f" eindsaldo is {euro(facts['closing'])}. {AGAIN}"
    )
