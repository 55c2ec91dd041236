"""When something goes wrong: every page that says sorry does so in one voice, also when little works."""

import pytest
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.defaults import server_error

from kbl.site.errors import csrf_failure, forbidden
from kbl.site.offline import LOOK

SORRY = 'class="kbl-sorry"'


def test_the_500_page_needs_no_database():
    """There is no `db` here: whoever asks for it stops this test."""
    answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    words = answer.content.decode()
    assert SORRY in words
    assert "Dit ligt niet aan u." in words


def test_the_offline_page_needs_no_database():
    assert SORRY in render_to_string("offline.html")


@pytest.mark.django_db
def test_each_says_what_to_do(programme, rf, client):
    request = rf.get("/")
    for answer, words in (
        (
            forbidden(request, PermissionDenied("Alleen de beheerder ziet facturen.")),
            "Alleen de beheerder ziet facturen.",
        ),
        (csrf_failure(request), "Deze pagina stond te lang open"),
        (client.get("/v/bestaat-niet/"), "Deze pagina kunnen wij niet vinden"),
    ):
        assert SORRY in answer.content.decode()
        assert words in answer.content.decode()
        assert answer.content.decode().count("<h1>") == 1
        assert "btn-primary" in answer.content.decode()


@pytest.mark.django_db
def test_a_form_that_was_open_too_long(programme):
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "iemand@voorbeeld.example"})
    assert answer.status_code == 403
    assert "Deze pagina stond te lang open" in answer.content.decode()


@pytest.mark.django_db
def test_too_many_asks_for_a_new_password(client, programme):
    for _ in range(4):
        answer = client.post(reverse("account_reset_password"), {"email": "iemand@voorbeeld.example"})
    assert answer.status_code == 429
    assert "Even wachten" in answer.content.decode()
    assert SORRY in answer.content.decode()


@pytest.mark.django_db
def test_what_is_kept_for_lost_connections_is_the_same_for_everybody(client, clerk):
    anonymous = client.get(reverse("offline")).content
    client.force_login(clerk, "allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("offline")).content == anonymous
    worker = client.get(reverse("offline_worker")).content.decode()
    for file in LOOK:
        assert f'"/static/{file}"' in worker
    assert "&quot;" not in worker
