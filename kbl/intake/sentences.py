"""What is wrong with a whole file, in Dutch, and what to do about it."""

from typing import assert_never

from kbl.intake.examining import ColumnReason, WrongColumns
from kbl.spreadsheets.sentences import CHOOSE, CUT, about_file, listed

__all__ = ["BUSY", "CHOOSE", "STALE", "TOO_MUCH", "about_columns", "about_file"]

TOO_MUCH = f"Dit bestand is te groot om in één keer te laten zien. {CUT}"
STALE = "Dit is langer dan een uur geleden, of hoort bij een ander bestand. Kies het nog eens; er is niets veranderd."
BUSY = "Op dit moment wordt een ander bestand opgeslagen. Kijk over een minuut nog eens; er is niets veranderd."


def about_columns(error: WrongColumns) -> str:
    """Why the columns of a file do not fit."""
    match error.reason:
        case ColumnReason.EXTRA if len(error.names) == 1:
            return (
                f"Kolom ‘{error.names[0][:60]}’ hoort hier niet. Wij bewaren niets over bewoners."
                " Haal de kolom weg, dan lezen wij de rest."
            )
        case ColumnReason.EXTRA:
            return (
                f"De kolommen {listed(error.names)} horen hier niet. Wij bewaren niets over bewoners. Haal ze weg, dan"
                " lezen wij de rest."
            )
        case ColumnReason.UNNAMED:
            return "Er is een gevulde kolom zonder kop. Haal die weg, of zet er een van onze koppen boven."
        case ColumnReason.MISSING if len(error.names) == 1:
            return f"De kolom ‘{error.names[0]}’ ontbreekt."
        case ColumnReason.MISSING:
            return f"Deze kolommen ontbreken: {listed(error.names)}."
        case ColumnReason.NONE:
            return "Wij herkennen geen enkele kolom. Staan de koppen op de eerste regel? Kijk in het voorbeeldbestand."
        case _:
            assert_never(error.reason)
