"""What is the matter with a bank file, in Dutch, and what to do about it."""

from decimal import Decimal
from typing import Any, assert_never

from django.utils.formats import date_format

from kbl.clock import local_day
from kbl.formats import euro
from kbl.payments.bank.importing import AlreadyRead, Busy, FromTheFuture, NotOurs, Stale, TooMuch
from kbl.payments.bank.unreadable import BankFileUnreadable, UnreadableReason

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


def about_file(error: BankFileUnreadable) -> str:
    """Why a file cannot be read."""
    facts = error.facts
    match error.reason:
        case UnreadableReason.EMPTY:
            return f"Dit bestand is leeg. {AGAIN}"
        case UnreadableReason.TOO_LARGE:
            return f"Dit bestand is te groot: hooguit {facts['limit']} MB. Kies bij de bank een kortere periode."
        case UnreadableReason.WRONG_KIND:
            return KINDS[facts["kind"]]
        case UnreadableReason.NO_XML:
            return f"Dit is geen XML-bestand. {ASK}"
        case UnreadableReason.TRICK:
            return f"In dit bestand staat iets dat niet in een afschrift hoort. Daarom openen wij het niet. {AGAIN}"
        case UnreadableReason.BUSY:
            return "Op dit moment lezen wij een ander groot bestand. Probeer het over een minuut nog eens."
        case UnreadableReason.TOO_MUCH:
            return "Dit bestand kost te veel tijd om te lezen. Kies bij de bank een kortere periode."
        case UnreadableReason.WRONG_MESSAGE:
            return MESSAGES.get(facts["message"], f"Dit is geen bankafschrift. {ASK}")
        case UnreadableReason.INCOMPLETE:
            return f"In dit afschrift ontbreekt iets dat wij nodig hebben. {AGAIN}"
        case UnreadableReason.NO_BALANCE:
            return f"In afschrift {facts['statement']} staat geen begin- of eindsaldo. {AGAIN}"
        case UnreadableReason.DOES_NOT_ADD_UP:
            return _adding(facts)
        case UnreadableReason.CURRENCY:
            return "Dit afschrift is niet in euro’s. Kies het afschrift van de rekening waarvan u betaalt."
        case UnreadableReason.DAMAGED:
            return f"Dit bestand is beschadigd. {AGAIN}"
        case _:
            assert_never(error.reason)


NOTHING = "Er is niets veranderd."
STALE = f"Dit is langer dan een uur geleden, of hoort bij iemand anders. Kies het bestand nog eens. {NOTHING}"
BUSY = f"Op dit moment leest een collega ook een bankbestand in. Kijk over een minuut nog eens. {NOTHING}"
TOO_MUCH = "In dit bestand staan te veel boekingen om in één keer te laten zien. Kies bij de bank een kortere periode."
REFUSALS = (AlreadyRead, Busy, FromTheFuture, NotOurs, Stale, TooMuch, BankFileUnreadable)


def about(error: AlreadyRead | Busy | FromTheFuture | NotOurs | Stale | TooMuch | BankFileUnreadable) -> str:
    """Why nothing of a file was read in, whatever the reason."""
    match error:
        case BankFileUnreadable():
            return about_file(error)
        case NotOurs():
            return _other_account(error)
        case AlreadyRead():
            file, on = error.file, date_format(local_day(error.file.imported_at), "j F Y")
            name = f"Afschrift {file} tot en met {date_format(file.last_day, 'j F Y')}"
            return f"{name} is al ingelezen, op {on} door {file.imported_by}. Het telt één keer. {NOTHING}"
        case FromTheFuture():
            on = date_format(error.last_day, "j F Y")
            return f"Dit afschrift loopt tot en met {on}, en die dag is nog niet geweest. {AGAIN}"
        case Stale():
            return STALE
        case Busy():
            return BUSY
        case TooMuch():
            return TOO_MUCH
        case _:
            assert_never(error)


def _other_account(error: NotOurs) -> str:
    """Only the end of somebody else's account: enough to recognise it by, and no more than that."""
    if not error.own:
        return "Van Cubiss zelf is nog geen rekening bekend. Vul die eerst in bij Beheer, Organisaties."
    ends = " en ".join(f"…{iban[-4:]}" for iban in error.found[:3])
    return (
        f"Dit afschrift is van rekening {ends}, en KBL betaalt van {' en '.join(error.own)}."
        f" Kies bij de bank het afschrift van die rekening. {NOTHING}"
    )


def _adding(facts: dict[str, Any]) -> str:
    """With the figures, so that whoever reads it can see it for himself."""
    expected: Decimal = facts["opening"] + facts["total"]
    return (
        f"Afschrift {facts['statement']} klopt niet: beginsaldo en boekingen samen zijn {euro(expected)}, maar het"
        f" eindsaldo is {euro(facts['closing'])}. {AGAIN}"
    )
