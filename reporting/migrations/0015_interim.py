"""An interim edition after a month is kept; the database refuses to change it."""

import django.db.models.deletion
import kbl.organisations.models
from django.conf import settings
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):

    dependencies = [
        ('reporting', '0014_payment_requests'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptInterim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quarter', kbl.organisations.models.QuarterField(verbose_name='kwartaal')),
                ('until', models.DateField(unique=True, verbose_name='tot en met')),
                ('content', models.BinaryField(verbose_name='inhoud')),
                ('sha256', models.CharField(max_length=64, verbose_name='controlesom')),
                ('made_at', models.DateTimeField(verbose_name='gemaakt op')),
                ('drawn_at', models.DateTimeField(blank=True, null=True, verbose_name='getekend op')),
                ('pdf', models.BinaryField(blank=True, null=True, verbose_name='papier')),
                ('csv', models.BinaryField(blank=True, null=True, verbose_name='lijst')),
                ('released_at', models.DateTimeField(blank=True, null=True, verbose_name='vrijgegeven op')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='gemaakt door')),
                ('released_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='vrijgegeven door')),
            ],
            options={
                'verbose_name': 'tussenstand',
                'verbose_name_plural': 'tussenstanden',
                'ordering': ['until'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('released_at__isnull', True), ('released_by__isnull', True)), models.Q(('csv__isnull', False), ('pdf__isnull', False), ('released_at__isnull', False), ('released_by__isnull', False), models.Q(('released_by', models.F('made_by')), _negated=True)), _connector='OR'), name='interim_released_by_a_second_person')],
            },
        ),
        Guard(
            "KeptInterim",
            AppendOnly(stamped_once=("released_at", "released_by_id"), filled_once=("drawn_at", "pdf", "csv")),
        ),
    ]
