"""One entry of a programme file as a row that is not saved yet: its keys, the kind of each value, the model's word."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


def entry_row(
    where: str,
    raw: dict,
    model: type[models.Model],
    required: Iterable[str],
    optional: Iterable[str],
    *,
    say: Callable[[str, str], None],
) -> Any | None:
    """The entry as an unsaved row, checked by the model; None when something is wrong, after `say(where, sentence)`."""
    wrong: list[str] = []
    columns = {column.name: column for column in model._meta.fields}
    known = (*(required := tuple(required)), *optional)
    for key in raw.keys() - set(known):
        wrong.append(f"{key}: dit veld bestaat niet. Kies uit {', '.join(known)}.")
    for key in required:
        if raw.get(key) in (None, ""):
            wrong.append(f"{key}: dit veld ontbreekt.")
    values = {key: raw[key] for key in known if key in raw}
    for key, value in values.items():
        if sentence := _wrong_type(columns[key], value):
            wrong.append(f"{key}: {sentence}")
    row = None if wrong else model(**values)
    if row is not None:
        try:
            row.clean_fields(exclude=columns.keys() - values.keys())
            row.clean()
        except ValidationError as error:
            wrong += [_of_model(columns[key], key, sentences) for key, sentences in error.message_dict.items()]
    for sentence in wrong:
        say(where, sentence)
    return None if wrong else row


def _of_model(column: models.Field, key: str, sentences: list[str]) -> str:
    """What the model says of a value, and what may be chosen instead."""
    choices = [str(value) for value, _ in column.flatchoices if value]
    hint = f" Kies uit {', '.join(choices)}." if choices else ""
    return f"{key}: {' '.join(sentences)}{hint}"


def _wrong_type(column: models.Field, value: Any) -> str | None:
    """What is wrong with the kind of value that the file has; the model checks the value itself."""
    match column:
        case models.BooleanField():
            return None if isinstance(value, bool) else "schrijf true of false."
        case models.DateField():
            right = isinstance(value, date) and not isinstance(value, datetime)
            return None if right else "schrijf een dag, zoals 2025-09-01, zonder aanhalingstekens."
        case models.DecimalField():
            right = isinstance(value, int | Decimal) and not isinstance(value, bool)
            return None if right else "schrijf een bedrag, zoals 42.00, zonder aanhalingstekens."
        case models.IntegerField():
            right = isinstance(value, int) and not isinstance(value, bool)
            return None if right else "schrijf een heel getal."
        case models.CharField():
            return None if isinstance(value, str) else "schrijf tekst tussen aanhalingstekens."
    raise TypeError(f"{column} is no column of a programme file.")
