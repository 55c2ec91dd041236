"""A library may number its own invoices."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('libraries', '0005_welcome_card'),
    ]

    operations = [
        migrations.AddField(
            model_name='participation',
            name='own_numbers',
            field=models.BooleanField(default=False, help_text='Aan: de bibliotheek vult bij elke factuur het nummer uit haar eigen boekhouding in.', verbose_name='geeft facturen zelf een nummer'),
        ),
    ]
