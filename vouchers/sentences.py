"""What people read when numbers cannot be read, or stock cannot go where it was asked to: what is wrong, what to do."""

from typing import Literal, assert_never

from django.utils.formats import date_format

from kbl.facts import FutureDate
from kbl.formats import counted
from kbl.spreadsheets.sentences import ROUNDED_CELL
from vouchers.batches import BatchRefused
from vouchers.custody.eligibility import Obstacle
from vouchers.custody.preview import StockPreview
from vouchers.custody.stock import PastDay
from vouchers.models import StockMovement, Voucher
from vouchers.numbers import LARGEST_RANGE, LENGTH, SERIAL_DIGITS, Mistake, NumberError

Kind = StockMovement.Kind

EXAMPLE = "0012345 482913 7"
RANGE_EXAMPLE = "0012345-0012370"
SHOWN = 40
YOU = "u"

OTHER_KEYBOARD = (
    "Deze scanner schrijft tekens in plaats van cijfers. Kijk of Caps Lock uit staat, en zet het toetsenbord van deze "
    "computer of van de scanner op Nederlands of Engels (QWERTY). Typen kan ook."
)

# The desk's own script says these too, before anything is sent (static/theme/desk.js).
AT_THE_DESK = {
    "empty": "Vul het nummer van de voucher in.",
    "letters": f"Een vouchernummer heeft alleen cijfers, bijvoorbeeld {EXAMPLE}. Kijk nog eens op de voucher.",
    "short": f"Een vouchernummer heeft {LENGTH} cijfers. Wij tellen er {{digits}}. Kijk of er een cijfer mist.",
    "long": f"Een vouchernummer heeft {LENGTH} cijfers. Wij tellen er {{digits}}. Haal weg wat er te veel staat.",
    "typo": "Dit lijkt een typefout. Er is een cijfer verkeerd, of er staan er twee omgewisseld. "
    "Kijk nog eens op de voucher.",
    "keyboard": OTHER_KEYBOARD,
    "several": "Er kwamen {digits} nummers tegelijk. Wij namen er geen: scan één voucher, en wacht op het antwoord. "
    "Stel de scanner zo in dat hij na elke scan Enter geeft.",
}


AtOneNumber = Literal["short", "long", "typo", "letters", "empty", "keyboard", "several"]


def about_number(error: NumberError) -> str:
    """Where one whole number is asked: the library's desk."""
    return AT_THE_DESK[mistake_in_one_number(error)].format(digits=error.count)


def mistake_in_one_number(
    error: NumberError,
) -> Literal["short", "long", "typo", "letters", "empty", "keyboard", "several"]:
    """What is wrong where one whole number is asked; a range or a list is to such a place just no number."""
    match error.mistake:
        case Mistake.WRONG_LENGTH:
            return "short" if error.count < LENGTH else "long"
        case Mistake.TYPING_ERROR:
            return "typo"
        case Mistake.KEYBOARD:
            return "keyboard"
        case Mistake.SEVERAL:
            return "several"
        case (
            Mistake.NOT_A_NUMBER
            | Mistake.ROUNDED
            | Mistake.AMBIGUOUS
            | Mistake.REVERSED
            | Mistake.RANGE_TOO_LARGE
            | Mistake.OVERLAPPING
            | Mistake.TOO_LONG
            | Mistake.TOO_MANY_RANGES
        ):
            return "letters" if error.typed.strip() else "empty"
        case _:
            assert_never(error.mistake)


def about_serials(error: NumberError) -> str:
    """Where serials and ranges are asked: the intermediaries' portal and Cubiss' stock. Names what was typed."""
    typed = shown(error.typed)
    match error.mistake:
        case Mistake.REVERSED:
            return f"De reeks {typed} loopt terug. Zet het laagste nummer eerst."
        case Mistake.RANGE_TOO_LARGE:
            return f"De reeks {typed} is te groot om in één keer te doen. Deel hem op."
        case Mistake.OVERLAPPING:
            return f"{typed} staat er twee keer in. Laat één keer staan."
        case Mistake.TYPING_ERROR:
            return f"In {typed} zit een typefout. Kijk nog eens op de voucher, of vul alleen de eerste 7 cijfers in."
        case Mistake.WRONG_LENGTH if error.count > LENGTH:
            return (
                f"{typed} heeft {error.count} cijfers. Staan er meer nummers achter elkaar? Stel de scanner zo in dat "
                "hij na elke scan Enter geeft, en zet elk nummer op een eigen regel."
            )
        case Mistake.WRONG_LENGTH if error.count > SERIAL_DIGITS:
            return (
                f"{typed} heeft {error.count} cijfers. Vul de eerste {SERIAL_DIGITS} cijfers in, of het hele nummer "
                f"van {LENGTH} cijfers."
            )
        case Mistake.WRONG_LENGTH:
            return f"{typed} is geen nummer van een voucher. De nummers beginnen bij 0000001."
        case Mistake.KEYBOARD:
            return OTHER_KEYBOARD
        case Mistake.SEVERAL:
            return f"{typed}: hier staan {error.count} nummers achter elkaar. Zet elk nummer op een eigen regel."
        case Mistake.ROUNDED:
            return f"{typed}: {ROUNDED_CELL}"
        case Mistake.AMBIGUOUS:
            return (
                f"{typed} kan één nummer zijn, of meer. Schrijf één nummer zonder punt of komma. Zijn het er meer? "
                "Zet achter elke komma een spatie, of elk nummer op een eigen regel."
            )
        case Mistake.TOO_LONG | Mistake.TOO_MANY_RANGES:
            return f"{typed} is te veel voor één keer. Vul het in delen in."
        case Mistake.NOT_A_NUMBER if not error.typed.strip():
            return f"Vul nummers in, bijvoorbeeld 0012345 of {RANGE_EXAMPLE}."
        case Mistake.NOT_A_NUMBER:
            return f"{typed} is geen nummer. Vul nummers in zoals 0012345, of een reeks zoals {RANGE_EXAMPLE}."
        case _:
            assert_never(error.mistake)


def waits(error: NumberError, line: str) -> str:
    """Of a line with several parts: what is wrong with one, and that none of them counts until it is right."""
    return f"{about_serials(error)} Daarom wacht de hele regel: {shown(line)}."


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
    match refused.reason:
        case BatchRefused.Reason.EMPTY:
            return "Maak minstens 1 voucher."
        case BatchRefused.Reason.TOO_LARGE:
            return f"Maak er hooguit {LARGEST_RANGE:,} tegelijk.".replace(",", ".")
        case BatchRefused.Reason.ALREADY_EXPIRED:
            return "Deze dag is al voorbij. Kies een dag die nog komt."
        case BatchRefused.Reason.NUMBERS_RUN_OUT:
            return "Zoveel nummers zijn er niet meer over. Vraag er minder."
        case _:
            assert_never(refused.reason)


def about_obstacle(obstacle: Obstacle, *, holder: str = "") -> str:
    """Why one group of numbers cannot go; `holder` is who should have had them (empty: Cubiss' own stock)."""
    match obstacle.reason:
        case Obstacle.Reason.UNKNOWN:
            return "Deze nummers bestaan niet. Kijk ze nog eens na."
        case Obstacle.Reason.NOT_HELD if holder == YOU:
            return "Deze nummers liggen niet bij u. Kijk of ze kloppen."
        case Obstacle.Reason.NOT_HELD if holder:
            return f"Deze nummers liggen niet bij {holder}. Kijk wie ze heeft."
        case Obstacle.Reason.NOT_HELD:
            return (
                "Deze nummers liggen niet meer in onze eigen voorraad. Liggen ze bij een intermediair, "
                "kies dan voor verplaatsen."
            )
        case Obstacle.Reason.NOT_YET_HELD:
            return "Deze nummers kwamen pas later bij de houder. Kies een latere dag."
        case Obstacle.Reason.EXPIRED:
            return "Deze nummers zijn verlopen. Maak ze eerst langer geldig, of neem andere."
        case Obstacle.Reason.LASTS_ALREADY:
            return "Deze nummers zijn al zo lang geldig, of langer."
        case Obstacle.Reason.NOT_OF_DIFFERENCE:
            return "Deze nummers horen niet bij dit verschil, of zijn al afgehandeld."
        case Obstacle.Reason.WITH_ITS_OWNER:
            return "Deze nummers staan al op naam van deze intermediair. Kies vergissing."
        case Obstacle.Reason.WRONG_STATUS:
            return IN_THE_WAY[Voucher.Status(obstacle.status)]
        case _:
            assert_never(obstacle.reason)


# A status that is in the way of a stock act.
IN_THE_WAY: dict[Voucher.Status, str] = {
    Voucher.Status.IN_STOCK: "Deze nummers liggen al bij Cubiss.",
    Voucher.Status.HANDED_OUT: (
        "Deze nummers zijn al uitgereikt. Klopt dat niet, laat dan eerst de uitreiking intrekken."
    ),
    Voucher.Status.REDEEMED: "Deze nummers zijn al ingewisseld bij een bibliotheek. Ze blijven zoals ze zijn.",
    Voucher.Status.ALLOCATED: "Deze nummers liggen bij een intermediair en zijn nog goed.",
    Voucher.Status.VOID: "Deze nummers zijn eerder ongeldig gemaakt. Dat blijft zo.",
}


# After "1 is" or "24 zijn": what is in the way, in a few words.
SHORT: dict[Obstacle.Reason, str] = {
    Obstacle.Reason.UNKNOWN: "onbekend",
    Obstacle.Reason.NOT_HELD: "niet hier",
    Obstacle.Reason.NOT_YET_HELD: "pas later gekomen",
    Obstacle.Reason.EXPIRED: "verlopen",
    Obstacle.Reason.LASTS_ALREADY: "al langer geldig",
    Obstacle.Reason.NOT_OF_DIFFERENCE: "geen deel van dit verschil",
    Obstacle.Reason.WITH_ITS_OWNER: "al bij deze intermediair",
}
SHORT_STATUS: dict[Voucher.Status, str] = {
    Voucher.Status.IN_STOCK: "bij Cubiss",
    Voucher.Status.ALLOCATED: "nog goed",
    Voucher.Status.HANDED_OUT: "uitgereikt",
    Voucher.Status.REDEEMED: "ingewisseld",
    Voucher.Status.VOID: "ongeldig",
}


def _short(obstacle: Obstacle) -> str:
    if obstacle.reason is Obstacle.Reason.WRONG_STATUS:
        return SHORT_STATUS[Voucher.Status(obstacle.status)]
    return SHORT[obstacle.reason]


def in_short(found: StockPreview) -> str:
    """What would happen to the numbers of one range: `24 kunnen mee, 1 is ingewisseld, 1 is niet hier`."""
    parts = [counted(found.count, "kan", "kunnen") + " mee"] if found.count else []
    parts += [counted(each.count, "is", "zijn") + f" {_short(each)}" for each in found.obstacles]
    return ", ".join(parts)


MOVEMENT_ICONS: dict[Kind, str] = {
    Kind.ALLOCATE: "truck",
    Kind.RETURN: "undo-2",
    Kind.MOVE: "split",
    Kind.VOID: "ban",
    Kind.REVALIDATE: "rotate-ccw",
    Kind.EXTEND: "calendar",
}


def about_movement(movement: StockMovement) -> str:
    """What happened to a range, without its numbers."""
    kind = Kind(movement.kind)
    match kind:
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
        case Kind.EXTEND:
            assert movement.valid_until
            return f"Langer geldig gemaakt: tot en met {date_format(movement.valid_until, 'j F Y')}"
        case _:
            assert_never(kind)
