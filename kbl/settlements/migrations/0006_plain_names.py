"""A document that could not be made is called a failed document; its table and its constraint follow."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("settlements", "0005_silence_and_agreements"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="unmade", name="one_unmade_report_per_closing"),
        migrations.RenameModel(old_name="Unmade", new_name="FailedDocument"),
        migrations.AlterField(
            model_name="faileddocument",
            name="closing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="failed_documents",
                to="settlements.closing",
            ),
        ),
        migrations.AlterField(
            model_name="faileddocument",
            name="statement",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="failed_document",
                to="settlements.statement",
            ),
        ),
        migrations.AddConstraint(
            model_name="faileddocument",
            constraint=models.UniqueConstraint(
                condition=models.Q(("statement__isnull", True)),
                fields=("closing",),
                name="one_failed_report_per_closing",
            ),
        ),
    ]
