"""Who gave a role, when, and who confirmed it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_hints_put_away'),
        ('organisations', '0013_second_person'),
    ]

    operations = [
        migrations.AddField(
            model_name='assignment',
            name='confirmed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='goedgekeurd door'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='granted_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='gegeven op'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='granted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='gegeven door'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by', None), models.Q(('confirmed_by', models.F('granted_by')), _negated=True), _connector='OR'), name='role_confirmed_by_another'),
        ),
    ]
