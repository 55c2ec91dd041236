"""Bank statements that overlap: a booking that was read before repeats that one, and counts once."""

import django.db.models.deletion
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0002_accounts_change_by_two'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='bankentry',
            name='payment_seen_once',
        ),
        migrations.RemoveConstraint(
            model_name='bankentry',
            name='bank_entry_names_its_payment',
        ),
        migrations.RemoveConstraint(
            model_name='bankfile',
            name='bank_statement_read_once',
        ),
        migrations.AddField(
            model_name='bankentry',
            name='repeats',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repeated_by', to='payments.bankentry', verbose_name='is dezelfde als'),
        ),
        migrations.AlterField(
            model_name='bankentry',
            name='outcome',
            field=models.CharField(choices=[('paid', 'betaling uitgevoerd'), ('returned', 'betaling teruggekomen'), ('different', 'ander bedrag dan gevraagd'), ('received', 'bijschrijving'), ('other', 'niet van KBL'), ('batch', 'verzamelboeking zonder uitsplitsing'), ('repeat', 'stond al in een ander afschrift')], max_length=9, verbose_name='wat het was'),
        ),
        migrations.AlterField(
            model_name='bankfile',
            name='sha256',
            field=models.CharField(max_length=64),
        ),
        migrations.AddConstraint(
            model_name='bankentry',
            constraint=models.UniqueConstraint(condition=models.Q(('payment__isnull', False), models.Q(('reference', ''), _negated=True)), fields=('payment', 'outcome', 'reference', 'on'), name='payment_seen_once'),
        ),
        migrations.AddConstraint(
            model_name='bankentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['paid', 'returned', 'different']), ('payment__isnull', False)), models.Q(('outcome__in', ['received', 'other', 'batch', 'repeat']), ('payment__isnull', True)), _connector='OR'), name='bank_entry_names_its_payment'),
        ),
        migrations.AddConstraint(
            model_name='bankentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__lt', 0), ('outcome__in', ['paid', 'different', 'batch'])), models.Q(('amount__gt', 0), ('outcome__in', ['returned', 'received'])), models.Q(('amount__lte', 0), ('outcome', 'other')), ('outcome', 'repeat'), _connector='OR'), name='bank_entry_goes_the_way_of_its_outcome'),
        ),
        migrations.AddConstraint(
            model_name='bankentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'repeat'), _negated=True), ('repeats__isnull', False), _connector='OR'), name='repeat_names_what_it_repeats'),
        ),
        migrations.AddConstraint(
            model_name='bankentry',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome', 'repeat')), fields=('file', 'repeats'), name='bank_entry_repeated_once_in_a_file'),
        ),
        migrations.AddConstraint(
            model_name='bankfile',
            constraint=models.UniqueConstraint(fields=('iban', 'statement_id', 'last_day'), name='bank_statement_read_once'),
        ),
        # SQLite makes the tables anew, and a new column needs its trigger on either engine.
        Guard("BankFile", AppendOnly()),
        Guard("BankEntry", AppendOnly()),
    ]
