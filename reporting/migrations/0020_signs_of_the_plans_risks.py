"""The four risks of the plan get their signs also where the programme file was loaded before it told them."""

from django.db import migrations

SIGNS = {
    "Vouchers werken stigmatiserend": "unused",
    "De doelgroep wordt te weinig bereikt": "silent",
    "Meer deelnemers dan verwacht": "members",
    "Leden gebruiken de bibliotheek te weinig": "use",
}


def give(apps, schema_editor) -> None:
    for name, sign in SIGNS.items():
        apps.get_model("reporting", "Risk").objects.filter(name=name, sign="").update(sign=sign)


class Migration(migrations.Migration):
    dependencies = [("reporting", "0019_message_to_municipalities")]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
