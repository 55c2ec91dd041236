"""Payment runs and what the bank says of them; history is only added to."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('settlements', '0004_vat_and_invoices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BankFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('iban', models.CharField(max_length=34, verbose_name='rekening')),
                ('statement_id', models.CharField(max_length=35, verbose_name='afschrift')),
                ('first_day', models.DateField(verbose_name='vanaf')),
                ('last_day', models.DateField(verbose_name='tot en met')),
                ('opening', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='beginsaldo')),
                ('closing', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='eindsaldo')),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('imported_at', models.DateTimeField(verbose_name='ingelezen op')),
                ('imported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'bankafschrift',
                'verbose_name_plural': 'bankafschriften',
                'ordering': ['-last_day', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='bedrag')),
                ('payee', models.CharField(max_length=120, verbose_name='ten name van')),
                ('iban', models.CharField(max_length=34, verbose_name='IBAN')),
                ('end_to_end_id', models.CharField(max_length=35, unique=True, verbose_name='betalingskenmerk')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='geëindigd op')),
                ('ended', models.CharField(blank=True, choices=[('cancelled', 'ingetrokken voor de vrijgave'), ('returned', 'teruggekomen van de bank'), ('different', 'voor een ander bedrag uitgevoerd')], max_length=9, verbose_name='hoe')),
                ('return_code', models.CharField(blank=True, max_length=4, verbose_name='reden van de bank')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='settlements.statement')),
            ],
            options={
                'verbose_name': 'betaling',
                'verbose_name_plural': 'betalingen',
                'ordering': ['run', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='BankEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(verbose_name='regel')),
                ('on', models.DateField(verbose_name='geboekt op')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='bedrag')),
                ('reference', models.CharField(blank=True, max_length=64, verbose_name='kenmerk van de bank')),
                ('outcome', models.CharField(choices=[('paid', 'betaling uitgevoerd'), ('returned', 'betaling teruggekomen'), ('different', 'ander bedrag dan gevraagd'), ('received', 'bijschrijving'), ('other', 'niet van KBL'), ('batch', 'verzamelboeking zonder uitsplitsing')], max_length=9, verbose_name='wat het was')),
                ('return_code', models.CharField(blank=True, max_length=4, verbose_name='reden van de bank')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='payments.bankfile')),
                ('payment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bank_entries', to='payments.payment')),
            ],
            options={
                'verbose_name': 'bankboeking',
                'verbose_name_plural': 'bankboekingen',
                'ordering': ['file', 'position'],
            },
        ),
        migrations.CreateModel(
            name='PaymentRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True, verbose_name='nummer')),
                ('execute_on', models.DateField(verbose_name='uitvoeren op')),
                ('debtor', models.JSONField(verbose_name='opdrachtgever')),
                ('status', models.CharField(choices=[('prepared', 'wacht op vrijgave'), ('cancelled', 'ingetrokken'), ('released', 'vrijgegeven'), ('executed', 'bij de bank uitgevoerd')], default='prepared', max_length=9, verbose_name='status')),
                ('prepared_at', models.DateTimeField(verbose_name='klaargezet op')),
                ('released_at', models.DateTimeField(blank=True, null=True, verbose_name='vrijgegeven op')),
                ('cancelled_at', models.DateTimeField(blank=True, null=True, verbose_name='ingetrokken op')),
                ('executed_at', models.DateTimeField(blank=True, null=True, verbose_name='uitgevoerd gemeld op')),
                ('cancelled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('executed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('prepared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('released_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'betaalrun',
                'verbose_name_plural': 'betaalruns',
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='PaymentFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filename', models.CharField(max_length=80, unique=True)),
                ('content', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('run', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='file', to='payments.paymentrun')),
            ],
            options={
                'verbose_name': 'betaalbestand',
                'verbose_name_plural': 'betaalbestanden',
                'ordering': ['filename'],
            },
        ),
        migrations.AddField(
            model_name='payment',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='payments.paymentrun'),
        ),
        migrations.AddConstraint(
            model_name='bankfile',
            constraint=models.UniqueConstraint(fields=('iban', 'statement_id'), name='bank_statement_read_once'),
        ),
        migrations.AddConstraint(
            model_name='bankentry',
            constraint=models.UniqueConstraint(fields=('file', 'position'), name='bank_entry_once_in_a_file'),
        ),
        migrations.AddConstraint(
            model_name='bankentry',
            constraint=models.UniqueConstraint(condition=models.Q(('payment__isnull', False)), fields=('payment', 'outcome', 'reference'), name='payment_seen_once'),
        ),
        migrations.AddConstraint(
            model_name='bankentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['paid', 'returned', 'different']), ('payment__isnull', False)), models.Q(('outcome__in', ['received', 'other', 'batch']), ('payment__isnull', True)), _connector='OR'), name='bank_entry_names_its_payment'),
        ),
        migrations.AddConstraint(
            model_name='paymentrun',
            constraint=models.CheckConstraint(condition=models.Q(('released_by__isnull', True), models.Q(('released_by', models.F('prepared_by')), _negated=True), _connector='OR'), name='run_released_by_a_second_person'),
        ),
        migrations.AddConstraint(
            model_name='paymentrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', True), ('released_at__isnull', True), ('status', 'prepared')), models.Q(('cancelled_at__isnull', False), ('released_at__isnull', True), ('status', 'cancelled')), models.Q(('cancelled_at__isnull', True), ('executed_at__isnull', True), ('released_at__isnull', False), ('status', 'released')), models.Q(('cancelled_at__isnull', True), ('executed_at__isnull', False), ('released_at__isnull', False), ('status', 'executed')), _connector='OR'), name='run_status_follows_its_steps'),
        ),
        migrations.AddConstraint(
            model_name='paymentrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('released_at__isnull', True), ('released_by__isnull', True)), models.Q(('released_at__isnull', False), ('released_by__isnull', False)), _connector='OR'), name='run_released_says_who'),
        ),
        migrations.AddConstraint(
            model_name='paymentrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', True), ('cancelled_by__isnull', True)), models.Q(('cancelled_at__isnull', False), ('cancelled_by__isnull', False)), _connector='OR'), name='run_cancelled_says_who'),
        ),
        migrations.AddConstraint(
            model_name='paymentrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('executed_at__isnull', True), ('executed_by__isnull', True)), models.Q(('executed_at__isnull', False), ('executed_by__isnull', False)), _connector='OR'), name='run_executed_says_who'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payment_is_positive'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('statement',), name='one_standing_payment_per_statement'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(fields=('run', 'statement'), name='statement_once_in_a_run'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended', ''), ('ended_at__isnull', True)), models.Q(('ended_at__isnull', False), models.Q(('ended', ''), _negated=True)), _connector='OR'), name='payment_ended_wholly_or_not'),
        ),
        Guard(
            "PaymentRun",
            AppendOnly(
                free=("status",),
                filled_once=(
                    "released_at",
                    "released_by_id",
                    "cancelled_at",
                    "cancelled_by_id",
                    "executed_at",
                    "executed_by_id",
                ),
            ),
        ),
        Guard("Payment", AppendOnly(stamped_once=("ended_at", "ended", "return_code"))),
        Guard("PaymentFile", AppendOnly()),
        Guard("BankFile", AppendOnly()),
        Guard("BankEntry", AppendOnly()),
    ]
