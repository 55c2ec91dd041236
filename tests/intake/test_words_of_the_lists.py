"""What the office reads of a kind of list before it chooses a file, written down twice."""

import tomllib
from pathlib import Path

import pytest

from kbl.intake import sentences
from kbl.intake.examining import ColumnReason, WrongColumns
from kbl.intake.forms import LATE, IntakeFileForm
from kbl.intake.kinds import KINDS
from kbl.intake.views import AFTERWARDS
from kbl.intake.views import WORDS as BEFORE

WORDS = tomllib.loads((Path(__file__).parent / "words_of_the_lists.toml").read_text(encoding="utf-8"))


def test_these_lists_in_this_order():
    assert list(KINDS) == list(WORDS)


def holds(column) -> str:
    """What may stand in a column, and by which attribute a download reads it."""
    widget = column.widget
    parts = [type(widget).__name__, "required" if widget.required else ""]
    parts += [
        f"{name} {getattr(widget, name)}" for name in ("longest", "lowest", "highest", "what") if hasattr(widget, name)
    ]
    parts += [f"checked by {each.__name__}" for each in getattr(widget, "validators", ())]
    default = getattr(widget, "default", None)
    parts += [f"else {default}" if default is not None else "", f"from {column.attribute}" if column.attribute else ""]
    parts += [", ".join(f"{word} = {value}" for word, value in getattr(widget, "meanings", {}).items())]
    return "; ".join(filter(None, parts))


@pytest.mark.parametrize("slug", WORDS)
def test_a_list_says_what_goes_in_it(slug):
    kind = KINDS[slug]()
    said = {name: getattr(kind, name) for name in ("title", "icon", "one", "many", "lead", "costs_money", "downloads")}
    said |= {"explained": list(kind.explained)}
    names = ("required", "hint")
    said["columns"] = [
        {"heading": each.column_name, "holds": holds(each), "example": str(each.example), "also": list(each.also)}
        | {name: getattr(each, name) for name in names}
        for each in kind.columns
    ]
    assert said == WORDS[slug]


ALONE = " Wij bewaren niets over bewoners. Haal de kolom weg, dan lezen wij de rest."
TOGETHER = " Wij bewaren niets over bewoners. Haal ze weg, dan lezen wij de rest."
FIRST_LINE = "Staan de koppen op de eerste regel? Kijk in het voorbeeldbestand."


def test_the_four_heaps_before_and_after():
    assert BEFORE == {
        "wrong": ("Kan niet", "Deze regels slaan wij over. Bij elke regel staat waarom.", ("refusal", "kan niet")),
        "changed": ("Verandert", "Deze staan er al, met iets anders.", ("attention", "verandert")),
        "new": ("Nieuw", "Deze komen erbij.", ("success", "nieuw")),
        "same": ("Staat er al", "Hier verandert niets.", ("neutral", "staat er al")),
    }
    assert AFTERWARDS == {
        "wrong": ("Niet gelukt", "Bij elke regel staat waarom.", ("refusal", "niet gelukt")),
        "changed": ("Gewijzigd", "Dit is wat er veranderd is.", ("success", "gewijzigd")),
        "new": ("Erbij gekomen", "Deze zijn opgeslagen.", ("success", "opgeslagen")),
        "same": ("Stond er al", "Hier is niets veranderd.", ("neutral", "stond er al")),
    }


def test_what_the_form_asks():
    form = IntakeFileForm(intake=KINDS["uitreikingen"])
    assert {name: (field.label, str(field.help_text)) for name, field in form.fields.items()} == {
        "file": ("Bestand", "Excel (.xlsx) of CSV, hooguit 5 MB."),
        "paid": ("Zijn deze al betaald?", ""),
        "late": (
            "Waarom komt dit zo laat?",
            "Alleen voor dagen die verder terug liggen. De reden blijft bij elk feit staan.",
        ),
    }
    assert form.fields["paid"].choices == [
        ("ja", "Deze zijn al betaald. KBL telt ze mee en betaalt niets meer."),
        ("nee", "Deze moeten nog betaald worden. Ze gaan mee in de volgende afsluiting."),
    ]
    assert LATE[0] == ("", "Niet nodig: alles is van dit of het vorige kwartaal")
    assert form.fields["file"].widget.attrs["accept"] == ".xlsx,.csv,.txt,.tsv"
    assert list(IntakeFileForm(intake=KINDS["organisaties"]).fields) == ["file"]


@pytest.mark.parametrize(
    ("reason", "names", "said"),
    [
        ("extra", ["Bewoner"], "Kolom ‘Bewoner’ hoort hier niet." + ALONE),
        ("extra", ["A", "B"], "De kolommen ‘A’ en ‘B’ horen hier niet." + TOGETHER),
        ("extra", ["x" * 61], f"Kolom ‘{'x' * 60}’ hoort hier niet." + ALONE),
        ("unnamed", [], "Er is een gevulde kolom zonder kop. Haal die weg, of zet er een van onze koppen boven."),
        ("missing", ["Naam"], "De kolom ‘Naam’ ontbreekt."),
        ("missing", ["A", "B"], "Deze kolommen ontbreken: ‘A’ en ‘B’."),
        ("none", [], f"Wij herkennen geen enkele kolom. {FIRST_LINE}"),
    ],
)
def test_what_is_wrong_with_the_columns(reason, names, said):
    assert sentences.about_columns(WrongColumns(ColumnReason(reason), names)) == said


def test_what_is_wrong_with_a_whole_file():
    nothing = "er is niets veranderd."
    assert sentences.STALE.endswith(nothing) and sentences.STALE.startswith("Dit is langer dan een uur geleden")
    assert sentences.BUSY.endswith(nothing) and sentences.BUSY.startswith("Op dit moment wordt een ander bestand")
    assert sentences.TOO_MUCH.startswith("Dit bestand is te groot om in één keer te laten zien. ")
