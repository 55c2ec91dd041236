"""What Cubiss reads when something is not found: what was read, what is wrong with it, and what to try."""

from collections.abc import Sequence
from typing import assert_never

from django.utils.formats import date_format

from kbl.formats import number, plural, voucher_count
from kbl.search.reading import LONGEST
from kbl.spreadsheets.sentences import ROUNDED_CELL
from vouchers.models import Batch
from vouchers.numbers import LENGTH, SERIAL_DIGITS, Mistake, NumberError, SerialRange, show_serial
from vouchers.sentences import OTHER_KEYBOARD, RANGE_EXAMPLE, shown

EMPTY = f"Typ een nummer, een reeks zoals {RANGE_EXAMPLE}, een serie, een bestelling of een naam."


def unreadable(error: NumberError) -> tuple[str, str]:
    """Why a text that looks like numbers is none: a title and a sentence."""
    typed = shown(error.typed)
    match error.mistake:
        case Mistake.TOO_LONG:
            return (
                "Dit is erg veel tekst",
                f"Zoek met hooguit {number(LONGEST)} tekens. Een deel van de naam is genoeg.",
            )
        case Mistake.TOO_MANY_RANGES:
            return (
                "Dit zijn te veel losse reeksen",
                f"Dit zijn {number(error.count)} losse reeksen. Zoek ze in een paar keer.",
            )
        case Mistake.TYPING_ERROR:
            return (
                "Er zit een typefout in",
                f"{typed} is geen geldig nummer: er zit een typefout in. Er is een cijfer verkeerd, of er staan er "
                "twee omgewisseld.",
            )
        case Mistake.REVERSED:
            return "De reeks loopt terug", f"De reeks {typed} loopt terug. Zet het laagste nummer eerst."
        case Mistake.RANGE_TOO_LARGE:
            return "De reeks is te groot", f"De reeks {typed} is te groot. Zoek hooguit een miljoen nummers tegelijk."
        case Mistake.WRONG_LENGTH if error.count > SERIAL_DIGITS:
            missing = LENGTH - error.count
            often = f" Er {plural(missing, 'mist', 'missen')} er misschien {missing}." if 0 < missing <= 3 else ""
            return (
                "Dit is geen nummer van een voucher",
                f"{typed} heeft {error.count} cijfers. "
                f"Een volgnummer heeft er {SERIAL_DIGITS}, een heel nummer {LENGTH}.{often}",
            )
        case Mistake.WRONG_LENGTH:
            return "Dit nummer is er niet", "De nummers beginnen bij 0000001."
        case Mistake.KEYBOARD:
            return "De scanner schrijft geen cijfers", OTHER_KEYBOARD
        case Mistake.SEVERAL:
            return "Dit zijn meer nummers", f"{typed}: hier staan {error.count} nummers achter elkaar."
        case Mistake.ROUNDED:
            return "Dit nummer is afgerond", f"{typed}: {ROUNDED_CELL}"
        case Mistake.AMBIGUOUS:
            return (
                "Dit kan één nummer zijn, of meer",
                f"Schrijf {typed} zonder punt of komma. Zijn het er meer? Zet achter elke komma een spatie.",
            )
        case Mistake.OVERLAPPING:
            return "Dit staat er twee keer in", f"{typed} staat er twee keer in. Laat één keer staan."
        case Mistake.NOT_A_NUMBER if not error.typed.strip():
            return "Wat zoekt u?", EMPTY
        case Mistake.NOT_A_NUMBER:
            return (
                "Dit kunnen wij niet lezen",
                f"{typed} is geen nummer. Zoek op een nummer zoals 0012345, of een reeks zoals {RANGE_EXAMPLE}.",
            )
        case _:
            assert_never(error.mistake)


def unknown(ranges: Sequence[SerialRange], last: int | None) -> tuple[str, str]:
    """Numbers that were never made; `last` is the highest that was."""
    named = f"Nummer {ranges[0]}" if len(ranges) == 1 and len(ranges[0]) == 1 else "Deze nummers"
    exists = "bestaat" if named != "Deze nummers" else "bestaan"
    highest = f" Het hoogste nummer is nu {show_serial(last)}." if last else " Er zijn nog geen vouchers gemaakt."
    return f"{named} {exists} niet", f"Geen enkele serie heeft {_this(named)}.{highest}"


def _this(named: str) -> str:
    return "deze nummers" if named == "Deze nummers" else "dit nummer"


def does_not_fit(serials: list[int], *, alone: bool) -> tuple[str, str]:
    """The serial is there, the random digits are others; which, nobody is told."""
    if alone:
        return (
            "De andere cijfers kloppen niet",
            f"Dit volgnummer bestaat, maar de andere cijfers kloppen niet. Is de voucher in goede staat? Kijk dan nog "
            f"eens. Anders is dit misschien geen echte voucher {show_serial(serials[0])}.",
        )
    named = ", ".join(map(show_serial, serials))
    return "Niet alle cijfers kloppen", f"Van deze vouchers kloppen de cijfers na het volgnummer niet: {named}."


def compared(count: int) -> str:
    """Said on arrival when whole numbers were typed and fit."""
    if not count:
        return ""
    return plural(count, "Het hele nummer klopt.", "De hele nummers kloppen.")


def no_batch(number: int) -> str:
    """No batch by this number, and none that it lies in."""
    return f"Er is geen serie {number}, en geen serie met nummer {show_serial(number)} erin."


def about_batch(batch: Batch) -> str:
    """A batch in a few words."""
    return (
        f"{voucher_count(batch.size)}, {batch.get_medium_display()}, gemaakt op {date_format(batch.made_on, 'j F Y')}"
    )


def no_kvk(digits: str) -> str:
    """Eight digits that are nobody's trade register number, and too many for a serial."""
    return (
        f"Geen organisatie heeft KvK-nummer {digits}. Zocht u een voucher? "
        f"Een volgnummer heeft {SERIAL_DIGITS} cijfers, een heel nummer {LENGTH}."
    )


def no_name(text: str, *, any_near: bool) -> tuple[str, str]:
    """No organisation with this in its name or place; `any_near` when some look like it."""
    if any_near:
        return "Bedoelde u misschien …", f"Geen organisatie heet {shown(text)}. Deze namen lijken erop."
    return (
        "Niets gevonden",
        f"Wij zochten {shown(text)} in de namen en plaatsen van organisaties. Probeer een korter deel van de naam.",
    )


def slowed(again: str) -> tuple[str, str]:
    """Too many whole numbers that did not fit; `again` is a time of day."""
    return (
        "Even wachten",
        f"Er kwamen veel nummers waarvan de cijfers niet klopten. Vanaf {again} uur kunt u weer hele nummers zoeken. "
        "Zoeken op volgnummer kan gewoon.",
    )
