"""Every kind of list, row by row: what is new, what changes, what is there already, and what cannot and why."""

from datetime import date, timedelta

from django.urls import reverse

from intermediaries.handouts import handout
from intermediaries.kinds.kinds import Kinds
from intermediaries.kinds.models import IntermediaryKind
from intermediaries.models import Accreditation, Handout
from kbl.accounts.models import Assignment, Role, User
from kbl.organisations.models import AccountChange, Branch, Municipality, Organisation
from kbl.payments.accounts import accounts
from kbl.second_person import second_person
from kbl.second_person.models import PendingChange
from libraries import enrolment, renewal
from libraries.models import Enrolment, MembershipYear
from tests.conftest import START, at, branch_of
from tests.intake.conftest import TODAY, counts, sheet, why
from vouchers.batches import make_batch
from vouchers.custody import stock
from vouchers.models import Batch, SerialCounter, StockMovement, Voucher
from vouchers.numbers import SerialRange

DAY = date(2025, 10, 6)
UNTIL = date(2027, 12, 31)


# --- organisations ------------------------------------------------------------------------------------------------


def test_the_kind_of_an_intermediary_is_read_in_and_downloaded_again(office, food_bank, venlo):
    content = sheet(
        "Naam;Soort intermediair",
        ["Voedselbank Venlo", "voedselbank"],
        ["Taalhuis", "Taalhuis"],
        ["Anders en Zo", "sportschool"],
    )
    preview = office.upload("organisaties", content)
    assert preview.context["counts"] == counts(changed=1, new=1, wrong=1)
    assert "Kies uit: Volwassenenfonds; Gemeente;" in preview.content.decode()
    office.confirm("organisaties", preview)
    known = Kinds.known()
    assert known.kind(food_bank.pk, None) == IntermediaryKind.FOOD_BANK
    assert known.kind(Organisation.objects.get(name="Taalhuis").pk, None) == IntermediaryKind.LANGUAGE
    again = office.client.get(reverse("cubiss:intake_download", args=["organisaties", "csv"])).content
    assert office.upload("organisaties", again).context["counts"]["same"] == Organisation.objects.count()
    other = sheet("Naam;Soort intermediair", ["Voedselbank Venlo", "Welzijnswerk"], ["Taalhuis", ""])
    assert office.read_in("organisaties", other) == counts(changed=1, same=1)
    assert Kinds.known().kind(food_bank.pk, None) == IntermediaryKind.WELFARE


def test_an_organisation_changes_where_a_cell_says_something_else(office, finance, food_bank, venlo):
    content = sheet(
        "Naam;Straat en huisnummer;Postcode;Plaats;E-mail;IBAN",
        ["Voedselbank Venlo", "Markt 2", "", "", "nieuw@voorbeeld.example", ""],
        ["bibliotheek venlo", "", "", "", "", ""],
        ["Taalhuis", "Kade 3", "5911ab", "Venlo", "", "NL91 ABNA 0417 1643 00"],
    )
    preview = office.upload("organisaties", content)
    assert preview.context["counts"] == counts(changed=1, new=1, same=1)
    changed = next(group for group in preview.context["groups"] if group.verdict == "changed")
    [email] = changed.rows[0].changes
    assert (email.column, email.old, email.new) == (
        "E-mail voor stukken",
        "voedselbank-venlo@voorbeeld.example",
        "nieuw@voorbeeld.example",
    )
    assert Organisation.objects.count() == 2, "looking changes nothing"
    office.confirm("organisaties", preview)
    food_bank.refresh_from_db()
    assert (food_bank.email, food_bank.city) == ("voedselbank-venlo@voorbeeld.example", "Venlo")
    asked = PendingChange.objects.get(decided_at=None)
    assert (asked.kind, asked.becomes) == ("mail_address", "nieuw@voorbeeld.example"), "where it is warned takes two"
    second_person.accept(asked, by=finance, at=asked.asked_at)
    food_bank.refresh_from_db()
    assert (food_bank.email, food_bank.city) == ("nieuw@voorbeeld.example", "Venlo"), "an empty cell leaves it as it is"
    house = Organisation.objects.get(slug="taalhuis")
    assert (house.iban, house.postcode) == ("", "5911 AB"), "a first account waits for a second person"
    assert house.account_changes.get().iban == "NL91ABNA0417164300"


def test_half_an_address_is_told_and_one_that_becomes_whole_is_not(office, venlo):
    preview = office.upload(
        "organisaties",
        sheet(
            "Naam;Straat en huisnummer;Postcode;Plaats",
            ["Taalhuis", "Kade 3", "", "Venlo"],
            ["Buurthuis", "", "0911 AB", ""],
            ["Bibliotheek Venlo", "Kade 4", "", ""],
        ),
    )
    told = why(preview)
    assert told[2] == "Bij het adres ontbreekt nog: postcode. Vul het hele adres in."
    assert told[3].startswith("Postcode: Een postcode ziet eruit als 5911 AB.")
    assert preview.context["counts"] == counts(wrong=2, changed=1)


def test_a_name_changes_only_for_who_is_called_by_his_short_name(office, food_bank):
    """Capitals that somebody typed otherwise are no new name."""
    by_name = sheet("Naam", ["VOEDSELBANK venlo"])
    assert office.read_in("organisaties", by_name) == counts(same=1)
    by_slug = sheet("Naam;Korte naam", ["Voedselbank Groot-Venlo", "voedselbank-venlo"])
    assert office.read_in("organisaties", by_slug) == counts(changed=1)
    food_bank.refresh_from_db()
    assert food_bank.name == "Voedselbank Groot-Venlo"


def test_an_account_never_changes_by_a_file(office, food_bank, welfare, venlo):
    parent = Organisation.objects.create(name="Fonds", slug="fonds", iban="NL20INGB0001234567")
    office_of_fund = Organisation.objects.create(name="Kantoor", slug="kantoor", parent=parent)
    preview = office.upload(
        "organisaties",
        sheet(
            "Naam;IBAN;Hoort bij",
            ["Voedselbank Venlo", "NL86INGB0002445588", ""],
            ["Welzijn Noord", "", "Fonds"],
            ["Kantoor", "NL39RABO0300065264", ""],
            ["Bibliotheek Venlo", "NL91ABNA0417164301", ""],
        ),
    )
    assert preview.context["counts"] == counts(wrong=4)
    told = why(preview)
    assert all("tweede persoon" in told[row] for row in (2, 3, 4))
    assert told[4].startswith("IBAN: nu wordt Fonds voor deze organisatie betaald.")
    assert told[5] == "IBAN: Dit IBAN klopt niet. Kijk het nog eens na."
    office.confirm("organisaties", preview)
    office_of_fund.refresh_from_db()
    assert office_of_fund.iban == ""


def test_the_holder_comes_with_a_first_account_and_never_alone(office, finance, food_bank, venlo):
    Organisation.objects.create(name="Taalhuis", slug="taalhuis")
    preview = office.upload(
        "organisaties",
        sheet(
            "Naam;IBAN;Ten name van",
            ["Taalhuis", "NL86INGB0002445588", "Stichting Taal"],
            ["Leeshuis", "NL39RABO0300065264", "Stichting Lezen"],
            ["Bibliotheek Venlo", venlo.iban, "Iemand Anders"],
        ),
    )
    assert preview.context["counts"] == counts(new=1, changed=1, wrong=1)
    assert "tweede persoon" in why(preview)[4]
    office.confirm("organisaties", preview)
    for change in AccountChange.objects.filter(decided_at=None):  # a first account waits for a second person
        accounts.accept(change, by=finance, at=change.asked_at)
    names = dict(Organisation.objects.values_list("slug", "account_holder"))
    assert (names["taalhuis"], names[venlo.slug]) == ("Stichting Taal", "")


def test_a_wrong_organisation_tells_everything_that_is_wrong_with_it(office, food_bank, welfare):
    preview = office.upload(
        "organisaties",
        sheet(
            "Naam;Korte naam;Gemeente;KvK;E-mail;Straat;Hoort bij;Spoor;Geaccrediteerd vanaf;Protocol",
            ["Welzijn Oost", "", "Nergens", "123", "geen adres", "Bel 06-12345678", "Niemand", "9", "gisteren", ""],
            ["", "x", "", "", "", "", "", "", "", ""],
            ["Voedselbank Venlo", "iets-anders", "", "", "", "", "", "", "", ""],
            ["Twee", "twee", "", "", "", "", "", "", "", ""],
            ["Twee", "ook-twee", "", "", "", "", "", "", "", ""],
            ["Half", "", "", "", "", "", "", "4", "", "1.0"],
            ["=Formule", "", "", "", "", "", "", "", "", ""],
            ["Mail jan@voorbeeld.example", "", "", "", "", "", "", "", "", ""],
        ),
    )
    told = why(preview)
    for word in ("Gemeente:", "KvK-nummer:", "E-mail", "Straat", "Hoort bij:", "Spoor:", "Geaccrediteerd vanaf:"):
        assert word in told[2]
    assert told[3] == "Naam: Dit moet ingevuld zijn."
    assert told[4] == "Er is al een andere organisatie met deze naam (korte naam voedselbank-venlo)."
    assert told[6] == "Dezelfde naam staat op regel 5, met een andere korte naam."
    assert told[7] == "Voor een accreditatie zijn spoor, begindag en protocol alle drie nodig."
    assert told[8].startswith("Naam: Hier staat een formule")
    assert told[9].startswith("Naam: Hier staat iets dat op een e-mailadres lijkt.")
    assert preview.context["counts"] == counts(new=1, wrong=7), "only the first of the two that are called Twee"


def test_an_accreditation_comes_with_its_organisation_and_stays_what_it_is(office, food_bank):
    headers = "Naam;Spoor;Geaccrediteerd vanaf;Geaccrediteerd tot en met;Protocol"
    new = sheet(
        headers, ["Nieuw", "4", date(2026, 1, 1), "", "1.1"], ["Voedselbank Venlo", "4", date(2025, 8, 1), "", "1.0"]
    )
    assert office.read_in("organisaties", new) == counts(new=1, same=1)
    assert Accreditation.objects.get(organisation__slug="nieuw").track == 4
    preview = office.upload(
        "organisaties",
        sheet(
            headers,
            ["Nieuw", "3", date(2026, 1, 1), "", "1.1"],
            ["Voedselbank Venlo", "4", date(2026, 2, 1), "", "1.1"],
        ),
    )
    assert why(preview) == {
        2: "De accreditatie vanaf deze dag is anders vastgelegd. Wijzig haar bij de organisatie.",
        3: "Er is al een accreditatie vanaf 1 augustus 2025. Beëindig die eerst.",
    }


# --- branches -----------------------------------------------------------------------------------------------------


def test_branches_are_known_by_library_and_name(office, venlo, voucher, clerk, coordinator):
    Municipality.objects.create(name="Beesel", code="GM0889", starts_on=date(2025, 9, 1))
    enrolment.redeem(voucher.number, branch=branch_of(venlo), kind="new", on=DAY, by=clerk, at=at(DAY))
    headers = "Bibliotheek;Vestiging;Gemeente;Plaats"
    content = sheet(
        headers, ["Bibliotheek Venlo", "Blerick", "Beesel", ""], ["bibliotheek-venlo", "CENTRUM", "Venlo", "Venlo"]
    )
    preview = office.upload("vestigingen", content)
    assert preview.context["counts"] == counts(new=1, changed=1)
    office.confirm("vestigingen", preview)
    assert Branch.objects.get(name="Centrum").city == "Venlo"
    assert Branch.objects.get(name="Blerick").organisation == venlo
    preview = office.upload(
        "vestigingen",
        sheet(
            headers,
            ["Bibliotheek Venlo", "Centrum", "Beesel", ""],
            ["Bibliotheek Venlo", "Blerick", "Venlo", ""],
            ["Bibliotheek Utopia", "Centrum", "Venlo", ""],
        ),
    )
    assert why(preview) == {
        2: "Gemeente: hier zijn al mensen ingeschreven. Hun lidmaatschap telt voor de oude gemeente.",
        4: "Bibliotheek: Wij kennen geen organisatie met deze naam.",
    }
    assert preview.context["counts"] == counts(wrong=2, changed=1)


# --- users --------------------------------------------------------------------------------------------------------

USERS = "E-mail;Naam;Rol;Organisatie;Vestiging"


def test_somebody_with_two_roles_has_two_rows_and_one_account(office, venlo, food_bank):
    content = sheet(
        USERS,
        ["Vera@Voorbeeld.example", "Vera", "Bibliotheek balie", "Bibliotheek Venlo", "Centrum"],
        ["vera@voorbeeld.example", "Vera", "intermediary", "Voedselbank Venlo", ""],
        ["petra@voorbeeld.example", "Petra", "Provincie", "", ""],
    )
    assert office.read_in("gebruikers", content) == counts(new=3)
    vera = User.objects.get(email="vera@voorbeeld.example")
    assert not vera.has_usable_password()
    assert {each.role for each in vera.assignments.all()} == {"library_desk", "intermediary"}
    assert office.read_in("gebruikers", content) == counts(same=3)


def test_a_known_colleague_may_get_a_name_a_role_or_a_desk(office, clerk, venlo, food_bank):
    Branch.objects.create(organisation=venlo, name="Blerick", municipality=venlo.municipality)
    content = sheet(
        USERS,
        [clerk.email, "Vera de Boer", "Bibliotheek balie", "Bibliotheek Venlo", "Blerick"],
        [clerk.email, "Vera de Boer", "Bibliotheek beheer", "Bibliotheek Venlo", ""],
    )
    preview = office.upload("gebruikers", content)
    assert preview.context["counts"] == counts(changed=2)
    office.confirm("gebruikers", preview)
    clerk.refresh_from_db()
    assert clerk.name == "Vera de Boer"
    assert {(each.role, str(each.branch or "")) for each in clerk.assignments.all()} == {
        (Role.LIBRARY_DESK, "Blerick"),
        (Role.LIBRARY_MANAGER, ""),
    }


def test_a_role_fits_its_organisation_and_nobody_raises_himself(office, coordinator, venlo, food_bank, clerk):
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    preview = office.upload(
        "gebruikers",
        sheet(
            USERS,
            ["a@voorbeeld.example", "A", "Bibliotheek balie", "Voedselbank Venlo", ""],
            ["b@voorbeeld.example", "B", "Intermediair", "Bibliotheek Venlo", ""],
            ["c@voorbeeld.example", "C", "Cubiss lezer", "Bibliotheek Venlo", ""],
            ["d@voorbeeld.example", "D", "Intermediair", "", ""],
            ["e@voorbeeld.example", "E", "Bibliotheek balie", "Bibliotheek Venlo", "Zolder"],
            ["f@voorbeeld.example", "F", "Directeur", "Bibliotheek Venlo", ""],
            [coordinator.email, "Carla", "Cubiss financiën", "", ""],
            [clerk.email, "Vera", "Bibliotheek balie", "Bibliotheek Venlo", ""],
            ["geen adres", "G", "Provincie", "", ""],
        ),
    )
    told = why(preview)
    assert preview.context["counts"] == counts(wrong=9)
    assert told[2] == "Organisatie: deze organisatie doet nog niet mee als bibliotheek."
    assert told[3] == "Organisatie: deze organisatie heeft nog geen accreditatie."
    assert told[4] == "Organisatie: deze rol hoort bij het programma. Laat de cel leeg."
    assert told[5] == "Organisatie: vul in voor wie deze collega werkt."
    assert told[6] == "Vestiging: dit is geen vestiging van deze bibliotheek."
    assert told[7].startswith("Rol: Kies uit: ")
    assert told[8] == "Dit bent u zelf. Uw eigen rol en naam verandert een collega."
    assert told[9] == "Dit account is niet in gebruik. Zet het eerst aan, bij Gebruikers."
    assert told[10] == "E-mailadres: Dit is geen e-mailadres."
    assert Assignment.objects.filter(user=coordinator).count() == 1


# --- opening stock ------------------------------------------------------------------------------------------------

STOCK = "Eerste nummer;Laatste nummer;Vorm;Geldig tot en met;Houder;Sinds"


def test_opening_stock_is_a_batch_in_its_drawer_and_the_counter_jumps(office, food_bank, coordinator):
    content = sheet(
        STOCK, ["5000", "5099", "papier", UNTIL, "voedselbank-venlo", START], ["4000", "4009", "", UNTIL, "", START]
    )
    assert office.read_in("beginvoorraad", content) == counts(new=2)
    assert SerialCounter.objects.get().next_serial == 5100
    movement = StockMovement.objects.get()
    assert (movement.range, movement.to_holder, movement.on) == (SerialRange(5000, 5099), food_bank, START)
    drawer = Voucher.objects.within(SerialRange(5000, 5099))
    assert set(drawer.values_list("holder", "status", "held_since")) == {(food_bank.pk, "allocated", START)}
    assert len(set(drawer.values_list("secret", flat=True))) > 90
    made = make_batch(5, medium="paper", valid_until=UNTIL, on=TODAY, by=coordinator, at=at(TODAY))
    assert made.first_serial == 5100


def test_ranges_that_cannot_be(office, batch, food_bank, venlo):
    first, last = f"{batch.first_serial:07d}", f"{batch.last_serial:07d}"
    preview = office.upload(
        "beginvoorraad",
        sheet(
            STOCK,
            [f"{batch.last_serial - 1:07d}", "0000300", "", UNTIL, "", START],
            [first, last, "digitaal", batch.valid_until, "", batch.made_on],
            [first, last, "papier", batch.valid_until, "Voedselbank Venlo", batch.made_on],
            ["0000900", "0000800", "", UNTIL, "", START],
            ["0001000", "0001099", "", UNTIL, "", START],
            ["0001090", "0001199", "", UNTIL, "", START],
            ["0002000", "0002001", "", date(2025, 1, 1), "", START],
            ["0002010", "0002011", "", UNTIL, "", TODAY + timedelta(days=1)],
            ["0002020", "0002021", "", UNTIL, "Bibliotheek Venlo", START],
            ["0002030", "0002031", "", UNTIL, "Voedselbank Venlo", date(2025, 7, 31)],
            ["0002040", "9999999", "", UNTIL, "", START],
            ["12345678", "12345679", "", UNTIL, "", START],
        ),
    )
    told = why(preview)
    assert (
        told[2]
        == f"De nummers {SerialRange(batch.last_serial - 1, batch.last_serial)} zijn er al, in een andere serie."
    )
    assert told[3].startswith("Dit spreekt regel 4 tegen")
    assert told[5] == "Het laatste nummer komt voor het eerste nummer."
    assert told[7] == "Deze reeks overlapt met regel 6."
    assert told[8] == "Geldig tot en met: deze dag ligt voor de dag waarop de vouchers er kwamen."
    assert told[9] == "Sinds: deze dag moet nog komen."
    assert told[10] == "Bibliotheek Venlo was op 1 september 2025 niet geaccrediteerd."
    assert told[11] == "Voedselbank Venlo was op 31 juli 2025 niet geaccrediteerd."
    assert told[12] == "In één keer passen 150.000 nummers. Lees deze reeks daarna in."
    assert told[13].startswith("Eerste nummer: In dit nummer zit een typefout")
    assert preview.context["counts"] == counts(new=1, wrong=11)


def test_ranges_that_touch_both_go_and_one_number_in_two_ranges_goes_once(office, food_bank):
    rows = [
        [first, last, "", UNTIL, "Voedselbank Venlo", START] for first, last in ((1, 10), (11, 20), (20, 25), (31, 31))
    ]
    preview = office.upload("beginvoorraad", sheet(STOCK, *rows))
    assert why(preview) == {4: "Deze reeks overlapt met regel 3."}
    assert office.confirm("beginvoorraad", preview).context["counts"] == counts(new=3, wrong=1)
    assert Voucher.objects.held_by(food_bank).count() == 21


def test_a_range_that_is_there_with_something_else_is_told_apart(office, batch, food_bank):
    first, last = f"{batch.first_serial:07d}", f"{batch.last_serial:07d}"
    same = sheet(STOCK, [first, last, "papier", batch.valid_until, "", batch.made_on])
    assert office.read_in("beginvoorraad", same) == counts(same=1)
    other = office.upload(
        "beginvoorraad", sheet(STOCK, [first, last, "digitaal", batch.valid_until, "", batch.made_on])
    )
    assert why(other) == {2: "Deze reeks is er al, met een andere vorm, begindag of geldigheid."}
    holder = office.upload(
        "beginvoorraad", sheet(STOCK, [first, last, "", batch.valid_until, "Voedselbank Venlo", batch.made_on])
    )
    assert "andere houder" in why(holder)[2]
    assert Batch.objects.count() == 1


# --- hand-outs ----------------------------------------------------------------------------------------------------

HANDOUTS = "Nummer;Datum;Organisatie"


def test_hand_outs_are_recorded_where_the_rules_allow(
    office, stock_of_food_bank, food_bank, welfare, worker, venlo, clerk, batch, coordinator
):
    s = list(stock_of_food_bank)
    handout.hand_out(food_bank, [SerialRange(s[5], s[6])], on=DAY, by=worker, at=at(DAY))
    stock.void(SerialRange(s[7], s[7]), reason="lost", on=DAY, by=coordinator, at=at(DAY))
    number = Voucher.objects.get(pk=s[1]).number
    enrolment.redeem(number, branch=branch_of(venlo), kind="new", on=DAY, by=clerk, at=at(DAY))
    ended = food_bank.accreditations.get()
    ended.valid_until = date(2025, 12, 31)
    ended.save()
    bank = "Voedselbank Venlo"
    preview = office.upload(
        "uitreikingen",
        sheet(
            HANDOUTS,
            [str(s[0]), "6-10-2025", bank],
            [number.digits, DAY, bank],
            [str(s[2]), date(2026, 1, 15), bank],
            [f"{s[5]:07d}", DAY, bank],
            [f"{s[6]:07d}", date(2025, 10, 7), bank],
            [f"{s[7]:07d}", DAY, bank],
            [f"{s[8]:07d}", DAY, "Welzijn Noord"],
            [f"{batch.last_serial:07d}", DAY, bank],
            ["9999999", DAY, bank],
            [f"{s[9]:07d}", date(2025, 8, 31), bank],
            [f"{s[10]:07d}", TODAY + timedelta(days=1), bank],
            [f"{s[11]:07d}", date(2024, 10, 6), bank],
            [f"{s[12]:07d}", "31-02-2026", bank],
            [f"{s[13]:07d}", DAY, bank],
            [f"{s[13]:07d}", DAY, bank],
            [f"{s[14]:07d}", DAY, bank],
            [f"{s[14]:07d}", date(2025, 10, 9), bank],
        ),
        paid="nee",
    )
    told = why(preview)
    assert told == {
        6: "Deze voucher is al uitgereikt, op 6 oktober 2025 door Voedselbank Venlo.",
        7: "Deze voucher is ongeldig gemaakt.",
        8: "Deze voucher hoort bij Voedselbank Venlo.",
        9: "Deze voucher ligt nog bij Cubiss.",
        10: "Dit nummer kennen wij niet. Lees eerst de beginvoorraad in.",
        11: "De intermediair kreeg deze voucher pas op 1 september 2025.",
        12: "Deze dag moet nog komen.",
        13: "Het programma begon op 1 januari 2025. Kijk het jaar na.",
        14: "Uitgereikt op: Dit is geen dag die wij kennen. Schrijf hem als dag-maand-jaar.",
        16: "Dit staat ook op regel 15. Eén keer is genoeg.",
        17: "Dit spreekt regel 18 tegen. Laat staan wat klopt.",
        18: "Dit spreekt regel 17 tegen. Laat staan wat klopt.",
    }
    assert preview.context["counts"] == counts(new=4, same=1, wrong=12)
    assert "zonder vergoeding" in preview.content.decode()
    done = office.confirm("uitreikingen", preview)
    assert done.context["counts"] == counts(new=4, same=1, wrong=12)
    assert set(Handout.objects.filter(on=DAY).values_list("voucher_id", flat=True)) == {s[0], s[1], s[5], s[6], s[13]}
    assert Handout.objects.get(on=date(2026, 1, 15)).accreditation is None, "flagged: it earns nothing"
    assert Voucher.objects.get(pk=s[0]).status == "handed_out"
    assert Voucher.objects.get(pk=s[1]).status == "redeemed", "the library was first, and stays so"


# --- redemptions --------------------------------------------------------------------------------------------------

REDEMPTIONS = "Voucher;Ingewisseld op;Bibliotheek;Vestiging;Soort;Jaren"


def test_redemptions_follow_the_rules_of_the_desk(
    office, stock_of_food_bank, batch, venlo, landgraaf, food_bank, clerk, coordinator
):
    s = [f"{serial:07d}" for serial in stock_of_food_bank]
    stock.void(SerialRange(int(s[9]), int(s[9])), reason="lost", on=DAY, by=coordinator, at=at(DAY))
    number = Voucher.objects.get(pk=int(s[1])).number
    enrolment.redeem(number, branch=branch_of(venlo), kind="new", on=DAY, by=clerk, at=at(DAY))
    Branch.objects.create(organisation=landgraaf, name="Ubach", municipality=landgraaf.municipality)
    lib = "Bibliotheek Venlo"
    preview = office.upload(
        "inwisselingen",
        sheet(
            REDEMPTIONS,
            [s[0], DAY, lib, "", "nieuw lid", ""],
            [s[1], DAY, lib, "", "nieuw", 1],
            [s[2], DAY, lib, "Centrum", "omzetting", 1],
            [s[1][:-1] + "x", DAY, lib, "", "nieuw lid", 1],
            [s[3], date(2025, 8, 31), lib, "", "nieuw lid", 1],
            [s[4], TODAY + timedelta(days=1), lib, "", "nieuw lid", 1],
            [s[5], DAY, "Voedselbank Venlo", "", "nieuw lid", 1],
            [s[6], DAY, "Bibliotheek Landgraaf", "", "nieuw lid", 1],
            [s[7], DAY, lib, "", "nieuw lid", 2],
            [s[8], DAY, lib, "", "kennis van", 1],
            [s[9], DAY, lib, "", "nieuw lid", 1],
            [f"{batch.last_serial:07d}", DAY, lib, "", "nieuw lid", 1],
            [s[10], DAY, lib, "Zolder", "nieuw lid", 1],
        ),
        paid="ja",
    )
    told = why(preview)
    assert told == {
        5: "Voucher: Dit is geen vouchernummer. Het bestaat alleen uit cijfers.",
        6: "De bibliotheek en de gemeente doen mee vanaf 1 september 2025.",
        7: "Deze dag moet nog komen.",
        8: "Bibliotheek: wij kennen van deze organisatie geen vestiging.",
        9: "Vestiging: deze bibliotheek heeft er meer. Vul in welke.",
        10: "Jaren: het volgende jaar begint pas op 6 oktober 2026.",
        11: told[11],
        12: "Deze voucher is ongeldig gemaakt.",
        13: "Deze voucher ligt nog bij Cubiss. Geef bij de beginvoorraad op wie hem had.",
        14: "Vestiging: dit is geen vestiging van deze bibliotheek.",
    }
    assert told[11].startswith("Soort: Kies uit: ")
    done = office.confirm("inwisselingen", preview)
    assert done.context["counts"] == counts(new=2, same=1, wrong=10)
    assert set(Enrolment.objects.values_list("voucher_id", "kind")) == {
        (int(s[0]), "new"),
        (int(s[1]), "new"),
        (int(s[2]), "conversion"),
    }
    assert not Enrolment.objects.get(voucher=int(s[1])).years.get().paid_before, "what was there is not touched"


def test_a_number_stands_once_and_is_told_where(office, voucher, venlo, landgraaf, clerk):
    enrolment.redeem(voucher.number, branch=branch_of(venlo), kind="new", on=DAY, by=clerk, at=at(DAY))
    serial = f"{voucher.serial:07d}"
    for row, sentence in (
        ([serial, DAY, "Bibliotheek Landgraaf", "", "nieuw lid", 1], "op 6 oktober 2025 bij Bibliotheek Venlo."),
        ([serial, date(2025, 10, 7), "Bibliotheek Venlo", "", "nieuw lid", 1], "Deze voucher is al ingewisseld"),
        ([serial, DAY, "Bibliotheek Venlo", "", "omzetting", 1], "Deze inwisseling is er al, met een andere soort."),
    ):
        assert sentence in why(office.upload("inwisselingen", sheet(REDEMPTIONS, row), paid="ja"))[2]


def test_years_that_came_later_are_added_to_the_membership(office, stock_of_food_bank, venlo, clerk, monkeypatch):
    from kbl import clock

    later = date(2027, 10, 10)
    monkeypatch.setattr(clock, "now", lambda: at(later))
    monkeypatch.setattr(clock, "today", lambda: later)
    s = [f"{serial:07d}" for serial in stock_of_food_bank]
    lib = "Bibliotheek Venlo"
    first = sheet(REDEMPTIONS, [s[0], DAY, lib, "", "nieuw lid", 1], [s[1], DAY, lib, "", "nieuw lid", 2])
    assert office.read_in("inwisselingen", first, paid="ja") == counts(new=2)
    renewal.end(MembershipYear.objects.get(enrolment__voucher=int(s[1]), ordinal=2), by=clerk, at=at(later))
    preview = office.upload(
        "inwisselingen",
        sheet(REDEMPTIONS, [s[0], DAY, lib, "", "nieuw lid", 3], [s[1], DAY, lib, "", "nieuw lid", 3]),
        paid="nee",
    )
    assert why(preview) == {3: "Dit lidmaatschap is gestopt. Er komt geen jaar meer bij."}
    done = office.confirm("inwisselingen", preview)
    assert done.context["counts"] == counts(changed=1, wrong=1)
    years = MembershipYear.objects.filter(enrolment__voucher=int(s[0])).order_by("ordinal")
    assert list(years.values_list("ordinal", "on", "paid_before")) == [
        (1, DAY, True),
        (2, date(2026, 10, 6), False),
        (3, date(2027, 10, 6), False),
    ]


def test_a_role_at_cubiss_in_a_list_waits_for_a_second_person(office, finance, programme):
    """And nobody comes in under the name of a colleague."""
    content = sheet(
        "E-mailadres;Naam;Rol;Organisatie",
        ["fien@voorbeeld.example", "Fien", "Cubiss financiën", ""],
        ["ander@voorbeeld.example", "FRANK", "Provincie", ""],
    )
    preview = office.upload("gebruikers", content)
    assert preview.context["counts"] == counts(new=1, wrong=1)
    assert "zo heet al een collega van Cubiss" in why(preview)[3]
    office.confirm("gebruikers", preview)
    fien = User.objects.get(email="fien@voorbeeld.example")
    assert not fien.assignments.exists()
    asked = PendingChange.objects.get(decided_at=None)
    second_person.accept(asked, by=finance, at=asked.asked_at)
    given = fien.assignments.get()
    assert (given.role, given.confirmed_by) == (Role.CUBISS_FINANCE, finance)
