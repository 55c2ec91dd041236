"""Who took a list of whole numbers along for a printing house."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):
    dependencies = [
        ("vouchers", "0004_number_views"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ListTaken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("csv", "CSV"), ("xlsx", "Excel")], max_length=4, verbose_name="soort bestand")),
                ("count", models.PositiveIntegerField(verbose_name="aantal nummers")),
                ("taken_at", models.DateTimeField(verbose_name="opgehaald op")),
                ("batch", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lists_taken", to="vouchers.batch", verbose_name="serie")),
                ("taken_by", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="opgehaald door")),
            ],
            options={
                "verbose_name": "lijst voor de drukker",
                "verbose_name_plural": "lijsten voor de drukker",
                "ordering": ["-pk"],
                "constraints": [models.CheckConstraint(condition=models.Q(("kind__in", ["csv", "xlsx"])), name="list_taken_is_of_a_kind")],
            },
        ),
        Guard("ListTaken", AppendOnly()),
    ]
