"""A batch that names our run, and is not what that run asked, says which run it names."""

import django.db.models.deletion
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0004_refused_by_the_bank'),
    ]

    operations = [
        migrations.AddField(
            model_name='bankentry',
            name='run',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='unexplained', to='payments.paymentrun', verbose_name='noemt betaalrun'),
        ),
        migrations.AddConstraint(
            model_name='bankentry',
            constraint=models.CheckConstraint(condition=models.Q(('run__isnull', True), ('outcome', 'batch'), _connector='OR'), name='only_a_batch_names_a_run'),
        ),
        Guard("BankEntry", AppendOnly()),
    ]
