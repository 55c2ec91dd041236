"""What the bank carried out twice is told apart from another amount."""

from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0006_statements_by_content'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='bankentry',
            name='bank_entry_names_its_payment',
        ),
        migrations.RemoveConstraint(
            model_name='bankentry',
            name='bank_entry_goes_the_way_of_its_outcome',
        ),
        migrations.AlterField(
            model_name='bankentry',
            name='outcome',
            field=models.CharField(choices=[('paid', 'betaling uitgevoerd'), ('returned', 'betaling teruggekomen'), ('different', 'ander bedrag dan gevraagd'), ('twice', 'nog een keer uitgevoerd'), ('received', 'bijschrijving'), ('other', 'niet van KBL'), ('batch', 'verzamelboeking zonder uitsplitsing'), ('repeat', 'stond al in een ander afschrift')], max_length=9, verbose_name='wat het was'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='ended',
            field=models.CharField(blank=True, choices=[('cancelled', 'ingetrokken voor de vrijgave'), ('returned', 'teruggekomen van de bank'), ('different', 'voor een ander bedrag uitgevoerd'), ('twice', 'twee keer uitgevoerd'), ('refused', 'niet uitgevoerd door de bank')], max_length=9, verbose_name='hoe'),
        ),
        migrations.AddConstraint(
            model_name='bankentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['paid', 'returned', 'different', 'twice']), ('payment__isnull', False)), models.Q(('outcome__in', ['received', 'other', 'batch', 'repeat']), ('payment__isnull', True)), _connector='OR'), name='bank_entry_names_its_payment'),
        ),
        migrations.AddConstraint(
            model_name='bankentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__lt', 0), ('outcome__in', ['paid', 'different', 'twice', 'batch'])), models.Q(('amount__gt', 0), ('outcome__in', ['returned', 'received'])), models.Q(('amount__lte', 0), ('outcome', 'other')), ('outcome', 'repeat'), _connector='OR'), name='bank_entry_goes_the_way_of_its_outcome'),
        ),
        Guard("BankEntry", AppendOnly()),
    ]
