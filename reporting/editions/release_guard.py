"""The database itself refuses a release without its three files, by somebody who wrote one of its new texts, or without
a word about a target that is behind."""

from django.db.migrations.operations.base import Operation

NAMES = ("edition_release_asks_more", "edition_is_not_born_released")
TABLE = "reporting_reportedition"
RELEASED = "NEW.outcome = 'released'"
LACKS = """((SELECT COUNT(*) FROM reporting_editionfile f WHERE f.edition_id = NEW.id) < 3
    OR EXISTS (SELECT 1 FROM reporting_editiontext e JOIN reporting_reporttext t ON t.id = e.text_id
        WHERE e.edition_id = NEW.id AND e.is_new AND t.written_by_id = NEW.decided_by_id))"""

UNEXPLAINED = " OR ".join(
    f"""(replace(NEW.missed, '{letter}', '') <> NEW.missed AND NOT EXISTS (
        SELECT 1 FROM reporting_editiontext e JOIN reporting_reporttext t ON t.id = e.text_id
        WHERE e.edition_id = NEW.id AND t.place = 'why_{letter.lower()}' AND t.text <> ''))"""
    for letter in "ABCDE"
)


class ReleaseGuard(Operation):
    """Migration operation: the triggers on editions, on either engine. An edition is released by an UPDATE only.

    `explained`: since an edition says which targets are behind (`missed`), each of those has its explanation.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, *, explained: bool = False) -> None:
        self.explained = explained

    def deconstruct(self):
        return self.__class__.__name__, [], {"explained": self.explained}

    def state_forwards(self, app_label, state) -> None:
        """Triggers are no part of Django's model state."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        lacks = f"({LACKS} OR {UNEXPLAINED})" if self.explained else LACKS
        rules = zip(NAMES, ("UPDATE", "INSERT"), (f"{RELEASED} AND {lacks}", RELEASED), strict=True)
        for name, event, wrong in rules:
            if schema_editor.connection.vendor == "postgresql":
                schema_editor.execute(
                    f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                    f"IF {wrong} THEN RAISE EXCEPTION 'not to be released' USING ERRCODE = 'restrict_violation'; "
                    "END IF; RETURN NEW; END $$"
                )
                schema_editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {event} ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {name}()"
                )
            else:
                schema_editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {event} ON {TABLE} FOR EACH ROW WHEN {wrong} "
                    "BEGIN SELECT RAISE(ABORT, 'not to be released'); END"
                )

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        for name in NAMES:
            if schema_editor.connection.vendor == "postgresql":
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {TABLE}")
                schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()")
            else:
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")

    def describe(self) -> str:
        return "An edition is released with its files, by who wrote none of its new texts"


class ReleaseUnguard(ReleaseGuard):
    """Migration operation: take the triggers off, before the table gets another column."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        super().database_backwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        guard = ReleaseGuard(explained=self.explained)
        guard.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return "Editions get another column"
