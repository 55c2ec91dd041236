"""Threat 40: an act has one right, whatever the door. Who hands out at a library does not reach its account."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from intermediaries.models import Accreditation, Track
from kbl.accounts.models import Assignment, Role
from kbl.accounts.roles import Right
from kbl.payments.accounts import accounts
from kbl.periods import Quarter
from kbl.settlements.closing import closing
from kbl.settlements.models import Document, EInvoice
from tests.access.test_access_matrix import MATRIX
from tests.conftest import at

pytestmark = pytest.mark.both_engines

OTHER = "NL20INGB0001234567"


@pytest.fixture
def log_in():
    def enter(user) -> Client:
        browser = Client()
        browser.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        return browser

    return enter


@pytest.fixture
def ido_desk(venlo, make_user):
    """Ida helps people with forms at Venlo's own accredited desk, and is no manager of the library."""
    Accreditation.objects.create(organisation=venlo, track=Track.DIRECT, protocol="1.0", valid_from=date(2025, 1, 1))
    return make_user("Ida", Role.INTERMEDIARY, venlo)


def test_every_act_names_a_right_and_why():
    for act in MATRIX["acts"].values():
        assert Right(act["right"]) and act["why"]
        assert set(act["routes"]) <= set(MATRIX["routes"])


def test_the_ido_desk_reaches_the_librarys_account_through_no_door(ido_desk, manager, venlo, log_in):
    asked = accounts.ask(venlo, OTHER, by=manager, at=at(venlo.participation.starts_on))
    browser = log_in(ido_desk)
    page, back = reverse("intermediary:particulars"), reverse("intermediary:account_withdraw", args=[asked.pk])
    for answer in (browser.get(page), browser.post(page, {"iban": "NL86INGB0002445588"}), browser.post(back)):
        assert answer.status_code == 403
        assert venlo.iban not in answer.content.decode().replace(" ", "")
    assert venlo.account_changes.get().outcome == ""
    home = browser.get(reverse("intermediary:home")).content.decode()
    assert page not in home, "no link to what is not hers"


def test_the_declaration_of_the_desk_is_read_and_answered_without_the_account(ido_desk, venlo, log_in, coordinator):
    declaration = _declaration(venlo, coordinator)
    browser = log_in(ido_desk)
    shown = browser.get(reverse("intermediary:statement", args=[declaration.pk]))
    assert shown.status_code == 200
    assert venlo.iban not in shown.content.decode().replace(" ", "")
    for name in ("statement_document", "statement_einvoice"):
        assert browser.get(reverse(f"intermediary:{name}", args=[declaration.pk])).status_code == 403
    assert browser.post(reverse("intermediary:statement_confirm", args=[declaration.pk])).status_code == 302
    declaration.refresh_from_db()
    assert declaration.status == "confirmed"


def test_who_manages_the_library_too_comes_in_by_both_doors(ido_desk, venlo, log_in):
    Assignment.objects.create(user=ido_desk, role=Role.LIBRARY_MANAGER, organisation=venlo)
    browser = log_in(ido_desk)
    for name in ("intermediary:particulars", "library:particulars"):
        answer = browser.get(reverse(name))
        assert answer.status_code == 200
        assert venlo.iban in answer.content.decode().replace("\xa0", "").replace(" ", "")


def test_a_manager_elsewhere_is_no_manager_here(ido_desk, landgraaf, log_in):
    Assignment.objects.create(user=ido_desk, role=Role.LIBRARY_MANAGER, organisation=landgraaf)
    assert log_in(ido_desk).get(reverse("intermediary:particulars")).status_code == 403


def test_an_intermediary_that_is_no_library_goes_on_as_before(worker, food_bank, log_in):
    assert log_in(worker).get(reverse("intermediary:particulars")).status_code == 200


def _declaration(venlo, coordinator):
    """A declaration of Venlo's own desk, with its papers."""
    closed = closing.close(Quarter(2025, 1), by=coordinator, at=at(date(2025, 4, 15)))
    declaration = closed.statements.get(kind="declaration", organisation=venlo)
    kept = {"content": b"x", "sha256": "0" * 64, "made_at": closed.closed_at}
    Document.objects.get_or_create(
        statement=declaration, defaults={"kind": "statement", "closing": closed, "filename": "x.pdf", **kept}
    )
    EInvoice.objects.get_or_create(statement=declaration, defaults={"filename": "x.xml", **kept})
    return declaration
