"""Who may what, written down a second time: a right that comes or goes by itself fails here."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from kbl.accounts import waiting
from kbl.accounts.access import Denied, requires_audience, withheld_at
from kbl.accounts.likeness import LOOKS_LIKE, skeleton
from kbl.accounts.models import Assignment, User
from kbl.accounts.roles import (
    AUDIENCES,
    OFFICE_ROLES,
    ROLES,
    Audience,
    Bound,
    Right,
    Role,
    bound_to_an_organisation,
    that_may,
)
from tests import by_two
from tests.conftest import PASSWORD

TEAM = "accounts agree answer close correct hear_warnings release report revalidate try_again"
OURS, LIBRARY = "cubiss intermediair balie bibliotheek-beheer gemeente provincie", "bibliotheek-beheer balie"
TABLE = {
    "cubiss_coordinator": ("cubiss", f"{TEAM} coordinate", OURS, True),
    "cubiss_finance": ("cubiss", f"{TEAM} keep_books", OURS, True),
    "cubiss_reader": ("cubiss", "", OURS, True),
    "intermediary": ("intermediary", "manage own_account", "intermediair", False),
    "library_desk": ("library", "", "balie", False),
    "library_manager": ("library", "manage own_account", LIBRARY, False),
    "municipality": ("municipality", "", "gemeente", False),
    "province": ("province", "", "provincie", False),
}


@pytest.mark.parametrize("role", Role)
def test_each_role_is_and_may_what_is_written_here(role):
    audience, rights, sheets, office = TABLE[role]
    row = ROLES[role]
    assert (row.audience, row.sheets, row.office) == (audience, tuple(sheets.split()), office)
    assert row.rights == frozenset(rights.split()) == role.rights
    assert row.not_at_a_library == ({Right.OWN_ACCOUNT} if role == Role.INTERMEDIARY else frozenset())
    assert (role in OFFICE_ROLES) is office
    assert (role.value in bound_to_an_organisation(True)) is (audience in ("intermediary", "library", "municipality"))
    assert (role.value in bound_to_an_organisation(False)) is (audience in ("cubiss", "province"))


def test_each_audience_starts_somewhere_and_acts_for_somebody():
    assert {each: (row.home, row.bound) for each, row in AUDIENCES.items()} == {
        "cubiss": ("cubiss:home", Bound.PROGRAMME),
        "intermediary": ("intermediary:home", Bound.INTERMEDIARY),
        "library": ("library:desk", Bound.LIBRARY),
        "municipality": ("municipality:home", Bound.MUNICIPALITY),
        "province": ("province:reports", Bound.PROGRAMME),
    }
    assert that_may(Right.OWN_ACCOUNT) == [Role.INTERMEDIARY, Role.LIBRARY_MANAGER]
    assert that_may(Right.COORDINATE) == [Role.CUBISS_COORDINATOR]


def row(role: Role, organisation) -> SimpleNamespace:
    return SimpleNamespace(role=role, organisation=organisation, organisation_id=organisation.pk)


PLAIN = SimpleNamespace(pk=1)
A_LIBRARY, ANOTHER = SimpleNamespace(pk=2, participation=True), SimpleNamespace(pk=3, participation=True)


@pytest.mark.parametrize(
    ("chosen", "others", "withheld"),
    [
        (row(Role.INTERMEDIARY, PLAIN), [], set()),
        (row(Role.INTERMEDIARY, A_LIBRARY), [], {"own_account"}),
        (row(Role.INTERMEDIARY, A_LIBRARY), [row(Role.LIBRARY_DESK, A_LIBRARY)], {"own_account"}),
        (row(Role.INTERMEDIARY, A_LIBRARY), [row(Role.LIBRARY_MANAGER, A_LIBRARY)], set()),
        (row(Role.INTERMEDIARY, A_LIBRARY), [row(Role.LIBRARY_MANAGER, ANOTHER)], {"own_account"}),
        (row(Role.LIBRARY_MANAGER, A_LIBRARY), [row(Role.INTERMEDIARY, A_LIBRARY)], set()),
    ],
)
def test_the_account_of_a_library_is_its_managers(chosen, others, withheld):
    assert withheld_at(chosen, [chosen, *others]) == withheld


@pytest.mark.django_db
@pytest.mark.both_engines
@pytest.mark.parametrize(("because", "said"), [("Omdat.", "Omdat."), ("", "Dit mag u in uw rol niet doen.")])
def test_a_page_for_an_audience_and_a_right(because, said, rf, reader, clerk, coordinator):
    @requires_audience(Audience.CUBISS, Right.COORDINATE, because=because)
    def page(request):
        return request.acting.user

    def asks(user):
        request = rf.get("/")
        request.user, request.session = user, {}
        return page(request)

    assert asks(coordinator) == coordinator
    assert (page.audience, page.right) == (Audience.CUBISS, Right.COORDINATE)
    with pytest.raises(Denied) as denied:
        asks(reader)
    assert str(denied.value) == said and isinstance(denied.value, PermissionDenied)
    with pytest.raises(Http404):
        asks(clerk)


@pytest.mark.parametrize("sign", [chr(each) for each in LOOKS_LIKE])
def test_each_sign_that_looks_like_another_is_read_as_it(sign):
    assert skeleton(f"x{sign}x") == f"x{LOOKS_LIKE[ord(sign)]}x"


CAPITALS = [("Ηenk", "Henk"), ("Νoor", "Noor"), ("Μarc", "Marc"), ("Υvo", "Yvo"), ("Ζoë", "Zoe"), ("Ϲarla", "Carla")]


@pytest.mark.parametrize(("name", "read"), CAPITALS)
def test_a_capital_is_read_as_the_capital_that_it_looks_like(name, read):
    assert skeleton(name) == skeleton(read)


LOOKALIKES = "aаαɑ4 bвβь cсϲ dԁđ eеε3 hһ iіιı1łl jј kκк mм nп oοо0øσ pрρ qԛ s5ѕ tтτ uυμ vν wԝω xхχ yуγ"


@pytest.mark.parametrize("word", LOOKALIKES.split())
def test_what_looks_alike_is_alike(word):
    assert {skeleton(f"Jan {sign} Smit") for sign in word} == {skeleton(f"Jan {word[0]} Smit")}


@pytest.mark.django_db
@pytest.mark.both_engines
def test_there_are_two_who_may_decide_once_two_people_may(coordinator, make_user):
    """Two roles of one person are one; a reader decides nothing."""
    assert waiting.is_beginning()
    Assignment.objects.create(user=coordinator, role=Role.CUBISS_READER)
    someone = User.objects.create_user("iemand@voorbeeld.example", PASSWORD, name="Iemand Anders")
    Assignment.objects.create(user=someone, role=Role.CUBISS_READER)
    assert waiting.is_beginning()
    by_two.office_role(coordinator, Role.CUBISS_FINANCE)
    assert waiting.is_beginning(), "she is one"
    by_two.office_role(someone, Role.CUBISS_FINANCE)
    assert not waiting.is_beginning()
