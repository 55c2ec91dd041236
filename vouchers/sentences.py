"""What people read when numbers cannot be read, or stock cannot go where it was asked to: what is wrong, what to do."""

from django.utils.formats import date_format

from kbl.facts import FutureDate
from kbl.formats import counted
from vouchers import numbers
from vouchers.batches import BatchRefused
from vouchers.custody.eligibility import Obstacle
from vouchers.custody.preview import StockPreview
from vouchers.custody.stock import PastDay
from vouchers.models import StockMovement, Voucher
from vouchers.numbers import LARGEST_RANGE, LENGTH, SERIAL_DIGITS, NumberError

Kind = StockMovement.Kind

EXAMPLE = "0012345 482913 7"
RANGE_EXAMPLE = "0012345-0012370"
SHOWN = 40
YOU = "u"

# The desk's own script says these too, before anything is sent (static/theme/desk.js).
AT_THE_DESK = {
    "empty": "Vul het nummer van de voucher in.",
    "letters": f"Een vouchernummer heeft alleen cijfers, bijvoorbeeld {EXAMPLE}. Kijk nog eens op de voucher.",
    "short": f"Een vouchernummer heeft {LENGTH} cijfers. Wij tellen er {{digits}}. Kijk of er een cijfer mist.",
    "long": f"Een vouchernummer heeft {LENGTH} cijfers. Wij tellen er {{digits}}. Haal weg wat er te veel staat.",
    "typo": "Dit lijkt een typefout. Er is een cijfer verkeerd, of er staan er twee omgewisseld. "
    "Kijk nog eens op de voucher.",
}


def about_number(error: NumberError) -> str:
    """Where one whole number is asked: the library's desk."""
    match error:
        case numbers.WrongLength(digits=digits) if digits < LENGTH:
            return AT_THE_DESK["short"].format(digits=digits)
        case numbers.WrongLength(digits=digits):
            return AT_THE_DESK["long"].format(digits=digits)
        case numbers.TypingError():
            return AT_THE_DESK["typo"]
        case _:
            return AT_THE_DESK["letters" if error.typed.strip() else "empty"]


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


def about_future(refused: FutureDate) -> str:
    """A day that is still to come."""
    return f"{date_format(refused.on, 'j F Y')} moet nog komen. Kies vandaag of een eerdere dag."


def about_past(refused: PastDay) -> str:
    """A last day that is over."""
    return f"{date_format(refused.day, 'j F Y')} is al voorbij. Kies een dag die nog komt."


def about_batch(refused: BatchRefused) -> str:
    """A batch that cannot be made."""
    return {
        BatchRefused.EMPTY: "Maak minstens 1 voucher.",
        BatchRefused.TOO_LARGE: f"Maak er hooguit {LARGEST_RANGE:,} tegelijk.".replace(",", "."),
        BatchRefused.ALREADY_EXPIRED: "Deze dag is al voorbij. Kies een dag die nog komt.",
        BatchRefused.NUMBERS_RUN_OUT: "Zoveel nummers zijn er niet meer over. Vraag er minder.",
    }[refused.reason]


def about_obstacle(obstacle: Obstacle, *, holder: str = "") -> str:
    """Why one group of numbers cannot go; `holder` is who should have had them (empty: Cubiss' own stock)."""
    match obstacle.reason, obstacle.status:
        case Obstacle.UNKNOWN, _:
            return "Deze nummers bestaan niet. Kijk ze nog eens na."
        case Obstacle.NOT_HELD, _ if holder == YOU:
            return "Deze nummers liggen niet bij u. Kijk of ze kloppen."
        case Obstacle.NOT_HELD, _ if holder:
            return f"Deze nummers liggen niet bij {holder}. Kijk wie ze heeft."
        case Obstacle.NOT_HELD, _:
            return (
                "Deze nummers liggen niet meer in onze eigen voorraad. Liggen ze bij een intermediair, "
                "kies dan voor verplaatsen."
            )
        case Obstacle.NOT_YET_HELD, _:
            return "Deze nummers kwamen pas later bij de houder. Kies een latere dag."
        case Obstacle.EXPIRED, _:
            return "Deze nummers zijn verlopen. Maak ze eerst langer geldig, of neem andere."
        case Obstacle.LASTS_ALREADY, _:
            return "Deze nummers zijn al zo lang geldig, of langer."
        case _, Voucher.Status.IN_STOCK:
            return "Deze nummers liggen al bij Cubiss."
        case _, Voucher.Status.HANDED_OUT:
            return "Deze nummers zijn al uitgereikt. Klopt dat niet, laat dan eerst de uitreiking intrekken."
        case _, Voucher.Status.REDEEMED:
            return "Deze nummers zijn al ingewisseld bij een bibliotheek. Ze blijven zoals ze zijn."
        case _, Voucher.Status.ALLOCATED:
            return "Deze nummers liggen bij een intermediair en zijn nog goed."
        case _, Voucher.Status.VOID:
            return "Deze nummers zijn eerder ongeldig gemaakt. Dat blijft zo."
        case _:
            return "Deze nummers kunnen nu niet. Kijk wie ze heeft."


# After "1 is" or "24 zijn": what is in the way, in a few words.
SHORT = {
    Obstacle.UNKNOWN: "onbekend",
    Obstacle.NOT_HELD: "niet hier",
    Obstacle.NOT_YET_HELD: "pas later gekomen",
    Obstacle.EXPIRED: "verlopen",
    Obstacle.LASTS_ALREADY: "al langer geldig",
    Voucher.Status.IN_STOCK: "bij Cubiss",
    Voucher.Status.ALLOCATED: "nog goed",
    Voucher.Status.HANDED_OUT: "uitgereikt",
    Voucher.Status.REDEEMED: "ingewisseld",
    Voucher.Status.VOID: "ongeldig",
}


def in_short(found: StockPreview) -> str:
    """What would happen to the numbers of one range: `24 kunnen mee, 1 is ingewisseld, 1 is niet hier`."""
    parts = [counted(found.count, "kan", "kunnen") + " mee"] if found.count else []
    parts += [counted(each.count, "is", "zijn") + f" {SHORT[each.status or each.reason]}" for each in found.obstacles]
    return ", ".join(parts)


MOVEMENT_ICONS = {
    Kind.ALLOCATE: "truck",
    Kind.RETURN: "undo-2",
    Kind.MOVE: "split",
    Kind.VOID: "ban",
    Kind.REVALIDATE: "rotate-ccw",
    Kind.EXTEND: "calendar",
}


def about_movement(movement: StockMovement) -> str:
    """What happened to a range, without its numbers."""
    match movement.kind:
        case Kind.ALLOCATE:
            return f"Toegewezen aan {movement.to_holder}"
        case Kind.RETURN:
            return f"Teruggekomen van {movement.from_holder}"
        case Kind.MOVE:
            return f"Verplaatst van {movement.from_holder} naar {movement.to_holder}"
        case Kind.VOID:
            return f"Ongeldig gemaakt: {movement.get_reason_display()}"
        case Kind.REVALIDATE:
            return f"Weer geldig gemaakt: {movement.get_reason_display()}"
    assert movement.valid_until
    return f"Langer geldig gemaakt: tot en met {date_format(movement.valid_until, 'j F Y')}"
