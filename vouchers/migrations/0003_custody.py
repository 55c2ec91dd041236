import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0002_guards'),
        ('vouchers', '0002_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Homecoming',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('recall', 'teruggevraagd'), ('return', 'aangekondigd')], max_length=6, verbose_name='wat')),
                ('first_serial', models.PositiveIntegerField(verbose_name='eerste nummer')),
                ('last_serial', models.PositiveIntegerField(verbose_name='laatste nummer')),
                ('on', models.DateField(verbose_name='dag')),
                ('recorded_at', models.DateTimeField(verbose_name='vastgelegd op')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='afgerond op')),
            ],
            options={
                'verbose_name': 'terugkomst',
                'verbose_name_plural': 'terugkomsten',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='RevivalRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_serial', models.PositiveIntegerField(verbose_name='eerste nummer')),
                ('last_serial', models.PositiveIntegerField(verbose_name='laatste nummer')),
                ('reason', models.CharField(choices=[('found', 'teruggevonden'), ('mistake', 'was een vergissing')], max_length=8, verbose_name='reden')),
                ('on', models.DateField(verbose_name='dag')),
                ('asked_at', models.DateTimeField(verbose_name='gevraagd op')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='besloten op')),
                ('agreed', models.BooleanField(blank=True, null=True, verbose_name='akkoord')),
            ],
            options={
                'verbose_name': 'verzoek om weer geldig te maken',
                'verbose_name_plural': 'verzoeken om weer geldig te maken',
                'ordering': ['-pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='stockmovement',
            name='movement_names_its_holders',
        ),
        migrations.RemoveConstraint(
            model_name='stockmovement',
            name='void_has_a_reason',
        ),
        migrations.AddField(
            model_name='stockmovement',
            name='valid_until',
            field=models.DateField(blank=True, null=True, verbose_name='geldig tot en met'),
        ),
        migrations.AddField(
            model_name='voucher',
            name='extended_until',
            field=models.DateField(null=True, verbose_name='langer geldig tot en met'),
        ),
        migrations.AlterField(
            model_name='stockmovement',
            name='kind',
            field=models.CharField(choices=[('allocate', 'toegewezen'), ('return', 'teruggekomen'), ('move', 'verplaatst'), ('void', 'ongeldig gemaakt'), ('revive', 'weer geldig gemaakt'), ('extend', 'langer geldig gemaakt')], max_length=8, verbose_name='wat'),
        ),
        migrations.AlterField(
            model_name='stockmovement',
            name='reason',
            field=models.CharField(blank=True, choices=[('', 'geen'), ('lost', 'kwijtgeraakt'), ('stolen', 'gestolen'), ('damaged', 'beschadigd'), ('misprint', 'verkeerd gedrukt'), ('found', 'teruggevonden'), ('mistake', 'was een vergissing')], max_length=8, verbose_name='reden'),
        ),
        migrations.AddConstraint(
            model_name='stockmovement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('from_holder__isnull', True), ('kind', 'allocate'), ('to_holder__isnull', False)), models.Q(('from_holder__isnull', False), ('kind', 'return'), ('to_holder__isnull', True)), models.Q(('from_holder__isnull', False), ('kind', 'move'), ('to_holder__isnull', False)), models.Q(('kind', 'void'), ('to_holder__isnull', True)), models.Q(('from_holder__isnull', True), ('kind', 'revive'), ('to_holder__isnull', True)), models.Q(('from_holder', models.F('to_holder')), ('kind', 'revive')), models.Q(('from_holder__isnull', True), ('kind', 'extend'), ('to_holder__isnull', True)), _connector='OR'), name='movement_names_its_holders'),
        ),
        migrations.AddConstraint(
            model_name='stockmovement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'void'), ('reason__in', ['lost', 'stolen', 'damaged', 'misprint'])), models.Q(('kind', 'revive'), ('reason__in', ['found', 'mistake'])), models.Q(('kind__in', ['allocate', 'return', 'move', 'extend']), ('reason', '')), _connector='OR'), name='reason_fits_kind'),
        ),
        migrations.AddConstraint(
            model_name='stockmovement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'extend'), ('valid_until__isnull', False)), models.Q(models.Q(('kind', 'extend'), _negated=True), ('valid_until__isnull', True)), _connector='OR'), name='only_longer_validity_has_a_day'),
        ),
        migrations.AddField(
            model_name='homecoming',
            name='closed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='homecoming',
            name='holder',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='homecomings', to='organisations.organisation', verbose_name='houder'),
        ),
        migrations.AddField(
            model_name='homecoming',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='revivalrequest',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='gevraagd door'),
        ),
        migrations.AddField(
            model_name='revivalrequest',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='besloten door'),
        ),
        migrations.AddIndex(
            model_name='homecoming',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['holder'], name='homecoming_open'),
        ),
        migrations.AddConstraint(
            model_name='homecoming',
            constraint=models.CheckConstraint(condition=models.Q(('last_serial__gte', models.F('first_serial'))), name='homecoming_runs_forward'),
        ),
        migrations.AddConstraint(
            model_name='homecoming',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('closed_by__isnull', True)), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='homecoming_closed_wholly_or_not'),
        ),
        migrations.AddIndex(
            model_name='revivalrequest',
            index=models.Index(condition=models.Q(('decided_at__isnull', True)), fields=['decided_at'], name='revival_waiting'),
        ),
        migrations.AddConstraint(
            model_name='revivalrequest',
            constraint=models.CheckConstraint(condition=models.Q(('last_serial__gte', models.F('first_serial'))), name='revival_runs_forward'),
        ),
        migrations.AddConstraint(
            model_name='revivalrequest',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['found', 'mistake'])), name='revival_reason'),
        ),
        migrations.AddConstraint(
            model_name='revivalrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreed__isnull', True), ('decided_at__isnull', True), ('decided_by__isnull', True)), models.Q(('agreed__isnull', False), ('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('decided_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='revival_decided_wholly_by_another'),
        ),
        Guard("StockMovement", AppendOnly()),
        Guard("RevivalRequest", AppendOnly(stamped_once=("decided_at", "decided_by_id", "agreed"))),
        Guard("Homecoming", AppendOnly(stamped_once=("closed_at", "closed_by_id"))),
    ]
