"""A seal per closed quarter, chained to the one before; the database refuses to change it."""

import django.db.models.deletion
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):

    dependencies = [
        ('reporting', '0003_kept_reports'),
        ('settlements', '0007_seals'),
    ]

    operations = [
        migrations.CreateModel(
            name='QuarterSeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('parts', models.JSONField(verbose_name='per tabel')),
                ('previous', models.CharField(blank=True, max_length=64, verbose_name='zegel van het kwartaal ervoor')),
                ('digest', models.CharField(max_length=64, unique=True, verbose_name='zegel')),
                ('sealed_at', models.DateTimeField(verbose_name='verzegeld op')),
                ('closing', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='seal', to='settlements.closing', verbose_name='afsluiting')),
            ],
            options={
                'verbose_name': 'zegel van een kwartaal',
                'verbose_name_plural': 'zegels van kwartalen',
                'ordering': ['closing__quarter'],
            },
        ),
        Guard("QuarterSeal", AppendOnly()),
    ]
