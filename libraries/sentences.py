"""What the desk reads beside the reasons in eligibility/: a pause, a form that came twice, books that close."""

from django.utils.formats import date_format
from django.utils.timezone import localtime

from kbl.eligibility import Advice, NotEligible
from kbl.facts import RevokeReason
from kbl.organisations.closing_lock import BooksBusy
from libraries.desk_question import TooManyGuesses
from libraries.enrolment import KeyReused

# Why the desk takes something back, in its own words; `correction` is Cubiss' alone.
UNDO_REASONS = [
    (RevokeReason.TYPING_ERROR, "Ik heb me vergist in het nummer"),
    (RevokeReason.TWICE, "Ik heb het dubbel ingevoerd"),
    (RevokeReason.DID_NOT_HAPPEN, "Het lidmaatschap gaat niet door"),
    (RevokeReason.WRONG_DATE, "De startdatum of de keuze klopt niet"),
]


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


def about_undo(refused: NotEligible | BooksBusy) -> str:
    """Why something cannot be taken back, and who can help."""
    if isinstance(refused, BooksBusy):
        return "Cubiss sluit op dit moment een kwartaal af. Probeer het over een minuut opnieuw."
    return str(refused.advice)
