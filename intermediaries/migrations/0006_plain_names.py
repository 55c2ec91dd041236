"""A plainer name for the times that stock was low. The table keeps its first one, so that no trigger is away."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0006_legal_data"),
        ("intermediaries", "0005_revoked_facts"),
    ]

    operations = [
        migrations.AlterModelTable("Dip", "intermediaries_dip"),
        migrations.RenameModel("Dip", "LowStockPeriod"),
        migrations.AlterField(
            "LowStockPeriod",
            "organisation",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="low_stock_periods",
                to="organisations.organisation",
            ),
        ),
        migrations.RemoveConstraint("StockMail", "stock_mail_is_about_one_thing"),
        migrations.RenameField("StockMail", "dip", "low_stock"),
        migrations.AddConstraint(
            "StockMail",
            models.CheckConstraint(
                name="stock_mail_is_about_one_thing",
                condition=models.Q(step__isnull=False, low_stock__isnull=True)
                | models.Q(step__isnull=True, low_stock__isnull=False),
            ),
        ),
    ]
