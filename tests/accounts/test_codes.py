"""The second step's codes: a telephone's clock may differ, a code is used once, a lost key is a sentence."""

import time
from datetime import date, timedelta

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.urls import reverse

from kbl.accounts.models import User
from tests.conftest import at

pytestmark = pytest.mark.django_db
NOON = at(date(2026, 10, 6))
PASSWORD = "zomer-regen-fiets"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def desk() -> User:
    return User.objects.create_user("balie@venlo.example", PASSWORD, name="Balie Venlo")


def code(secret: str, seconds: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time() + seconds) // 30))


@pytest.mark.parametrize(("seconds", "good"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_one_step_off(desk, seconds, good):
    secret = generate_totp_secret()
    app = TOTP.activate(desk, secret)
    with time_machine.travel(NOON, tick=False):
        assert app.validate_code(code(secret, seconds)) is good


def test_a_code_is_used_once_for_as_long_as_it_holds(desk):
    secret = generate_totp_secret()
    app = TOTP.activate(desk, secret)
    with time_machine.travel(NOON, tick=False):
        early = code(secret, 30)
        assert app.validate_code(early)
    for later in (31, 59, 60, 89):  # a step early, it holds for three
        with time_machine.travel(NOON + timedelta(seconds=later), tick=False):
            assert not app.validate_code(early)


def test_a_key_that_was_lost_is_a_sentence_and_no_broken_page(client, desk, settings):
    secret = generate_totp_secret()
    with time_machine.travel(NOON, tick=False):
        TOTP.activate(desk, secret)
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "changed" * 10, []
        client.post(reverse("account_login"), {"login": desk.email, "password": PASSWORD})
        answer = client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    assert answer.status_code == 200 and "Deze code klopt niet" in answer.content.decode()
    assert "_auth_user_id" not in client.session
