"""Plainer names for two models. Their tables keep the first ones, so that no trigger is away for a moment."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0006_legal_data"),
        ("vouchers", "0005_lists_taken"),
    ]

    operations = [
        migrations.AlterModelTable("Homecoming", "vouchers_homecoming"),
        migrations.RenameModel("Homecoming", "ExpectedReturn"),
        migrations.AlterField(
            "ExpectedReturn",
            "holder",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="expected_returns",
                to="organisations.organisation",
                verbose_name="houder",
            ),
        ),
        migrations.AlterModelTable("RevivalRequest", "vouchers_revivalrequest"),
        migrations.RenameModel("RevivalRequest", "RevalidationRequest"),
    ]
