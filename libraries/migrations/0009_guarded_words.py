"""The words of a welcome card are guarded by their column."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('libraries', '0008_day_of_a_fact'),
    ]

    operations = [
        migrations.AlterField(
            model_name='welcomeoffer',
            name='title',
            field=models.CharField(max_length=50, verbose_name='wat u aanbiedt'),
        ),
        migrations.AlterField(
            model_name='welcomeoffer',
            name='words',
            field=models.CharField(blank=True, max_length=120, verbose_name='in een paar woorden'),
        ),
    ]
