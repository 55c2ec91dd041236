"""Who looked at one voucher, kept for a year."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):
    dependencies = [
        ("vouchers", "0003_custody"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NumberView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("serial", models.PositiveIntegerField(verbose_name="volgnummer")),
                ("why", models.CharField(choices=[("page", "bladzijde geopend"), ("search", "heel nummer gezocht"), ("wrong", "heel nummer gezocht, de cijfers klopten niet")], max_length=6, verbose_name="waarom")),
                ("viewed_at", models.DateTimeField(db_index=True, verbose_name="bekeken op")),
                ("viewed_by", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="bekeken door")),
            ],
            options={
                "verbose_name": "bekeken nummer",
                "verbose_name_plural": "bekeken nummers",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["viewed_by", "viewed_at"], name="views_by_account")],
                "constraints": [models.CheckConstraint(condition=models.Q(("why__in", ["page", "search", "wrong"])), name="view_has_a_reason")],
            },
        ),
        Guard("NumberView", AppendOnly(deletable_after=("viewed_at", 365))),
    ]
