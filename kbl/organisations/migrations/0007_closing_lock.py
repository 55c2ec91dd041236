from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0006_legal_data")]

    operations = [
        migrations.RemoveConstraint("Books", "only_one_gate"),
        migrations.RenameModel("Books", "ClosingLock"),
        migrations.AddConstraint(
            "ClosingLock", models.CheckConstraint(name="only_one_closing_lock", condition=models.Q(pk=1))
        ),
    ]
