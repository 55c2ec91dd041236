"""Money that came in without our reference, matched by hand to the payment that it is back of."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0007_paid_twice'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('matched_at', models.DateTimeField(verbose_name='gekoppeld op')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='ontkoppeld op')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='payments.bankentry', verbose_name='bankboeking')),
                ('matched_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='payments.payment', verbose_name='betaling')),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'terugbetaling',
                'verbose_name_plural': 'terugbetalingen',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('entry',), name='bank_entry_refunds_once'), models.CheckConstraint(condition=models.Q(models.Q(('undone_at__isnull', True), ('undone_by__isnull', True)), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False)), _connector='OR'), name='refund_undone_wholly_or_not')],
            },
        ),
        Guard("Refund", AppendOnly(stamped_once=("undone_at", "undone_by_id"))),
    ]
