"""A report says which seal of its quarter it carries."""

from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):

    dependencies = [
        ('settlements', '0006_plain_names'),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='seal',
            field=models.CharField(blank=True, max_length=64, verbose_name='zegel van het kwartaal'),
        ),
        Guard("Document", AppendOnly()),
    ]
