"""An organisation has one accreditation on a day."""

from django.db import migrations

from kbl.disjoint import Disjoint, KeepDisjoint


class Migration(migrations.Migration):
    dependencies = [("intermediaries", "0007_day_of_a_fact")]
    operations = [
        KeepDisjoint(
            "Accreditation",
            Disjoint("one_accreditation_at_a_time", "valid_from", "valid_until", of="organisation_id", days=True),
        )
    ]
