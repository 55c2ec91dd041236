"""Names are looked for by the database: as Python folds them on either engine, the closest first."""

import pytest
from django.db import connection

from kbl.folding import FUNCTION, KNOWN, folded
from kbl.organisations import naming
from kbl.organisations.models import Municipality, Organisation
from kbl.texts.lines import UNDRAWABLE

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]


def test_the_database_folds_every_letter_that_a_name_can_have_as_python_does():
    assert not [chr(code) for code in range(0x20, 0x3000) if not UNDRAWABLE.match(chr(code)) and chr(code) not in KNOWN]
    texts = [*(f"A{sign}b" for sign in KNOWN), "  Café  Zuïd-Mheer ", "Bibliotheek Straße", ""]
    joined = "|".join(texts)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {FUNCTION}(%s), {FUNCTION}(%s), {FUNCTION}(NULL)", [joined, texts[-2]])
        assert cursor.fetchone() == (folded(joined), "bibliotheek strasse", None)


def test_the_closest_name_comes_first(food_bank, venlo, gennep):
    Organisation.objects.create(name="Venlo", slug="venlo-zelf")
    found = naming.named("VENLÓ", Organisation.objects.all())
    assert [(each.name, each.closeness) for each in found] == [
        ("Venlo", naming.WHOLE),
        ("Bibliotheek Venlo", 2),
        ("Voedselbank Venlo", 2),
    ]
    assert [each.name for each in naming.named("bank venlo", Organisation.objects.all())] == ["Voedselbank Venlo"]
    assert not naming.named(" - ", Organisation.objects.all())
    assert [each.name for each in naming.named("venl", Municipality.objects.all())] == ["Venlo"]


def test_a_name_that_looks_like_it_is_offered(food_bank, venlo, gennep):
    everybody = Organisation.objects.all()
    assert [each.name for each in naming.near("voedselbenk venlo", everybody)] == ["Voedselbank Venlo"]
    assert [each.name for each in naming.near("biblotheek gennep", everybody)][0] == "Bibliotheek Gennep"
    assert naming.near("xy", everybody) == naming.near("zwembad", everybody) == []
