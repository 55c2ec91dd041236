"""The whole history of one voucher is read from indexes: the few facts that were revoked get theirs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intermediaries", "0004_orders")]

    operations = [
        migrations.AddIndex(
            model_name="handout",
            index=models.Index(condition=models.Q(("revoked_at__isnull", False)), fields=["voucher"], name="handouts_revoked"),
        ),
    ]
