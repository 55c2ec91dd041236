"""What was settled before KBL came is counted and never billed again; the triggers cover the new column."""

from django.db import migrations, models

from kbl.guards import Guard, REVOCABLE


class Migration(migrations.Migration):
    dependencies = [("intermediaries", "0002_guards")]

    operations = [
        migrations.AddField(
            "Handout", "paid_before", models.BooleanField(default=False, verbose_name="betaald voor KBL")
        ),
        Guard("Handout", REVOCABLE),
    ]
