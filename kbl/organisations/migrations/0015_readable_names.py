"""Names and addresses hold no sign that nobody sees, and are stored in one form (NFC); what cannot be mended stops by name.

A vertical tab, U+FFFE or a sign that turns the reading around can stand in no e-invoice, and hides what a name is.
"""

import re

from django.db import migrations, models

import kbl.organisations.validators
from kbl.organisations.validators import tidy_postcode
from kbl.texts.lines import tidy_line

INVISIBLE = (
    r"[\u0001-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF0-\uFFFB"
    r"\uFFFE\uFFFF]"
)
POSTCODE = r"^[1-9][0-9]{3} [A-Z]{2}$"
LINES = {
    "Municipality": ["name"],
    "Organisation": ["name", "account_holder", "street", "city", "buyer_reference"],
    "Branch": ["name", "street", "city"],
    "Programme": ["name", "commissioner", "contact_name", "exemption_words", "contact_phone"],
}
WATCHED = "organisations_organisation"  # another holder's name is another account: its trigger looks away for a moment
_kept: dict[str, str] = {}


def rewrite(apps, schema_editor) -> None:
    """One form for what is right; a clear stop for what is not. Raises ValueError."""
    alias, wrong, changed = schema_editor.connection.alias, [], []
    for model, names in LINES.items():
        rows = apps.get_model("organisations", model).objects.using(alias)
        for each in rows:
            tidied = {name: tidy_line(getattr(each, name)) for name in names}
            if model == "Branch":
                tidied["postcode"] = tidy_postcode(each.postcode)
                if tidied["postcode"] and not re.match(POSTCODE, tidied["postcode"]):
                    wrong.append(f"branch {each.pk} ({each.name}): postcode {each.postcode!r}")
            if not tidied["name"]:
                wrong.append(f"{model.lower()} {each.pk}: nothing of its name can be seen")
            elif tidied["name"] != each.name and _namesake(rows, model, each, tidied["name"]):
                wrong.append(f"{model.lower()} {each.pk}: another is called {tidied['name']!r} already")
            tidied = {name: value for name, value in tidied.items() if value != getattr(each, name)}
            if tidied:
                changed.append((rows.filter(pk=each.pk), tidied))
    if wrong:
        raise ValueError("Correct these first, then migrate again: " + "; ".join(wrong))
    watch(schema_editor, able=False)
    for row, tidied in changed:
        row.update(**tidied)
    watch(schema_editor, able=True)


def _namesake(rows, model: str, each, name: str) -> bool:
    others = rows.filter(name=name).exclude(pk=each.pk)
    return (others.filter(organisation=each.organisation_id) if model == "Branch" else others).exists()


def watch(schema_editor, able: bool) -> None:
    """Take the triggers of accounts off, or put them back."""
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {WATCHED} {'ENABLE' if able else 'DISABLE'} TRIGGER USER")
        elif able:
            _put_back(cursor)
        else:
            _keep(cursor)
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [WATCHED])
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')


def _keep(cursor) -> None:
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    _kept.update(cursor.fetchall())


def _put_back(cursor) -> None:
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    there = {name for (name,) in cursor.fetchall()}
    for name in _kept.keys() - there:
        cursor.execute(_kept[name])
    _kept.clear()


def keep_triggers(apps, schema_editor) -> None:
    """SQLite makes a table anew for a constraint, and loses its triggers."""
    if schema_editor.connection.vendor == "sqlite":
        with schema_editor.connection.cursor() as cursor:
            _keep(cursor)


def put_triggers_back(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        with schema_editor.connection.cursor() as cursor:
            _put_back(cursor)


def readable(model: str, *names: str) -> migrations.AddConstraint:
    """None of these columns has a sign that nobody sees."""
    found = models.Q()
    for name in names:
        found |= models.Q((f"{name}__regex", INVISIBLE))
    return migrations.AddConstraint(model, models.CheckConstraint(name=f"{model}_can_be_read", condition=~found))


class Migration(migrations.Migration):
    dependencies = [("organisations", "0014_fund_in_full")]

    operations = [
        migrations.RunPython(rewrite, migrations.RunPython.noop),
        migrations.RunPython(keep_triggers, put_triggers_back),
        migrations.AlterField(
            model_name="accountchange",
            name="holder",
            field=models.CharField(blank=True, max_length=70, verbose_name="naam van de rekeninghouder"),
        ),
        migrations.AlterField(
            model_name="branch",
            name="postcode",
            field=models.CharField(
                blank=True,
                max_length=7,
                validators=[kbl.organisations.validators.validate_postcode],
                verbose_name="postcode",
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="account_holder",
            field=models.CharField(
                blank=True,
                help_text="Alleen als die anders is dan de naam: banken vergelijken naam en rekeningnummer.",
                max_length=70,
                verbose_name="naam van de rekeninghouder",
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="buyer_reference",
            field=models.CharField(
                blank=True,
                help_text="Alleen voor Cubiss: elke e-factuur noemt het (BT-10).",
                max_length=40,
                verbose_name="kenmerk op facturen aan deze organisatie",
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="street",
            field=models.CharField(blank=True, max_length=120, verbose_name="straat en huisnummer"),
        ),
        readable("branch", "name", "street", "city"),
        migrations.AddConstraint(
            "branch",
            models.CheckConstraint(
                name="branch_postcode_is_dutch",
                condition=models.Q(postcode="") | models.Q(postcode__regex=POSTCODE),
            ),
        ),
        readable("municipality", "name"),
        readable("organisation", "name", "account_holder", "street", "city"),
        readable("programme", "name", "commissioner", "contact_name", "exemption_words"),
        migrations.RunPython(put_triggers_back, keep_triggers),
    ]
