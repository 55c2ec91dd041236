"""Names and mail addresses that the eye takes for each other are one; those that it does not are two."""

import pytest

from kbl.accounts.likeness import same_box, skeleton
from kbl.accounts.models import User
from kbl.accounts.waiting import has_office_box, has_office_name, office_people

pytestmark = pytest.mark.both_engines


@pytest.mark.parametrize(
    "other",
    ["MARNIX VROOM", "Marnix  Vroom", "Marnix.Vroom", "Mamix Vroom", "Marnix Vr0om", "Мarnіx Vrооm", "Márnïx Vroom"],
)
def test_what_looks_like_it_is_it(other):
    assert skeleton(other) == skeleton("Marnix Vroom")


@pytest.mark.parametrize(
    ("one", "other"), [("Willem", "VVillem"), ("Willem", "Wi11em"), ("Lisa", "l1sa"), ("Bas", "8as")]
)
def test_letters_that_are_written_with_others(one, other):
    assert (skeleton(one) == skeleton(other)) is (other != "8as")


@pytest.mark.parametrize("other", ["Marnix Broom", "Marnix", "Marnix Vroom Junior", "Markus Vroom"])
def test_what_does_not_look_like_it_is_another(other):
    assert skeleton(other) != skeleton("Marnix Vroom")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("CARLA@Voorbeeld.example", True),
        (" carla@voorbeeld.example ", True),
        ("carla+kbl@voorbeeld.example", True),
        ("carla@ander.example", False),
        ("carl@voorbeeld.example", False),
        ("carla.kbl@voorbeeld.example", False),
    ],
)
def test_one_mail_box(other, same):
    assert (same_box(other) == same_box("carla@voorbeeld.example")) is same
    assert same_box("a@b@voorbeeld.example") == "a@b@voorbeeld.example", "the last sign parts them"


@pytest.mark.django_db
def test_it_is_asked_of_both_sides_and_never_of_the_account_itself(coordinator, finance):
    """A colleague's own address may be the one with capitals or a plus in it, and his name the one with spaces."""
    User.objects.filter(pk=finance.pk).update(email="Frank+KBL@voorbeeld.example", name="Frank  de Wit")
    assert has_office_box("frank@voorbeeld.example") and has_office_name("frank dewit")
    assert not has_office_box("frank@voorbeeld.example", except_for=finance.pk)
    assert not has_office_name("frank dewit", except_for=finance.pk)
    assert has_office_box("frank@voorbeeld.example", except_for=coordinator.pk)


def test_the_people_of_cubiss_are_told_by_mail_address(coordinator, finance):
    first, last = sorted((coordinator, finance), key=lambda each: each.pk)
    for each, address in ((first, "z@voorbeeld.example"), (last, "a@voorbeeld.example")):
        each.email = address
        each.save()
    assert list(office_people())[:2] == [last, first]
