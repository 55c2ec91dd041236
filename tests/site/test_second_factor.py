"""Who can reach money or other organisations needs a second step; a desk with a queue is only offered one."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from kbl.accounts.models import Assignment, Role
from kbl.site.middleware import WITHOUT_SECOND_STEP

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def as_in_production(settings, programme):
    settings.SECOND_FACTOR_REQUIRED = True


def test_the_coordinator_sets_up_a_second_step_before_anything_else(client, coordinator):
    client.force_login(coordinator, BACKEND)
    answer = client.get(reverse("cubiss:home"), follow=True)
    assert answer.redirect_chain[0] == (reverse("mfa_index"), 302)
    assert "Zet eerst een tweede stap aan" in answer.content.decode()


def test_with_a_second_step_the_office_opens(client, finance):
    TOTP.activate(finance, generate_totp_secret())
    client.force_login(finance, BACKEND)
    assert client.get(reverse("cubiss:fund")).status_code == 200


def test_the_office_lists_ask_for_it_too(client, coordinator):
    client.force_login(coordinator, BACKEND)
    assert client.get("/cubiss/beheer/").status_code == 302


def test_who_works_at_a_desk_as_well_needs_it_as_much(client, coordinator, venlo):
    Assignment.objects.create(user=coordinator, role=Role.LIBRARY_DESK, organisation=venlo)
    client.force_login(coordinator, BACKEND)
    for name in ("cubiss:home", "library:desk"):
        assert client.get(reverse(name)).status_code == 302, name


def test_a_desk_goes_on_without_it(client, clerk):
    client.force_login(clerk, BACKEND)
    assert client.get(reverse("library:desk")).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("prefix", ["", "/account", "/account/beveiliging"])
def test_no_address_walks_past_it_and_no_post_either(client, coordinator, prefix, method, programme):
    """SCRIPT_NAME, which a header can set behind some servers, stands in front of `request.path`."""
    client.force_login(coordinator, BACKEND)
    for name in ("cubiss:home", "cubiss:payments", "admin:accounts_user_add", "account_change_password", "home"):
        answer = getattr(client, method)(reverse(name), SCRIPT_NAME=prefix)
        assert answer.status_code == 302, name
        assert answer.url.endswith(reverse("mfa_index")), name


def test_a_payment_is_not_released_without_it(client, finance):
    client.force_login(finance, BACKEND)
    answer = client.post("/cubiss/betalingen/1/vrijgeven/", SCRIPT_NAME="/account")
    assert answer.status_code in (302, 404)
    assert answer.status_code == 404 or answer.url.endswith(reverse("mfa_index"))


def test_every_view_without_it_exists_and_lies_in_the_log_in():
    """The list of exceptions names views that are there, of nothing but logging in."""
    for name in WITHOUT_SECOND_STEP:
        args = {"uidb36": "1", "key": "x"} if name.endswith("from_key") else {}
        assert reverse(name, kwargs=args).startswith("/account/")


BEFORE_IT = """account_login account_logout account_inactive account_reauthenticate account_set_password
    account_reset_password account_reset_password_done account_reset_password_from_key
    account_reset_password_from_key_done mfa_index mfa_authenticate mfa_reauthenticate mfa_activate_totp"""


def test_what_can_be_reached_before_it_and_nothing_else():
    """With one more, money can be reached without it; with one less, nobody can set it up."""
    assert set(BEFORE_IT.split()) == WITHOUT_SECOND_STEP


@pytest.mark.parametrize(("who", "needs"), [("finance", True), ("clerk", False)])
def test_who_has_it_or_needs_none_sends_forms_too(client, who, needs, request):
    user = request.getfixturevalue(who)
    if needs:
        TOTP.activate(user, generate_totp_secret())
    client.force_login(user, BACKEND)
    answer = client.post(reverse("account_change_password"), {})
    assert (answer.status_code, getattr(answer, "url", "")) != (302, reverse("mfa_index"))


def test_pages_of_who_is_logged_in_are_kept_nowhere(client, clerk):
    client.force_login(clerk, BACKEND)
    assert client.get(reverse("library:desk"))["Cache-Control"] == "no-store, private"
