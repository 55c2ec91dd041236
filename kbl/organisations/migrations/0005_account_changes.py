"""Another IBAN waits for a second person; when silence is agreement; what stands on an invoice about VAT."""

import django.db.models.deletion
import django.db.models.expressions
import kbl.organisations.validators
from django.conf import settings
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0004_where_municipalities_lie'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('iban', models.CharField(max_length=34, validators=[kbl.organisations.validators.validate_iban], verbose_name='nieuw IBAN')),
                ('old_iban', models.CharField(blank=True, max_length=34, verbose_name='IBAN tot nu')),
                ('asked_at', models.DateTimeField(verbose_name='gevraagd op')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='besloten op')),
                ('outcome', models.CharField(blank=True, choices=[('accepted', 'goedgekeurd'), ('refused', 'afgewezen'), ('withdrawn', 'ingetrokken')], max_length=9, verbose_name='besluit')),
            ],
            options={
                'verbose_name': 'wijziging van een rekeningnummer',
                'verbose_name_plural': 'wijzigingen van rekeningnummers',
                'ordering': ['-asked_at', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='organisation',
            name='buyer_reference',
            field=models.CharField(blank=True, help_text='Alleen voor Cubiss: elke e-factuur noemt het (BT-10).', max_length=40, validators=[kbl.organisations.validators.validate_free_text], verbose_name='kenmerk op facturen aan deze organisatie'),
        ),
        migrations.AddField(
            model_name='programme',
            name='exemption_words',
            field=models.CharField(default='Vrijgesteld van btw op grond van artikel 11 van de Wet op de omzetbelasting 1968.', help_text='Staat op elke factuur met vrijgestelde regels. Laat dit toetsen door de fiscalist.', max_length=200, verbose_name='tekst bij vrijstelling van btw'),
        ),
        migrations.AddField(
            model_name='programme',
            name='reminder_after',
            field=models.PositiveSmallIntegerField(default=10, help_text='Dagen na de afrekening. De herinnering noemt de dag waarop stilte akkoord betekent.', verbose_name='herinnering na (dagen)'),
        ),
        migrations.AddField(
            model_name='programme',
            name='silence_after',
            field=models.PositiveSmallIntegerField(default=21, help_text='Dagen na de afrekening, en nooit binnen een week na de herinnering.', verbose_name='akkoord door stilte na (dagen)'),
        ),
        migrations.AddField(
            model_name='programme',
            name='vat_checked_on',
            field=models.DateField(blank=True, help_text='Leeg: nog niet getoetst. Dan staat er bij elke sluiting een herinnering.', null=True, verbose_name='btw getoetst door de fiscalist op'),
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.CheckConstraint(condition=models.Q(('silence_after__gte', django.db.models.expressions.CombinedExpression(models.F('reminder_after'), '+', models.Value(7)))), name='reminder_comes_before_silence'),
        ),
        migrations.AddField(
            model_name='accountchange',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='gevraagd door'),
        ),
        migrations.AddField(
            model_name='accountchange',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='besloten door'),
        ),
        migrations.AddField(
            model_name='accountchange',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='account_changes', to='organisations.organisation'),
        ),
        migrations.AddConstraint(
            model_name='accountchange',
            constraint=models.UniqueConstraint(condition=models.Q(('decided_at__isnull', True)), fields=('organisation',), name='one_open_account_change'),
        ),
        migrations.AddConstraint(
            model_name='accountchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('outcome', '')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='account_change_decided_wholly_or_not'),
        ),
        migrations.AddConstraint(
            model_name='accountchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'accepted'), _negated=True), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='account_change_needs_a_second_person'),
        ),
        Guard("AccountChange", AppendOnly(stamped_once=("decided_at", "decided_by_id", "outcome"))),
    ]
