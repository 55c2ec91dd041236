"""What a report shows is kept with it, and the database refuses to change it."""

import django.db.models.deletion
from django.db import migrations, models

from kbl.guards import AppendOnly, Guard


class Migration(migrations.Migration):

    dependencies = [
        ('reporting', '0002_fund_warnings'),
        ('settlements', '0006_plain_names'),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.BinaryField(verbose_name='inhoud')),
                ('sha256', models.CharField(max_length=64, verbose_name='controlesom')),
                ('kept_at', models.DateTimeField(verbose_name='bewaard op')),
                ('made_later', models.BooleanField(default=False, verbose_name='later gemaakt')),
                ('closing', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='kept_report', to='settlements.closing', verbose_name='afsluiting')),
            ],
            options={
                'verbose_name': 'bewaarde rapportage',
                'verbose_name_plural': 'bewaarde rapportages',
                'ordering': ['closing__quarter'],
            },
        ),
        Guard("KeptReport", AppendOnly()),
    ]
