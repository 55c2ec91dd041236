"""Which municipalities an intermediary serves from a day on: only added to."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):

    dependencies = [
        ('intermediaries', '0008_one_accreditation_at_a_time'),
        ('organisations', '0016_payment_term'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ServiceArea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField(verbose_name='vanaf')),
                ('recorded_at', models.DateTimeField(verbose_name='vastgelegd op')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.municipality', verbose_name='gemeente')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='service_areas', to='organisations.organisation', verbose_name='intermediair')),
                ('recorded_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='vastgelegd door')),
            ],
            options={
                'verbose_name': 'werkgebied',
                'verbose_name_plural': 'werkgebieden',
                'ordering': ['organisation', 'first_day', 'recorded_at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'first_day', 'recorded_at', 'municipality'), name='municipality_said_once')],
            },
        ),
        Guard("ServiceArea", AppendOnly()),
    ]
