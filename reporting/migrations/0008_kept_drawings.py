"""The charts of a report are kept as they were drawn, and the database refuses to change them."""

import django.db.models.deletion
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):

    dependencies = [
        ('reporting', '0007_survey'),
        ('settlements', '0007_seals'),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptDrawings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.BinaryField(verbose_name='tekeningen')),
                ('sha256', models.CharField(max_length=64, verbose_name='controlesom')),
                ('closing', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='kept_drawings', to='settlements.closing', verbose_name='afsluiting')),
            ],
            options={
                'verbose_name': 'bewaarde tekeningen',
                'verbose_name_plural': 'bewaarde tekeningen',
                'ordering': ['closing__quarter'],
            },
        ),
        Guard("KeptDrawings", AppendOnly()),
    ]
