"""A coordinator who wants to pay himself, end to end on the pages: every door is shut, in words, and everybody hears.

He has one real account. Whatever second account he makes, with a colleague's name or nearly, does not become somebody
of Cubiss without a colleague who says so; and nothing that he asks with the first is accepted with the second.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse

from kbl.accounts.models import Assignment, Role, User
from kbl.fund.models import Cost, FundEntry, Instalment
from kbl.organisations.models import AccountChange, Organisation
from kbl.payments.accounts import account_mail
from kbl.payments.models import PaymentRun
from kbl.payments.runs import runs
from kbl.second_person import office_mail, second_person
from kbl.second_person.models import OfficeMail, PendingChange
from kbl.second_person.second_person import ChangeRefused
from kbl.settlements.models import Correction, Tariff
from libraries.models import Participation
from tests import by_two
from tests.intake.conftest import Office, sheet
from tests.office.test_admin import LIST, USERS, inline, new_user
from tests.payments.conftest import DAY, PREPARED
from tests.payments.test_run_pages import ticked
from tests.settlements.browsing import press, see, words

pytestmark = pytest.mark.both_engines

HIS = "NL20INGB0001234567"
PUPPET = "nieuw@voorbeeld.example"


@pytest.fixture(autouse=True)
def that_tuesday():
    with time_machine.travel(PREPARED, tick=False):
        yield


@pytest.fixture
def carla(log_in, coordinator):
    """The coordinator at the keyboard; in this story she is not to be trusted."""
    return log_in(coordinator)


@pytest.fixture
def frank(log_in, finance):
    return log_in(finance)


@pytest.fixture
def excel(coordinator) -> Office:
    """The coordinator at the pages where lists are read in."""
    return Office(coordinator)


def role_row(role: str, organisation: Organisation | None = None) -> dict:
    chosen = organisation.pk if organisation else ""
    return inline("assignments", {"id": "", "user": "", "role": role, "organisation": chosen, "branch": ""})


def test_a_second_account_opens_no_door(invoice, declaration, carla, frank, log_in, coordinator, finance, reader,
                                        venlo, mailoutbox):  # fmt: skip
    """The second account with the role of finance, another IBAN, accepted, prepared and released: nothing of it."""
    carla.post(f"{USERS}add/", {**new_user(name="Fien Jansen"), **role_row("cubiss_finance")})
    puppet = User.objects.get(email=PUPPET)
    assert not puppet.assignments.exists(), "the account is there, the role is not"
    role = PendingChange.objects.get(decided_at=None)
    office_mail.send_all(at=PREPARED)
    told = {to: mail.body for mail in mailoutbox for to in mail.to if "kent u deze collega" in mail.subject}
    assert set(told) == {coordinator.email, finance.email, reader.email}
    assert all(f"Fien Jansen ({PUPPET})" in body and coordinator.email in body for body in told.values())

    asked = words(press(carla, "account", venlo.slug, iban=HIS))
    assert f"Carla ({coordinator.email})" in asked and "Een collega besluit" in asked
    change = AccountChange.objects.get()
    for door, pk in (("account_decide", change.pk), ("pending_change_decide", role.pk)):
        assert "Een collega keurt" in words(press(carla, door, pk, answer="yes"))
    with_the_second = log_in(puppet)
    for door, pk in (("account_decide", change.pk), ("pending_change_decide", role.pk)):
        assert with_the_second.post(reverse(f"cubiss:{door}", args=[pk]), {"answer": "yes"}).status_code == 404
    for door, args in (("payments", []), ("pending_changes", []), ("fund", [])):
        assert with_the_second.get(reverse(f"cubiss:{door}", args=args)).status_code == 404
    account_mail.send_all(at=PREPARED)
    assert venlo.email in {to for mail in mailoutbox for to in mail.to}, "who is paid hears that it was asked"

    assert "Er wacht een wijziging naar" in words(see(frank, "payments"))
    press(frank, "payments_prepare", **ticked(invoice))
    run = PaymentRun.objects.get()
    assert run.payments.get().iban == venlo.iban != HIS
    assert not Assignment.objects.filter(user=puppet).exists()
    assert Organisation.objects.get(pk=venlo.pk).iban == venlo.iban


def test_a_colleague_who_is_misled_gives_a_role_that_still_waits(run, carla, frank, log_in, coordinator, finance,
                                                                 venlo, mailoutbox):  # fmt: skip
    """Frank says yes to the new colleague: a week long that account decides nothing, and everybody heard twice."""
    carla.post(f"{USERS}add/", {**new_user(name="Fien Jansen"), **role_row("cubiss_finance")})
    press(frank, "pending_change_decide", PendingChange.objects.get(decided_at=None).pk, answer="yes")
    puppet = User.objects.get(email=PUPPET)
    given = puppet.assignments.get()
    assert (given.granted_by, given.confirmed_by) == (coordinator, finance)
    press(carla, "account", venlo.slug, iban=HIS)
    change = AccountChange.objects.get()
    second = log_in(puppet)
    answer = press(second, "account_decide", change.pk, answer="yes")
    assert answer.status_code == 200 and "Vanaf 27 januari 2026 kunt u de tweede persoon zijn" in words(answer)
    with pytest.raises(DatabaseError), transaction.atomic():  # nor by taking the moment away
        Assignment.objects.filter(pk=given.pk).update(granted_at=None)
    parent = second_person.ask_parent(venlo, None, by=coordinator, at=PREPARED) if venlo.parent else None
    assert parent is None
    office_mail.send_all(at=PREPARED)
    subjects = {(to, mail.subject) for mail in mailoutbox for to in mail.to if "rol bij Cubiss" in mail.subject}
    assert len([each for each in subjects if each[0] == finance.email]) == 2
    assert Organisation.objects.get(pk=venlo.pk).iban == venlo.iban


def test_after_the_wait_it_takes_two_whom_two_people_know(run, carla, frank, log_in, coordinator, finance, venlo,
                                                          programme):  # fmt: skip
    """Then the colleague may look, because Frank vouched; the names of all three stand with it for ever."""
    programme.new_account_waits = 1
    programme.save()
    carla.post(f"{USERS}add/", {**new_user(name="Fien Jansen"), **role_row("cubiss_finance")})
    press(frank, "pending_change_decide", PendingChange.objects.get(decided_at=None).pk, answer="yes")
    press(carla, "account", venlo.slug, iban=HIS)
    change = AccountChange.objects.get()
    with time_machine.travel(PREPARED + timedelta(days=1), tick=False):
        press(log_in(User.objects.get(email=PUPPET)), "account_decide", change.pk, answer="yes")
        page = words(see(log_in(finance), "account_changes"))
    assert f"gevraagd door Carla ({coordinator.email}), besloten door Fien Jansen ({PUPPET})" in page
    with pytest.raises(runs.AccountsChanged):  # what was prepared before is not paid there
        runs.release(run, by=coordinator, at=PREPARED + timedelta(days=1))


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Frank", PUPPET),
        (" FRANK ", PUPPET),
        ("Fr\N{CYRILLIC SMALL LETTER A}nk", PUPPET),
        ("Fra\u0301nk", PUPPET),
        ("F r a n k", PUPPET),
        ("Fien", "frank+kbl@voorbeeld.example"),
        ("Fien", "Frank@Voorbeeld.Example"),
        ("Fien", "FRANK+2@voorbeeld.example"),
    ],
)
def test_no_second_account_has_a_colleagues_name_or_box(name, email, carla, finance, excel):
    """By the office's list and by a file alike; nor does somebody come to be called so and then get a role."""
    before = User.objects.count()
    page = carla.post(f"{USERS}add/", {**new_user(name=name, email=email), **role_row("cubiss_reader")})
    assert page.status_code == 200 and ("collega van Cubiss" in words(page) or "Er is al iemand" in words(page))
    excel.read_in("gebruikers", sheet("E-mail;Naam;Rol", [email, name, "Cubiss lezer"]))
    assert User.objects.count() == before
    like = User.objects.create_user(f"x.{PUPPET}", name=name) if email == PUPPET else None
    if like:
        with pytest.raises(ChangeRefused, match="like_another"):
            second_person.ask_role(like, Role.CUBISS_READER, by=User.objects.get(name="Carla"), at=PREPARED)


def test_through_the_files_of_excel(carla, finance, coordinator, venlo, food_bank, welfare, excel):
    """A role, a payee, an account and an address in a list: nothing of it is there, all of it waits by name."""
    excel.read_in("gebruikers", sheet("E-mail;Naam;Rol", [PUPPET, "Fien", "Cubiss financiën"]))
    assert not Assignment.objects.filter(user__email=PUPPET).exists()
    header = "Naam;Korte naam;Hoort bij;IBAN;E-mail"
    excel.read_in(
        "organisaties",
        sheet(
            header,
            ["Nieuw Loket", "nieuw-loket", "", HIS, "hij@voorbeeld.example"],
            ["Kantoor Elders", "kantoor-elders", "Welzijn Noord", "", ""],
            ["Voedselbank Venlo", "", "", "", "hij@voorbeeld.example"],
        ),
    )
    made = Organisation.objects.get(slug="nieuw-loket")
    assert (made.iban, made.email) == ("", "")
    assert Organisation.objects.get(slug="kantoor-elders").parent is None
    assert Organisation.objects.get(pk=food_bank.pk).email == food_bank.email
    kinds = sorted(PendingChange.objects.filter(decided_at=None).values_list("kind", flat=True))
    assert kinds == ["mail_address", "mail_address", "office_role", "parent"]
    assert AccountChange.objects.get().organisation == made
    assert {each.asked_by for each in PendingChange.objects.all()} == {coordinator}
    with pytest.raises(ChangeRefused, match="own"):
        second_person.accept(PendingChange.objects.filter(kind="parent").get(), by=coordinator, at=PREPARED)


def test_through_the_parent_of_a_library_and_a_new_organisation(carla, coordinator, finance, venlo, reader):
    """His own foundation comes in with an account, and Venlo is to belong to it: three requests and no euro."""
    form = {"name": "Stichting Hij", "slug": "stichting-hij", "iban": HIS, "email": "hij@voorbeeld.example"}
    carla.post(f"{LIST}organisations/organisation/add/", {**form, **inline("participation"), **inline("branches")})
    his = Organisation.objects.get(slug="stichting-hij")
    assert (his.iban, his.email) == ("", "")
    change = reverse("admin:organisations_organisation_change", args=[venlo.pk])
    part = Participation.objects.get(library=venlo)
    row = {"id": part.pk, "library": venlo.pk, "starts_on": part.starts_on, "invoice_prefix": part.invoice_prefix}
    branch = venlo.branches.get()
    place = {"id": branch.pk, "organisation": venlo.pk, "name": branch.name, "municipality": branch.municipality_id}
    fields = {each: getattr(venlo, each) for each in ("name", "slug", "street", "postcode", "city", "kvk", "vat_id")}
    page = carla.post(
        change,
        fields | {"parent": his.pk, "email": "hij@voorbeeld.example", "municipality": venlo.municipality_id}
        | inline("participation", row, initial=1) | inline("branches", place, initial=1),
        follow=True,
    )  # fmt: skip
    assert "wacht op een tweede persoon" in words(page)
    now = Organisation.objects.get(pk=venlo.pk)
    assert (now.parent, now.email, now.payee) == (None, venlo.email, venlo)
    assert {each.kind for each in PendingChange.objects.filter(decided_at=None)} == {"parent", "mail_address"}
    for values in ({"parent": his}, {"email": "hij@voorbeeld.example"}, {"iban": HIS}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Organisation.objects.filter(pk=venlo.pk).update(**values)
    with pytest.raises(DatabaseError), transaction.atomic():
        Organisation.objects.filter(pk=his.pk).update(iban=HIS)


def test_through_an_intermediarys_own_account(run, carla, coordinator, finance, food_bank, log_in):
    """An account at the food bank that he made himself asks the IBAN, and he accepts: not he."""
    carla.post(f"{USERS}add/", {**new_user(name="Wim"), **role_row("intermediary", food_bank)})
    puppet = log_in(User.objects.get(email=PUPPET))
    puppet.post(reverse("intermediary:particulars"), {"iban": HIS, "holder": ""})
    change = AccountChange.objects.get()
    assert change.asked_by.email == PUPPET
    answer = press(carla, "account_decide", change.pk, answer="yes")
    assert "U gaf deze collega zelf een rol" in words(answer)
    assert Organisation.objects.get(pk=food_bank.pk).iban == food_bank.iban


def test_through_a_tariff_of_yesterday(carla, frank, coordinator, finance, closed):
    """A tariff under the ceiling, from the first day that is still open: it waits, and the preview says so."""
    finance_form = {"kind": "handling", "track": "", "first_day": "2026-01-01", "amount": "25", "vat": "outside"}
    frank.post(f"{LIST}settlements/tariff/add/", finance_form)
    late = frank.post(f"{LIST}settlements/tariff/add/", {**finance_form, "first_day": "2025-12-31"})
    assert "is alles al afgesloten" in words(late)
    assert not Tariff.objects.filter(amount=25).exists()
    assert "Tarief: uitreiking vanaf 1 januari 2026; € 25,00" in words(see(carla, "closing", "2026-Q1"))
    press(frank, "pending_change_decide", PendingChange.objects.get(decided_at=None).pk, answer="yes")
    assert not Tariff.objects.filter(amount=25).exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        Tariff.objects.create(kind="handling", first_day=date(2026, 1, 1), amount=Decimal(25), vat="outside")
    with pytest.raises(DatabaseError), transaction.atomic():
        Tariff.objects.filter(kind="handling").delete()


def test_through_a_correction_a_receipt_and_a_cost(invoice, carla, frank, coordinator, finance, mailoutbox):
    line = invoice.lines.first()
    press(carla, "line_correct", invoice.pk, line.pk, reason="twice")
    instalment = Instalment.objects.create(description="Termijn 4", due_on=DAY, amount=Decimal(1_000))
    press(frank, "fund_receive", instalment.pk, amount="1000", on="2026-01-20")
    for each in PendingChange.objects.all():
        own = carla if each.asked_by == coordinator else frank
        assert "U vroeg dit zelf" in words(press(own, "pending_change_decide", each.pk, answer="yes"))
    assert not Correction.objects.exists() and not FundEntry.objects.filter(kind="instalment").exists()
    assert "Correctie van een regel" in words(see(carla, "closing", "2026-Q1"))
    office_mail.send_all(at=PREPARED)
    looked = {mail.to[0]: mail.body for mail in mailoutbox if "meekijken" in mail.subject}
    assert set(looked) == {coordinator.email, finance.email}
    assert f"{line.serial:07}" not in "".join(looked.values()), "no voucher in a mail"
    with pytest.raises(DatabaseError), transaction.atomic():
        Correction.objects.create(line=line, reason="twice", at=PREPARED, by=coordinator)
    for model, values in ((FundEntry, {"kind": "other_cost", "amount": -5}), (Cost, {"amount": 5})):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.create(
                **values, on=DAY, description="x", reference="x", recorded_at=PREPARED, recorded_by=finance
            )


def test_a_role_at_cubiss_is_refused_by_the_database(coordinator, finance, worker, food_bank):
    """By create, by a role that changes, by an account that was closed; also with an agreement about another."""
    change = second_person.ask_role(worker, Role.CUBISS_READER, by=coordinator, at=PREPARED)
    second_person.accept(change, by=finance, at=PREPARED)
    stamps = {"granted_by": coordinator, "confirmed_by": finance, "granted_at": PREPARED}
    somebody = User.objects.create_user("vreemd@voorbeeld.example", name="Vreemd")
    for values in ({"user": somebody, "role": "cubiss_finance"}, {"user": worker, "role": "cubiss_finance"}):
        for more in ({}, stamps):
            with pytest.raises(DatabaseError), transaction.atomic():
                Assignment.objects.create(**values, **more)
    with pytest.raises(DatabaseError), transaction.atomic():
        worker.assignments.filter(role="intermediary").update(role="cubiss_finance", organisation=None, **stamps)
    with pytest.raises(DatabaseError), transaction.atomic():
        Assignment.objects.filter(user=finance).update(user=somebody)
    with pytest.raises(DatabaseError), transaction.atomic():
        User.objects.create_superuser("wie@voorbeeld.example", name="Wie")
    User.objects.filter(pk=finance.pk).update(is_active=False)
    with pytest.raises(DatabaseError), transaction.atomic():
        User.objects.filter(pk=finance.pk).update(is_active=True)


def test_an_installation_begins_with_two_and_then_asks(programme, worker):
    """The first two come in by the host; from there on two people agree, and no way leads back."""
    first = by_two.office_role(User.objects.create_user("een@voorbeeld.example", name="Een"), Role.CUBISS_COORDINATOR)
    assert second_person.is_beginning() and first.granted_at is None
    by_two.office_role(User.objects.create_user("twee@voorbeeld.example", name="Twee"), Role.CUBISS_FINANCE)
    assert not second_person.is_beginning()
    with pytest.raises(DatabaseError), transaction.atomic():
        Assignment.objects.create(user=worker, role=Role.CUBISS_READER)
    by_two.office_role(worker, Role.CUBISS_READER, at=PREPARED)
    Assignment.objects.filter(user__name="Twee").delete()
    assert not second_person.is_beginning(), "who is alone again is no beginning"
    with pytest.raises(DatabaseError), transaction.atomic():
        Assignment.objects.create(user=worker, role=Role.CUBISS_COORDINATOR)
    assert OfficeMail.objects.count() == 0
