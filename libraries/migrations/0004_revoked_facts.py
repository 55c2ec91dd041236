"""The whole history of one voucher is read from indexes: the few facts that were revoked get theirs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("libraries", "0003_paid_before")]

    operations = [
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(condition=models.Q(("revoked_at__isnull", False)), fields=["voucher"], name="enrolments_revoked"),
        ),
        migrations.AddIndex(
            model_name="membershipyear",
            index=models.Index(condition=models.Q(("revoked_at__isnull", False)), fields=["enrolment"], name="years_revoked"),
        ),
        migrations.AddIndex(
            model_name="membershipend",
            index=models.Index(condition=models.Q(("revoked_at__isnull", False)), fields=["enrolment"], name="ends_revoked"),
        ),
    ]
