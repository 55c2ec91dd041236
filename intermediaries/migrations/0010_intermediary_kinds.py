"""Of which kind an intermediary is: only added to."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):

    dependencies = [
        ('intermediaries', '0009_service_areas'),
        ('organisations', '0017_target_groups'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='IntermediaryKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.PositiveSmallIntegerField(choices=[(1, 'Volwassenenfonds'), (2, 'Gemeente'), (3, 'Welzijnswerk'), (4, 'Informatiepunt Digitale Overheid (IDO)'), (5, 'Voedselbank'), (6, 'Schuldhulp'), (7, 'Taalhuis'), (8, 'Vluchtelingenwerk'), (9, 'Kledingbank of ruilwinkel'), (10, 'Werk en inkomen'), (11, 'School of opleiding'), (12, 'Zorg'), (13, 'Anders')], verbose_name='soort')),
                ('recorded_at', models.DateTimeField(verbose_name='vastgelegd op')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='kinds', to='organisations.organisation', verbose_name='intermediair')),
                ('recorded_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='vastgelegd door')),
            ],
            options={
                'verbose_name': 'soort van een intermediair',
                'verbose_name_plural': 'soorten van intermediairs',
                'ordering': ['organisation', 'recorded_at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'recorded_at'), name='kind_said_once'), models.CheckConstraint(condition=models.Q(('kind__in', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])), name='kind_is_one_of_the_list')],
            },
        ),
        Guard("IntermediaryKind", AppendOnly()),
    ]
