"""The service areas of many intermediaries in one list, and the same list back."""

from datetime import date

from django.urls import reverse

from intermediaries.models import ServiceArea
from intermediaries.service_areas.areas import ServiceAreas
from tests.intake.conftest import counts, sheet


def test_service_areas_are_read_in_and_downloaded_again(office, food_bank, welfare, venlo, gennep):
    content = sheet(
        "Intermediair;Vanaf;Gemeenten",
        [food_bank.name, "1-9-2025", "Venlo, gennep"],
        [welfare.slug, "1-10-2025", "Gennep"],
        [welfare.name, "1-10-2031", "Gennep"],
        [welfare.name, "1-11-2025", "Venlo, Parijs"],
        [venlo.name, "1-11-2025", "Venlo"],
    )
    preview = office.upload("werkgebieden", content)
    assert preview.context["counts"] == counts(new=2, wrong=3)
    words = preview.content.decode()
    assert "Wij kennen geen gemeente met de naam parijs." in words and "Kies een dag daarin." in words
    office.confirm("werkgebieden", preview)
    both = {venlo.municipality_id, gennep.municipality_id}
    assert ServiceAreas.known().served(food_bank.pk, None, date(2025, 9, 1)) == both
    assert ServiceArea.objects.count() == 3

    again = office.client.get(reverse("cubiss:intake_download", args=["werkgebieden", "csv"])).content
    assert office.upload("werkgebieden", again).context["counts"] == counts(same=2)
    other = again.decode().replace("Gennep, Venlo", "Gennep").encode()
    preview = office.upload("werkgebieden", other)
    assert preview.context["counts"] == counts(changed=1, same=1)
    office.confirm("werkgebieden", preview)
    assert ServiceAreas.known().served(food_bank.pk, None, date(2025, 9, 1)) == {gennep.municipality_id}
    assert ServiceArea.objects.count() == 4, "what was said before stays"
