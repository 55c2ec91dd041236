"""What was recorded about a kind is called so. The table keeps its first name, so that no trigger is away."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("intermediaries", "0011_found_by_day_and_moment")]

    operations = [
        migrations.AlterModelTable("IntermediaryKind", "intermediaries_intermediarykind"),
        migrations.RenameModel("IntermediaryKind", "RecordedKind"),
    ]
