"""A question about a statement names the vouchers that it is about."""

import django.db.models.deletion
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):
    dependencies = [("settlements", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="DisputedNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("serial", models.PositiveIntegerField(verbose_name="voucher")),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="numbers",
                        to="settlements.statementstep",
                    ),
                ),
            ],
            options={
                "verbose_name": "nummer bij een vraag",
                "verbose_name_plural": "nummers bij een vraag",
                "ordering": ["serial"],
                "constraints": [
                    models.UniqueConstraint(fields=("step", "serial"), name="disputed_number_named_once")
                ],
            },
        ),
        Guard("DisputedNumber", AppendOnly()),
    ]
