"""Why a whole file cannot be read, in Dutch, and what to do about it; the same words at every place that takes one."""

from collections.abc import Sequence
from typing import assert_never

from django.utils.formats import number_format

from kbl.formats import plural
from kbl.spreadsheets.limits import LARGEST_FILE, MOST_ROWS
from kbl.spreadsheets.unreadable import FileProblem, UnreadableFile

SAVE_AS = "Open het in Excel, kies ‘Opslaan als’ en dan ‘Excel-werkmap (.xlsx)’ of ‘CSV’."
KINDS = {
    "pdf": "Dit is een PDF.",
    "picture": "Dit is een plaatje.",
    "page": "Dit is een webpagina, ook als de naam op .xlsx eindigt.",
    "document": "Dit is een tekstdocument of een presentatie.",
    "archive": "Dit is een ingepakt bestand (zip).",
    "opendocument": "Dit is een bestand van LibreOffice (.ods).",
}
CUT = "Knip het bestand in delen en lees ze na elkaar in. Wat er al is, komt er niet twee keer in."
CHOOSE = "Kies een bestand."


def about_file(error: UnreadableFile) -> str:
    """Why a file cannot be read."""
    facts = error.facts
    match error.reason:
        case FileProblem.EMPTY:
            return "Dit bestand is leeg."
        case FileProblem.NO_ROWS:
            return "Er staan alleen kolomkoppen in dit bestand, en nog geen regels."
        case FileProblem.TOO_LARGE:
            return f"Dit bestand is te groot: er past hooguit {LARGEST_FILE // 1_000_000} MB in. {CUT}"
        case FileProblem.TOO_MANY_ROWS:
            return f"Dit bestand heeft meer dan {_number(MOST_ROWS)} regels. {CUT}"
        case FileProblem.TOO_MANY_COLUMNS:
            return "Dit bestand heeft veel meer kolommen dan wij lezen. Gebruik het voorbeeldbestand."
        case FileProblem.LONG_CELL:
            return f"Op regel {_number(facts['row'])} staat een cel met heel veel tekst. Kijk of het bestand heel is."
        case FileProblem.WRONG_KIND:
            return f"{KINDS.get(facts['kind'], 'Dit is geen lijst uit een rekenprogramma.')} {SAVE_AS}"
        case FileProblem.OLD_EXCEL:
            return f"Dit is een oud soort Excel-bestand. {SAVE_AS}"
        case FileProblem.PASSWORD:
            return "Dit bestand heeft een wachtwoord. Haal dat eraf en probeer het nog eens."
        case FileProblem.MACROS:
            return "In dit bestand zitten macro’s. Die lezen wij niet. Sla het op als gewone Excel-werkmap (.xlsx)."
        case FileProblem.SEVERAL_SHEETS:
            return f"Dit bestand heeft meer dan één gevuld tabblad ({listed(facts['sheets'])}). Bewaar er één."
        case FileProblem.HIDDEN_SHEETS:
            return (
                f"Alleen op een verborgen tabblad staat iets ({listed(facts['sheets'])}). Klik in Excel met rechts op"
                " een tabblad en kies ‘Zichtbaar maken’. Sla het bestand op en kies het nog eens."
            )
        case FileProblem.STRICT:
            return (
                "Dit is een ‘Strict Open XML-werkblad’. Open het in Excel, kies ‘Opslaan als’ en dan de gewone"
                " ‘Excel-werkmap (.xlsx)’."
            )
        case FileProblem.LETTERS:
            return (
                "Wij weten niet zeker welke letters met een accent (zoals é of ë) hier staan. Open het bestand in"
                " Excel, kies ‘Opslaan als’ en dan ‘CSV UTF-8’ of ‘Excel-werkmap (.xlsx)’."
            )
        case FileProblem.DOUBLE_HEADING:
            return f"De kolom ‘{facts['heading']}’ staat er twee keer in. Haal er één weg."
        case FileProblem.BOMB:
            return "Dit bestand is uitgepakt veel groter dan een lijst kan zijn. Daarom openen wij het niet."
        case FileProblem.BUSY:
            return "Op dit moment lezen wij een ander groot bestand. Probeer het over een minuut nog eens."
        case FileProblem.QUOTE:
            return f"In dit bestand staat een aanhalingsteken dat niet sluit. Daardoor vallen regels weg. {SAVE_AS}"
        case FileProblem.DAMAGED:
            return f"Dit bestand is beschadigd. {SAVE_AS}"
        case _:
            assert_never(error.reason)


def about_hidden(sheets: Sequence[str]) -> str:
    """What is said beside a file that was read, of the sheets in it that nobody sees; empty without any."""
    if not sheets:
        return ""
    what = plural(len(sheets), "Het verborgen tabblad", "De verborgen tabbladen")
    return f"{what} {listed(sheets)} lezen wij niet. Wat u ziet, telt."


UNCALCULATED_CELL = (
    "Hier staat een formule zonder uitkomst. Open het bestand in Excel, sla het daar op en kies het nog eens."
)
ROUNDED_CELL = (
    "Excel heeft dit nummer afgerond: niet alle cijfers staan er nog. Maak van de kolom tekst en zet het nummer er"
    " opnieuw in."
)


def listed(names: Sequence[str]) -> str:
    """Headings in quotes, the first eight: `‘Naam’ en ‘Adres’`."""
    quoted = [f"‘{name[:60]}’" for name in names[:8]]
    return " en ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else quoted[0]


def _number(value: int) -> str:
    return number_format(value, force_grouping=True)
