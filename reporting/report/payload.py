"""A report as text that stays: everything that it shows and what was published with it, as JSON, and back again.

The same report gives the same bytes. Each kind has a name here that never changes: old reports are read by it.
"""

import json
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
