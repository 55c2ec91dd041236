"""A report as text that stays: everything that it shows and what was published with it, as JSON, and back again.

The same report gives the same bytes. Each kind has a name here that never changes: old reports are read by it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from kbl.periods import Quarter
from reporting.figures.counting import ProgrammeTotals
from reporting.figures.query import FigureQuery
from reporting.figures.suppression import LastPublished, PublishedFigure, PublishedMeasure, PublishedTable
from reporting.figures.table import FigureCell, FigureRow, FigureTable
from reporting.monitor.risk_figures import RiskFigure
from reporting.report.charts import KeptChart
from reporting.report.course_chapter import RiskLine
from reporting.report.page import ProgrammeWords, ReportWords
from reporting.report.periods import PublishedFund, ReportPeriod, ShownAmount
from reporting.report.target_sheets import TargetSheet
from reporting.report.words import Definition, HeadlineFigure

KINDS: dict[str, type] = {
    "cell": FigureCell,
    "chart": KeptChart,
    "definition": Definition,
    "figure": PublishedFigure,
    "fund": PublishedFund,
    "headline": HeadlineFigure,
    "last_published": LastPublished,
    "measure": PublishedMeasure,
    "period": ReportPeriod,
    "programme": ProgrammeWords,
    "query": FigureQuery,
    "report": ReportWords,
    "risk": RiskLine,
    "risk_figure": RiskFigure,
    "row": FigureRow,
    "shown_amount": ShownAmount,
    "published_table": PublishedTable,
    "table": FigureTable,
    "target_sheet": TargetSheet,
    "totals": ProgrammeTotals,
}
NAMES = {kind: name for name, kind in KINDS.items()}
IS = "is"


def dump(value: Any) -> bytes:
    """The text of a report."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def load(content: bytes) -> Any:
    """The report of a text. Raises ValueError or KeyError when it is none."""
    return _value(json.loads(content))


class Parts(Mapping[str, Any]):
    """A map of a kept report that reads each of its parts when it is asked for, once.

    Of a whole country a report is some hundred thousand values; a list of reports shows ten of them.
    """

    def __init__(self, plain: Mapping[str, Any]) -> None:
        self._plain = {_value(key): each for key, each in plain["of"]}
        self._read: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._read:
            self._read[name] = _value(self._plain[name])
        return self._read[name]

    def anew(self, name: str) -> Any:
        """A part read once more, for who is going to change it."""
        return _value(self._plain[name])

    def part(self, name: str) -> "Parts":
        """A part that is a map itself, read in the same way."""
        return Parts(self._plain[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._plain)

    def __len__(self) -> int:
        return len(self._plain)


def parts(content: bytes) -> Parts:
    """The report of a text, each part read when it is asked for. Raises ValueError or KeyError when it is none."""
    return Parts(json.loads(content))


def _plain(value: Any) -> Any:
    """A value as JSON knows it; what JSON does not know is an object that says what it is."""
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return str(value)
        case Quarter():
            return {IS: "quarter", "of": str(value)}
        case Decimal():
            return {IS: "decimal", "of": str(value)}
        case datetime():
            return {IS: "moment", "of": value.astimezone(UTC).isoformat()}
        case date():
            return {IS: "day", "of": value.isoformat()}
        case tuple() | list():
            return {IS: "list", "of": [_plain(each) for each in value]}
        case set() | frozenset():
            return {IS: "set", "of": sorted((_plain(each) for each in value), key=json.dumps)}
        case dict():
            return {IS: "map", "of": [[_plain(key), _plain(each)] for key, each in value.items()]}
    if is_dataclass(value):
        return {IS: NAMES[type(value)], **{field.name: _plain(getattr(value, field.name)) for field in fields(value)}}
    raise TypeError(f"A report cannot keep a {type(value).__name__}.")


_READERS: dict[str, Any] = {
    "quarter": Quarter.parse,
    "decimal": Decimal,
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
    "list": lambda rows: tuple(_value(each) for each in rows),
    "set": lambda rows: {_value(each) for each in rows},
    "map": lambda rows: {_value(key): _value(each) for key, each in rows},
}


def _value(plain: Any) -> Any:
    if not isinstance(plain, dict):
        return plain
    if read := _READERS.get(plain[IS]):
        return read(plain["of"])
    return KINDS[plain[IS]](**{name: _value(each) for name, each in plain.items() if name != IS})
