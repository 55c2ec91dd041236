"""Reading a programme file: every wrong entry gets its own Dutch sentence, and nothing is touched.

The models check the values, so that a file and a screen accept the same things; what only a whole file can get wrong
(a municipality that nobody serves) is checked here. Another province with the same four
tracks is another file, not other code; other tracks are code (`intermediaries.models.Track`).
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models

from intermediaries.models import Track
from kbl.fund.models import BudgetLine, BudgetPost, Instalment
from kbl.organisations.models import Branch, Municipality, Organisation, Programme, TargetGroup, YearTarget
from kbl.programme import monitor_facts
from kbl.programme.file_entry import entry_row
from kbl.programme.monitor_facts import MONITOR
from kbl.settlements.models import Tariff
from libraries.models import Participation

LIMBURG = settings.BASE_DIR / "programmes" / "limburg-2025-2027.toml"
SECTIONS = {
    "programme": dict,
    "tracks": dict,
    "tariffs": list,
    "targets": dict,
    "posts": dict,
    "budget": list,
    "instalments": list,
    "municipalities": list,
    "cubiss": dict,
    "libraries": list,
}
LEGAL = ("kvk", "vat_id", "iban", "account_holder", "street", "postcode", "city", "email")
# What is set at Beheer unless the file says it.
SETTINGS = ("exemption_words", "vat_checked_on", "quarters_back", "renewal_margin", "payment_days")
TARGET_GROUP = ("target_group", "target_group_source")
TAKES_PART = ("starts_on", "invoice_prefix", "self_billing_since", "own_numbers")


class WrongProgrammeFile(Exception):
    """The file cannot be loaded: one Dutch sentence per wrong line or entry."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True)
class LibraryFacts:
    """A library as the file has it: rows that are not saved yet."""

    organisation: Organisation
    participation: Participation
    branches: list[Branch]

    @property
    def serves(self) -> list[str]:
        """The municipalities of its branches, by name."""
        return list(dict.fromkeys(branch.municipality.name for branch in self.branches))


@dataclass
class ProgrammeFile:
    """Everything that a programme file says: rows that are not saved yet."""

    programme: Programme = field(default_factory=Programme)
    settings: tuple[str, ...] = ()  # which of SETTINGS it names
    targets: list[YearTarget] = field(default_factory=list)
    tariffs: list[Tariff] = field(default_factory=list)
    posts: list[BudgetPost] = field(default_factory=list)
    budget: list[BudgetLine] = field(default_factory=list)
    instalments: list[Instalment] = field(default_factory=list)
    municipalities: list[Municipality] = field(default_factory=list)
    target_groups: list[TargetGroup] = field(default_factory=list)
    cubiss: Organisation = field(default_factory=Organisation)
    libraries: list[LibraryFacts] = field(default_factory=list)
    monitor: dict[str, list[models.Model]] = field(default_factory=dict)  # by the names of MONITOR


def read(path: Path) -> ProgrammeFile:
    """Read and check a programme file. Raises WrongProgrammeFile with everything that is wrong in it."""
    reader = _FileReader(_parse(path))
    if reader.wrong:
        raise WrongProgrammeFile(reader.wrong)
    return reader.file


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        raise WrongProgrammeFile([f"Het bestand {path} is er niet. Kijk de naam na."]) from None
    except OSError:
        raise WrongProgrammeFile([f"Het bestand {path} kan niet worden gelezen."]) from None
    except UnicodeDecodeError:
        raise WrongProgrammeFile(
            [f"Het bestand {path} is geen tekst in UTF-8. Bewaar het opnieuw als UTF-8."]
        ) from None
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+), column (\d+)", str(error))
        place = f"Regel {found[1]}, kolom {found[2]}" if found else "Het einde van het bestand"
        raise WrongProgrammeFile(
            [f"{place}: de schrijfwijze klopt niet. Kijk naar aanhalingstekens, haken, komma's en dubbele namen."]
        ) from None


class _FileReader:
    """One pass over the parsed file; what is wrong is collected in `wrong`, in the order of the file's sections."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.wrong: list[str] = []
        self.file = ProgrammeFile()
        self.places: dict[str, Municipality] = {}
        if self._sections(raw):
            self._programme(raw["programme"])
            self._tracks(raw["tracks"])
            self._tariffs(raw["tariffs"])
            self._posts(raw["posts"])
            self._years(raw["targets"], raw["budget"], raw["instalments"])
            self._municipalities(raw["municipalities"])
            self._cubiss(raw["cubiss"])
            self._libraries(raw["libraries"])
            self.file.monitor = monitor_facts.read(raw, self._row, self.say)
            self._together()

    def say(self, where: str, sentence: str) -> None:
        self.wrong.append(f"{where}: {sentence}")

    # --- the sections --------------------------------------------------------------------------------------------

    def _sections(self, raw: dict[str, Any]) -> bool:
        """Whether every section is there in its shape; the rest cannot be read without."""
        for name in raw.keys() - SECTIONS.keys() - MONITOR.keys():
            self.say(f"[{name}]", f"dit onderdeel bestaat niet. Kies uit {', '.join((*SECTIONS, *MONITOR))}.")
        whole = True
        for name, shape in SECTIONS.items():
            brackets = f"[{name}]" if shape is dict else f"[[{name}]]"
            if not isinstance(raw.get(name), shape) or not raw[name]:
                self.say(brackets, "dit onderdeel ontbreekt of is leeg.")
                whole = False
            elif shape is list and not all(isinstance(entry, dict) for entry in raw[name]):
                self.say(brackets, f"schrijf elk onderdeel als een eigen {brackets}.")
                whole = False
        return whole

    def _programme(self, raw: dict) -> None:
        required = ("name", "starts_on", "ends_on", "target_group", "commissioner")
        optional = ("conversions_funded", "closing_opens_after", "contact_name", "contact_email", "contact_phone")
        programme = self._row("[programme]", raw, Programme, required, optional + SETTINGS)
        if programme is None:
            return
        self.file.programme = programme
        self.file.settings = tuple(key for key in SETTINGS if key in raw)
        if programme.ends_on <= programme.starts_on:
            self.say("[programme]", "ends_on: de laatste dag komt na de eerste dag.")

    def _tracks(self, raw: dict) -> None:
        known = {str(track.value): track.label.partition(" ")[2] for track in Track}
        for number in raw.keys() - known.keys():
            self.say("[tracks]", f"spoor {number} bestaat niet. Kies uit {', '.join(known)}.")
        for number, name in known.items():
            if number in raw and raw[number] != name:
                self.say("[tracks]", f'spoor {number} heet hier "{raw[number]}". In de software heet het "{name}".')

    def _tariffs(self, raw: list[dict]) -> None:
        for where, entry in _numbered("tariffs", raw, "kind"):
            tariff = self._row(where, entry, Tariff, ("kind", "first_day", "amount", "vat"), ("track",))
            if tariff is None:
                continue
            if tariff.amount <= 0:
                self.say(where, "amount: een tarief is meer dan nul.")
            if tariff.track and tariff.kind != Tariff.Kind.HANDLING:
                self.say(where, "track: alleen het tarief voor uitreiken kan per spoor verschillen.")
            self.file.tariffs.append(tariff)
        keys = ((tariff.kind, tariff.track, tariff.first_day) for tariff in self.file.tariffs)
        for kind, track, day in _twice(keys):
            of_track = f" van spoor {track}" if track else ""
            self.say("[[tariffs]]", f"het tarief {kind}{of_track} vanaf {day} staat er twee keer.")

    def _posts(self, raw: dict) -> None:
        for number, name in raw.items():
            post = self._row(f"[posts] {number}", {"number": number, "name": name}, BudgetPost, ("number", "name"))
            if post is not None:
                self.file.posts.append(post)

    def _years(self, targets: dict, budget: list[dict], instalments: list[dict]) -> None:
        for year, number in targets.items():
            entry = {"year": _int(year), "new_memberships": number}
            target = self._row(f"[targets] {year}", entry, YearTarget, ("year", "new_memberships"))
            if target is not None:
                self.file.targets.append(target)
        for where, entry in _numbered("budget", budget, "post"):
            self._budget_post(where, entry)
        for year, post in _twice((line.year, line.post) for line in self.file.budget):
            self.say("[[budget]]", f"post {post} staat er voor {year} twee keer.")
        for where, entry in _numbered("instalments", instalments, "description"):
            instalment = self._row(where, entry, Instalment, ("description", "due_on", "amount"))
            if instalment is None:
                continue
            if instalment.amount <= 0:
                self.say(where, "amount: een termijn is meer dan nul.")
            self.file.instalments.append(instalment)
        for day, description in _twice((each.due_on, each.description) for each in self.file.instalments):
            self.say("[[instalments]]", f"{description} van {day} staat er twee keer.")

    def _budget_post(self, where: str, entry: dict) -> None:
        amounts = entry.get("amounts")
        if not isinstance(amounts, dict) or not amounts:
            self.say(where, "amounts: schrijf het bedrag per jaar, zoals { 2025 = 8300 }.")
            return
        rest = {key: value for key, value in entry.items() if key != "amounts"}
        for year, amount in amounts.items():
            values = {**rest, "year": _int(year), "amount": amount}
            line = self._row(f"{where}, {year}", values, BudgetLine, ("post", "name", "paid_by", "year", "amount"))
            if line is None:
                return
            if line.amount < 0:
                self.say(f"{where}, {year}", "amount: een post is niet minder dan nul.")
            self.file.budget.append(line)

    def _municipalities(self, raw: list[dict]) -> None:
        for where, entry in _numbered("municipalities", raw, "name"):
            own = {key: value for key, value in entry.items() if key not in TARGET_GROUP}
            municipality = self._row(where, own, Municipality, ("code", "name"), ("latitude", "longitude"))
            if municipality is None:
                continue
            self._target_group(where, municipality, entry)
            if not re.fullmatch(r"GM\d{4}", municipality.code):
                self.say(where, f"code: {municipality.code!r} is geen CBS-code. Die ziet eruit als GM0983.")
            if (municipality.latitude is None) != (municipality.longitude is None):
                self.say(where, "latitude, longitude: schrijf ze allebei, of geen van beide.")
            self.file.municipalities.append(municipality)
        for code in _twice(each.code for each in self.file.municipalities):
            self.say("[[municipalities]]", f"code {code} staat er twee keer.")
        for name in _twice(each.name for each in self.file.municipalities):
            self.say("[[municipalities]]", f"{name} staat er twee keer.")
        self.places = {each.name: each for each in self.file.municipalities}

    def _target_group(self, where: str, municipality: Municipality, entry: dict) -> None:
        """The estimate of a municipality, where the file gives one: with whose it is."""
        named = {name: entry[key] for name, key in zip(("people", "source"), TARGET_GROUP, strict=True) if key in entry}
        if not named:
            return
        if len(named) < len(TARGET_GROUP):
            self.say(where, "target_group, target_group_source: schrijf ze allebei, of geen van beide.")
        elif row := self._row(f"{where}, target_group", named, TargetGroup, ("people", "source")):
            row.municipality = municipality
            self.file.target_groups.append(row)

    def _cubiss(self, raw: dict) -> None:
        cubiss = self._row("[cubiss]", raw, Organisation, ("name",), (*LEGAL, "buyer_reference"))
        if cubiss is not None:
            cubiss.slug = "cubiss"
            self.file.cubiss = cubiss

    def _libraries(self, raw: list[dict]) -> None:
        for where, entry in _numbered("libraries", raw, "name"):
            own = {key: value for key, value in entry.items() if key not in (*TAKES_PART, "municipality", "branches")}
            organisation = self._row(where, own, Organisation, ("name", "slug"), LEGAL)
            taking_part = {key: entry[key] for key in TAKES_PART if key in entry}
            participation = self._row(where, taking_part, Participation, TAKES_PART[:2], TAKES_PART[2:])
            seat = self._place(where, entry.get("municipality"))
            branches = self._branches(where, entry.get("branches"))
            if organisation and participation and seat and branches:
                organisation.municipality = seat
                self.file.libraries.append(LibraryFacts(organisation, participation, branches))

    def _branches(self, where: str, raw: Any) -> list[Branch]:
        if not isinstance(raw, list) or not raw or not all(isinstance(each, dict) for each in raw):
            self.say(where, "branches: schrijf minstens één vestiging, met name en municipality.")
            return []
        branches = []
        for entry in raw:
            at = f"{where}, vestiging {entry.get('name', '?')}"
            own = {key: value for key, value in entry.items() if key != "municipality"}
            branch = self._row(at, own, Branch, ("name",), ("street", "postcode", "city"))
            place = self._place(at, entry.get("municipality"))
            if branch and place:
                branch.municipality = place
                branches.append(branch)
        for name in _twice(branch.name for branch in branches):
            self.say(where, f"vestiging {name} staat er twee keer.")
        return branches

    def _place(self, where: str, name: Any) -> Municipality | None:
        place = self.places.get(name) if isinstance(name, str) else None
        if place is None:
            self.say(where, f"municipality: {name!r} staat niet bij [[municipalities]].")
        return place

    # --- what only the whole file can get wrong -------------------------------------------------------------------

    def _together(self) -> None:
        file, libraries = self.file, self.file.libraries
        for what, values in (
            ("name", [each.organisation.name for each in libraries] + [file.cubiss.name]),
            ("slug", [each.organisation.slug for each in libraries] + ["cubiss"]),
            ("invoice_prefix", [each.participation.invoice_prefix for each in libraries]),
        ):
            for value in _twice(values):
                self.say("[[libraries]]", f"{what}: {value} staat er twee keer.")
        if self.wrong:
            return
        served = Counter(name for each in libraries for name in each.serves)
        for name in self.places:
            if served[name] != 1:
                self.say(
                    "[[libraries]]",
                    f"gemeente {name} hoort bij {served[name] or 'geen'} bibliotheken. Dat moet er precies één zijn.",
                )
        first, last = file.programme.starts_on, file.programme.ends_on
        for each in libraries:
            if not first <= each.participation.starts_on <= last:
                self.say(f"[[libraries]] {each.organisation}", "starts_on: die dag ligt buiten het programma.")
        named = {post.number for post in file.posts}
        for main in sorted({line.post.split(".")[0] for line in file.budget} - named):
            self.say("[posts]", f"hoofdpost {main} heeft nog geen naam.")
        for year in {target.year for target in file.targets} | {line.year for line in file.budget}:
            if not first.year <= year <= last.year:
                self.say("[targets] en [[budget]]", f"{year} ligt buiten het programma.")
        for kind in Tariff.Kind:
            if not any(tariff.kind == kind and tariff.first_day <= first for tariff in file.tariffs):
                self.say("[[tariffs]]", f"er is geen algemeen tarief {kind} op de eerste dag van het programma.")

    def _row(
        self, where: str, raw: dict, model: type[models.Model], required: Iterable[str], optional: Iterable[str] = ()
    ) -> Any | None:
        """The entry as an unsaved row; None (and sentences) when something is wrong."""
        return entry_row(where, raw, model, required, optional, say=self.say)


def _numbered(section: str, raw: list[dict], name: str) -> Iterable[tuple[str, dict]]:
    """Every entry with the words that point at it."""
    for number, entry in enumerate(raw, start=1):
        yield f"[[{section}]] nr. {number} ({entry.get(name, '?')})", entry


def _twice(values: Iterable) -> list:
    """The values that are there more than once."""
    return [value for value, count in Counter(values).items() if count > 1]


def _int(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() else text
