"""Orders: what was asked, sent, received and counted; history is only added to."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):

    dependencies = [
        ('intermediaries', '0003_paid_before'),
        ('organisations', '0003_readiness'),
        ('vouchers', '0002_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OrderCounter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(unique=True)),
                ('last_number', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Dip',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('medium', models.CharField(choices=[('paper', 'papier'), ('digital', 'digitaal')], max_length=7, verbose_name='vorm')),
                ('minimum', models.PositiveIntegerField(verbose_name='minimum')),
                ('left', models.PositiveIntegerField(verbose_name='nog over')),
                ('on', models.DateField(verbose_name='gezien op')),
                ('over_on', models.DateField(blank=True, null=True, verbose_name='voorbij op')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='dips', to='organisations.organisation')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=12, unique=True, verbose_name='bestelnummer')),
                ('medium', models.CharField(choices=[('paper', 'papier'), ('digital', 'digitaal')], max_length=7, verbose_name='vorm')),
                ('count', models.PositiveIntegerField(verbose_name='aantal')),
                ('status', models.CharField(choices=[('ordered', 'besteld'), ('shipped', 'onderweg'), ('received', 'ontvangen'), ('different', 'ontvangen met een verschil'), ('cancelled', 'ingetrokken'), ('declined', 'afgewezen')], default='ordered', max_length=9, verbose_name='status')),
                ('ordered_at', models.DateTimeField(verbose_name='besteld op')),
                ('key', models.UUIDField(unique=True, verbose_name='formuliersleutel')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='organisations.organisation', verbose_name='intermediair')),
            ],
            options={
                'verbose_name': 'bestelling',
                'verbose_name_plural': 'bestellingen',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Difference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('missing', 'ontbreekt'), ('extra', 'ligt er extra')], max_length=7, verbose_name='wat')),
                ('first_serial', models.PositiveIntegerField(verbose_name='eerste nummer')),
                ('last_serial', models.PositiveIntegerField(verbose_name='laatste nummer')),
                ('left', models.PositiveIntegerField(verbose_name='nog af te handelen')),
                ('on', models.DateField(verbose_name='dag')),
                ('recorded_at', models.DateTimeField(verbose_name='vastgelegd op')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='differences', to='organisations.organisation', verbose_name='intermediair')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='differences', to='intermediaries.order')),
            ],
            options={
                'verbose_name': 'telverschil',
                'verbose_name_plural': 'telverschillen',
                'ordering': ['on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='OrderMovement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('movement', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sent_for', to='vouchers.stockmovement')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sent', to='intermediaries.order')),
            ],
            options={
                'ordering': ['movement__first_serial'],
            },
        ),
        migrations.CreateModel(
            name='OrderStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('ordered', 'besteld'), ('shipped', 'onderweg'), ('received', 'ontvangen'), ('different', 'ontvangen met een verschil'), ('cancelled', 'ingetrokken'), ('declined', 'afgewezen')], max_length=9, verbose_name='status')),
                ('count', models.PositiveIntegerField(blank=True, null=True, verbose_name='aantal')),
                ('reason', models.CharField(blank=True, choices=[('', 'geen'), ('enough', 'u hebt nog genoeg vouchers'), ('too_many', 'dit zijn er meer dan nu kan'), ('library', 'de bibliotheek is nog niet klaar'), ('accreditation', 'de accreditatie loopt af of is voorbij'), ('otherwise', 'we hebben het samen anders geregeld')], max_length=13, verbose_name='reden')),
                ('at', models.DateTimeField(verbose_name='op')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='intermediaries.order')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('lost', 'kwijt, ongeldig gemaakt'), ('not_sent', 'nooit verstuurd, terug bij Cubiss'), ('arrived', 'toch binnen'), ('given', 'op naam van de intermediair gezet'), ('sent_back', 'gaat terug, blijft in de boeken waar het lag'), ('mistake', 'vergissing bij het tellen')], max_length=9, verbose_name='afloop')),
                ('first_serial', models.PositiveIntegerField(verbose_name='eerste nummer')),
                ('last_serial', models.PositiveIntegerField(verbose_name='laatste nummer')),
                ('at', models.DateTimeField(verbose_name='op')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('difference', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='settlements', to='intermediaries.difference')),
                ('movement', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='settles', to='vouchers.stockmovement')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='StockLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('medium', models.CharField(choices=[('paper', 'papier'), ('digital', 'digitaal')], max_length=7, verbose_name='vorm')),
                ('minimum', models.PositiveIntegerField(verbose_name='minimum')),
                ('fill_up_to', models.PositiveIntegerField(verbose_name='aanvullen tot')),
                ('at', models.DateTimeField(verbose_name='op')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='stock_levels', to='organisations.organisation')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='StockMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'wacht'), ('sending', 'wordt verstuurd'), ('sent', 'verstuurd'), ('failed', 'niet gelukt')], default='waiting', max_length=7)),
                ('recipient', models.EmailField(max_length=254, verbose_name='aan')),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('dip', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mail', to='intermediaries.dip')),
                ('step', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mail', to='intermediaries.orderstep')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='dip',
            constraint=models.UniqueConstraint(condition=models.Q(('over_on__isnull', True)), fields=('organisation', 'medium'), name='one_dip_at_a_time'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['organisation', 'ordered_at'], name='orders_of_organisation'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('status__in', ['ordered', 'shipped'])), fields=['ordered_at'], name='order_waiting'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'ordered')), fields=('organisation', 'medium'), name='one_open_order_per_medium'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('count__range', (1, 1000000))), name='order_asks_for_some'),
        ),
        migrations.AddIndex(
            model_name='difference',
            index=models.Index(fields=['organisation', 'on'], name='differences_of_organisation'),
        ),
        migrations.AddIndex(
            model_name='difference',
            index=models.Index(condition=models.Q(('left__gt', 0)), fields=['on'], name='difference_open'),
        ),
        migrations.AddConstraint(
            model_name='difference',
            constraint=models.CheckConstraint(condition=models.Q(('last_serial__gte', models.F('first_serial'))), name='difference_runs_forward'),
        ),
        migrations.AddConstraint(
            model_name='difference',
            constraint=models.CheckConstraint(condition=models.Q(('left__lte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('last_serial'), '-', models.F('first_serial')), '+', models.Value(1)))), name='difference_left_fits'),
        ),
        migrations.AddConstraint(
            model_name='orderstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'declined'), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('status', 'declined'), _negated=True), ('reason', '')), _connector='OR'), name='declined_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='orderstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('count__gte', 1), ('status__in', ['ordered', 'shipped'])), models.Q(models.Q(('status__in', ['ordered', 'shipped']), _negated=True), ('count__isnull', True)), _connector='OR'), name='asked_and_sent_have_a_count'),
        ),
        migrations.AddConstraint(
            model_name='orderstep',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'ordered'), _negated=True), fields=('order', 'status'), name='one_step_of_a_kind'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(('last_serial__gte', models.F('first_serial'))), name='settlement_runs_forward'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('movement__isnull', False), ('outcome__in', ['lost', 'not_sent', 'given'])), models.Q(('movement__isnull', True), ('outcome__in', ['arrived', 'sent_back', 'mistake'])), _connector='OR'), name='settlement_moves_when_it_says_so'),
        ),
        migrations.AddIndex(
            model_name='stocklevel',
            index=models.Index(fields=['organisation', 'medium'], name='levels_of_organisation'),
        ),
        migrations.AddConstraint(
            model_name='stocklevel',
            constraint=models.CheckConstraint(condition=models.Q(('fill_up_to__gt', models.F('minimum'))), name='fill_up_above_minimum'),
        ),
        migrations.AddConstraint(
            model_name='stocklevel',
            constraint=models.CheckConstraint(condition=models.Q(('fill_up_to__lte', 1000000)), name='fill_up_is_one_order'),
        ),
        migrations.AddIndex(
            model_name='stockmail',
            index=models.Index(condition=models.Q(('state', 'sent'), _negated=True), fields=['id'], name='stock_mail_unsent'),
        ),
        migrations.AddConstraint(
            model_name='stockmail',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('dip__isnull', True), ('step__isnull', False)), models.Q(('dip__isnull', False), ('step__isnull', True)), _connector='OR'), name='stock_mail_is_about_one_thing'),
        ),
        Guard("Order", AppendOnly(free=("status", "count"))),
        Guard("OrderStep", AppendOnly()),
        Guard("OrderMovement", AppendOnly()),
        Guard("Difference", AppendOnly(free=("left",))),
        Guard("Settlement", AppendOnly()),
        Guard("StockLevel", AppendOnly()),
        Guard("Dip", AppendOnly(stamped_once=("over_on",))),
    ]
