"""Two more reasons why a voucher cannot be redeemed; neither is kept, so no row changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('libraries', '0006_own_numbers'),
    ]

    operations = [
        migrations.AlterField(
            model_name='refusal',
            name='reason',
            field=models.CharField(choices=[('unknown', 'onbekend nummer'), ('future', 'dag die nog moet komen'), ('already_redeemed', 'al ingewisseld'), ('void', 'ongeldig gemaakt'), ('expired', 'verlopen'), ('not_allocated', 'nog niet uitgegeven'), ('not_yet_made', 'bestond nog niet op die dag'), ('not_started', 'bibliotheek doet nog niet mee'), ('outside_programme', 'buiten de looptijd')], max_length=20, verbose_name='reden'),
        ),
    ]
