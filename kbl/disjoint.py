"""Rows whose ranges never overlap: the database refuses one that does, on either engine.

A model says so in `DISJOINT`; the migration operation `KeepDisjoint` writes PostgreSQL's exclusion constraint, which
also keeps two transactions at once apart, or SQLite's triggers, where a writing transaction is alone already.
"""

from dataclasses import dataclass

from django.db.migrations.operations.base import Operation


@dataclass(frozen=True)
class Disjoint:
    """From `first` up to and including `last` (numbers, or days of which an empty last one has no end).

    `of`: only rows with the same value there keep out of each other's way.
    """

    name: str
    first: str
    last: str
    of: str = ""
    days: bool = False

    @property
    def sqlite_triggers(self) -> tuple[str, str]:
        """The two triggers that do it on SQLite."""
        return f"{self.name}_added", f"{self.name}_changed"

    def exclusion(self) -> str:
        """What PostgreSQL excludes. A value as a range of one needs no extension to stand beside a range."""
        kind = "daterange" if self.days else "int8range"
        same = f'int8range("{self.of}", "{self.of}", \'[]\') WITH &&, ' if self.of else ""
        return f'EXCLUDE USING gist ({same}{kind}("{self.first}", "{self.last}", \'[]\') WITH &&)'

    def overlap(self, table: str) -> str:
        """SQLite's condition that another row overlaps the new one."""
        same = f' AND other."{self.of}" = NEW."{self.of}"' if self.of else ""
        return (
            f'EXISTS (SELECT 1 FROM "{table}" other WHERE other.id <> NEW.id{same}'
            f' AND (other."{self.last}" IS NULL OR other."{self.last}" >= NEW."{self.first}")'
            f' AND (NEW."{self.last}" IS NULL OR NEW."{self.last}" >= other."{self.first}"))'
        )


class KeepDisjoint(Operation):
    """Migration operation: the rule of one model's table. A later one that rebuilds the table on SQLite runs it again.

    AFTER, because a row that SQLite gives its key has none before.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str, disjoint: Disjoint) -> None:
        self.model_name, self.disjoint = model_name, disjoint

    def deconstruct(self):
        return self.__class__.__name__, [self.model_name, self.disjoint], {}

    def state_forwards(self, app_label, state) -> None:
        """Triggers and exclusions are no part of Django's model state."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        rule, table = self.disjoint, to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{rule.name}" {rule.exclusion()}')
            return
        columns = ", ".join(f'"{each}"' for each in (rule.first, rule.last, rule.of) if each)
        for name, what in zip(rule.sqlite_triggers, ("INSERT", f"UPDATE OF {columns}"), strict=True):
            schema_editor.execute(
                f'CREATE TRIGGER "{name}" AFTER {what} ON "{table}" FOR EACH ROW WHEN {rule.overlap(table)} '
                f"BEGIN SELECT RAISE(ABORT, 'conflicts with {rule.name}'); END"
            )

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{self.disjoint.name}"')
            return
        for name in self.disjoint.sqlite_triggers:
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{name}"')

    def describe(self) -> str:
        return f"Rows of {self.model_name} do not overlap"
