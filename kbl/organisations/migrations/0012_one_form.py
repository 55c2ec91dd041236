"""Accounts, VAT ids, names and addresses are written in one form. What is right is rewritten, what is not stops by name.

Before, an IBAN typed with dashes was stored so and stopped every payment run; a VAT id without NL froze on a statement
whose e-invoice was then refused for ever.
"""

import re
from importlib import import_module

from django.db import migrations, models

from kbl.organisations.one_form import tidy_iban, tidy_vat_id
from kbl.texts.lines import tidy_line

legal_data = import_module("kbl.organisations.migrations.0006_legal_data")
IBAN, VAT_ID = r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$", r"^NL[0-9]{9}B[0-9]{2}$"
LINES = ("name", "account_holder", "street", "city")
TABLES = ("organisations_organisation", "organisations_accountchange")


def triggers(schema_editor, able: bool) -> None:
    """The same account in another form is no other account: those who watch for that look away for a moment."""
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "postgresql":
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} {'ENABLE' if able else 'DISABLE'} TRIGGER USER")
        elif able:
            for statement in _aside:
                cursor.execute(statement)
            _aside.clear()
        else:
            cursor.execute(
                f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN {TABLES}"  # our own names
            )
            for name, sql in cursor.fetchall():
                _aside.append(sql)
                cursor.execute(f'DROP TRIGGER "{name}"')


_aside: list[str] = []


def rewrite(apps, schema_editor) -> None:
    """One form for what is right; a clear stop for what is not. Raises ValueError."""
    alias, wrong, changed = schema_editor.connection.alias, [], []
    for each in apps.get_model("organisations", "Organisation").objects.using(alias):
        tidied = {"iban": tidy_iban(each.iban), "vat_id": tidy_vat_id(each.vat_id)}
        tidied |= {name: tidy_line(getattr(each, name)) for name in LINES}
        if tidied["iban"] and not re.match(IBAN, tidied["iban"]):
            wrong.append(f"{each.name}: iban {each.iban!r}")
        if tidied["vat_id"] and not re.match(VAT_ID, tidied["vat_id"]):
            wrong.append(f"{each.name}: vat_id {each.vat_id!r}")
        if any(getattr(each, name) != value for name, value in tidied.items()):
            changed.append((each, tidied))
    changes = []
    for each in apps.get_model("organisations", "AccountChange").objects.using(alias):
        tidied = {"iban": tidy_iban(each.iban), "old_iban": tidy_iban(each.old_iban)}
        if not re.match(IBAN, tidied["iban"]) or (tidied["old_iban"] and not re.match(IBAN, tidied["old_iban"])):
            wrong.append(f"change {each.pk}: {each.iban!r}, {each.old_iban!r}")
        if (each.iban, each.old_iban) != (tidied["iban"], tidied["old_iban"]):
            changes.append((each, tidied))
    if wrong:
        raise ValueError("Correct these first, then migrate again: " + "; ".join(wrong))
    if changed or changes:
        triggers(schema_editor, able=False)
        for row, tidied in [*changed, *changes]:
            type(row).objects.using(alias).filter(pk=row.pk).update(**tidied)
        triggers(schema_editor, able=True)


def empty_or(field: str, pattern: str) -> models.Q:
    return models.Q((field, "")) | models.Q((f"{field}__regex", pattern))


class Migration(migrations.Migration):
    dependencies = [("organisations", "0011_number_gaps")]

    operations = [
        migrations.RunPython(rewrite, migrations.RunPython.noop),
        migrations.RunPython(legal_data.keep_triggers, legal_data.put_triggers_back),
        migrations.AddConstraint(
            "organisation", models.CheckConstraint(name="iban_in_its_one_form", condition=empty_or("iban", IBAN))
        ),
        migrations.AddConstraint(
            "organisation", models.CheckConstraint(name="vat_id_in_its_one_form", condition=empty_or("vat_id", VAT_ID))
        ),
        migrations.RunPython(legal_data.put_triggers_back, legal_data.keep_triggers),
    ]
