from django.db import migrations, models


class Migration(migrations.Migration):
    """One more way in which a payment ends; the database itself does not change."""

    dependencies = [("payments", "0003_bank_statements_overlap")]

    operations = [
        migrations.AlterField(
            model_name="payment",
            name="ended",
            field=models.CharField(
                blank=True,
                choices=[
                    ("cancelled", "ingetrokken voor de vrijgave"),
                    ("returned", "teruggekomen van de bank"),
                    ("different", "voor een ander bedrag uitgevoerd"),
                    ("refused", "niet uitgevoerd door de bank"),
                ],
                max_length=9,
                verbose_name="hoe",
            ),
        ),
    ]
