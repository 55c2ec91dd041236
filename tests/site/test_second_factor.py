"""Who can reach money or other organisations needs a second step; a desk with a queue is only offered one."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

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


def test_a_desk_goes_on_without_it(client, clerk):
    client.force_login(clerk, BACKEND)
    assert client.get(reverse("library:desk")).status_code == 200
