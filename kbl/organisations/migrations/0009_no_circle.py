"""No organisation belongs to itself, not through others either. One that did is paid on its own account from now on."""

from importlib import import_module

from django.db import migrations, models

from kbl.organisations.circle_guard import CircleGuard

legal_data = import_module("kbl.organisations.migrations.0006_legal_data")


def untie(apps, schema_editor) -> None:
    """Take the circles apart: who stands in one belongs to nobody. The others keep whom they belong to."""
    organisations = apps.get_model("organisations", "Organisation").objects.using(schema_editor.connection.alias)
    parents = dict(organisations.filter(parent__isnull=False).values_list("pk", "parent"))
    for pk in sorted(parents):
        seen, now = set(), parents.get(pk)
        while now is not None and now != pk and now not in seen:
            seen.add(now)
            now = parents.get(now)
        if now == pk:
            organisations.filter(pk=pk).update(parent=None)


class Migration(migrations.Migration):
    dependencies = [("organisations", "0008_account_holders")]

    operations = [
        migrations.RunPython(untie, migrations.RunPython.noop),
        migrations.RunPython(legal_data.keep_triggers, legal_data.put_triggers_back),
        migrations.AddConstraint(
            "organisation",
            models.CheckConstraint(
                name="nobody_belongs_to_itself", condition=models.Q(parent=None) | ~models.Q(parent=models.F("pk"))
            ),
        ),
        migrations.RunPython(legal_data.put_triggers_back, legal_data.keep_triggers),
        CircleGuard(),
    ]
