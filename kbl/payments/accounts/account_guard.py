"""The database itself keeps an account where it is: it changes only as an accepted request says.

A first account waits for two as well, once there are two at Cubiss: before that the programme file brings it. It may be
emptied as long as nothing was paid; filling it again is a request, so emptying is no way around the second person.
"""

from django.db.migrations.operations.base import Operation

NAME = "organisation_account_needs_two"

ACCEPTED = """EXISTS (
    SELECT 1 FROM organisations_accountchange c
    WHERE c.organisation_id = NEW.id AND c.outcome = 'accepted' AND c.iban = NEW.iban AND c.old_iban = OLD.iban
      AND NOT EXISTS (
        SELECT 1 FROM organisations_accountchange later
        WHERE later.organisation_id = NEW.id AND later.outcome = 'accepted' AND later.id > c.id))"""

FIRST = """((NEW.iban = '' OR (OLD.iban = '' AND <beginning>))
    AND NOT EXISTS (
        SELECT 1 FROM organisations_accountchange c WHERE c.organisation_id = NEW.id AND c.outcome = 'accepted')
    AND NOT EXISTS (
        SELECT 1 FROM payments_payment p JOIN settlements_statement s ON s.id = p.statement_id
        WHERE s.organisation_id = NEW.id OR p.iban = OLD.iban))"""


class AccountGuard(Operation):
    """Migration operation: the trigger on `organisations_organisation.iban`, on either engine.

    `beginning` is the condition under which a first account needs nobody else (kbl/second_person/needs_two.py).

    On SQLite a later migration that rebuilds the table of organisations drops it: such a one runs this again.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, beginning: str = "1 = 1") -> None:
        self.first = FIRST.replace("<beginning>", beginning)

    def state_forwards(self, app_label, state) -> None:
        """Triggers are no part of Django's model state."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {ACCEPTED} OR {self.first} THEN RETURN NEW; END IF; "
                "RAISE EXCEPTION 'account needs two' USING ERRCODE = 'restrict_violation'; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {NAME} BEFORE UPDATE ON organisations_organisation FOR EACH ROW "
                f"WHEN (NEW.iban IS DISTINCT FROM OLD.iban) EXECUTE FUNCTION {NAME}()"
            )
        else:
            schema_editor.execute(
                f"CREATE TRIGGER {NAME} BEFORE UPDATE ON organisations_organisation FOR EACH ROW "
                f"WHEN NEW.iban IS NOT OLD.iban AND NOT ({ACCEPTED} OR {self.first}) "
                "BEGIN SELECT RAISE(ABORT, 'account needs two'); END"
            )

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {NAME} ON organisations_organisation")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {NAME}()")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {NAME}")

    def describe(self) -> str:
        return "An account changes only with a second person"
