"""How many people of each municipality the programme is meant for: only added to."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0016_payment_term'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TargetGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('people', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='doelgroep (personen)')),
                ('source', models.CharField(max_length=160, verbose_name='bron')),
                ('at', models.DateTimeField(verbose_name='op')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='door')),
                ('municipality', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='target_groups', to='organisations.municipality', verbose_name='gemeente')),
            ],
            options={
                'verbose_name': 'doelgroep van een gemeente',
                'verbose_name_plural': 'doelgroepen van gemeenten',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('people__gte', 1)), name='target_group_is_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('source__regex', '[\\u0001-\\u001F\\u007F-\\u009F\\u00AD\\u061C\\u180E\\u200B\\u200E\\u200F\\u2028-\\u202E\\u2060-\\u206F\\uFEFF\\uFFF0-\\uFFFB\\uFFFE\\uFFFF]'), _negated=True), models.Q(('source', ''), _negated=True)), name='target_group_names_its_source')],
            },
        ),
        Guard("TargetGroup", AppendOnly()),
    ]
