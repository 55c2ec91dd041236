"""How long a new account of Cubiss waits, and the ceilings of tariffs."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0012_one_form'),
    ]

    operations = [
        migrations.AddField(
            model_name='programme',
            name='highest_fee',
            field=models.DecimalField(decimal_places=2, default=100, help_text='In euro. Een tarief daarboven wordt geweigerd.', max_digits=8, verbose_name='hoogste vergoeding per lidmaatschapsjaar'),
        ),
        migrations.AddField(
            model_name='programme',
            name='highest_handling',
            field=models.DecimalField(decimal_places=2, default=25, help_text='In euro. Een tarief daarboven wordt geweigerd.', max_digits=8, verbose_name='hoogste vergoeding per uitreiking'),
        ),
        migrations.AddField(
            model_name='programme',
            name='new_account_waits',
            field=models.PositiveSmallIntegerField(default=7, help_text='Zo lang is een nieuwe collega van Cubiss nog niet de tweede persoon die goedkeurt of vrijgeeft.', verbose_name='nieuw account kijkt mee na (dagen)'),
        ),
    ]
