"""Answers to discrepancies, reminders that escalate, signals that were looked at."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kbl.guards import REVOCABLE, AppendOnly, Guard


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('intermediaries', '0005_revoked_facts'),
        ('libraries', '0006_own_numbers'),
        ('organisations', '0005_account_changes'),
        ('vouchers', '0005_lists_taken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Chase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='begonnen op')),
                ('over_on', models.DateField(blank=True, null=True, verbose_name='voorbij op')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='chases', to='organisations.organisation', verbose_name='organisatie')),
            ],
            options={
                'verbose_name': 'reeks herinneringen',
                'verbose_name_plural': 'reeksen herinneringen',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recipient', models.EmailField(max_length=254, verbose_name='aan')),
                ('state', models.CharField(choices=[('waiting', 'wacht'), ('sending', 'wordt verstuurd'), ('sent', 'verstuurd'), ('failed', 'niet gelukt')], default='waiting', max_length=7)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('level', models.PositiveSmallIntegerField(verbose_name='herinnering')),
                ('on', models.DateField(verbose_name='dag')),
                ('unreported', models.PositiveIntegerField(verbose_name='niet gemeld')),
                ('unredeemed', models.PositiveIntegerField(verbose_name='niet ingewisseld')),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('chase', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='discrepancies.chase')),
            ],
            options={
                'verbose_name': 'herinnering over verschillen',
                'verbose_name_plural': 'herinneringen over verschillen',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ReminderPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_after', models.PositiveSmallIntegerField(default=14, help_text='Na het inwisselen, zonder melding.', verbose_name='eerste herinnering na (dagen)')),
                ('second_after', models.PositiveSmallIntegerField(default=14, help_text='Na de eerste. Cubiss leest mee.', verbose_name='tweede herinnering na (dagen)')),
                ('third_after', models.PositiveSmallIntegerField(default=14, help_text='Na de tweede. Alleen aan Cubiss.', verbose_name='naar de coördinator na (dagen)')),
            ],
            options={
                'verbose_name': 'afspraken over herinneringen',
                'verbose_name_plural': 'afspraken over herinneringen',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='only_one_reminder_plan'), models.CheckConstraint(condition=models.Q(('first_after__gte', 7), ('second_after__gte', 7), ('third_after__gte', 7)), name='reminders_leave_a_week')],
            },
        ),
        migrations.CreateModel(
            name='SignalSeen',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('runs', 'uitgereikt zonder inwisseling'), ('pile', 'stapel achter elkaar ingewisseld'), ('night', 'ingewisseld buiten openingstijd'), ('refusals', 'veel geweigerde pogingen'), ('own_issue', 'zelf uitgereikt en zelf ingewisseld')], max_length=9, verbose_name='signaal')),
                ('size', models.PositiveIntegerField(verbose_name='omvang toen')),
                ('outcome', models.CharField(choices=[('explained', 'er is een goede uitleg voor'), ('talked', 'besproken met de organisatie'), ('watching', 'nog even in de gaten houden')], max_length=9, verbose_name='wat er uitkwam')),
                ('on', models.DateField(verbose_name='dag')),
                ('at', models.DateTimeField(verbose_name='op')),
                ('account', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('voucher', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vouchers.voucher', verbose_name='eerste voucher')),
            ],
            options={
                'verbose_name': 'bekeken signaal',
                'verbose_name_plural': 'bekeken signalen',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='dag')),
                ('recorded_at', models.DateTimeField(verbose_name='vastgelegd op')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='ingetrokken op')),
                ('revoke_reason', models.CharField(blank=True, choices=[('typing_error', 'vergist in het nummer'), ('twice', 'dubbel ingevoerd'), ('did_not_happen', 'is niet doorgegaan'), ('wrong_date', 'verkeerde datum'), ('correction', 'correctie door Cubiss')], max_length=20, verbose_name='reden')),
                ('kind', models.CharField(choices=[('unreported', 'ingewisseld, uitreiking niet gemeld'), ('unredeemed', 'uitgereikt, niet ingewisseld'), ('twice', 'bij twee bibliotheken aangeboden'), ('refused', 'aangeboden en geweigerd'), ('unaccredited', 'uitgereikt zonder accreditatie'), ('counted', 'anders geteld')], max_length=12, verbose_name='soort')),
                ('words', models.CharField(choices=[('later', 'komt later'), ('asked', 'gevraagd, wacht op antwoord'), ('under_way', 'nog onderweg naar de bibliotheek'), ('checked', 'nagegaan: klopt zo'), ('not_ours', 'niet door de intermediair uitgereikt'), ('lost', 'voucher kwijt'), ('unused', 'voucher wordt niet gebruikt'), ('first_had_it', 'de eerste bibliotheek had de voucher'), ('copy', 'het was een kopie'), ('desk_mistake', 'vergissing aan de balie'), ('new_voucher', 'nieuwe voucher gegeven'), ('explained', 'uitgelegd aan de bibliotheek'), ('accredited', 'accreditatie geregeld'), ('stock_back', 'voorraad teruggehaald')], max_length=12, verbose_name='antwoord')),
                ('until', models.DateField(blank=True, null=True, verbose_name='terug in de lijst op')),
                ('ordinal', models.PositiveSmallIntegerField(verbose_name='hoeveelste antwoord')),
                ('by_party', models.BooleanField(default=False, verbose_name='door de organisatie zelf')),
                ('difference', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intermediaries.difference')),
                ('enrolment', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.enrolment')),
                ('handout', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intermediaries.handout')),
                ('recorded_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='vastgelegd door')),
                ('refusal', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.refusal')),
                ('revoked_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ingetrokken door')),
            ],
            options={
                'verbose_name': 'antwoord op een verschil',
                'verbose_name_plural': 'antwoorden op verschillen',
                'ordering': ['pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('revoke_reason', ''), ('revoked_at__isnull', True), ('revoked_by__isnull', True)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False), models.Q(('revoke_reason', ''), _negated=True)), _connector='OR'), name='discrepancies_answer_revoked_wholly_or_not'), models.CheckConstraint(condition=models.Q(models.Q(('difference__isnull', True), ('enrolment__isnull', False), ('handout__isnull', True), ('kind', 'unreported'), ('refusal__isnull', True)), models.Q(('difference__isnull', True), ('enrolment__isnull', True), ('handout__isnull', False), ('kind__in', ['unredeemed', 'unaccredited']), ('refusal__isnull', True)), models.Q(('difference__isnull', True), ('enrolment__isnull', True), ('handout__isnull', True), ('kind__in', ['twice', 'refused']), ('refusal__isnull', False)), models.Q(('difference__isnull', False), ('enrolment__isnull', True), ('handout__isnull', True), ('kind', 'counted'), ('refusal__isnull', True)), _connector='OR'), name='answer_is_about_one_fact_of_its_kind'), models.CheckConstraint(condition=models.Q(models.Q(('until__gt', models.F('on')), ('words__in', ['later', 'asked', 'under_way'])), models.Q(models.Q(('words__in', ['later', 'asked', 'under_way']), _negated=True), ('until__isnull', True)), _connector='OR'), name='answer_comes_back_on_a_later_day'), models.CheckConstraint(condition=models.Q(('ordinal__gte', 1)), name='answers_count_from_one'), models.UniqueConstraint(condition=models.Q(('enrolment__isnull', False)), fields=('enrolment', 'kind', 'ordinal'), name='answers_to_a_enrolment_in_turn'), models.UniqueConstraint(condition=models.Q(('handout__isnull', False)), fields=('handout', 'kind', 'ordinal'), name='answers_to_a_handout_in_turn'), models.UniqueConstraint(condition=models.Q(('refusal__isnull', False)), fields=('refusal', 'kind', 'ordinal'), name='answers_to_a_refusal_in_turn'), models.UniqueConstraint(condition=models.Q(('difference__isnull', False)), fields=('difference', 'kind', 'ordinal'), name='answers_to_a_difference_in_turn'), models.UniqueConstraint(condition=models.Q(('enrolment__isnull', False), ('revoked_at__isnull', True), ('until__isnull', True), models.Q(('words', 'not_ours'), _negated=True)), fields=('enrolment', 'kind'), name='one_last_word_on_a_enrolment'), models.UniqueConstraint(condition=models.Q(('handout__isnull', False), ('revoked_at__isnull', True), ('until__isnull', True), models.Q(('words', 'not_ours'), _negated=True)), fields=('handout', 'kind'), name='one_last_word_on_a_handout'), models.UniqueConstraint(condition=models.Q(('refusal__isnull', False), ('revoked_at__isnull', True), ('until__isnull', True), models.Q(('words', 'not_ours'), _negated=True)), fields=('refusal', 'kind'), name='one_last_word_on_a_refusal'), models.UniqueConstraint(condition=models.Q(('difference__isnull', False), ('revoked_at__isnull', True), ('until__isnull', True), models.Q(('words', 'not_ours'), _negated=True)), fields=('difference', 'kind'), name='one_last_word_on_a_difference')],
            },
        ),
        migrations.AddConstraint(
            model_name='chase',
            constraint=models.UniqueConstraint(condition=models.Q(('over_on__isnull', True)), fields=('organisation',), name='one_chase_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='chase',
            constraint=models.CheckConstraint(condition=models.Q(('over_on__isnull', True), ('over_on__gte', models.F('on')), _connector='OR'), name='chase_ends_after_it_began'),
        ),
        migrations.AddIndex(
            model_name='reminder',
            index=models.Index(condition=models.Q(('state', 'sent'), _negated=True), fields=['id'], name='discrepancy_mail_unsent'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.UniqueConstraint(fields=('chase', 'level'), name='one_reminder_a_level'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.CheckConstraint(condition=models.Q(('level__range', (1, 3))), name='reminders_have_three_levels'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.CheckConstraint(condition=models.Q(('unreported__gt', 0), ('unredeemed__gt', 0), _connector='OR'), name='reminder_is_about_something'),
        ),
        migrations.AddIndex(
            model_name='signalseen',
            index=models.Index(fields=['organisation', 'kind'], name='signals_of_organisation'),
        ),
        migrations.AddConstraint(
            model_name='signalseen',
            constraint=models.CheckConstraint(condition=models.Q(('size__gte', 1)), name='signal_has_a_size'),
        ),
        migrations.AddConstraint(
            model_name='signalseen',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('account__isnull', True), ('kind__in', ['runs', 'own_issue']), ('voucher__isnull', True)), models.Q(('account__isnull', True), ('kind', 'pile'), ('voucher__isnull', False)), models.Q(('account__isnull', False), ('kind__in', ['night', 'refusals']), ('voucher__isnull', True)), _connector='OR'), name='signal_names_whom_it_is_about'),
        ),
        Guard("Answer", REVOCABLE),
        Guard("Chase", AppendOnly(stamped_once=("over_on",))),
        Guard("Reminder", AppendOnly(free=("recipient", "state", "claimed_at", "sent_at", "attempts"))),
        Guard("SignalSeen", AppendOnly()),
    ]
