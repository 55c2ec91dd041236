"""Django's SQLite, that keeps the database's own rules when a table is rebuilt.

SQLite alters most things by making a new table, copying and renaming. That drops the table's triggers without a word,
and fails where a trigger of another table speaks of it. So all triggers are set aside meanwhile and put back as they
were; what a migration wants otherwise, it says itself (kbl/guards.py). And it looks for names as PostgreSQL does here.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.sqlite3 import base, schema

from kbl.folding import FUNCTION, folded


class SchemaEditor(schema.DatabaseSchemaEditor):
    """Rebuilds a table without losing a trigger."""

    def _remake_table(self, *args, **kwargs) -> None:
        with self._triggers_aside():
            super()._remake_table(*args, **kwargs)  # type: ignore[misc]  # Django's own, which its types leave out

    @contextmanager
    def _triggers_aside(self) -> Iterator[None]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            yield
            for _, sql in triggers:
                cursor.execute(sql)


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's own, with that editor, and with names folded by Python (kbl/folding.py)."""

    SchemaEditorClass = SchemaEditor

    def get_new_connection(self, conn_params):
        connection = super().get_new_connection(conn_params)
        connection.create_function(FUNCTION, 1, lambda text: text and folded(text), deterministic=True)
        return connection
