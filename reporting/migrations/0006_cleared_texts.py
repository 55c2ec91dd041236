"""The log of what was cleared: places, never texts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):

    dependencies = [
        ('reporting', '0005_fund_in_full'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ClearedText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('in_table', models.CharField(max_length=80, verbose_name='tabel')),
                ('in_column', models.CharField(max_length=80, verbose_name='kolom')),
                ('of_row', models.CharField(max_length=80, verbose_name='rij')),
                ('looks', models.CharField(max_length=60, verbose_name='leek op')),
                ('cleared_at', models.DateTimeField(verbose_name='gewist op')),
                ('cleared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='gewist door')),
            ],
            options={
                'verbose_name': 'gewiste tekst',
                'verbose_name_plural': 'gewiste teksten',
                'ordering': ['-pk'],
            },
        ),
        Guard("ClearedText", AppendOnly()),
    ]
