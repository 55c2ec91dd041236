"""History is only added to: the database refuses the rest."""

from django.db import migrations

from kbl.guards import Guard, REVOCABLE


class Migration(migrations.Migration):
    dependencies = [("intermediaries", "0001_initial")]

    operations = [
        Guard("Handout", REVOCABLE),
    ]
