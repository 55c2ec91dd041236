"""What intermediaries read around handing out: why they take one back, and what is wrong with a file.

Why numbers cannot go out, or a hand-out stays, stands in the rows of `rule`.
"""

from typing import assert_never

from intermediaries.handouts.files import Wrong, WrongFile
from kbl.facts import RevokeReason
from kbl.spreadsheets.sentences import listed

# Why an intermediary takes a hand-out back, in its own words; `correction` is Cubiss' alone.
UNDO_REASONS = [
    (RevokeReason.TYPING_ERROR, "Ik heb me vergist in het nummer"),
    (RevokeReason.TWICE, "Ik heb het dubbel ingevoerd"),
    (RevokeReason.DID_NOT_HAPPEN, "De voucher is toch niet meegegeven"),
    (RevokeReason.WRONG_DATE, "De dag klopt niet"),
]


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
        case Wrong.NO_NUMBERS:
            return "Wij zien geen kolom met nummers. Zet ‘Nummer’ boven de kolom met de nummers van de vouchers."
    assert_never(error.reason)
