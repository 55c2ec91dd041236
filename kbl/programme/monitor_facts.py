"""What a programme file says of the monitor: targets, baselines, instruments and risks. A file may do without.

Its sections are read like the others, row by row, and loaded by their keys.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models

from reporting.models import Baseline, Goal, Instrument, Risk

Row = Callable[..., Any]
Say = Callable[[str, str], None]


@dataclass(frozen=True)
class Section:
    """A list of the file: rows of one model, what they are known by, and what else they say."""

    model: type[models.Model]
    key: tuple[str, ...]
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    def split(self, row: models.Model) -> tuple[dict[str, Any], dict[str, Any]]:
        """What a row is known by, and its other values."""
        values = {name: getattr(row, name) for name in (*self.required, *self.optional)}
        return {name: getattr(row, name) for name in self.key}, values


MONITOR = {
    "goals": Section(Goal, ("letter",), ("definition", "method", "source"), ("norm",)),
    "baselines": Section(Baseline, ("goal", "name"), ("value", "unit", "source"), ("year",)),
    "instruments": Section(Instrument, ("goal", "name"), ("about",), ("address",)),
    "risks": Section(Risk, ("number",), ("name", "words", "mitigation"), ("sign",)),
}


def read(raw: dict[str, Any], row: Row, say: Say) -> dict[str, list[models.Model]]:
    """The sections that the file has, as rows that are not saved yet; what is wrong is said."""
    return {name: _section(name, raw[name], row, say) for name in MONITOR if name in raw}


def _section(name: str, raw: Any, row: Row, say: Say) -> list[models.Model]:
    section = MONITOR[name]
    if not isinstance(raw, list) or not all(isinstance(each, dict) for each in raw):
        say(f"[[{name}]]", f"schrijf elk onderdeel als een eigen [[{name}]].")
        return []
    found: list[models.Model] = []
    for number, entry in enumerate(raw, start=1):
        where = f"[[{name}]] nr. {number} ({entry.get(section.key[-1], '?')})"
        read_row = row(where, entry, section.model, (*section.key, *section.required), section.optional)
        if read_row is not None:
            _can_be(where, read_row, say)
            found.append(read_row)
    for key, count in Counter(tuple(section.split(each)[0].values()) for each in found).items():
        if count > 1:
            say(f"[[{name}]]", f"{' '.join(map(str, key))} staat er twee keer.")
    return found


def _can_be(where: str, row: models.Model, say: Say) -> None:
    """What the database would refuse, in words."""
    if isinstance(row, Baseline):
        highest = 100 if row.unit == Baseline.Unit.PERCENT else 10**9
        if not 0 <= row.value <= highest:
            say(where, f"value: schrijf een waarde van 0 tot en met {highest}.")
    if isinstance(row, Goal) and row.norm is not None and not 1 <= row.norm <= 100:
        say(where, "norm: schrijf een percentage van 1 tot en met 100.")
