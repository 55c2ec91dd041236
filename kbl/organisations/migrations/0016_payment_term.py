"""The payment term that stands on invoices and declarations, in days."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0015_readable_names")]
    operations = [
        migrations.AddField(
            model_name="programme",
            name="payment_days",
            field=models.PositiveSmallIntegerField(
                default=30,
                help_text="Dagen na de datum van factuur of declaratie. Staat erop.",
                verbose_name="betaaltermijn (dagen)",
            ),
        ),
        migrations.AddConstraint(
            model_name="programme",
            constraint=models.CheckConstraint(
                condition=models.Q(("payment_days__range", (1, 90))), name="paid_within_a_quarter"
            ),
        ),
    ]
