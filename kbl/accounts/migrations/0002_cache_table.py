"""The cache is a table: how often somebody failed to log in survives a lost Redis and is the same for every worker."""

from django.core.management import call_command
from django.db import migrations


def make(apps, schema_editor) -> None:
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
