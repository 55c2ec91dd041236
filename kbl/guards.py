"""Append-only tables: the database itself refuses to rewrite history.

A model says what may change in `GUARD`; the migration operation `Guard` writes the triggers for PostgreSQL or SQLite.
Facts allow one thing: being revoked, once. TRUNCATE is left to the database's owner, whose traces `check_books` finds.
"""

from dataclasses import dataclass

from django.db.migrations.operations.base import Operation


@dataclass(frozen=True)
class AppendOnly:
    """What may still happen to a row: the columns in `stamped_once` may be filled together, one time.

    Each of the columns in `filled_once` may go from nothing to a value, on its own, one time (who released a payment
    run). `free` columns may change as often as the rules say (a statement's status). Rows are never deleted, unless
    they are `deletable` as long as no other row points at them (a tariff that nothing was billed by), or until they are
    so old that they must go: `deletable_after` names the moment's column and the days that a row is kept, by the
    database's own clock.
    """

    stamped_once: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    filled_once: tuple[str, ...] = ()
    deletable: bool = False
    deletable_after: tuple[str, int] | None = None


REVOCABLE = AppendOnly(stamped_once=("revoked_at", "revoked_by_id", "revoke_reason"))


def trigger_names(table: str) -> list[str]:
    """The triggers that a guarded table has, on either engine."""
    return [f"{table}_keeps_history", f"{table}_keeps_rows", f"{table}_stamped_once"]


def statements(vendor: str, table: str, columns: list[str], guard: AppendOnly) -> list[str]:
    """The SQL that guards one table."""
    open_columns = {*guard.stamped_once, *guard.free, *guard.filled_once}
    frozen = [c for c in columns if c not in open_columns]
    history, rows, once = trigger_names(table)
    stamp = guard.stamped_once[0] if guard.stamped_once else None
    changed = " OR ".join(
        [f'NEW."{c}" IS DISTINCT FROM OLD."{c}"' for c in frozen]
        + [f'(OLD."{c}" IS NOT NULL AND NEW."{c}" IS DISTINCT FROM OLD."{c}")' for c in guard.filled_once]
    )
    if vendor == "postgresql":
        sql = [
            "CREATE OR REPLACE FUNCTION kbl_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'append-only: % refuses %', TG_TABLE_NAME, TG_OP "
            "USING ERRCODE = 'restrict_violation'; END $$",
            f'CREATE TRIGGER "{history}" BEFORE UPDATE ON "{table}" FOR EACH ROW '
            f"WHEN ({changed}) EXECUTE FUNCTION kbl_append_only()",
        ]
        if not guard.deletable:
            sql.append(
                f'CREATE TRIGGER "{rows}" BEFORE DELETE ON "{table}" FOR EACH ROW {_young(vendor, guard)}'
                "EXECUTE FUNCTION kbl_append_only()"
            )
        if stamp:
            sql.append(
                f'CREATE TRIGGER "{once}" BEFORE UPDATE ON "{table}" FOR EACH ROW '
                f'WHEN (OLD."{stamp}" IS NOT NULL) EXECUTE FUNCTION kbl_append_only()'
            )
        return sql
    changed = " OR ".join(
        [f'NEW."{c}" IS NOT OLD."{c}"' for c in frozen]
        + [f'(OLD."{c}" IS NOT NULL AND NEW."{c}" IS NOT OLD."{c}")' for c in guard.filled_once]
    )
    refuse = f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
    sql = [
        f'CREATE TRIGGER "{history}" BEFORE UPDATE ON "{table}" FOR EACH ROW WHEN {changed} {refuse}',
    ]
    if not guard.deletable:
        sql.append(f'CREATE TRIGGER "{rows}" BEFORE DELETE ON "{table}" FOR EACH ROW {_young(vendor, guard)}{refuse}')
    if stamp:
        sql.append(
            f'CREATE TRIGGER "{once}" BEFORE UPDATE ON "{table}" FOR EACH ROW WHEN OLD."{stamp}" IS NOT NULL {refuse}'
        )
    return sql


def _young(vendor: str, guard: AppendOnly) -> str:
    """The condition under which a row is still kept; empty when it always is."""
    if guard.deletable_after is None:
        return ""
    column, days = guard.deletable_after
    if vendor == "postgresql":
        return f"WHEN (OLD.\"{column}\" > now() - interval '{days} days') "
    return f"WHEN OLD.\"{column}\" > datetime('now', '-{days} days') "


class Guard(Operation):
    """Migration operation: write (or rewrite) the append-only triggers of one model's table."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str, guard: AppendOnly) -> None:
        self.model_name, self.guard = model_name, guard

    def deconstruct(self):
        return self.__class__.__name__, [self.model_name, self.guard], {}

    def state_forwards(self, app_label, state) -> None:
        """Triggers are no part of Django's model state."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        columns = [field.column for field in model._meta.local_concrete_fields]
        for sql in statements(schema_editor.connection.vendor, model._meta.db_table, columns, self.guard):
            schema_editor.execute(sql.replace("%", "%%"), [])

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        for name in trigger_names(table):
            on = f' ON "{table}"' if schema_editor.connection.vendor == "postgresql" else ""
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')

    def describe(self) -> str:
        return f"Guard {self.model_name}: append-only"


class Unguard(Guard):
    """Migration operation: take the triggers off, before the table or a column of it gets another name."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        super().database_backwards(app_label, schema_editor, from_state, from_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        guard = Guard(self.model_name, self.guard)  # by itself: it takes the old triggers off before it writes them
        guard.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Unguard {self.model_name}: its table gets another name"
