"""Mail that the fund reached a threshold, once to each colleague."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reporting', '0001_books_checks'),
    ]

    operations = [
        migrations.CreateModel(
            name='FundWarning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recipient', models.EmailField(max_length=254, verbose_name='aan')),
                ('state', models.CharField(choices=[('waiting', 'wacht'), ('sending', 'wordt verstuurd'), ('sent', 'verstuurd'), ('failed', 'niet gelukt')], default='waiting', max_length=7)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('year', models.PositiveSmallIntegerField(verbose_name='begrotingsjaar')),
                ('threshold', models.PositiveSmallIntegerField(verbose_name='drempel (%)')),
                ('budget', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='begroting')),
                ('used', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='uitgegeven of toegezegd')),
                ('on', models.DateField(verbose_name='stand op')),
            ],
            options={
                'verbose_name': 'waarschuwing over het fonds',
                'verbose_name_plural': 'waarschuwingen over het fonds',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('year', 'threshold', 'budget', 'recipient'), name='fund_warning_sent_once')],
            },
        ),
    ]
