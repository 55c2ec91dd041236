"""What the desk reads: one kind sentence, and what to do now. Nobody at the counter did anything wrong."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.timezone import localtime

from kbl.facts import FutureDate, RevokeReason
from kbl.organisations.closing_lock import BooksBusy, QuarterClosed
from libraries.enrolment import KeyReused, NotUndoable, TooManyGuesses, VoucherRefused
from libraries.models import Refusal
from libraries.renewal import NotRenewable
from libraries.renewal_answers import NotNow, Why

Reason = Refusal.Reason

# Why the desk takes something back, in its own words; `correction` is Cubiss' alone.
UNDO_REASONS = [
    (RevokeReason.TYPING_ERROR, "Ik heb me vergist in het nummer"),
    (RevokeReason.TWICE, "Ik heb het dubbel ingevoerd"),
    (RevokeReason.DID_NOT_HAPPEN, "Het lidmaatschap gaat niet door"),
    (RevokeReason.WRONG_DATE, "De startdatum of de keuze klopt niet"),
]


@dataclass(frozen=True)
class Advice:
    """What is the matter, in a few words, and one sentence on what to do now."""

    title: str
    next_step: str


def about_refusal(refused: VoucherRefused, *, today: date, ours: date | None = None) -> Advice:
    """Why a number cannot be used here and now. `ours`: the start of the membership that we ourselves made with it."""
    since = day(refused.since) if refused.since else ""
    match refused.reason:
        case Reason.UNKNOWN:
            return Advice(
                "Dit nummer kennen wij niet",
                "Kijk of elk cijfer klopt met de voucher. Klopt het? Bel Cubiss, dan zoeken wij het samen uit.",
            )
        case Reason.ALREADY_REDEEMED if ours:
            return Advice(
                "Deze voucher is al ingewisseld",
                f"Dat gebeurde in uw eigen bibliotheek, voor een lidmaatschap vanaf {day(ours)}. "
                "U vindt het terug bij Inschrijvingen.",
            )
        case Reason.ALREADY_REDEEMED:
            return Advice(
                "Met deze voucher is al iemand lid geworden",
                "Eén voucher is voor één lidmaatschap. Bel Cubiss, dan zoeken wij het uit en helpen wij uw bezoeker "
                "aan een andere.",
            )
        case Reason.VOID:
            return Advice(
                "Deze voucher werkt niet meer",
                "Hij is ongeldig gemaakt, bijvoorbeeld omdat hij kwijt was. Uw bezoeker kan daar niets aan doen. "
                "Bel Cubiss, dan komt er een andere.",
            )
        case Reason.EXPIRED:
            return Advice(
                "Deze voucher is verlopen",
                f"Hij was geldig tot en met {since}. Uw bezoeker kan nog steeds meedoen: "
                "bel Cubiss, dan komt er een andere.",
            )
        case Reason.NOT_ALLOCATED:
            return Advice(
                "Deze voucher ligt volgens ons nog bij Cubiss",
                "Bel Cubiss. Wij zetten het recht, en dan kunt u hem meteen inwisselen.",
            )
        case Reason.OUTSIDE_PROGRAMME:
            return Advice(
                "Deze startdatum kan niet",
                f"De vouchers gelden voor lidmaatschappen die beginnen tot en met {since}. Kies een eerdere dag.",
            )
        case _ if refused.since is None:
            return Advice(
                "Uw bibliotheek doet nog niet mee",
                "De voucher blijft gewoon geldig. Bel Cubiss om af te spreken wanneer u begint.",
            )
        case _ if refused.since <= today:
            return Advice("Op die dag deed uw bibliotheek nog niet mee", f"Kies een startdatum vanaf {since}.")
    return Advice(
        f"Uw bibliotheek doet mee vanaf {since}",
        "De voucher blijft gewoon geldig. Spreek met uw bezoeker een dag af vanaf dan.",
    )


def about_guesses(refused: TooManyGuesses) -> Advice:
    """Many unknown numbers in a short time: wait, and nothing is lost."""
    again = localtime(refused.again_at)
    return Advice(
        "Even wachten",
        f"Er kwamen veel nummers die wij niet kennen. Vanaf {date_format(again, 'H:i')} uur kunt u weer verder. "
        "Schrijf het nummer zolang op; er gaat niets verloren.",
    )


def about_key(refused: KeyReused) -> Advice:
    """The same form came back with another voucher."""
    return Advice("Dit formulier is al gebruikt", "Controleer het nummer nog een keer, dan kunt u verder.")


def about_undo(refused: NotUndoable | QuarterClosed | BooksBusy) -> str:
    """Why a redemption cannot be taken back, and who can help."""
    match refused:
        case BooksBusy():
            return "Cubiss sluit op dit moment een kwartaal af. Probeer het over een minuut opnieuw."
        case NotUndoable(reason=NotUndoable.REVOKED):
            return "Deze inschrijving was al teruggedraaid. U hoeft niets meer te doen."
        case NotUndoable(reason=NotUndoable.RENEWED):
            return "Dit lidmaatschap is al verlengd. Draai eerst de verlenging terug."
    return "Het kwartaal van deze inschrijving is voorbij. Cubiss kan haar nog wel voor u verbeteren."


def about_renewal(refused: NotRenewable | FutureDate | QuarterClosed | BooksBusy) -> str:
    """Why a membership gets no answer now."""
    match refused:
        case FutureDate(on=on):
            return f"Het nieuwe jaar begint op {day(on)}. Vanaf die dag kunt u de verlenging melden."
        case QuarterClosed(quarter=quarter):
            return f"Deze verlenging is al verrekend in het {quarter.label}. Cubiss kan haar nog wel voor u verbeteren."
        case BooksBusy():
            return "Cubiss sluit op dit moment een kwartaal af. Probeer het over een minuut opnieuw."
        case NotRenewable(reason=NotRenewable.ENDED):
            return "Dit lidmaatschap is al gemeld als gestopt."
        case NotRenewable(reason=NotRenewable.REVOKED):
            return "Deze inschrijving is teruggedraaid. U hoeft niets meer te doen."
        case NotRenewable(reason=NotRenewable.RENEWED_BEFORE):
            return "Dit lidmaatschap is al verlengd. U hoeft niets meer te doen."
        case NotRenewable(reason=NotRenewable.OUTSIDE_PROGRAMME):
            return "Het nieuwe jaar begint na het einde van het programma. U hoeft het niet meer te melden."
    return "Dit lidmaatschap heeft nu geen antwoord nodig."


def about_not_now(refused: NotNow) -> str:
    """Why a pasted number waits for no answer."""
    when = day(refused.day) if refused.day else ""
    match refused.why:
        case Why.REVOKED:
            return f"Deze inschrijving is op {when} teruggedraaid. U hoeft niets meer te doen."
        case Why.RENEWED:
            return f"Is al verlengd, vanaf {when}."
        case Why.ENDED:
            return f"Is al gemeld als gestopt, vanaf {when}."
        case Why.NOT_YET:
            return f"Het nieuwe jaar begint op {when}. Vanaf die dag kunt u antwoorden."
        case Why.OUTSIDE_PROGRAMME:
            return f"Het nieuwe jaar begint na het einde van het programma ({when}). U hoeft het niet te melden."
    return "Dit nummer is niet bij u ingewisseld. Kijk of het klopt."


def day(on: date) -> str:
    """`12 januari 2026`."""
    return date_format(on, "j F Y")
