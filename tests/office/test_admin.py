"""The office's lists: who may change what, and that nobody gives himself more than he has."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib import admin as django_admin
from django.urls import reverse

from kbl import clock
from kbl.accounts.models import Assignment, Role, User
from kbl.admin import office
from kbl.fund.models import BudgetLine, Instalment
from kbl.mail import outbox
from kbl.mail.models import Letter
from kbl.organisations.models import ClosedQuarter, Municipality, Organisation
from kbl.payments.accounts import accounts
from kbl.periods import Quarter
from kbl.second_person import second_person
from kbl.second_person.models import PendingChange
from kbl.settlements.closing import closing
from kbl.settlements.models import PartyVat, Tariff
from libraries import enrolment
from libraries.models import Participation
from tests.by_two import agree
from tests.conftest import at, branch_of
from tests.office.conftest import TODAY
from tests.office.test_stock_pages import words
from vouchers.models import Voucher

pytestmark = pytest.mark.both_engines

LIST = "/cubiss/beheer/"
USERS = f"{LIST}accounts/user/"
KEPT_OUT = {
    "vouchers", "intermediaries", "reporting", "admin", "auth", "contenttypes", "sessions", "account", "mfa",
}  # fmt: skip


def inline(prefix: str, *rows: dict, initial: int = 0) -> dict:
    """What the browser sends for the rows under a form."""
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for i, row in enumerate(rows):
        data |= {f"{prefix}-{i}-{name}": value for name, value in row.items()}
    return data


def new_user(**fields) -> dict:
    return {"email": "nieuw@voorbeeld.example", "name": "Nina", **inline("assignments"), **fields}


# --- who comes in ----------------------------------------------------------------------------------------------------


def test_a_stranger_finds_no_door_at_all(log_in, stranger, worker, clerk, province):
    for somebody in (stranger, worker, clerk, province):
        browser = log_in(somebody)
        for page in (LIST, USERS, f"{USERS}add/", f"{LIST}login/", f"{LIST}niets/"):
            assert browser.get(page).status_code == 404


def test_who_is_not_logged_in_goes_to_the_houses_own_door(client, db):
    for page in (LIST, USERS, f"{LIST}login/", f"{LIST}jsi18n/", f"{LIST}niets/"):
        answer = client.get(page)
        assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("account_login"))


def test_facts_and_history_are_not_in_the_lists():
    listed = {model._meta.label for model in office._registry}
    assert not {label for label in listed if label.split(".")[0] in KEPT_OUT}
    assert not listed & {"settlements.Statement", "settlements.Line", "settlements.Closing", "fund.FundEntry"}
    assert not django_admin.site._registry, "there is no other admin"


def test_every_list_opens_for_every_colleague(log_in, coordinator, finance, reader, venlo, programme):
    for somebody in (coordinator, finance, reader):
        browser = log_in(somebody)
        assert browser.get(LIST).status_code == 200
        for model in office._registry:
            url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            assert browser.get(url).status_code == 200
            if row := model._default_manager.first():
                detail = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk])
                assert browser.get(detail).status_code == 200


# --- who may change what -----------------------------------------------------------------------------------------

MAY_ADD = {
    Role.CUBISS_COORDINATOR: {"organisation", "municipality", "yeartarget", "user"},
    Role.CUBISS_FINANCE: {"tariff", "partyvat", "instalment", "budgetline"},
    Role.CUBISS_READER: set(),
}


@pytest.mark.parametrize("role", MAY_ADD)
def test_each_role_adds_only_what_is_its_own(role, make_user, log_in, programme):
    browser = log_in(make_user("Kim", role))
    open_to = {
        model._meta.model_name
        for model in office._registry
        if browser.get(
            reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
        ).status_code == 200
    }  # fmt: skip
    assert open_to == MAY_ADD[role]


def test_a_reader_changes_nothing(log_in, reader, food_bank):
    url = reverse("admin:organisations_organisation_change", args=[food_bank.pk])
    form = {"name": "Anders", "slug": "anders", **inline("participation"), **inline("branches")}
    assert log_in(reader).post(url, form).status_code == 403
    food_bank.refresh_from_db()
    assert food_bank.name == "Voedselbank Venlo"


def test_finance_does_not_touch_users(log_in, finance, coordinator):
    browser = log_in(finance)
    own = reverse("admin:accounts_user_change", args=[finance.pk])
    role = {"id": "", "user": finance.pk, "role": "cubiss_coordinator", "organisation": "", "branch": ""}
    form = {"name": "Frank", **inline("assignments", role)}
    assert browser.post(own, form).status_code == 403
    assert browser.post(f"{USERS}add/", new_user()).status_code == 403
    action = {"action": "send_invitation", "_selected_action": coordinator.pk}
    browser.post(USERS, action)
    assert list(finance.assignments.values_list("role", flat=True)) == ["cubiss_finance"]
    assert not User.objects.filter(email="nieuw@voorbeeld.example").exists()


def test_nobody_gives_himself_a_role(carla, coordinator):
    own = reverse("admin:accounts_user_change", args=[coordinator.pk])
    role = {"id": "", "user": coordinator.pk, "role": "cubiss_finance", "organisation": "", "branch": ""}
    carla.post(own, {"name": "Carla", "is_active": "", **inline("assignments", role)})
    coordinator.refresh_from_db()
    assert coordinator.is_active
    assert list(coordinator.assignments.values_list("role", flat=True)) == ["cubiss_coordinator"]


def test_fields_that_are_not_on_the_form_have_no_effect(carla, finance):
    before = User.objects.values().get(pk=finance.pk)
    url = reverse("admin:accounts_user_change", args=[finance.pk])
    mine = finance.assignments.get()
    row = {"id": mine.pk, "user": finance.pk, "role": "cubiss_finance", "organisation": "", "branch": ""}
    sly = {
        "is_superuser": "on", "is_staff": "on", "password": "geheim", "email": "ander@voorbeeld.example",
        "groups": "1", "user_permissions": "1", "joined_at": "2020-01-01", "last_login": "2020-01-01", "id": "999",
    }  # fmt: skip
    form = {"name": "Frank", "is_active": "on", **inline("assignments", row, initial=1), **sly}
    assert carla.post(url, form).status_code == 302
    assert User.objects.values().get(pk=finance.pk) == before


# --- users -------------------------------------------------------------------------------------------------------


def test_carla_invites_somebody_who_chooses_a_password_himself(
    carla, food_bank, mailoutbox, django_capture_on_commit_callbacks
):
    role = {"id": "", "user": "", "role": "intermediary", "organisation": food_bank.pk, "branch": ""}
    with django_capture_on_commit_callbacks(execute=True):
        carla.post(f"{USERS}add/", {**new_user(email="Nina@Voorbeeld.example"), **inline("assignments", role)})
    nina = User.objects.get(email="nina@voorbeeld.example")
    assert not nina.has_usable_password()
    assert nina.assignments.get().organisation == food_bank
    outbox.send_all(at=clock.now())
    (mail,) = mailoutbox
    assert mail.to == ["nina@voorbeeld.example"]
    assert "/account/wachtwoord/nieuw/" in mail.body


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_cannot_go_loses_nothing(carla, programme, monkeypatch):
    def unreachable(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", unreachable)
    carla.post(f"{USERS}add/", new_user())
    assert User.objects.filter(email="nieuw@voorbeeld.example").exists()
    assert "Nina krijgt een mail" in words(carla.get(USERS))
    outbox.send_all(at=clock.now())
    letter = Letter.objects.get()
    assert (letter.recipient, letter.state, letter.body) == ("nieuw@voorbeeld.example", "failed", "")


def test_the_invitation_can_be_sent_again(carla, worker, mailoutbox):
    carla.post(USERS, {"action": "send_invitation", "_selected_action": worker.pk})
    outbox.send_all(at=clock.now())
    assert [mail.to for mail in mailoutbox] == [[worker.email]]


def test_two_people_do_not_share_an_address(carla, worker):
    page = carla.post(f"{USERS}add/", new_user(email=worker.email.upper()))
    assert "Er is al iemand met dit e-mailadres." in words(page)


@pytest.mark.parametrize(
    ("role", "who", "sentence"),
    [
        ("intermediary", None, "Kies de organisatie waarvoor deze persoon werkt."),
        ("intermediary", "venlo", "Deze organisatie heeft nog geen accreditatie."),
        ("library_desk", "food_bank", "Deze organisatie doet niet mee als bibliotheek."),
        ("province", "venlo", "Deze rol hoort bij het programma."),
        ("cubiss_reader", "food_bank", "Deze rol hoort bij het programma."),
    ],
)
def test_a_role_fits_its_organisation(carla, venlo, food_bank, role, who, sentence):
    organisation = {"venlo": venlo.pk, "food_bank": food_bank.pk}.get(who, "")
    row = {"id": "", "user": "", "role": role, "organisation": organisation, "branch": ""}
    page = carla.post(f"{USERS}add/", {**new_user(), **inline("assignments", row)})
    assert sentence in words(page)
    assert not User.objects.filter(email="nieuw@voorbeeld.example").exists()


def test_a_desk_is_one_of_the_librarys_own(carla, venlo, gennep):
    row = {"id": "", "user": "", "role": "library_desk", "organisation": venlo.pk, "branch": branch_of(gennep).pk}
    page = carla.post(f"{USERS}add/", {**new_user(), **inline("assignments", row)})
    assert "Kies een vestiging van deze bibliotheek." in words(page)


def test_who_is_deactivated_is_out_at_once(carla, log_in, worker):
    browser = log_in(worker)
    assert browser.get("/").status_code == 302 and "inloggen" not in browser.get("/").url
    url = reverse("admin:accounts_user_change", args=[worker.pk])
    mine = worker.assignments.get()
    row = {
        "id": mine.pk, "user": worker.pk, "role": mine.role, "organisation": mine.organisation_id, "branch": "",
    }  # fmt: skip
    carla.post(url, {"name": worker.name, **inline("assignments", row, initial=1)})
    assert reverse("account_login") in browser.get("/").url


def test_a_user_is_never_thrown_away(carla, worker):
    assert carla.post(f"{USERS}{worker.pk}/delete/", {"post": "yes"}).status_code == 403
    carla.post(USERS, {"action": "delete_selected", "_selected_action": worker.pk, "post": "yes"})
    assert Assignment.objects.filter(user=worker).exists()


# --- organisations -----------------------------------------------------------------------------------------------


def test_carla_adds_a_library_with_a_branch(carla, finance, programme):
    town = Municipality.objects.create(name="Weert", code="GM0988", starts_on=date(2026, 1, 1))
    form = {
        "name": "Bibliotheek Weert", "slug": "bibliotheek-weert", "municipality": town.pk,
        "iban": "NL91 ABNA 0417 1643 00",
        **inline("participation", {"id": "", "starts_on": "2026-01-01", "invoice_prefix": "WEE"}),
        **inline("branches", {"id": "", "name": "Centrum", "municipality": town.pk}),
    }  # fmt: skip
    carla.post(f"{LIST}organisations/organisation/add/", form)
    weert = Organisation.objects.get(slug="bibliotheek-weert")
    assert weert.iban == "", "a first account waits for a second person"
    accounts.accept(weert.account_changes.get(), by=finance, at=at(date(2026, 10, 6)))
    weert.refresh_from_db()
    assert weert.iban == "NL91ABNA0417164300"
    assert (weert.participation.invoice_prefix, weert.branches.get().name) == ("WEE", "Centrum")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("iban", "NL91ABNA0417164301", "Dit IBAN klopt niet."),
        ("kvk", "123", "Een KvK-nummer heeft 8 cijfers."),
        ("vat_id", "NL000000000B00", "Dit btw-id klopt niet."),
        ("street", "Pleinstraat 111222333", "lijkt"),
    ],
)
def test_particulars_are_checked(carla, programme, field, value, sentence):
    form = {"name": "Nieuw", "slug": "nieuw", field: value, **inline("participation"), **inline("branches")}
    page = carla.post(f"{LIST}organisations/organisation/add/", form)
    assert sentence in words(page)
    assert not Organisation.objects.filter(slug="nieuw").exists()


def test_starts_do_not_move_past_a_membership(carla, venlo, voucher, clerk):
    enrolment.redeem(voucher.number, branch=branch_of(venlo), kind="new", on=TODAY, by=clerk, at=at(TODAY))
    town = venlo.municipality
    form = {"name": town.name, "code": town.code, "starts_on": "2025-12-01"}
    page = carla.post(reverse("admin:organisations_municipality_change", args=[town.pk]), form)
    assert "Er zijn al inschrijvingen vanaf 6 oktober 2025." in words(page)
    part = Participation.objects.get(library=venlo)
    row = {"id": part.pk, "library": venlo.pk, "starts_on": "2025-12-01", "invoice_prefix": "VEN"}
    form = {
        "name": venlo.name, "slug": venlo.slug, **inline("branches"),
        **inline("participation", row, initial=1),
    }  # fmt: skip
    page = carla.post(reverse("admin:organisations_organisation_change", args=[venlo.pk]), form)
    assert "Er zijn al inschrijvingen vanaf 6 oktober 2025." in words(page)


# --- money -------------------------------------------------------------------------------------------------------


def test_a_tariff_is_added_and_never_changed(log_in, finance, coordinator, programme):
    browser = log_in(finance)
    form = {"kind": "membership", "track": "", "first_day": "2027-01-01", "amount": "47.50", "vat": "exempt"}
    browser.post(f"{LIST}settlements/tariff/add/", form)
    assert not Tariff.objects.filter(first_day=date(2027, 1, 1)).exists(), "it waits for a second person"
    second_person.accept(PendingChange.objects.get(decided_at=None), by=coordinator, at=at(TODAY))
    added = Tariff.objects.get(first_day=date(2027, 1, 1))
    url = reverse("admin:settlements_tariff_change", args=[added.pk])
    assert browser.post(url, {**form, "amount": "1"}).status_code == 403
    added.refresh_from_db()
    assert added.amount == Decimal("47.50")


def test_a_tariff_does_not_reach_into_closed_books(log_in, finance, programme):
    ClosedQuarter.objects.create(quarter=Quarter(2025, 3), closed_at=at(date(2025, 10, 3)))
    form = {"kind": "membership", "track": "", "first_day": "2025-09-30", "amount": "47.50", "vat": "exempt"}
    page = log_in(finance).post(f"{LIST}settlements/tariff/add/", form)
    assert "Tot en met 30 september 2025 is alles al afgesloten." in words(page)


def test_only_a_tariff_that_nothing_was_billed_by_may_go(
    log_in, finance, coordinator, venlo, voucher, clerk, programme
):
    day = date(2025, 9, 29)
    enrolment.redeem(voucher.number, branch=branch_of(venlo), kind="new", on=day, by=clerk, at=at(day))
    for number in (1, 2, 3):
        closing.close(Quarter(2025, number), by=coordinator, at=at(date(2025, 10, 3)))
    used = Tariff.objects.get(kind="membership", first_day=date(2025, 1, 1))
    unused = Tariff.objects.get(kind="membership", first_day=date(2026, 1, 1))
    browser = log_in(finance)
    for tariff in (used, unused):
        browser.post(reverse("admin:settlements_tariff_delete", args=[tariff.pk]), {"post": "yes"})
    browser.post(
        f"{LIST}settlements/tariff/", {"action": "delete_selected", "_selected_action": unused.pk, "post": "yes"}
    )
    assert set(Tariff.objects.filter(kind="membership")) == {used, unused}, "it waits for a second person"
    agree(coordinator, at=at(TODAY))
    assert list(Tariff.objects.filter(kind="membership")) == [used]


def test_vat_of_an_organisation_begins_after_closed_books_and_stays_once_they_are_closed(
    log_in, finance, coordinator, programme, venlo
):
    """The screen says whom to ask; nothing that closed books were made by is taken away."""
    browser = log_in(finance)
    add, many = f"{LIST}settlements/partyvat/add/", f"{LIST}settlements/partyvat/"
    assert "Laat dit toetsen door de fiscalist." in words(browser.get(add))
    assert "Laat dit toetsen door de fiscalist." in words(browser.get(f"{LIST}settlements/tariff/add/"))
    form = {"organisation": venlo.pk, "kind": "membership", "first_day": "2025-07-01", "vat": "outside"}
    browser.post(add, form)
    second_person.accept(PendingChange.objects.get(decided_at=None), by=coordinator, at=at(TODAY))
    early = PartyVat.objects.get()
    assert (early.organisation, early.vat) == (venlo, "outside")
    change = reverse("admin:settlements_partyvat_change", args=[early.pk])
    assert browser.post(change, {**form, "vat": "low"}).status_code == 403
    ClosedQuarter.objects.create(quarter=Quarter(2025, 3), closed_at=at(date(2025, 10, 3)))
    page = browser.post(add, {**form, "first_day": "2025-09-30"})
    assert "Tot en met 30 september 2025 is alles al afgesloten." in words(page)
    browser.post(add, {**form, "first_day": "2025-10-01", "vat": "low"})
    second_person.accept(PendingChange.objects.get(decided_at=None), by=coordinator, at=at(TODAY))
    assert PartyVat.objects.count() == 2
    for each in PartyVat.objects.all():
        browser.post(reverse("admin:settlements_partyvat_delete", args=[each.pk]), {"post": "yes"})
    browser.post(many, {"action": "delete_selected", "_selected_action": early.pk, "post": "yes"})
    assert PartyVat.objects.count() == 2, "it waits for a second person"
    agree(coordinator, at=at(TODAY))
    assert list(PartyVat.objects.all()) == [early]


def test_only_cubiss_has_a_reference_for_what_is_sent_to_it(carla, venlo):
    cubiss = Organisation.objects.create(name="Cubiss", slug="cubiss")
    for organisation, there in ((cubiss, True), (venlo, False)):
        page = carla.get(reverse("admin:organisations_organisation_change", args=[organisation.pk]))
        assert ("buyer_reference" in page.content.decode()) is there


def test_finance_keeps_instalments_and_budget(log_in, finance, programme):
    browser = log_in(finance)
    browser.post(f"{LIST}fund/instalment/add/", {"description": "Termijn 1", "due_on": "2026-01-01", "amount": "1000"})
    browser.post(
        f"{LIST}fund/budgetline/add/",
        {"year": 2026, "post": "5", "name": "Fonds", "amount": "9", "paid_by": "Provincie"},
    )
    assert Instalment.objects.get().amount == 1000
    assert BudgetLine.objects.get().post == "5"


def test_the_lists_obey_the_strict_rules_for_scripts_and_styles(carla, venlo, voucher):
    page = carla.get(reverse("admin:organisations_organisation_change", args=[venlo.pk]))
    assert "'unsafe" not in page["Content-Security-Policy"]
    for forbidden in (" style=", "<style", " onclick=", "<script>"):
        assert forbidden not in words(page)
    assert Voucher.objects.exists()
