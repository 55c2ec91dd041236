"""The database itself knows what is no invoice yet: a statement that waits for its library's number (own_numbers.py).

Such a one has no document and no e-invoice, is not approved and not paid, and nobody's silence agrees to it.
"""

from django.db.migrations.operations.base import Operation

NAME = "no_invoice_without_its_number"
REFUSAL = "this statement is no invoice yet"
TRUE = {"sqlite": "json_extract(s.particulars, '$.{key}') = 1", "postgresql": "s.particulars ->> '{key}' = 'true'"}
FALSE = {"sqlite": "json_extract(s.particulars, '$.{key}') = 0", "postgresql": "s.particulars ->> '{key}' = 'false'"}


def _asks(vendor: str, statement: str) -> str:
    """The statement is one that its library gives a number."""
    own, agreed = TRUE[vendor].format(key="own_numbers"), FALSE[vendor].format(key="agreed")
    return (
        "EXISTS (SELECT 1 FROM settlements_statement s"
        f" WHERE s.id = {statement} AND s.number IS NOT NULL AND ({own} OR {agreed}))"
    )


def _awaits(vendor: str, statement: str) -> str:
    """And it has none."""
    given = f"EXISTS (SELECT 1 FROM settlements_ownnumber n WHERE n.statement_id = {statement})"
    return f"{_asks(vendor, statement)} AND NOT {given}"


def _triggers(vendor: str) -> list[tuple[str, str, str, str]]:
    """Table, what happens to it, and when that is looked at and refused."""
    return [
        ("settlements_document", "INSERT", "NEW.statement_id IS NOT NULL", _awaits(vendor, "NEW.statement_id")),
        ("settlements_einvoice", "INSERT", "NEW.statement_id IS NOT NULL", _awaits(vendor, "NEW.statement_id")),
        (
            "settlements_statement",
            "UPDATE",
            "NEW.status IN ('approved', 'in_payment', 'paid') AND OLD.status <> NEW.status",
            _awaits(vendor, "NEW.id"),
        ),
        (
            "settlements_statementstep",
            "INSERT",
            "NEW.status = 'confirmed' AND NEW.by_id IS NULL",
            _asks(vendor, "NEW.statement_id"),
        ),
    ]


def names() -> list[str]:
    """The triggers, on either engine."""
    return [f"{table}_{NAME}" for table, *_ in _triggers("sqlite")]


class InvoiceGuard(Operation):
    """Migration operation: the triggers on documents, e-invoices, statements and their steps, on either engine.

    On SQLite a later migration that rebuilds one of these tables drops its trigger: such a one runs this again.
    """

    reversible = True
    reduces_to_sql = True

    def state_forwards(self, app_label, state) -> None:
        """Triggers are no part of Django's model state."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        vendor = schema_editor.connection.vendor
        for table, what, when, refused in _triggers(vendor):
            name = f"{table}_{NAME}"
            if vendor == "postgresql":
                schema_editor.execute(
                    f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                    f"IF {refused} THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END IF; "
                    "RETURN NEW; END $$"
                )
                schema_editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {what} ON {table} FOR EACH ROW WHEN ({when}) "
                    f"EXECUTE FUNCTION {name}()"
                )
            else:
                schema_editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {what} ON {table} FOR EACH ROW WHEN {when} AND {refused} "
                    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
                )

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        vendor = schema_editor.connection.vendor
        for table, *_ in _triggers(vendor):
            name = f"{table}_{NAME}"
            if vendor == "postgresql":
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()")
            else:
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")

    def describe(self) -> str:
        return "What waits for its number is no invoice"
