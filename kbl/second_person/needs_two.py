"""The database itself refuses what two people did not agree on: a trigger per table, on either engine.

A rule says when a row moves money or power (`when`), and which accepted request (`agreed`) lets it. As long as there
are no two people at Cubiss who could agree, and never were, nothing is asked: that is how an installation begins (the
programme file, the first two colleagues).
"""

import re
from dataclasses import dataclass

from django.db.migrations.operations.base import Operation

REQUESTS = "second_person_pendingchange"
DECIDERS = "('cubiss_coordinator', 'cubiss_finance')"  # the roles with Right.ACCOUNTS; a test holds it to that
BEGINNING = f"""(NOT EXISTS (SELECT 1 FROM {REQUESTS} b WHERE b.outcome = 'accepted')
    AND (SELECT COUNT(DISTINCT a.user_id) FROM accounts_assignment a WHERE a.role IN {DECIDERS}) < 2)"""

# The triggers, as the migrations name them; `check_books` sees whether they are there.
GUARDS = (
    "office_role_needs_two",
    "office_role_changes_by_two",
    "office_account_opens_by_two",
    "organisation_parent_needs_two",
    "organisation_mail_needs_two",
    "tariff_needs_two",
    "tariff_goes_by_two",
    "party_vat_needs_two",
    "party_vat_goes_by_two",
    "correction_needs_two",
    "fund_receipt_needs_two",
    "fund_cost_needs_two",
    "fund_reversal_needs_two",
    "cost_needs_two",
    "cost_goes_back_by_two",
    "refund_needs_two",
    "refund_goes_by_two",
)


def value(vendor: str, name: str) -> str:
    """A value of a request, as text; nothing is an empty text."""
    kept = f"""c."values" ->> '{name}'""" if vendor == "postgresql" else f"""json_extract(c."values", '$.{name}')"""
    return f"COALESCE(CAST({kept} AS TEXT), '')"


def text(column: str) -> str:
    """A column in the form in which a request has it."""
    return f"COALESCE(CAST({column} AS TEXT), '')"


@dataclass(frozen=True)
class Rule:
    """What the database asks of one table.

    `event` is INSERT, UPDATE or DELETE; `when` a condition on NEW and OLD; `kinds` the requests that allow it; `same`
    names the values of the request and the columns that they must equal; `also` is any further condition on the
    request `c` (`<name>` is a value of it), `unless` one under which nothing is asked. `amount` is the value that is
    compared as a number.
    """

    name: str
    table: str
    event: str
    kinds: tuple[str, ...]
    same: tuple[tuple[str, str], ...]
    when: str = ""
    also: str = ""
    unless: str = ""
    amount: tuple[str, str] | None = None

    def allowed(self, vendor: str) -> str:
        """SQL that is true when two people agreed, or when there were none yet to agree."""
        kinds = ", ".join(f"'{each}'" for each in self.kinds)
        conditions = [f"c.outcome = 'accepted' AND c.kind IN ({kinds})"]
        conditions += [f"{value(vendor, name)} = {text(column)}" for name, column in self.same]
        if self.amount:
            name, column = self.amount
            conditions.append(f"CAST({value(vendor, name)} AS NUMERIC) = {column}")
        if self.also:
            conditions.append("(" + re.sub(r"<(\w+)>", lambda found: value(vendor, str(found[1])), self.also) + ")")
        free = f"{self.unless} OR {BEGINNING}" if self.unless else BEGINNING
        return f"({free} OR EXISTS (SELECT 1 FROM {REQUESTS} c WHERE {' AND '.join(conditions)}))"

    def statements(self, vendor: str) -> list[str]:
        """The trigger."""
        back = "OLD" if self.event == "DELETE" else "NEW"
        if vendor == "postgresql":
            when = f"WHEN ({self.when}) " if self.when else ""
            return [
                f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {self.allowed(vendor)} THEN RETURN {back}; END IF; "
                f"RAISE EXCEPTION 'needs two: {self.table}' USING ERRCODE = 'restrict_violation'; END $$",
                f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} FOR EACH ROW {when}"
                f"EXECUTE FUNCTION {self.name}()",
            ]
        when = f"({self.when.replace(' IS DISTINCT FROM ', ' IS NOT ')}) AND " if self.when else ""
        return [
            f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} FOR EACH ROW "
            f"WHEN {when}NOT {self.allowed(vendor)} BEGIN SELECT RAISE(ABORT, 'needs two: {self.table}'); END"
        ]


class NeedsTwo(Operation):
    """Migration operation: the trigger of one rule."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    def deconstruct(self):
        return self.__class__.__name__, [self.rule], {}

    def state_forwards(self, app_label, state) -> None:
        """Triggers are no part of Django's model state."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        for sql in self.rule.statements(schema_editor.connection.vendor):
            schema_editor.execute(sql.replace("%", "%%"), [])

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        rule = self.rule
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {rule.name} ON {rule.table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {rule.name}()")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {rule.name}")

    def describe(self) -> str:
        return f"{self.rule.table} asks two people ({self.rule.event})"
