"""Text that slipped past the guard, or was there before it: found by place, cleared by one, kept in a log of places.

Neither the page nor the log says what stood there. What is frozen (a fact, a document, a payment file) cannot be
cleared by anybody; then the page says so (docs/domain.md, "rules people feel").
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.apps import apps
from django.db import models, transaction

from kbl.jobs.kept import Keeper
from kbl.organisations.validators import ADDRESS
from kbl.texts.lines import GuardedField, GuardedSlugField
from kbl.texts.personal import looks_like
from reporting.integrity.database import our_models
from reporting.integrity.register import texts_hold_no_personal_data
from reporting.models import ClearedText

ACCOUNT = {"account_holder"}  # changes with the account itself, by two


class Fixed(StrEnum):
    """Why something that was found cannot be cleared here."""

    FROZEN = "frozen"
    ACCOUNT = "account"
    PROGRAM = "program"


class NothingThere(Exception):
    """Nothing in this place looks like somebody (any more), or it is not for clearing."""


@dataclass(frozen=True)
class FoundPlace:
    """Where something stands: never what."""

    table: str
    column: str
    row: str
    looks: tuple[str, ...]
    model: type[models.Model] | None = None
    field: models.Field | None = None

    @property
    def kind(self) -> str:
        """The kind of row, as people call it."""
        return str(self.model._meta.verbose_name) if self.model else self.table

    @property
    def named(self) -> str:
        """The column, as people call it."""
        return str(self.field.verbose_name) if self.field else self.column

    @property
    def fixed(self) -> Fixed | None:
        """Why it stays; None when it can be cleared."""
        guard = getattr(self.model, "GUARD", None)
        if guard is not None and self.column not in guard.free:
            return Fixed.FROZEN
        if self.column in ACCOUNT:
            return Fixed.ACCOUNT
        return None if isinstance(self.field, GuardedField) else Fixed.PROGRAM


def places() -> list[FoundPlace]:
    """Everything that looks like somebody outside the columns that are meant for it."""
    found = {(each.table, each.column, each.row): each for each in [*_in_the_register(), *_in_guarded_columns()]}
    return sorted(found.values(), key=lambda each: (each.fixed is not None, each.table, each.row, each.column))


def found_lately() -> tuple[list[FoundPlace], datetime | None]:
    """The places as a page shows them: those that a task found, with very many vouchers, less what was cleared since;
    and of when that is, None when they were looked for now."""
    kept = KEEPER.latest()
    if kept is None:
        return places(), None
    since = ClearedText.objects.filter(cleared_at__gte=kept.at)
    gone = set(since.values_list("in_table", "in_column", "of_row"))
    there = [each for each in kept.content if tuple(each[:3]) not in gone]
    return [place_of(table, column, row, looks) for table, column, row, looks in there], kept.at


KEEPER = Keeper("personal_data", lambda at: [[each.table, each.column, each.row, each.looks] for each in places()])


def _in_guarded_columns() -> Iterator[FoundPlace]:
    for model in our_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, GuardedField):
                for pk, text in model._base_manager.order_by("pk").values_list("pk", field.attname):
                    if looks := looks_like(text or "") - field.holds:
                        yield _place(model, field, pk, looks)


def _in_the_register() -> Iterator[FoundPlace]:
    """What the integrity checks find, in their own words, in any table at all."""
    for each in texts_hold_no_personal_data():
        yield place_of(each["table"], each["column"], str(each["row"]), [each["looks_like"]])


def place_of(table: str, column: str, row: str, looks: Iterable[str]) -> FoundPlace:
    """A place by the names of the database, which may be of a table that is none of ours."""
    known = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    model = known.get(table)
    fields = {each.column: each for each in model._meta.local_concrete_fields} if model else {}
    return FoundPlace(table, column, row, tuple(looks), model, fields.get(column))


def _place(model: type[models.Model], field: models.Field, pk, looks) -> FoundPlace:
    names = tuple(sorted(str(each) for each in looks))
    return FoundPlace(model._meta.db_table, field.column, str(pk), names, model, field)


@transaction.atomic
def clear(table: str, column: str, row: str, *, by, at: datetime) -> ClearedText:
    """Put a word in the place of what stood there, and keep who did it where. Raises NothingThere."""
    wanted = (table, column, row)
    place = next((each for each in places() if (each.table, each.column, each.row) == wanted), None)
    if place is None or place.fixed or place.model is None or not isinstance(place.field, GuardedField):
        raise NothingThere(f"{table}.{column} {row}")
    rows = place.model._base_manager.filter(pk=row)
    text = rows.values_list(place.field.attname, flat=True).get()
    rows.filter(**{place.field.attname: text}).update(**{place.field.attname: _instead(place.field, row)})
    return ClearedText.objects.create(
        in_table=table, in_column=column, of_row=row, looks=", ".join(place.looks), cleared_at=at, cleared_by=by
    )


def _instead(field: GuardedField, row: str) -> str:
    """Nothing where nothing may stand; else a word that no other row has."""
    if field.blank and field.name not in ADDRESS:
        return ""
    text = f"gewist-{row}" if isinstance(field, GuardedSlugField) else f"gewist {row}"
    return text[: field.max_length]
