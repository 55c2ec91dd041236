"""A mail may be about a report for the province."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0001_outbox'),
    ]

    operations = [
        migrations.AlterField(
            model_name='letter',
            name='purpose',
            field=models.CharField(choices=[('reset', 'link om een wachtwoord te kiezen'), ('account', 'bericht over een account'), ('closing', 'een kwartaal kan worden afgesloten'), ('seal', 'zegel van een kwartaal'), ('report', 'rapportage voor de provincie'), ('alarm', 'werk op de achtergrond staat stil'), ('system', 'bericht van het systeem')], max_length=7, verbose_name='waarvoor'),
        ),
    ]
