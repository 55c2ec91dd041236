"""What people read when they typed something that is no voucher number: what is wrong, and what to do."""

from vouchers import numbers
from vouchers.numbers import LENGTH, SERIAL_DIGITS, NumberError

EXAMPLE = "0012345 482913 7"
RANGE_EXAMPLE = "0012345-0012370"
SHOWN = 40


def about_number(error: NumberError) -> str:
    """Where one whole number is asked: the library's desk."""
    match error:
        case numbers.WrongLength(digits=digits) if digits < LENGTH:
            return (
                f"Een vouchernummer heeft {LENGTH} cijfers. Hier {_stand(digits)}. Kijk of er een cijfer mist, "
                "ook achter de spaties."
            )
        case numbers.WrongLength(digits=digits):
            return f"Een vouchernummer heeft {LENGTH} cijfers. Hier {_stand(digits)}. Haal weg wat er te veel staat."
        case numbers.TypingError():
            return (
                "Dit lijkt een typefout. Er is een cijfer verkeerd, of er staan er twee omgewisseld. "
                "Kijk nog eens op de voucher."
            )
        case _ if not error.typed.strip():
            return "Vul het nummer van de voucher in."
        case _:
            return f"Een vouchernummer heeft alleen cijfers, bijvoorbeeld {EXAMPLE}. Kijk nog eens op de voucher."


def about_serials(error: NumberError) -> str:
    """Where serials and ranges are asked: the intermediaries' portal and Cubiss' stock. Names what was typed."""
    typed = shown(error.typed)
    match error:
        case numbers.ReversedRange():
            return f"De reeks {typed} loopt terug. Zet het laagste nummer eerst."
        case numbers.RangeTooLarge():
            return f"De reeks {typed} is te groot om in één keer te doen. Deel hem op."
        case numbers.OverlappingRange():
            return f"{typed} staat er twee keer in. Laat één keer staan."
        case numbers.TypingError():
            return f"In {typed} zit een typefout. Kijk nog eens op de voucher, of vul alleen de eerste 7 cijfers in."
        case numbers.WrongLength(digits=digits) if digits > SERIAL_DIGITS:
            return (
                f"{typed} heeft {digits} cijfers. Vul de eerste {SERIAL_DIGITS} cijfers in, of het hele nummer "
                f"van {LENGTH} cijfers."
            )
        case numbers.WrongLength():
            return f"{typed} is geen nummer van een voucher. De nummers beginnen bij 0000001."
        case _ if not error.typed.strip():
            return f"Vul nummers in, bijvoorbeeld 0012345 of {RANGE_EXAMPLE}."
        case _:
            return f"{typed} is geen nummer. Vul nummers in zoals 0012345, of een reeks zoals {RANGE_EXAMPLE}."


def shown(typed: str) -> str:
    """What somebody typed, short enough to say back."""
    text = " ".join(typed.split())
    return f"“{text if len(text) <= SHOWN else text[:SHOWN].rstrip() + '…'}”"


def _stand(digits: int) -> str:
    return f"staat er {digits}" if digits == 1 else f"staan er {digits}"
