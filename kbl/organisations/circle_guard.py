"""The database itself refuses a circle of organisations that belong to each other: who is paid would have no end."""

from django.db.migrations.operations.base import Operation

NAME = "organisations_belong_in_no_circle"
TABLE = "organisations_organisation"
# UNION (not UNION ALL) ends by itself, also among rows that are in a circle already.
CIRCLE = f"""EXISTS (
    WITH RECURSIVE line(id) AS (
        SELECT NEW.parent_id
        UNION
        SELECT o.parent_id FROM {TABLE} o JOIN line ON o.id = line.id WHERE o.parent_id IS NOT NULL)
    SELECT 1 FROM line WHERE line.id = NEW.id)"""
LOCK = 2_026_113_019  # this trigger's own: two who tie the two halves of a circle at once wait for each other


class CircleGuard(Operation):
    """Migration operation: the trigger on `organisations_organisation.parent`, on either engine.

    On SQLite a later migration that rebuilds the table of organisations drops it: such a one keeps and puts it back.
    """

    reversible = True
    reduces_to_sql = True

    def state_forwards(self, app_label, state) -> None:
        """Triggers are no part of Django's model state."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"PERFORM pg_advisory_xact_lock({LOCK}); "
                f"IF {CIRCLE} THEN RAISE EXCEPTION 'circle of organisations' USING ERRCODE = 'restrict_violation'; "
                "END IF; RETURN NEW; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} FOR EACH ROW "
                "WHEN (NEW.parent_id IS NOT NULL AND NEW.parent_id IS DISTINCT FROM OLD.parent_id) "
                f"EXECUTE FUNCTION {NAME}()"
            )
        else:
            schema_editor.execute(
                f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} FOR EACH ROW "
                f"WHEN NEW.parent_id IS NOT NULL AND NEW.parent_id IS NOT OLD.parent_id AND {CIRCLE} "
                "BEGIN SELECT RAISE(ABORT, 'circle of organisations'); END"
            )

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {NAME} ON {TABLE}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {NAME}()")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {NAME}")

    def describe(self) -> str:
        return "Organisations belong to each other in no circle"
