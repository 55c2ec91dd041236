"""Numbers that a series passed over after a restore, and why."""

from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0010_day_of_a_fact'),
    ]

    operations = [
        migrations.CreateModel(
            name='NumberGap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('series', models.CharField(max_length=20, verbose_name='reeks')),
                ('first', models.PositiveIntegerField(verbose_name='eerste')),
                ('last', models.PositiveIntegerField(verbose_name='laatste')),
                ('reason', models.CharField(choices=[('file', 'het bestand naast de database kent hogere nummers'), ('restored', 'ruim overgeslagen na het terugzetten van een reservekopie')], max_length=8, verbose_name='waarom')),
                ('at', models.DateTimeField(verbose_name='op')),
            ],
            options={
                'verbose_name': 'overgeslagen nummers',
                'verbose_name_plural': 'overgeslagen nummers',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('series', 'first'), name='numbers_passed_over_once'), models.CheckConstraint(condition=models.Q(('first__gte', 1), ('last__gte', models.F('first'))), name='gap_runs_forward')],
            },
        ),
        Guard("NumberGap", AppendOnly()),
    ]
