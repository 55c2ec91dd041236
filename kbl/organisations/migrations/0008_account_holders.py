"""In whose name an account is, where that is not the organisation's own name: banks compare name and IBAN."""

from importlib import import_module

from django.db import migrations, models

import kbl.organisations.validators
from kbl.guards import AppendOnly, Guard

legal_data = import_module("kbl.organisations.migrations.0006_legal_data")


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0007_closing_lock'),
    ]

    operations = [
        migrations.RunPython(legal_data.keep_triggers, migrations.RunPython.noop),
        migrations.AddField(
            model_name='accountchange',
            name='holder',
            field=models.CharField(blank=True, max_length=70, validators=[kbl.organisations.validators.validate_bsn_free], verbose_name='naam van de rekeninghouder'),
        ),
        migrations.AddField(
            model_name='accountchange',
            name='old_holder',
            field=models.CharField(blank=True, max_length=70, verbose_name='rekeninghouder tot nu'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='account_holder',
            field=models.CharField(blank=True, help_text='Alleen als die anders is dan de naam: banken vergelijken naam en rekeningnummer.', max_length=70, validators=[kbl.organisations.validators.validate_bsn_free], verbose_name='naam van de rekeninghouder'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('account_holder', ''), ('account_holder__regex', '[^ ]'), _connector='OR'), name='account_holder_says_something'),
        ),
        migrations.RunPython(legal_data.put_triggers_back, migrations.RunPython.noop),
        Guard("AccountChange", AppendOnly(stamped_once=("decided_at", "decided_by_id", "outcome"))),
    ]
