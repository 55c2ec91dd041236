"""What waits for a second person, and the mail that tells everybody of Cubiss of it: the tables come from payments."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('payments', '0010_second_person_moves'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='PendingChange',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('office_role', 'rol bij Cubiss'), ('office_account', 'account van Cubiss weer in gebruik'), ('parent', 'organisatie die betaald wordt'), ('mail_address', 'e-mailadres voor stukken'), ('tariff', 'tarief'), ('party_vat', 'btw van een organisatie')], max_length=14, verbose_name='wat')),
                        ('subject', models.CharField(max_length=300, verbose_name='over')),
                        ('was', models.CharField(blank=True, max_length=300, verbose_name='tot nu')),
                        ('becomes', models.CharField(max_length=300, verbose_name='wordt')),
                        ('values', models.JSONField(verbose_name='waarden')),
                        ('asked_at', models.DateTimeField(verbose_name='gevraagd op')),
                        ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='besloten op')),
                        ('outcome', models.CharField(blank=True, choices=[('accepted', 'goedgekeurd'), ('refused', 'afgewezen'), ('withdrawn', 'ingetrokken')], max_length=9, verbose_name='besluit')),
                        ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='gevraagd door')),
                        ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='besloten door')),
                    ],
                    options={
                        'verbose_name': 'wijziging die op een tweede persoon wacht',
                        'verbose_name_plural': 'wijzigingen die op een tweede persoon wachten',
                        'ordering': ['-asked_at', '-pk'],
                    },
                ),
                migrations.CreateModel(
                    name='OfficeMail',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('recipient', models.EmailField(max_length=254, verbose_name='aan')),
                        ('state', models.CharField(choices=[('waiting', 'wacht'), ('sending', 'wordt verstuurd'), ('sent', 'verstuurd'), ('failed', 'niet gelukt')], default='waiting', max_length=7)),
                        ('claimed_at', models.DateTimeField(blank=True, null=True)),
                        ('sent_at', models.DateTimeField(blank=True, null=True)),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('kind', models.CharField(choices=[('asked', 'gevraagd'), ('accepted', 'goedgekeurd')], max_length=8)),
                        ('change', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='second_person.pendingchange')),
                    ],
                    options={
                        'ordering': ['pk'],
                    },
                ),
                migrations.AddConstraint(
                    model_name='pendingchange',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('outcome', '')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='pending_change_decided_wholly_or_not'),
                ),
                migrations.AddConstraint(
                    model_name='pendingchange',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'accepted'), _negated=True), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='pending_change_needs_a_second_person'),
                ),
                migrations.AddConstraint(
                    model_name='officemail',
                    constraint=models.UniqueConstraint(fields=('change', 'kind', 'recipient'), name='office_role_told_once'),
                ),
            ],
        ),
        Guard("PendingChange", AppendOnly(stamped_once=("decided_at", "decided_by_id", "outcome"))),
    ]
