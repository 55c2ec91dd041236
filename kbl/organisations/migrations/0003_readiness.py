"""The seven steps that make a library ready, each a fact."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kbl.guards import REVOCABLE, Guard


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0002_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReadinessStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='dag')),
                ('recorded_at', models.DateTimeField(verbose_name='vastgelegd op')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='ingetrokken op')),
                ('revoke_reason', models.CharField(blank=True, choices=[('typing_error', 'vergist in het nummer'), ('twice', 'dubbel ingevoerd'), ('did_not_happen', 'is niet doorgegaan'), ('wrong_date', 'verkeerde datum'), ('correction', 'correctie door Cubiss')], max_length=20, verbose_name='reden')),
                ('step', models.CharField(choices=[('coordination', 'Plaatselijke coördinatie is geregeld'), ('kick_off', 'Startbijeenkomst met de intermediairs is geweest'), ('training', 'Welkomsttraining is gevolgd'), ('launch', 'Openingsmoment is geweest'), ('municipality', 'De gemeente heeft bevestigd'), ('vouchers', 'Vouchers zijn besteld en de monitoring staat klaar'), ('campaign', 'Plaatselijke campagne loopt')], max_length=12, verbose_name='stap')),
                ('library', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='readiness_steps', to='organisations.organisation', verbose_name='bibliotheek')),
                ('recorded_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='vastgelegd door')),
                ('revoked_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ingetrokken door')),
            ],
            options={
                'verbose_name': 'stap naar klaar',
                'verbose_name_plural': 'stappen naar klaar',
                'ordering': ['recorded_at', 'pk'],
                'abstract': False,
                'indexes': [models.Index(fields=['library', 'step'], name='readiness_of_library')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('revoke_reason', ''), ('revoked_at__isnull', True), ('revoked_by__isnull', True)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False), models.Q(('revoke_reason', ''), _negated=True)), _connector='OR'), name='organisations_readinessstep_revoked_wholly_or_not'), models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('library', 'step'), name='one_standing_step_per_library')],
            },
        ),
        Guard("ReadinessStep", REVOCABLE),
    ]
