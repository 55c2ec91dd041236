"""Costs of the other posts, what proves a cost, and under which accounts the bookkeeping knows it all."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):

    dependencies = [
        ('fund', '0002_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LedgerAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('bank', 'Bank'), ('subsidy', 'Ontvangen subsidie lidmaatschapsfonds'), ('creditors', 'Crediteuren KBL'), ('outside', 'Tegenrekening met de hand ingevoerde kosten'), ('vat', 'Btw op inkopen'), ('fees', 'Vergoeding lidmaatschappen (post 5.1)'), ('handling', 'Vergoeding uitreiken (post 5.2)'), ('other', 'Overige kosten van het fonds (post 5.3)'), ('post_1', 'Kosten post 1'), ('post_2', 'Kosten post 2'), ('post_3', 'Kosten post 3'), ('post_4', 'Kosten post 4'), ('post_6', 'Kosten post 6')], max_length=9, verbose_name='waarvoor')),
                ('code', models.CharField(blank=True, max_length=16, verbose_name='grootboekrekening')),
                ('first_day', models.DateField(verbose_name='vanaf')),
                ('set_at', models.DateTimeField(verbose_name='vastgelegd op')),
            ],
            options={
                'verbose_name': 'grootboekrekening',
                'verbose_name_plural': 'grootboekrekeningen',
                'ordering': ['role', 'first_day', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='fundentry',
            name='budget_year',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='begrotingsjaar'),
        ),
        migrations.AddField(
            model_name='fundentry',
            name='supplier',
            field=models.CharField(blank=True, max_length=80, verbose_name='leverancier (organisatie)'),
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filename', models.CharField(max_length=80, verbose_name='bestand')),
                ('media_type', models.CharField(choices=[('application/pdf', 'PDF'), ('image/png', 'PNG'), ('image/jpeg', 'JPEG')], max_length=15, verbose_name='soort')),
                ('content', models.BinaryField()),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('kept_at', models.DateTimeField(verbose_name='bewaard op')),
                ('kept_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'bewijsstuk',
                'verbose_name_plural': 'bewijsstukken',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Cost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='bedrag')),
                ('on', models.DateField(verbose_name='dag')),
                ('description', models.CharField(max_length=120, verbose_name='omschrijving')),
                ('supplier', models.CharField(blank=True, max_length=80, verbose_name='leverancier (organisatie)')),
                ('reference', models.CharField(max_length=80, unique=True, verbose_name='kenmerk')),
                ('recorded_at', models.DateTimeField(verbose_name='geboekt op')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='costs', to='fund.budgetline', verbose_name='post en jaar')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reverses', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='fund.cost', verbose_name='boekt terug')),
                ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='costs', to='fund.evidence', verbose_name='bewijsstuk')),
            ],
            options={
                'verbose_name': 'kosten van een post',
                'verbose_name_plural': 'kosten van posten',
                'ordering': ['on', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='fundentry',
            name='evidence',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='fund.evidence', verbose_name='bewijsstuk'),
        ),
        migrations.AddConstraint(
            model_name='fundentry',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'other_cost'), models.Q(('budget_year__isnull', True), ('evidence__isnull', True), ('supplier', '')), _connector='OR'), name='only_other_costs_have_papers'),
        ),
        migrations.AddField(
            model_name='ledgeraccount',
            name='set_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='cost',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('evidence__isnull', False), ('reverses__isnull', True)), models.Q(('amount__lt', 0), ('evidence__isnull', True), ('reverses__isnull', False)), _connector='OR'), name='cost_is_proven_or_takes_one_back'),
        ),
        Guard("FundEntry", AppendOnly()),
        Guard("Evidence", AppendOnly()),
        Guard("Cost", AppendOnly()),
        Guard("LedgerAccount", AppendOnly()),
    ]
