"""What a kind of list is: its columns, how a row is judged beside what is there, and how good rows are saved.

Columns are import-export's fields and widgets, so that a download has the same headings and cells as an upload. The
rows do not go through `import_data`, which looks up and saves one by one (10,000 hand-outs: 3.5 s with every switch on,
0.6 s this way): a kind reads what its rows refer to once, judges them in memory, and saves them set-based.
"""

import re
from abc import ABCMeta, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from import_export.fields import Field
from import_export.resources import Resource

from kbl.intake.widgets import CellWidget
from kbl.spreadsheets.writing import Cell

Values = dict[str, Any]
ISO_DAY = re.compile(r"^(\d{4})-(\d\d)-(\d\d)$")


class Verdict(StrEnum):
    """What a row would do."""

    WRONG = "wrong"
    CHANGED = "changed"
    NEW = "new"
    SAME = "same"


@dataclass(frozen=True)
class Change:
    """A cell that differs from what is there."""

    column: str
    old: str
    new: str


@dataclass
class Judged:
    """One row of the file, what it would do, and why it cannot (`why`) or what is to be known of it (`note`)."""

    number: int
    cells: tuple[str, ...]
    verdict: Verdict
    why: list[str] = field(default_factory=list)
    note: str = ""
    changes: list[Change] = field(default_factory=list)
    values: Values = field(default_factory=dict)
    target: Any = None
    judgement: Any = None

    def refuse(self, *sentences: str) -> None:
        """This row cannot be saved."""
        self.verdict = Verdict.WRONG
        self.why += sentences

    @property
    def shown(self) -> list[str]:
        """The filled cells as the page shows them; a day as people here write it."""
        return [ISO_DAY.sub(r"\3-\2-\1", cell) for cell in self.cells if cell]

    @property
    def saves(self) -> bool:
        return self.verdict in (Verdict.NEW, Verdict.CHANGED)


@dataclass(frozen=True)
class Upload:
    """When and by whom a file is read in; `paid_before` and `late_reason` for facts that cost money."""

    by: Any
    at: datetime
    on: date
    paid_before: bool = False
    late_reason: str = ""
    saving: bool = False


class Column(Field):
    """A column: its heading, what may stand there, an example, and other headings by which it is known."""

    widget: CellWidget

    def __init__(
        self,
        column_name: str,
        widget: CellWidget,
        *,
        attribute: str | None = None,
        example: Cell = "",
        hint: str = "",
        also: Sequence[str] = (),
    ) -> None:
        super().__init__(attribute=attribute, column_name=column_name, widget=widget)
        self.example, self.hint, self.also = example, hint, tuple(also)

    @property
    def required(self) -> bool:
        return self.widget.required


class _AbstractResource(ABCMeta, type(Resource)):  # type: ignore[misc]
    """A resource that cannot be made while something of it is missing."""


class Intake(Resource, metaclass=_AbstractResource):
    """The base of a kind of list."""

    slug: ClassVar[str]
    title: ClassVar[str]
    icon: ClassVar[str]
    lead: ClassVar[str]
    one: ClassVar[str]
    many: ClassVar[str]
    explained: ClassVar[tuple[str, ...]] = ()  # what to know before choosing a file, a sentence each
    costs_money: ClassVar[bool] = False
    downloads: ClassVar[bool] = False

    @property
    def columns(self) -> list[Column]:
        return list(self.fields.values())

    @property
    def headers(self) -> list[str]:
        return [column.column_name for column in self.columns]

    def learn(self) -> None:
        """Read once what cells may name, before the rows are read."""

    @abstractmethod
    def key(self, values: Values) -> object:
        """What a row is about; a file has one row about it."""

    @abstractmethod
    def judge(self, rows: list[Judged], upload: Upload) -> None:
        """Say of every row what it would do: each comes as NEW. With `upload.saving` also hold what it leans on."""

    @abstractmethod
    def save(self, rows: list[Judged], upload: Upload) -> None:
        """Save the rows that are NEW or CHANGED, inside a transaction and judged within it."""

    def differences(self, there: object, values: Values, names: Iterable[str]) -> list[Change]:
        """Which filled cells differ from what is there; an empty cell leaves it as it is."""
        changes = []
        for name in names:
            column, new = self.fields[name], values.get(name)
            old = getattr(there, column.attribute or name)
            if new not in ("", None) and new != old:
                changes.append(Change(column.column_name, column.widget.render(old), column.widget.render(new)))
        return changes


class DownloadableIntake(Intake):
    """A kind of list of which what is there can be downloaded, with the headings of an upload."""

    downloads = True

    @abstractmethod
    def queryset(self) -> Iterable:
        """What a download has."""
