"""Rows as the text that a seal hashes: a list in JSON per row, a line each.

PostgreSQL writes the lines itself where it can write every column (a million rows cost Python half a minute); else
Python does. Both write the same bytes: a seal is the same whichever of the two made it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import connections
from django.db.models import F, Field, Func, Model, QuerySet, TextField
from django.db.models import fields as of_django

from kbl.organisations.models import QuarterField
from kbl.periods import Quarter

CHUNK = 2000
IN_UTC = """to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')"""
MOMENT = f"(replace({IN_UTC}, '.000000', '') || '+00:00')"
# What stands for a column, by the class of its field. A class that is not here (JSON, by the order of its keys) is
# written by Python; so is one that derives from these and reads its column in a way of its own.
WRITTEN_BY_POSTGRESQL: dict[type[Field], str] = {
    **dict.fromkeys(
        (
            of_django.AutoField,
            of_django.BigAutoField,
            of_django.IntegerField,
            of_django.SmallIntegerField,
            of_django.BigIntegerField,
            of_django.PositiveIntegerField,
            of_django.PositiveSmallIntegerField,
            of_django.PositiveBigIntegerField,
            of_django.BooleanField,
            of_django.CharField,
            of_django.TextField,
            of_django.SlugField,
            of_django.EmailField,
            of_django.URLField,
            QuarterField,
        ),
        "%(expressions)s",
    ),
    of_django.DecimalField: "(%(expressions)s)::text",
    of_django.DateField: "to_char(%(expressions)s, 'YYYY-MM-DD')",
    of_django.DateTimeField: MOMENT,
    of_django.UUIDField: "%(expressions)s",
    of_django.BinaryField: "encode(sha256(%(expressions)s), 'hex')",
}


class _Line(Func):
    """A row as PostgreSQL writes it; by the order of code points, as Python sorts texts."""

    function = "json_build_array"
    template = '(%(function)s(%(expressions)s)::text COLLATE "C")'
    output_field = TextField()


def lines(rows: QuerySet, paths: Iterable[str], *, ordered: bool) -> Iterator[str]:
    """Rows as text, in the order of their keys; where the keys are not said, in that of the texts."""
    paths = list(paths)
    written = _written(rows.model, paths) if connections[rows.db].vendor == "postgresql" else None
    if written is None:
        yield from by_python(rows, paths, ordered=ordered)
        return
    said = rows.annotate(as_sealed=_Line(*written)).order_by("pk" if ordered else "as_sealed")
    for text in said.values_list("as_sealed", flat=True).iterator(chunk_size=CHUNK):
        yield text + "\n"


def by_python(rows: QuerySet, paths: Sequence[str], *, ordered: bool) -> Iterator[str]:
    """The same lines, on any engine and for any column."""
    found = rows.order_by("pk").values_list(*paths).iterator(chunk_size=CHUNK)
    texts = (json.dumps([text(value) for value in row], ensure_ascii=False, sort_keys=True) + "\n" for row in found)
    yield from texts if ordered else sorted(texts)


def _written(model: type[Model], paths: Sequence[str]) -> list[Func] | None:
    """How PostgreSQL writes each column; None when there is one that it does not write as Python does."""
    templates = [WRITTEN_BY_POSTGRESQL.get(type(_field(model, path))) for path in paths]
    if len(paths) > 100:  # as many as a function of PostgreSQL takes
        return None
    found = [
        Func(F(path), template=template, output_field=TextField())
        for path, template in zip(paths, templates, strict=True)
        if template
    ]
    return found if len(found) == len(paths) else None


def _field(model: type[Model], path: str) -> Any:
    """The field at the end of a path; of a row that it points at, the key."""
    *through, last = path.split("__")
    here: Any = model
    for name in through:
        here = here._meta.get_field(name).related_model
    field = here._meta.pk if last == "pk" else here._meta.get_field(last)
    while field.is_relation:
        field = field.target_field
    return field


def text(value: Any) -> Any:
    """A value as the seal reads it: a moment in UTC, bytes by their hash."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date() | Decimal() | Quarter():
            return str(value)
        case bytes() | memoryview():
            return hashlib.sha256(value).hexdigest()
        case None | bool() | int() | str() | list() | dict():
            return value
    return str(value)
