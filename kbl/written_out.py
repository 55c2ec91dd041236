"""Rows of a question that is written out in SQL, as the models they are: for the few that a queue waits for.

Composing a question with the ORM takes several times what PostgreSQL needs to answer it (docs/performance.md). Where
that matters the question stands as text beside the rule that it serves, and what comes back is read here, so that a
column that is added to a model tomorrow comes along by itself.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Generic, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


class Columns(Generic[M]):
    """All columns of a model, under the name that its table has in the question."""

    def __init__(self, model: type[M], alias: str) -> None:
        self.model, self.alias = model, alias

    @cached_property
    def _fields(self) -> list[models.Field]:
        return list(self.model._meta.concrete_fields)

    @cached_property
    def _key(self) -> int:
        return self._fields.index(self.model._meta.pk)

    @cached_property
    def _readers(self) -> list[tuple[int, Callable]]:
        """What this database and a field make of a raw value, for the places where there is anything to make."""
        readers = []
        for place, field in enumerate(self._fields):
            column = field.get_col(self.alias)
            for convert in (*connection.ops.get_db_converters(column), *column.get_db_converters(connection)):
                readers.append((place, lambda raw, to=convert, of=column: to(raw, of, connection)))
        return readers

    def __str__(self) -> str:
        """As they stand behind SELECT."""
        return ", ".join(f'{self.alias}."{field.column}"' for field in self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def read(self, row: Sequence, start: int = 0) -> M | None:
        """The model whose columns begin at `start`; None where an outer join found nothing."""
        values = list(row[start : start + len(self)])
        if values[self._key] is None:
            return None
        for place, read in self._readers:
            values[place] = read(values[place])
        return self.model.from_db(connection.alias, [field.attname for field in self._fields], values)
