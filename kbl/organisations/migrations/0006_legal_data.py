"""What an e-invoice asks of an organisation is right where it is there: KvK number, postcode, a whole address.

What can be written in its one form is (`5911ab`); a row that then still breaks a rule stops the migration with its name,
for somebody to look at, rather than being emptied.
"""

import re

from django.db import migrations, models

import kbl.organisations.validators
from kbl.organisations.validators import ADDRESS, missing_of_address, tidy_postcode

KVK, POSTCODE = re.compile(r"[0-9]{8}"), re.compile(r"[1-9][0-9]{3} [A-Z]{2}")
TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'organisations_organisation'"
_kept: dict[str, str] = {}


def tidy(apps, schema_editor) -> None:
    """One form for what is right; a clear stop for what is not. Raises ValueError."""
    wrong = []
    for each in apps.get_model("organisations", "Organisation").objects.using(schema_editor.connection.alias):
        before = (each.kvk, each.postcode, each.street, each.city, each.buyer_reference)
        each.kvk = "".join(each.kvk.split())
        each.postcode = tidy_postcode(each.postcode)
        each.street, each.city = each.street.strip(), each.city.strip()
        each.buyer_reference = each.buyer_reference.strip()
        if each.kvk and not KVK.fullmatch(each.kvk):
            wrong.append(f"{each.name}: kvk {each.kvk!r}")
        if each.postcode and not POSTCODE.fullmatch(each.postcode):
            wrong.append(f"{each.name}: postcode {each.postcode!r}")
        if missing := missing_of_address(**{part: getattr(each, part) for part in ADDRESS}):
            wrong.append(f"{each.name}: {', '.join(missing)} missing")
        if before != (each.kvk, each.postcode, each.street, each.city, each.buyer_reference):
            each.save(update_fields=["kvk", "postcode", "street", "city", "buyer_reference"])
    if wrong:
        raise ValueError("Correct these organisations first, then migrate again: " + "; ".join(wrong))


def keep_triggers(apps, schema_editor) -> None:
    """SQLite makes the table anew for a constraint, and loses its triggers."""
    if schema_editor.connection.vendor == "sqlite":
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(TRIGGERS)
            _kept.update(cursor.fetchall())


def put_triggers_back(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(TRIGGERS)
            for name in [*_kept.keys() - dict(cursor.fetchall())]:
                cursor.execute(_kept[name])
        _kept.clear()


def constraint(name: str, condition: models.Q) -> migrations.AddConstraint:
    return migrations.AddConstraint("organisation", models.CheckConstraint(name=name, condition=condition))


class Migration(migrations.Migration):
    dependencies = [("organisations", "0005_account_changes")]

    operations = [
        migrations.RunPython(tidy, migrations.RunPython.noop),
        migrations.RunPython(keep_triggers, put_triggers_back),
        migrations.AlterField(
            model_name="organisation",
            name="postcode",
            field=models.CharField(
                blank=True,
                max_length=7,
                validators=[kbl.organisations.validators.validate_postcode],
                verbose_name="postcode",
            ),
        ),
        constraint("kvk_is_eight_digits", models.Q(kvk="") | models.Q(kvk__regex=r"^[0-9]{8}$")),
        constraint(
            "postcode_is_dutch", models.Q(postcode="") | models.Q(postcode__regex=r"^[1-9][0-9]{3} [A-Z]{2}$")
        ),
        constraint(
            "address_is_whole_or_not_there",
            models.Q(street="", postcode="", city="")
            | (~models.Q(street="") & ~models.Q(postcode="") & ~models.Q(city="")),
        ),
        constraint(
            "buyer_reference_says_something",
            models.Q(buyer_reference="") | models.Q(buyer_reference__regex=r"[^ ]"),
        ),
        migrations.RunPython(put_triggers_back, keep_triggers),
    ]
