"""What intermediaries read when numbers cannot go out or a hand-out stays: what is wrong, and what to do."""

from intermediaries.handouts.files import Wrong, WrongFile
from intermediaries.handouts.handout import NotUndoable, Refusal
from intermediaries.sentences import Advice
from kbl.facts import RevokeReason
from kbl.organisations.closing_lock import BooksBusy, QuarterClosed
from kbl.spreadsheets.sentences import listed

# Why an intermediary takes a hand-out back, in its own words; `correction` is Cubiss' alone.
UNDO_REASONS = [
    (RevokeReason.TYPING_ERROR, "Ik heb me vergist in het nummer"),
    (RevokeReason.TWICE, "Ik heb het dubbel ingevoerd"),
    (RevokeReason.DID_NOT_HAPPEN, "De voucher is toch niet meegegeven"),
    (RevokeReason.WRONG_DATE, "De dag klopt niet"),
]


REFUSALS = {
    Refusal.UNKNOWN: Advice(
        "Niet uit uw voorraad",
        "Kijk of het nummer klopt. Ligt de voucher wel bij u? Mail of bel Cubiss, dan zetten wij het recht.",
    ),
    Refusal.VOID: Advice(
        "Ongeldig gemaakt",
        "Geef deze vouchers niet mee: ze werken niet in de bibliotheek. Neem een andere uit uw voorraad.",
    ),
    Refusal.EXPIRED: Advice(
        "Niet meer geldig op deze dag",
        "Kijk of de dag klopt. Klopt de dag? Vraag Cubiss om nieuwe vouchers.",
    ),
    Refusal.ALREADY: Advice(
        "Al eerder gemeld",
        "U hoeft niets te doen. Klopt het niet? Kijk bij Uitgereikt en draai de verkeerde melding terug.",
    ),
    Refusal.NOT_YET_HELD: Advice(
        "Op deze dag nog niet bij u",
        "Deze vouchers kwamen later bij u binnen. Kies een latere dag.",
    ),
    Refusal.FUTURE: Advice("Deze dag moet nog komen", "Kies vandaag of een eerdere dag."),
    Refusal.TWO_DAYS: Advice(
        "Staat er met twee dagen in",
        "Een voucher gaat op één dag mee. Laat de regel staan die klopt en haal de andere weg.",
    ),
}


def about_refusal(reason: str) -> Advice:
    """Why numbers cannot be handed out (a constant of `Refusal`), and what to do."""
    return REFUSALS[reason]


def about_wrong_file(error: WrongFile) -> str:
    """Why a file of hand-outs is refused as a whole."""
    match error.reason:
        case Wrong.EXTRA if len(error.names) == 1:
            return (
                f"Kolom ‘{error.names[0][:60]}’ hoort hier niet. Wij bewaren niets over bewoners. "
                "Haal de kolom weg en kies het bestand opnieuw."
            )
        case Wrong.EXTRA:
            return (
                f"De kolommen {listed(error.names)} horen hier niet. Wij bewaren niets over bewoners. "
                "Haal ze weg en kies het bestand opnieuw."
            )
        case Wrong.UNNAMED:
            return (
                "Er is een gevulde kolom zonder kop. Wij bewaren niets over bewoners. "
                "Laat alleen de kolommen Nummer en Dag staan."
            )
    return "Wij zien geen kolom met nummers. Zet ‘Nummer’ boven de kolom met de nummers van de vouchers."


def about_undo(refused: NotUndoable | QuarterClosed | BooksBusy) -> str:
    """Why a hand-out cannot be taken back, and who can help."""
    match refused:
        case QuarterClosed(quarter=quarter):
            return (
                f"Deze uitreiking is al verrekend in het {quarter.label}. U kunt haar niet meer terugdraaien. "
                "Cubiss kan haar wel voor u verbeteren."
            )
        case BooksBusy():
            return "Cubiss sluit op dit moment een kwartaal af. Probeer het over een minuut opnieuw."
        case NotUndoable(reason=NotUndoable.REDEEMED):
            return (
                "Met deze voucher is al iemand lid geworden. De uitreiking blijft daarom staan. "
                "Klopt dat niet? Cubiss zoekt het met u uit."
            )
    return "Deze uitreiking was al teruggedraaid. U hoeft niets meer te doen."
