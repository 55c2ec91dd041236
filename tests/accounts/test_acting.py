"""For whom somebody acts who has more than one role, and what each role may in the office's lists."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kbl.accounts.access import SESSION_KEY, acting_in
from kbl.accounts.backends import RoleBackend
from kbl.accounts.models import Assignment, Role
from kbl.accounts.roles import Audience

pytestmark = pytest.mark.django_db


def acts_for(rf, user, chosen: Assignment | None):
    request = rf.get("/")
    request.user, request.session = user, {SESSION_KEY: chosen.pk} if chosen else {}
    return acting_in(request, Audience.LIBRARY).organisation


def test_who_stands_at_two_desks_acts_for_the_one_that_he_chose(rf, clerk, venlo, landgraaf):
    mine = clerk.assignments.get()
    other = Assignment.objects.create(user=clerk, role=Role.LIBRARY_DESK, organisation=landgraaf)
    assert acts_for(rf, clerk, None) == venlo
    assert acts_for(rf, clerk, mine) == venlo
    assert acts_for(rf, clerk, other) == landgraaf


def test_a_choice_of_another_audience_or_of_somebody_else_is_no_choice(rf, clerk, other_clerk, venlo, food_bank):
    elsewhere = Assignment.objects.create(user=clerk, role=Role.INTERMEDIARY, organisation=food_bank)
    assert acts_for(rf, clerk, elsewhere) == venlo
    assert acts_for(rf, clerk, other_clerk.assignments.get()) == venlo


def test_changing_for_whom_one_acts_holds_on_the_next_page(client, clerk, other_clerk, landgraaf, venlo):
    other = Assignment.objects.create(user=clerk, role=Role.LIBRARY_DESK, organisation=landgraaf)
    client.force_login(clerk, "allauth.account.auth_backends.AuthenticationBackend")
    for chosen, name in ((other, "Bibliotheek Landgraaf"), (clerk.assignments.first(), "Bibliotheek Venlo")):
        there = client.post(reverse("switch"), {"assignment": chosen.pk})
        assert str(client.get(there.url).context["acting"].organisation) == name
    assert client.post(reverse("switch"), {"assignment": other_clerk.assignments.get().pk}).status_code == 404


LISTS = ("organisations", "accounts", "intermediaries", "libraries", "settlements", "fund", "vouchers", "reporting")
KEPT = {
    Role.CUBISS_COORDINATOR: {"organisations", "accounts", "intermediaries", "libraries"},
    Role.CUBISS_FINANCE: {"settlements", "fund"},
}
OFFICE = (Role.CUBISS_COORDINATOR, Role.CUBISS_FINANCE, Role.CUBISS_READER)


@pytest.mark.parametrize("role", Role.values)
def test_what_a_role_may_in_the_lists(role, make_user, venlo, food_bank):
    """Reading is the office's, changing is of whose lists they are; what is in no list nobody has."""
    at_venlo = dict.fromkeys((Role.LIBRARY_DESK, Role.LIBRARY_MANAGER, Role.MUNICIPALITY), venlo)
    organisation = {Role.INTERMEDIARY: food_bank, **at_venlo}.get(Role(role))
    user, may = make_user("Iemand", Role(role), organisation), RoleBackend().has_perm
    assert {app for app in LISTS if may(user, f"{app}.view_x")} == (set(LISTS) if role in OFFICE else set())
    for act in ("add", "change", "delete"):
        assert {app for app in LISTS if may(user, f"{app}.{act}_x")} == KEPT.get(Role(role), set())
    assert not may(user, "sessions.view_session") and not may(user, "account.view_emailaddress")
    user.is_active = False
    assert not any(may(user, f"{app}.view_x") for app in LISTS)


@pytest.mark.parametrize(
    "route", ["beheer:index", "beheer:accounts_user_changelist", "beheer:organisations_organisation_add"]
)
def test_roles_are_read_once_or_twice_for_a_page_of_the_lists(client, coordinator, venlo, route):
    """Once for the page's frame, with the organisation, and once for what may be done in the lists."""
    client.force_login(coordinator)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse(route)).status_code == 200
    of_mine = [
        each
        for each in asked.captured_queries
        if f"user_id = {coordinator.pk}" in each["sql"].replace('"', "") and "accounts_assignment" in each["sql"]
    ]
    assert len(of_mine) == 2, of_mine


def test_who_lost_a_role_may_nothing_at_the_next_request(client, coordinator, venlo):
    client.force_login(coordinator)
    assert client.get(reverse("beheer:index")).status_code == 200
    coordinator.assignments.all().delete()
    assert client.get(reverse("beheer:index")).status_code == 404
