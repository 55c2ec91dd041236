"""Agreements on self-billing with their day; documents that could not be made; an own number once, spaces or not."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from kbl.guards import AppendOnly, Guard


def known_agreements(apps, schema_editor) -> None:
    """What stood with a library's participation came with the programme file: an agreement of nobody in particular."""
    participations = apps.get_model("libraries", "Participation").objects.filter(self_billing_since__isnull=False)
    agreements = apps.get_model("settlements", "SelfBilling").objects
    now = timezone.now()
    for each in participations:
        agreements.create(library_id=each.library_id, since=each.self_billing_since, at=now)


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0005_account_changes'),
        ('settlements', '0004_vat_and_invoices'),
        ('libraries', '0006_own_numbers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SelfBilling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(verbose_name='afgesproken op')),
                ('at', models.DateTimeField(verbose_name='vastgelegd op')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='beëindigd op')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='beëindigen vastgelegd op')),
            ],
            options={
                'verbose_name': 'afspraak uitreiken door afnemer',
                'verbose_name_plural': 'afspraken uitreiken door afnemer',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Unmade',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=60, verbose_name='waarom niet')),
                ('at', models.DateTimeField(verbose_name='laatst geprobeerd op')),
                ('attempts', models.PositiveIntegerField(default=1, verbose_name='aantal pogingen')),
            ],
            options={
                'verbose_name': 'niet gemaakt stuk',
                'verbose_name_plural': 'niet gemaakte stukken',
                'ordering': ['pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='ownnumber',
            name='own_number_used_once',
        ),
        migrations.AddConstraint(
            model_name='ownnumber',
            constraint=models.UniqueConstraint(models.F('organisation'), django.db.models.functions.text.Upper(django.db.models.functions.text.Replace('number', models.Value(' '), models.Value(''))), name='own_number_used_once'),
        ),
        migrations.AddField(
            model_name='selfbilling',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='selfbilling',
            name='ended_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='selfbilling',
            name='library',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='self_billings', to='organisations.organisation', verbose_name='bibliotheek'),
        ),
        migrations.AddField(
            model_name='unmade',
            name='closing',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='unmade', to='settlements.closing'),
        ),
        migrations.AddField(
            model_name='unmade',
            name='statement',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='unmade', to='settlements.statement'),
        ),
        migrations.AddIndex(
            model_name='selfbilling',
            index=models.Index(fields=['library'], name='self_billing_of_library'),
        ),
        migrations.AddConstraint(
            model_name='selfbilling',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_on__isnull', True)), fields=('library',), name='one_standing_self_billing'),
        ),
        migrations.AddConstraint(
            model_name='selfbilling',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True), ('ended_on__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('ended_on__isnull', False)), _connector='OR'), name='self_billing_ended_wholly_or_not'),
        ),
        migrations.AddConstraint(
            model_name='selfbilling',
            constraint=models.CheckConstraint(condition=models.Q(('ended_on__isnull', True), ('ended_on__gte', models.F('since')), _connector='OR'), name='self_billing_ends_after_it_began'),
        ),
        migrations.AddConstraint(
            model_name='unmade',
            constraint=models.UniqueConstraint(condition=models.Q(('statement__isnull', True)), fields=('closing',), name='one_unmade_report_per_closing'),
        ),
        Guard("SelfBilling", AppendOnly(stamped_once=("ended_on", "ended_at", "ended_by_id"))),
        Guard("OwnNumber", AppendOnly()),
        migrations.RunPython(known_agreements, migrations.RunPython.noop),
    ]
