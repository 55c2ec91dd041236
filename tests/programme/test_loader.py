"""A programme file is loaded whole or not at all; a second time changes nothing."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from kbl.fund import budget
from kbl.fund.models import BudgetLine, Instalment
from kbl.organisations.models import Branch, ClosingLock, Municipality, Organisation, Programme, YearTarget
from kbl.periods import Quarter
from kbl.programme.loader import LoadRefused, load, load_file
from kbl.programme.programme_file import LIMBURG, WrongProgrammeFile, read
from kbl.settlements.closing import closing
from kbl.settlements.models import Tariff
from kbl.settlements.statements import self_billing
from kbl.settlements.tariffs.tariffs import tariff_on
from libraries.models import Participation
from tests import by_two
from tests.conftest import at

pytestmark = pytest.mark.django_db

BUDGET = {2025: 275_280, 2026: 665_100, 2027: 980_300}
FUND = {2025: 94_500, 2026: 261_500, 2027: 590_500}
SUBSIDY = {2025: 138_000, 2026: 310_000, 2027: 634_000}


@pytest.mark.both_engines
def test_limburg_is_loaded_as_the_plan_has_it():
    load_file(LIMBURG)

    programme = Programme.current()
    assert (programme.starts_on, programme.ends_on) == (date(2025, 1, 1), date(2027, 12, 31))
    assert dict(YearTarget.objects.values_list("year", "new_memberships")) == {2025: 2_000, 2026: 3_500, 2027: 7_000}
    for year in BUDGET:
        lines = BudgetLine.objects.filter(year=year)
        assert sum(line.amount for line in lines) == BUDGET[year]
        assert budget.fund(year) == FUND[year]
        assert budget.subsidy(programme.commissioner, year) == SUBSIDY[year]
        assert sum(each.amount for each in Instalment.objects.filter(due_on__year=year)) == FUND[year]
    assert [tariff_on("membership", date(year, 12, 31)).amount for year in BUDGET] == [42, 45, 45]
    assert tariff_on("handling", date(2025, 9, 1)).vat == "outside"
    assert Municipality.objects.count() == 31
    assert Participation.objects.count() == 15
    assert Organisation.objects.get(slug="cubiss").buyer_reference == "KBL-LIMBURG"
    assert ClosingLock.objects.filter(pk=1).exists()


def test_every_municipality_starts_with_the_one_library_that_serves_it():
    load_file(LIMBURG)

    early = Municipality.objects.filter(starts_on__year=2025).order_by("starts_on")
    assert list(early.values_list("name", "starts_on")) == [
        ("Venlo", date(2025, 9, 1)),
        ("Landgraaf", date(2025, 9, 15)),
        ("Gennep", date(2025, 10, 1)),
    ]
    for place in Municipality.objects.all():
        library = Participation.objects.filter(library__branches__municipality=place).distinct().get()
        assert place.starts_on == library.starts_on
    assert Branch.objects.values("organisation").distinct().count() == 15


def test_whoever_is_in_the_file_passes_the_checks_of_the_screens():
    load_file(LIMBURG)
    for organisation in Organisation.objects.all():
        organisation.full_clean()


@pytest.mark.both_engines
def test_loading_twice_changes_nothing(capsys):
    assert not load_file(LIMBURG).nothing_changed
    assert load_file(LIMBURG).nothing_changed
    call_command("load_programme", str(LIMBURG))
    assert "niets veranderd" in capsys.readouterr().out


def test_what_changed_in_the_file_is_brought_up_to_date(changed):
    load_file(LIMBURG)
    path = changed(
        ('name = "Limburg 2025-2027"', 'name = "Limburg leest mee"'),
        ("starts_on = 2025-10-01", "starts_on = 2025-10-06"),
        ('"Voorbeeldstraat 2"', '"Voorbeeldlaan 2"'),
        ("2026 = 3500", "2026 = 3600"),
    )
    loaded = load_file(path)

    assert Programme.current().name == "Limburg leest mee"
    assert Municipality.objects.get(name="Gennep").starts_on == date(2025, 10, 6)
    assert Organisation.objects.get(slug="bibliotheek-venlo").street == "Voorbeeldlaan 2"
    assert YearTarget.objects.get(year=2026).new_memberships == 3_600
    assert sum(loaded.changed.values()) == 5  # Gennep's library starts later too
    assert not loaded.added


@pytest.mark.both_engines
def test_what_is_set_on_screen_stays_until_the_file_says_it(changed):
    load_file(LIMBURG)
    Programme.objects.update(exemption_words="Zegt de fiscalist.", vat_checked_on=date(2026, 3, 1))
    Organisation.objects.filter(slug="cubiss").update(buyer_reference="ANDERS")
    load_file(changed(('buyer_reference = "KBL-LIMBURG"', "")))
    programme = Programme.current()
    assert (programme.exemption_words, programme.vat_checked_on) == ("Zegt de fiscalist.", date(2026, 3, 1))
    assert Organisation.objects.get(slug="cubiss").buyer_reference == "ANDERS"
    said = 'exemption_words = "Artikel 11."\nvat_checked_on = 2026-04-01\nstarts_on = 2025-01-01\nends_on'
    load_file(changed(("starts_on = 2025-01-01\nends_on", said)))
    programme = Programme.current()
    assert (programme.exemption_words, programme.vat_checked_on) == ("Artikel 11.", date(2026, 4, 1))
    assert Organisation.objects.get(slug="cubiss").buyer_reference == "KBL-LIMBURG"


def test_agreements_about_invoices_come_with_the_file_and_stay_as_they_are_made(changed, coordinator):
    load_file(changed(('invoice_prefix = "VEN"', 'invoice_prefix = "VEN"\nown_numbers = true')))
    venlo = Organisation.objects.get(slug="bibliotheek-venlo")
    agreed = self_billing.standing(venlo)
    assert agreed is not None and (agreed.since, agreed.by) == (date(2025, 9, 1), None)
    assert Participation.objects.get(library=venlo).own_numbers
    assert not Participation.objects.filter(own_numbers=True).exclude(library=venlo).exists()
    Programme.objects.update(reminder_after=5, silence_after=40)
    self_billing.end(venlo, on=date(2026, 3, 2), by=coordinator, at=at(date(2026, 3, 2)))
    load_file(LIMBURG)
    participation = Participation.objects.get(library=venlo)
    assert (participation.self_billing_since, participation.own_numbers) == (None, True), "what was ended stays ended"
    programme = Programme.current()
    assert (programme.reminder_after, programme.silence_after) == (5, 40)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("amount = 42.00", 'amount = "veel"', "[[tariffs]] nr. 1 (membership): amount: schrijf een bedrag"),
        ("amount = 42.00", "amount = 0", "[[tariffs]] nr. 1 (membership): amount: een tarief is meer dan nul"),
        ("amount = 42.00", "amount = 42.005", "[[tariffs]] nr. 1 (membership): amount: "),
        ('vat = "exempt"', 'vat = "geen"', "Kies uit exempt, outside, low, high."),
        ('kind = "membership"', 'kind = "handling"', "het tarief handling vanaf 2025-01-01 staat er twee keer"),
        ("2026 = 3500", "2031 = 3500", "2031 ligt buiten het programma"),
        ("2026 = 3500", "2026 = true", "[targets] 2026: new_memberships: schrijf een heel getal"),
        ('3 = "Vouchersysteem gemeente"', '7 = "Zevende weg"', "spoor 7 bestaat niet"),
        ("due_on = 2025-07-15", "due_on = 2025-07-15T10:00:00", "termijn 2): due_on: schrijf een dag"),
        ('code = "GM0888"', 'code = "888"', "nr. 1 (Beek): code: '888' is geen CBS-code"),
        ("latitude = 50.940\n", "", "nr. 1 (Beek): latitude, longitude: schrijf ze allebei"),
        ('code = "GM0888"', 'code = "GM0889"', "[[municipalities]]: code GM0889 staat er twee keer"),
        ('name = "Beekdaelen"', 'name = "Beek"', "[[municipalities]]: Beek staat er twee keer"),
        ('name = "Nuth", municipality = "Beekdaelen"', 'name = "Nuth", municipality = "Brunssum"', "geen biblioth"),
        ('name = "Nuth", municipality = "Beekdaelen"', 'name = "Nuth", municipality = "Aken"', "'Aken' staat niet"),
        ('invoice_prefix = "LAN"', 'invoice_prefix = "VEN"', "invoice_prefix: VEN staat er twee keer"),
        ("starts_on = 2025-10-01", "starts_on = 2024-10-01", "die dag ligt buiten het programma"),
        ("ends_on = 2027-12-31", "ends_on = 2024-12-31", "ends_on: de laatste dag komt na de eerste dag"),
        ('kvk = "00000002"', 'kvk = "2"', "(Bibliotheek Venlo): kvk: Een KvK-nummer heeft 8 cijfers"),
        ('postcode = "5911 XX"', 'postcode = "911 XX"', "(Bibliotheek Venlo): postcode: Een postcode ziet eruit als"),
        ('city = "Roermond"', "", "[cubiss]: city: Bij het adres ontbreekt nog: plaats."),
        ('vat_id = "NL000000002B55"', 'vat_id = "NL000000002B56"', "vat_id: Dit btw-id klopt niet"),
        ('iban = "NL42TEST0000000002"', 'iban = "NL43TEST0000000002"', "iban: Dit IBAN klopt niet"),
        ('email = "facturen@', 'mail = "facturen@', "[cubiss]: mail: dit veld bestaat niet"),
        ('commissioner = "Provincie Limburg"\n', "", "[programme]: commissioner: dit veld ontbreekt"),
        ("[cubiss]", "[kubiss]", "[kubiss]: dit onderdeel bestaat niet"),
        ('post = "1.2"', 'post = "1.1"', "post 1.1 staat er voor 2025 twee keer"),
        ("amounts = { 2025 = 8300,", "amounts = { 2025 = -1,", "een post is niet minder dan nul"),
    ],
)
def test_a_wrong_entry_has_its_own_sentence_and_changes_nothing(changed, old, new, sentence):
    with pytest.raises(WrongProgrammeFile) as wrong:
        load_file(changed((old, new)))
    assert any(sentence in each for each in wrong.value.sentences), wrong.value.sentences
    assert not Programme.objects.exists()
    assert not Municipality.objects.exists()


def test_everything_that_is_wrong_is_told_at_once(changed, capsys):
    path = changed(
        ('code = "GM0888"', 'code = "888"'), ('kvk = "00000002"', 'kvk = "2"'), ("2026 = 3500", "2026 = 1.5")
    )
    with pytest.raises(CommandError) as refused:
        call_command("load_programme", str(path))
    assert "3 keer klopt er iets niet" in str(refused.value)
    assert str(refused.value).count("\n  - ") == 3


def test_a_file_that_is_not_toml_names_the_line(changed, tmp_path):
    with pytest.raises(WrongProgrammeFile, match=r"^Regel 9, kolom \d+: de schrijfwijze klopt niet"):
        read(changed(('name = "Limburg 2025-2027"', 'name = "Limburg')))
    with pytest.raises(WrongProgrammeFile, match="is er niet"):
        read(tmp_path / "nergens.toml")
    latin = tmp_path / "latin.toml"
    latin.write_bytes('name = "Coördinator"'.encode("latin-1"))
    with pytest.raises(WrongProgrammeFile, match="UTF-8"):
        read(latin)


def test_an_amount_that_was_agreed_never_changes(changed):
    load_file(LIMBURG)
    with pytest.raises(LoadRefused, match="Een tarief verandert niet"):
        load_file(changed(("amount = 45.00", "amount = 45.01"), ('name = "Limburg 2025-2027"', 'name = "Anders"')))
    assert tariff_on("membership", date(2026, 1, 1)).amount == Decimal("45.00")
    assert Programme.current().name == "Limburg 2025-2027"


def test_a_later_tariff_can_be_added_but_not_into_closed_books(changed, coordinator):
    load_file(LIMBURG)
    for number in range(1, 5):
        closing.close(Quarter(2025, number), by=coordinator, at=at(date(2026, 1, 12)))
    later = '[[tariffs]]\nkind = "membership"\nfirst_day = {}\namount = 47.00\nvat = "exempt"\n\n[targets]'
    with pytest.raises(LoadRefused, match="gesloten tot en met 31 december 2025"):
        load_file(changed(("[targets]", later.format("2025-12-01"))))
    assert load_file(changed(("[targets]", later.format("2027-07-01")))).added["Tarieven"] == 1
    assert Tariff.objects.filter(kind="membership").count() == 3


def test_with_two_people_at_cubiss_a_file_brings_no_tariff_account_or_address(changed, coordinator, request):
    """A file is the work of one: what leads to money is asked on screen; what is there already stays the same."""
    load_file(LIMBURG)
    request.getfixturevalue("finance")
    assert load_file(LIMBURG).nothing_changed
    tariff = '[[tariffs]]\nkind = "membership"\nfirst_day = 2027-07-01\namount = 47.00\nvat = "exempt"\n\n[targets]'
    Organisation.objects.filter(slug="bibliotheek-venlo").update(iban="")
    with pytest.raises(LoadRefused) as refused:
        load_file(changed(("[targets]", tariff)))
    assert [each.split(":")[0] for each in refused.value.sentences] == [
        "[[tariffs]] lidmaatschapsjaar vanaf 1 juli 2027",
        "Bibliotheek Venlo, iban",
    ]
    assert all("Daar kijkt een tweede persoon naar." in each for each in refused.value.sentences)
    assert Organisation.objects.get(slug="bibliotheek-venlo").iban == ""


def test_what_money_or_members_depend_on_is_kept(changed, coordinator, request):
    load_file(LIMBURG)
    finance = request.getfixturevalue("finance")
    closing.close(Quarter(2025, 1), by=coordinator, at=at(date(2025, 4, 12)))
    instalment = Instalment.objects.earliest("due_on")
    by_two.receive(instalment, amount=Decimal(1_000), on=date(2025, 2, 1), by=finance, at=at(date(2025, 2, 1)))
    path = changed(
        ("starts_on = 2025-01-01", "starts_on = 2025-04-01"),
        ("amount = 47250", "amount = 47251"),
        ('iban = "NL42TEST0000000002"', 'iban = "NL69TEST0000000001"'),
    )
    with pytest.raises(LoadRefused) as refused:
        load(read(path))
    starts, money, account = refused.value.sentences
    assert "De eerste dag ligt nu vast" in starts
    assert "hierop is al geld ontvangen" in money
    assert "een tweede persoon" in account
