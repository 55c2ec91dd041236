"""A bank statement is known by what was read of it: banks use a name again, the next year or twice a day."""

from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0005_batch_names_its_run'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='bankfile',
            name='bank_statement_read_once',
        ),
        migrations.AddField(
            model_name='bankfile',
            name='digest',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.AddConstraint(
            model_name='bankfile',
            constraint=models.UniqueConstraint(condition=models.Q(('digest', ''), _negated=True), fields=('iban', 'digest'), name='bank_statement_read_once'),
        ),
        Guard("BankFile", AppendOnly()),
    ]
