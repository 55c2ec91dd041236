"""VAT by organisation and frozen on the line; a library's own numbers; e-invoices; reminders."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0005_account_changes'),
        ('settlements', '0003_disputed_numbers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='line',
            name='vat',
            field=models.CharField(choices=[('exempt', 'vrijgesteld'), ('outside', 'geen btw (geen ondernemer)'), ('low', '9 %'), ('high', '21 %')], default='exempt', max_length=8, verbose_name='btw'),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name='EInvoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filename', models.CharField(max_length=80, unique=True)),
                ('content', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('statement', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='einvoice', to='settlements.statement')),
            ],
            options={
                'verbose_name': 'e-factuur',
                'verbose_name_plural': 'e-facturen',
                'ordering': ['filename'],
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
                ('silence_on', models.DateField(verbose_name='stilte is akkoord op')),
                ('statement', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reminder', to='settlements.statement')),
            ],
            options={
                'verbose_name': 'herinnering',
                'verbose_name_plural': 'herinneringen',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='OwnNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=30, verbose_name='factuurnummer')),
                ('at', models.DateTimeField(verbose_name='op')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('statement', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='own_number', to='settlements.statement')),
            ],
            options={
                'verbose_name': 'eigen factuurnummer',
                'verbose_name_plural': 'eigen factuurnummers',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(models.F('organisation'), django.db.models.functions.text.Upper('number'), name='own_number_used_once'), models.CheckConstraint(condition=models.Q(('number', ''), _negated=True), name='own_number_is_there')],
            },
        ),
        migrations.CreateModel(
            name='PartyVat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('membership', 'lidmaatschapsjaar'), ('handling', 'uitreiking')], max_length=10, verbose_name='waarvoor')),
                ('first_day', models.DateField(verbose_name='eerste dag')),
                ('vat', models.CharField(choices=[('exempt', 'vrijgesteld'), ('outside', 'geen btw (geen ondernemer)'), ('low', '9 %'), ('high', '21 %')], max_length=8, verbose_name='btw')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='vat_treatments', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'btw van een organisatie',
                'verbose_name_plural': 'btw van organisaties',
                'ordering': ['organisation__name', 'kind', 'first_day'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'kind', 'first_day'), name='one_vat_a_day_and_party')],
            },
        ),
        migrations.RunSQL(
            "UPDATE settlements_line SET vat ="
            " (SELECT tariff.vat FROM settlements_tariff tariff WHERE tariff.id = settlements_line.tariff_id)",
            migrations.RunSQL.noop,
        ),
        Guard("Line", AppendOnly()),
        Guard("PartyVat", AppendOnly(deletable=True)),
        Guard("OwnNumber", AppendOnly()),
        Guard("EInvoice", AppendOnly()),
    ]
