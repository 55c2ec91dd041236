"""The database itself: the triggers that keep history, the rules that refuse, and whether every row obeys them.

Rules are checked again on the rows, without the database's help: a rule that was set aside for a while leaves traces.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, models

from kbl.disjoint import Disjoint
from kbl.guards import AppendOnly, trigger_names
from kbl.organisations import circle_guard
from kbl.organisations.models import ClosingLock
from kbl.payments.accounts import account_guard
from kbl.settlements.statements import invoice_guard
from reporting.editions import release_guard
from reporting.integrity.invariants import Violation, Violations, invariant, select

OURS = (
    "organisations",
    "accounts",
    "mail",
    "second_person",
    "jobs",
    "fund",
    "vouchers",
    "intermediaries",
    "libraries",
    "discrepancies",
    "settlements",
    "payments",
    "intake",
    "upkeep",
    "reporting",
)


def our_models() -> Iterator[type[models.Model]]:
    """Every table of the programme's own."""
    for label in OURS:
        yield from apps.get_app_config(label).get_models()


@invariant("Elke tabel met geschiedenis weigert in de database zelf om die te wijzigen")
def history_is_guarded() -> Violations:
    found = _triggers()
    for model in our_models():
        guard: AppendOnly | None = getattr(model, "GUARD", None)
        if guard is None:
            continue
        history, rows, once = trigger_names(model._meta.db_table)
        expected = {history} | (set() if guard.deletable else {rows}) | ({once} if guard.stamped_once else set())
        for name in sorted(expected - found.keys()):
            yield {"table": model._meta.db_table, "trigger": name, "problem": "is not there, or is switched off"}
        free = {*guard.stamped_once, *guard.free}
        for field in model._meta.local_concrete_fields:
            if field.column not in free and field.column not in found.get(history, {field.column}):
                yield {"table": model._meta.db_table, "column": field.column, "problem": "is not kept"}
    for name in sorted(
        {circle_guard.NAME, account_guard.NAME, *invoice_guard.names(), *release_guard.NAMES} - found.keys()
    ):
        yield {"trigger": name, "problem": "is not there, or is switched off"}
    if connection.vendor == "postgresql" and not select(
        "SELECT 1 FROM pg_proc WHERE proname = 'kbl_append_only' AND prosrc LIKE '%RAISE EXCEPTION%'"
    ):
        yield {"function": "kbl_append_only", "problem": "does not refuse"}


def _triggers() -> dict[str, set[str]]:
    """The triggers that are switched on, each with the columns whose change it refuses."""
    if connection.vendor == "postgresql":
        sql = "SELECT tgname AS name, pg_get_triggerdef(oid) AS text FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
    else:
        sql = "SELECT name, sql AS text FROM sqlite_master WHERE type = 'trigger'"
    return {row["name"]: set(re.findall(r'new\."?(\w+)', row["text"], re.IGNORECASE)) for row in select(sql)}


@invariant("Elke afspraak van de modellen staat als regel in de database")
def constraints_are_in_the_database() -> Violations:
    names = _constraints()
    for model in our_models():
        for constraint in model._meta.constraints:
            if constraint.name not in names:
                yield {"table": model._meta.db_table, "constraint": constraint.name, "problem": "is not there"}
        disjoint: Disjoint | None = getattr(model, "DISJOINT", None)
        if disjoint and disjoint.name not in names:
            yield {"table": model._meta.db_table, "constraint": disjoint.name, "problem": "is not there"}


def _constraints() -> set[str] | str:
    """The names of constraints and unique indexes that hold; on SQLite the text that makes the tables."""
    if connection.vendor == "postgresql":
        rows = select(
            "SELECT conname AS name FROM pg_constraint WHERE convalidated"
            " UNION ALL SELECT relname FROM pg_class JOIN pg_index ON indexrelid = pg_class.oid"
            " WHERE indisunique AND indisvalid"
        )
        return {row["name"] for row in rows}
    return "\n".join(row["sql"] or "" for row in select("SELECT sql FROM sqlite_master"))


@invariant("Elke rij houdt zich aan elke afspraak, ook als de database even niet oplette")
def rows_obey_their_constraints() -> Violations:
    for model in our_models():
        yield from _refused(model)
        yield from _repeated(model)


def _refused(model: type[models.Model]) -> Iterator[Violation]:
    """Rows that one of the model's checks would refuse; the checks of a table are one question."""
    if question := _checks(model, connection.vendor):
        for row in select(question):
            yield {"table": model._meta.db_table, **row}


@cache
def _checks(model: type[models.Model], vendor: str) -> str:
    """The question for the rows of a table that break one of its checks, empty where it has none; worked out once."""
    editor = connection.SchemaEditorClass(connection, collect_sql=True, atomic=False)
    checks = {
        constraint.name: str(constraint._get_check_sql(model, editor)).replace("%%", "%")  # type: ignore[attr-defined]
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    }
    if not checks:
        return ""
    assert model._meta.pk
    table, key = model._meta.db_table, model._meta.pk.column
    first = " ".join(f"WHEN NOT ({condition}) THEN '{name}'" for name, condition in checks.items())
    broken = " OR ".join(f"NOT ({condition})" for condition in checks.values())
    return f'SELECT "{key}" AS id, CASE {first} END AS broken FROM "{table}" WHERE {broken}'


def _repeated(model: type[models.Model]) -> Iterator[Violation]:
    """Rows with the same values where those should be unique; whether there are any is one question for a table."""
    question, params = _repetitions(model, connection.vendor)
    if not question or not select(question, params):
        return
    for name, rows in _unique(model):
        for row in rows:
            yield {"table": model._meta.db_table, "constraint": name, **row}


@cache
def _repetitions(model: type[models.Model], vendor: str) -> tuple[str, tuple[Any, ...]]:
    """The question whether anything of a table is repeated, worked out once; empty where everything may be."""
    asked = [rows.query.sql_with_params() for _, rows in _unique(model)]
    return any_of([sql for sql, _ in asked]), tuple(each for _, params in asked for each in params)


def _unique(model: type[models.Model]) -> Iterator[tuple[str, models.QuerySet]]:
    """What may be there once, by its name, with the question for what is there more often."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            yield constraint.name, _more_than_once(model, list(constraint.fields), constraint)
    for field in model._meta.local_concrete_fields:
        if field.unique and not field.primary_key:
            yield field.name, _more_than_once(model, [field.name], None)


def _more_than_once(
    model: type[models.Model], fields: list[str], constraint: models.UniqueConstraint | None
) -> models.QuerySet:
    rows = model._default_manager.order_by()
    if constraint is not None and constraint.condition:
        rows = rows.filter(constraint.condition)
    if constraint is None or constraint.nulls_distinct is not False:
        rows = rows.filter(**{f"{name}__isnull": False for name in fields})
    return rows.values(*fields).annotate(times=models.Count("pk")).filter(times__gt=1)


def any_of(questions: Iterable[str]) -> str:
    """The question that has an answer when one of these has one; empty for none."""
    together = " OR ".join(f"EXISTS ({each})" for each in questions)
    return together and f"SELECT 1 AS found WHERE {together}"


@invariant("Elke verwijzing wijst naar iets dat er is")
def references_lead_somewhere() -> Violations:
    for model in our_models():
        questions = _lost_references(model)
        if questions and select(any_of(questions.values())):
            for column, question in questions.items():
                for row in select(question):
                    yield {"table": model._meta.db_table, "column": column, **row}


@cache
def _lost_references(model: type[models.Model]) -> dict[str, str]:
    """By column that refers to another table, the question for what is not there."""
    questions = {}
    for field in model._meta.local_concrete_fields:
        if isinstance(field, models.ForeignKey):
            target: Any = field.remote_field.model
            table, there, key = model._meta.db_table, target._meta.db_table, target._meta.pk.column
            questions[field.column] = (
                f'SELECT child."{field.column}" AS missing, COUNT(*) AS times FROM "{table}" child'
                f' LEFT JOIN "{there}" parent ON parent."{key}" = child."{field.column}"'
                f' WHERE child."{field.column}" IS NOT NULL AND parent."{key}" IS NULL GROUP BY child."{field.column}"'
            )
    return questions


@invariant("Er is één slot voor het afsluiten")
def there_is_one_closing_lock() -> Violations:
    return ClosingLock.objects.exclude(pk=1).values("pk")
