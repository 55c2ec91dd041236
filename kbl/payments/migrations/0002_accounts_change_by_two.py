import django.db.models.deletion
from django.db import migrations, models

from kbl.payments.accounts.account_guard import AccountGuard


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0005_account_changes"),
        ("settlements", "0004_vat_and_invoices"),
        ("payments", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recipient", models.EmailField(max_length=254, verbose_name="aan")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "wacht"),
                            ("sending", "wordt verstuurd"),
                            ("sent", "verstuurd"),
                            ("failed", "niet gelukt"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "kind",
                    models.CharField(choices=[("asked", "gevraagd"), ("accepted", "goedgekeurd")], max_length=8),
                ),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="organisations.accountchange",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("change", "kind"), name="account_change_told_once"),
                ],
            },
        ),
        AccountGuard(),
    ]
