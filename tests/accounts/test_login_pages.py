"""Logging in: Cubiss makes the accounts, everybody can choose a password, a second step protects it."""

import re
import time
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse

from kbl import clock
from kbl.accounts.adapter import AccountAdapter, MFAAdapter
from kbl.accounts.models import User
from kbl.mail import outbox
from kbl.urls import account
from tests.conftest import at

pytestmark = pytest.mark.django_db
PASSWORD = "zomer-regen-fiets"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def desk() -> User:
    return User.objects.create_user("balie@venlo.example", PASSWORD, name="Balie Venlo")


def log_in(client, password: str = PASSWORD):
    return client.post(reverse("account_login"), {"login": "Balie@venlo.example", "password": password})


@pytest.fixture(autouse=True)
def one_moment() -> Iterator[None]:
    """A code of an app holds for half a minute; here it is the same one from asking to typing it."""
    with time_machine.travel(at(date(2026, 10, 6)), tick=False):
        yield


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def switch_on(client) -> str:
    """Confirm the password, couple an app, and give back its secret."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'kbl-secret">(\w+)<', page)[1]
    done = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert done.url == reverse("mfa_view_recovery_codes")
    return secret


def test_a_colleague_logs_in_with_e_mail_in_any_case(client, desk):
    assert log_in(client).status_code == 302
    assert client.session["_auth_user_id"] == str(desk.pk)


def test_a_wrong_password_gets_one_kind_sentence(client, desk):
    page = log_in(client, "verkeerd").content.decode()
    assert "kennen wij niet" in page
    assert 'lang="nl"' in page


def test_switching_on_asks_the_password_again(client, desk):
    log_in(client)
    assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))


def test_nobody_signs_up(rf):
    assert AccountAdapter().is_open_for_signup(rf.get("/")) is False
    for name in ["account_signup", "account_email"]:
        with pytest.raises(NoReverseMatch):
            reverse(name)


def test_guessing_is_slowed_per_account_and_the_neighbour_still_gets_in(client, desk):
    """By the limits as the project sets them."""
    User.objects.create_user("balie@gennep.example", PASSWORD, name="Balie Gennep")
    for _ in range(8):
        assert "kennen wij niet" in log_in(client, "verkeerd").content.decode()
    assert "veel pogingen" in log_in(client, "verkeerd").content.decode()
    assert "veel pogingen" in log_in(client).content.decode(), "the right password waits as well"
    neighbour = {"login": "balie@gennep.example", "password": PASSWORD}
    assert client.post(reverse("account_login"), neighbour).status_code == 302


@pytest.mark.parametrize(
    ("action", "each", "times"),
    [
        ("login", "address", 300),
        ("login_failed", "address", 120),
        ("login_failed", "account", 8),
        ("reset_password", "address", 60),
        ("reset_password", "account", 3),
        ("reset_password_from_key", "address", 60),
        ("reauthenticate", "user", 10),
        ("change_password", "user", 10),
    ],
)
def test_every_limit_holds_as_the_project_sets_it(rf, settings, desk, action, each, times):
    """So many go, and not one more; somebody else is not counted in."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": action}}
    cache.clear()

    def goes(number: int, *, same: bool) -> bool:
        """`same`: the same address, account or user as before; of everything else there is another one each time."""
        request = rf.post(
            "/", REMOTE_ADDR="192.0.2.1" if each == "address" and same else f"10.0.{number // 250}.{number % 250}"
        )
        request.user = desk if each == "user" and same else User(pk=1_000 + number)
        key = desk.email if each == "account" and same else f"{number}@voorbeeld.example"
        return bool(ratelimit.consume(request, action=action, key=key, user=request.user))

    assert all(goes(number, same=True) for number in range(times))
    assert not goes(times, same=True)
    assert goes(times + 1, same=False)


def test_a_forgotten_password_is_chosen_again_by_mail(client, desk):
    client.post(reverse("account_reset_password"), {"email": desk.email})
    outbox.send_all(at=clock.now())
    (letter,) = mail.outbox
    assert letter.alternatives == []
    link = re.search(r"https?://[^/]+(/\S+)", letter.body)[1]
    form = client.get(link, follow=True)
    url = form.request["PATH_INFO"]
    short = client.post(url, {"password1": "kort", "password2": "kort"}).content.decode()
    assert "minstens 12 tekens" in short
    chosen = "winter-sneeuw-schaats"
    assert client.post(url, {"password1": chosen, "password2": chosen}).url == reverse(
        "account_reset_password_from_key_done"
    )
    assert "werkt niet meer" in client.get(link, follow=True).content.decode()
    assert log_in(client, chosen).status_code == 302


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, desk):
    known = client.post(reverse("account_reset_password"), {"email": desk.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "niemand@venlo.example"})
    assert known.url == unknown.url
    outbox.send_all(at=clock.now())
    assert [letter.to for letter in mail.outbox] == [[desk.email]]


def test_a_second_step_from_switching_on_to_an_emergency_code(client, desk):
    log_in(client)
    switch_on(client)
    codes = re.findall(r"<li>(\d+)</li>", client.get(reverse("mfa_view_recovery_codes")).content.decode())
    assert len(codes) == 10

    client.post(reverse("account_logout"))
    assert log_in(client).url == reverse("mfa_authenticate")
    assert "klopt niet" in client.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()
    assert client.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 302
    assert "_auth_user_id" in client.session


def test_the_secret_of_an_app_is_not_readable_in_the_database(client, desk, settings):
    log_in(client)
    secret = switch_on(client)
    stored = Authenticator.objects.get(user=desk, type="totp").data["secret"]
    assert secret not in stored
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "changed" * 10
    assert MFAAdapter().decrypt(stored) == secret


@pytest.mark.parametrize(
    "name", [each.name for each in account.urlpatterns if each.name != "account_reset_password_from_key"]
)
def test_every_page_answers_a_stranger(client, name):
    response = client.get(reverse(name))
    assert response.status_code in {200, 302}
    if response.status_code == 302:
        assert response.url.startswith("/account/") or response.url == "/"


@pytest.mark.parametrize(
    "name",
    ["account_logout", "account_change_password", "account_reauthenticate", "mfa_index", "mfa_generate_recovery_codes"],
)
def test_every_page_answers_a_colleague(client, desk, name):
    log_in(client)
    page = client.get(reverse(name), follow=True)
    assert page.status_code == 200
    assert page.content.count(b"<h1>") == 1
