"""What reading in leaves behind, kind by kind: what was asked and decided, what an empty cell keeps, who is mailed."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.urls import reverse

from intermediaries.models import Accreditation
from kbl.accounts.models import Assignment, Role, User
from kbl.intake.models import Invitation
from kbl.organisations.models import AccountChange, Branch, Organisation
from kbl.payments.accounts import accounts
from kbl.second_person import second_person
from kbl.second_person.models import PendingChange
from tests.conftest import at, branch_of
from tests.intake.conftest import TODAY, counts, sheet, why

ONE, OTHER = "NL20INGB0001234567", "NL02ABNA0123456789"
ADDRESS = {"street": "Markt 2", "postcode": "5911 AB", "city": "Venlo"}
ACCOUNTS = "Naam;IBAN;Rekeninghouder"


def test_a_first_account_waits_once_and_may_be_asked_again_when_it_was_refused(office, finance):
    """The same list again asks nothing; another account waits its turn, and comes when the first was refused."""
    taal = Organisation.objects.create(name="Taalhuis", slug="taalhuis")
    row = sheet(ACCOUNTS, ["Taalhuis", ONE, "Stichting Taal"])
    assert office.read_in("organisaties", row) == counts(changed=1)
    assert office.read_in("organisaties", row) == counts(same=1)
    other = sheet(ACCOUNTS, ["Taalhuis", OTHER, ""])
    assert "wacht al een rekening" in why(office.upload("organisaties", other))[2]
    asked = taal.account_changes.get()
    assert (asked.iban, asked.holder) == (ONE, "Stichting Taal")
    accounts.refuse(asked, by=finance, at=at(TODAY))
    assert office.read_in("organisaties", other) == counts(changed=1)
    assert AccountChange.objects.get(decided_at=None).iban == OTHER
    assert office.read_in("organisaties", sheet("Naam;Plaats", ["Taalhuis", ""])) == counts(same=1)
    assert taal.account_changes.count() == 2


def test_a_new_organisation_asks_for_what_takes_two(office, venlo):
    headers = "Naam;Hoort bij;E-mail;IBAN;Straat;Postcode;Plaats"
    new = ["Taalhuis", "Bibliotheek Venlo", "taal@voorbeeld.example", "", "Markt 2", "5911AB", "Venlo"]
    assert office.read_in("organisaties", sheet(headers, new, ["Leeshuis", "", "", "", "", "", ""])) == counts(new=2)
    taal = Organisation.objects.get(slug="taalhuis")
    assert (taal.parent, taal.email, taal.postcode) == (None, "", "5911 AB")
    waits = {each.kind: each.becomes for each in PendingChange.objects.filter(decided_at=None)}
    assert waits == {"parent": "Bibliotheek Venlo", "mail_address": "taal@voorbeeld.example"}
    assert not AccountChange.objects.exists()
    again = office.upload("organisaties", sheet(headers, ["Taalhuis", "", "taal@voorbeeld.example", "", "", "", ""]))
    office.confirm("organisaties", again)
    assert PendingChange.objects.filter(decided_at=None).count() == 2, "it waits already"


def test_an_empty_cell_keeps_what_stands_there_in_every_column(office, food_bank, venlo):
    kept = {name: getattr(food_bank, name) for name in ("municipality", "kvk", "street", "postcode", "city", "email")}
    content = sheet("Naam;Korte naam;Gemeente;KvK;Btw;Plaats", ["Voedselbank", "voedselbank-venlo", "", "", "", ""])
    assert office.read_in("organisaties", content) == counts(changed=1)
    food_bank.refresh_from_db()
    assert food_bank.name == "Voedselbank" and {name: getattr(food_bank, name) for name in kept} == kept
    assert not PendingChange.objects.exists()
    branch = branch_of(venlo)
    Branch.objects.filter(pk=branch.pk).update(street="Kade 1", postcode="5911 AB", city="Venlo")
    headers = "Bibliotheek;Vestiging;Gemeente;Straat;Postcode;Plaats"
    row = ["Bibliotheek Venlo", "Centrum", "Venlo", "", "", ""]
    assert office.read_in("vestigingen", sheet(headers, row)) == counts(same=1)
    assert office.read_in("vestigingen", sheet(headers, [*row[:3], "Kade 2", "", ""])) == counts(changed=1)
    branch.refresh_from_db()
    assert (branch.street, branch.postcode, branch.city) == ("Kade 2", "5911 AB", "Venlo")


def test_a_next_accreditation_comes_with_a_row_that_changes_something(office, food_bank):
    Accreditation.objects.update(valid_until=date(2026, 6, 30))
    headers = "Naam;Spoor;Geaccrediteerd vanaf;Geaccrediteerd tot en met;Protocol"
    rows = [["Voedselbank Venlo", "3", date(2026, 7, 1), date(2026, 12, 31), "1.1"], ["Nieuw", "", "", "", ""]]
    assert office.read_in("organisaties", sheet(headers, *rows)) == counts(changed=1, new=1)
    held = Accreditation.objects.order_by("valid_from").values_list("track", "valid_from", "valid_until", "protocol")
    assert list(held)[1:] == [(3, date(2026, 7, 1), date(2026, 12, 31), "1.1")]


def test_what_changes_beside_an_account_asks_for_nothing_more(office, venlo, food_bank):
    """A row with the account, the mailbox and the parent that are there, or wait already, and another address."""
    taal = Organisation.objects.create(name="Taalhuis", slug="taalhuis", **ADDRESS)
    headers = "Naam;IBAN;Postcode;Plaats;E-mail"
    assert office.read_in("organisaties", sheet(headers, ["Taalhuis", ONE, "", "", ""])) == counts(changed=1)
    rows = [
        ["Taalhuis", ONE, "5912AB", "Blerick", ""],
        ["Voedselbank Venlo", food_bank.iban, "5913AB", "Tegelen", food_bank.email],
    ]
    assert office.read_in("organisaties", sheet(headers, *rows)) == counts(changed=2)
    for each, address in ((taal, ("5912 AB", "Blerick")), (food_bank, ("5913 AB", "Tegelen"))):
        each.refresh_from_db()
        assert (each.postcode, each.city) == address
    assert [each.organisation for each in AccountChange.objects.all()] == [taal]
    assert not PendingChange.objects.filter(decided_at=None).exists()
    branch = branch_of(venlo)
    headers = "Bibliotheek;Vestiging;Gemeente;Straat;Postcode;Plaats"
    row = ["Bibliotheek Venlo", "Centrum", "Venlo", "Kade 1", "5911 AB", "Venlo"]
    assert office.read_in("vestigingen", sheet(headers, row)) == counts(changed=1)
    branch.refresh_from_db()
    assert (branch.street, branch.postcode, branch.city) == ("Kade 1", "5911 AB", "Venlo")


def test_whoever_has_another_short_name_is_known_by_the_long_one(office):
    for slug, name in (("een", "Taalhuis Noord"), ("twee", "Taalhuis Zuid"), ("drie", "Taalhuis Oost")):
        Organisation.objects.create(name=name, slug=slug)
    rows = [["taalhuis noord"], ["TAALHUIS ZUID"], ["Taalhuis Oost"]]
    assert office.read_in("organisaties", sheet("Naam", *rows)) == counts(same=3)


def test_a_short_name_of_its_own(office):
    assert office.read_in("organisaties", sheet("Naam;Korte naam", ["Het Taalhuis", "taal"])) == counts(new=1)
    assert Organisation.objects.get().slug == "taal"


def test_of_two_accreditations_the_first_is_told_and_the_last_is_downloaded(office, food_bank):
    Accreditation.objects.update(valid_until=date(2026, 6, 30))
    last = {"track": 3, "protocol": "1.1", "valid_from": date(2026, 7, 1), "valid_until": date(2026, 12, 31)}
    Accreditation.objects.create(organisation=food_bank, **last)
    Organisation.objects.create(name="Taalhuis", slug="taalhuis")
    headers = "Naam;Spoor;Geaccrediteerd vanaf;Geaccrediteerd tot en met;Protocol"
    over_both = why(office.upload("organisaties", sheet(headers, ["Voedselbank Venlo", "4", "1-2-2026", "", "1.0"])))[2]
    assert "vanaf 1 augustus 2025." in over_both
    content = office.client.get(reverse("cubiss:intake_download", args=["organisaties", "csv"])).content
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    found = {row[0]: row[rows[0].index("Spoor") :] for row in rows[1:]}
    assert found == {
        "Voedselbank Venlo": ["3", "2026-07-01", "2026-12-31", "1.1", ""],
        "Taalhuis": ["", "", "", "", ""],
    }


def test_a_hand_out_outside_an_accreditation_is_noted(office, stock_of_food_bank, food_bank):
    Accreditation.objects.update(valid_until=date(2025, 12, 31))
    first, second = list(stock_of_food_bank)[:2]
    rows = [[f"{first:07d}", date(2025, 12, 31), food_bank.name], [f"{second:07d}", date(2026, 1, 1), food_bank.name]]
    preview = office.upload("uitreikingen", sheet("Voucher;Uitgereikt op;Intermediair", *rows), paid="nee")
    [new] = preview.context["groups"]
    notes = [row.note for row in new.rows]
    assert notes == ["", "Op die dag niet geaccrediteerd: telt mee, zonder vergoeding"]


USERS = "E-mail;Naam;Rol;Organisatie;Vestiging"


def test_who_is_known_gets_a_desk_or_a_name_and_no_mail(office, clerk, manager, venlo, other_clerk):
    """A row that says the same about one, beside a row that changes another."""
    east = Branch.objects.create(organisation=venlo, name="Oost", municipality=venlo.municipality)
    Assignment.objects.filter(user=clerk).update(branch=east)
    desk, boss = "Bibliotheek balie", "Bibliotheek beheer"
    rows = [
        [clerk.email, "Vera", desk, "Bibliotheek Venlo", "oost"],
        [manager.email, "Mara Vos", boss, "Bibliotheek Venlo", ""],
        [other_clerk.email, "Lars", desk, "Bibliotheek Landgraaf", "Centrum"],
        [other_clerk.email, "Lars", boss, "Bibliotheek Landgraaf", ""],
        ["nieuw@voorbeeld.example", "Nina", desk, "Bibliotheek Venlo", ""],
        ["nieuw@voorbeeld.example", "Nina", boss, "Bibliotheek Venlo", ""],
    ]
    assert office.read_in("gebruikers", sheet(USERS, *rows)) == counts(same=1, changed=3, new=2)
    roles = Assignment.objects.exclude(user__email="carla@voorbeeld.example").order_by("user__email", "role")
    assert [(each.user.name, each.role, str(each.branch or "")) for each in roles] == [
        ("Lars", "library_desk", "Centrum"),
        ("Lars", "library_manager", ""),
        ("Mara Vos", "library_manager", ""),
        ("Nina", "library_desk", ""),
        ("Nina", "library_manager", ""),
        ("Vera", "library_desk", "Oost"),
    ]
    nina = User.objects.get(name="Nina")
    assert [each.user for each in Invitation.objects.all()] == [nina]
    assert {(each.granted_at, each.granted_by.name) for each in nina.assignments.all()} == {(at(TODAY), "Carla")}
    assert office.read_in("gebruikers", sheet(USERS, *rows)) == counts(same=6)


def test_a_role_of_the_office_in_two_lists_waits_once(office, finance, clerk):
    row = [clerk.email, "Vera", "Cubiss lezer", "", ""]
    assert office.read_in("gebruikers", sheet(USERS, row)) == counts(changed=1)
    assert office.read_in("gebruikers", sheet(USERS, row)) == counts(changed=1), "as long as nobody agreed"
    second_person.accept(PendingChange.objects.get(decided_at=None), by=finance, at=at(TODAY))
    assert {each.role for each in clerk.assignments.all()} == {Role.LIBRARY_DESK, Role.CUBISS_READER}
    assert office.read_in("gebruikers", sheet(USERS, row)) == counts(same=1)


STOCK = "Eerste nummer;Laatste nummer;Vorm;Geldig tot en met;Houder;Sinds"


@pytest.mark.parametrize("turned", [False, True])
def test_a_range_within_one_that_reaches_further_overlaps_with_that(turned, office, food_bank):
    until = date(2027, 12, 31)
    pairs = [(1, 100), (10, 20), (50, 60), (100, 110), (101, 101), (111, 111)]
    rows = [[first, last, "", until, "", TODAY] for first, last in (reversed(pairs) if turned else pairs)]
    told = why(office.upload("beginvoorraad", sheet(STOCK, *rows)))
    line = {pair: number for number, pair in enumerate(reversed(pairs) if turned else pairs, 2)}
    whole = f"Deze reeks overlapt met regel {line[1, 100]}."
    assert told == {
        line[10, 20]: whole,
        line[50, 60]: whole,
        line[100, 110]: whole,
        line[101, 101]: f"Deze reeks overlapt met regel {line[100, 110]}.",
    }


def test_the_days_and_the_size_of_a_range_at_their_borders(office, food_bank, monkeypatch):
    from kbl.intake.kinds import stock

    monkeypatch.setattr(stock, "MOST_NUMBERS", 10)
    bank, until = "Voedselbank Venlo", date(2027, 12, 31)
    rows = [
        [1, 4, "", until, bank, date(2025, 8, 1)],
        [11, 14, "", until, bank, date(2025, 7, 31)],
        [21, 26, "", TODAY, "", TODAY],
        [31, 31, "", until, "", TODAY],
        [41, 41, "", TODAY - timedelta(days=1), "", TODAY],
        [51, 51, "", until, "", TODAY + timedelta(days=1)],
    ]
    preview = office.upload("beginvoorraad", sheet(STOCK, *rows))
    told = {line: sentence.split(" ")[0] for line, sentence in why(preview).items()}
    assert told == {3: "Voedselbank", 5: "In", 6: "Geldig", 7: "Sinds:"}, (
        "ten fit, and what was refused is no part of it"
    )
    new = next(group for group in preview.context["groups"] if group.verdict == "new")
    assert [(row.number, row.note) for row in new.rows] == [(2, "4 vouchers"), (4, "6 vouchers")]
