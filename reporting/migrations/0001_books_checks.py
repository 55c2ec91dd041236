"""When the books were checked and what was found; history is only added to."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="BooksCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="nagekeken op")),
                ("seconds", models.FloatField(verbose_name="duurde (seconden)")),
                ("wrong", models.PositiveIntegerField(verbose_name="niet in orde")),
                ("outcomes", models.JSONField(verbose_name="uitkomst")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="gevraagd door",
                    ),
                ),
            ],
            options={
                "verbose_name": "controle van de boeken",
                "verbose_name_plural": "controles van de boeken",
                "ordering": ["-pk"],
            },
        ),
        Guard("BooksCheck", AppendOnly()),
    ]
