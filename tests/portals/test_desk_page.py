"""The desk: number, answer, choice, done; and every refusal with its own sentence and a next step."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from libraries import enrolment
from libraries.desk_question import GUESSES_PER_ACCOUNT
from libraries.models import Enrolment, Participation, Refusal
from tests.conftest import at, branch_of
from tests.portals.conftest import TODAY
from vouchers.batches import make_batch
from vouchers.custody import stock
from vouchers.models import Batch, Voucher
from vouchers.numbers import Number, SerialRange

DESK, CHECK, REDEEM, LIST = (
    "/bibliotheek/",
    "/bibliotheek/controle/",
    "/bibliotheek/inwisselen/",
    "/bibliotheek/inschrijvingen/",
)
HTMX = {"HX-Request": "true"}


def ask(client: Client, typed: str, **headers) -> str:
    return client.post(CHECK, {"number": typed}, headers=HTMX | headers).content.decode()


def choose(client: Client, number: Number, **fields):
    """What the desk's form sends; a new key unless one is given."""
    branch = client.get(DESK).context["branch"]
    form = {"number": number.digits, "key": str(uuid4()), "kind": "new", "on": TODAY.isoformat(), "branch": branch.pk}
    return client.post(REDEEM, form | fields, headers=HTMX)


# From number to member


def test_the_field_has_the_focus(vera):
    page = vera.get(DESK).content.decode()
    field = re.search(r'<input[^>]*name="number"[^>]*>', page)
    assert field and " autofocus" in field[0] and 'inputmode="numeric"' in field[0]
    assert "Nog geen vouchers ingewisseld." in page


@pytest.mark.parametrize("typed", ["{}", " {} ", "https://kbl.example/v/#{}", "NR {}"])
def test_tanyas_voucher_is_valid_however_it_is_typed(vera, voucher, typed):
    answer = ask(vera, typed.format(voucher.number))
    assert "Deze voucher is geldig" in answer and "31\xa0december\xa02027" in answer
    assert "<html" not in answer
    assert not Refusal.objects.exists()


def test_the_choice_makes_a_member(vera, voucher, clerk):
    answer = choose(vera, voucher.number, kind="conversion", on="2025-10-03").content.decode()
    made = Enrolment.objects.get()
    assert (made.kind, made.on, made.recorded_by) == ("conversion", date(2025, 10, 3), clerk)
    assert "Klaar" in answer and str(voucher) in answer and "Bestaand lid, wordt gratis" in answer
    assert f'data-made="{made.pk}"' in answer, "so that the page counts it once"
    assert voucher.number.digits not in answer


def test_without_a_script_the_same_pages_work(vera, voucher):
    page = vera.post(CHECK, {"number": str(voucher.number)})
    assert "<html" in page.content.decode() and "Deze voucher is geldig" in page.content.decode()
    form = page.context["form"]
    values = {name: form[name].value() for name in ("number", "key", "on", "branch")}
    done = vera.post(REDEEM, values | {"kind": "new"}).content.decode()
    assert "<html" in done and "Klaar" in done
    assert re.search(r'<input[^>]*name="number"(?![^>]*value=)[^>]*id="id_number"', done)


def test_a_form_has_a_new_key_and_a_second_press_gets_the_same_answer(vera, voucher):
    first, second = (re.search(r'name="key" value="([^"]+)"', ask(vera, str(voucher.number))) for _ in range(2))
    assert first and second and first[1] != second[1]
    answers = {choose(vera, voucher.number, key=first[1]).content for _ in range(3)}
    assert len(answers) == 1 and b"Klaar" in answers.pop()
    assert Enrolment.objects.count() == 1
    assert not Refusal.objects.exists()


def test_a_key_that_was_used_for_another_voucher_is_refused(vera, stock_of_food_bank):
    first, second = (Voucher.objects.get(pk=serial).number for serial in (1, 2))
    key = str(uuid4())
    choose(vera, first, key=key)
    assert "Dit formulier is al gebruikt" in choose(vera, second, key=key).content.decode()
    assert Enrolment.objects.count() == 1


def test_no_choice_is_no_member_and_loses_nothing(vera, voucher):
    answer = choose(vera, voucher.number, kind="", on="2025-10-01").content.decode()
    assert "Kies wat het is." in answer and 'value="2025-10-01"' in answer
    assert f'name="number" value="{voucher.number.digits}"' in answer
    assert not Enrolment.objects.exists()


def test_a_day_to_come_is_told_at_the_day(vera, voucher):
    answer = choose(vera, voucher.number, on="2025-10-17").content.decode()
    assert "17 oktober 2025 moet nog komen. Kies vandaag of een eerdere dag." in answer
    assert not Enrolment.objects.exists()


def test_a_branch_is_asked_when_there_are_more_and_remembered(vera, stock_of_food_bank, venlo):
    second = venlo.branches.create(name="Tegelen", municipality=branch_of(venlo).municipality)
    assert 'id="lid_branch"' in ask(vera, str(Voucher.objects.get(pk=1).number))
    choose(vera, Voucher.objects.get(pk=1).number, branch=second.pk)
    assert Enrolment.objects.get().branch == second
    assert vera.get(DESK).context["branch"] == second


def test_the_users_own_branch_comes_first(log_in, make_user, venlo):
    own = venlo.branches.create(name="Tegelen", municipality=branch_of(venlo).municipality)
    toon = make_user("Toon", "library_desk", venlo, branch=own)
    assert log_in(toon).get(DESK).context["branch"] == own


def test_another_librarys_branch_is_no_choice(vera, voucher, landgraaf):
    assert choose(vera, voucher.number, branch=branch_of(landgraaf).pk).status_code == 200
    assert not Enrolment.objects.exists()


def test_a_library_without_a_branch_hears_what_to_do(vera, venlo, voucher):
    venlo.branches.all().delete()
    assert "Er is nog geen vestiging" in vera.get(DESK).content.decode()
    assert "Er is nog geen vestiging" in ask(vera, str(voucher.number))


@pytest.mark.parametrize("address", [CHECK, REDEEM])
def test_who_reloads_an_answer_comes_back_to_the_desk(vera, address):
    assert vera.get(address)["Location"] == DESK


# Refusals


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Vul het nummer van de voucher in."),
        ("geen idee", "Een vouchernummer heeft alleen cijfers"),
        ("0000001 48291", "Wij tellen er 12. Kijk of er een cijfer mist."),
        ("0000001 482913 77", "Wij tellen er 15. Haal weg wat er te veel staat."),
    ],
)
def test_what_is_no_number_is_told_without_asking_the_books(vera, typed, sentence):
    assert sentence in ask(vera, typed)
    assert not Refusal.objects.exists()


def test_a_typing_error_is_told_apart_from_an_unknown_number(vera, voucher):
    digits = voucher.number.digits
    typo = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    assert "Dit lijkt een typefout." in ask(vera, typo)
    assert not Refusal.objects.exists()
    unknown = Number(voucher.pk, f"{(int(voucher.secret) + 1) % 1_000_000:06}")
    answer = ask(vera, str(unknown))
    assert "Dit nummer kennen wij niet" in answer and "project@voorbeeld.example" in answer
    assert Refusal.objects.get().reason == "unknown"


def spoil(voucher: Voucher, how: str, coordinator) -> None:
    """Make one thing wrong with a voucher, or with the day."""
    match how:
        case "void":
            stock.void(SerialRange(voucher.pk, voucher.pk), reason="lost", on=TODAY, by=coordinator, at=at(TODAY, 9))
        case "expired":
            Batch.objects.filter(pk=voucher.batch_id).update(valid_until=date(2025, 10, 15))
        case "not_started":
            Participation.objects.all().delete()


@pytest.mark.parametrize(
    ("how", "title", "next_step"),
    [
        ("void", "Deze voucher werkt niet meer", "Uw bezoeker kan daar niets aan doen."),
        ("expired", "Deze voucher is verlopen", "Hij was geldig tot en met 15 oktober 2025."),
        ("not_started", "Uw bibliotheek doet nog niet mee", "De voucher blijft gewoon geldig."),
    ],
)
def test_a_voucher_that_cannot_be_used_gets_one_kind_sentence(vera, voucher, coordinator, how, title, next_step):
    spoil(voucher, how, coordinator)
    for answer in (ask(vera, str(voucher.number)), choose(vera, voucher.number).content.decode()):
        assert title in answer and next_step in answer
        assert "Verder zonder deze voucher" in answer
    assert not Enrolment.objects.exists()
    assert set(Refusal.objects.values_list("reason", flat=True)) == {how}


def test_a_voucher_that_never_left_cubiss(vera, batch):
    lying = Voucher.objects.get(pk=batch.last_serial)
    assert "Deze voucher ligt volgens ons nog bij Cubiss" in ask(vera, str(lying.number))


def test_a_library_hears_its_own_redemption_and_of_another_nothing(vera, lars, voucher):
    choose(vera, voucher.number)
    assert "Dat gebeurde in uw eigen bibliotheek, voor een lidmaatschap vanaf 16 oktober 2025." in ask(
        vera, str(voucher.number)
    )
    other = ask(lars, str(voucher.number))
    assert "Met deze voucher is al iemand lid geworden" in other
    assert "Venlo" not in other and "16 oktober" not in other


def test_a_first_day_before_the_start_asks_for_a_later_day(vera, voucher):
    answer = choose(vera, voucher.number, on="2025-08-31").content.decode()
    assert "Kies een startdatum vanaf 1 september 2025." in answer
    assert 'value="2025-08-31"' in answer and "Inwisselen</button>" in answer  # everything typed stays


def test_a_first_day_before_the_voucher_was_made_is_told_at_the_day_and_loses_nothing(
    vera, coordinator, food_bank, venlo
):
    made_on = date(2025, 10, 10)
    until = date(2027, 12, 31)
    fresh = make_batch(1, medium="paper", valid_until=until, on=made_on, by=coordinator, at=at(made_on))
    stock.allocate(fresh.range, to=food_bank, on=made_on, by=coordinator, at=at(made_on))
    number, key = Voucher.objects.get(pk=fresh.first_serial).number, str(uuid4())
    answer = choose(vera, number, on="2025-10-09", kind="conversion", key=key).content.decode()
    day = answer[answer.index('id="lid_on"') - 800 : answer.index('id="lid_on"') + 800]
    assert "Deze voucher bestaat sinds 10 oktober 2025. Kies een startdatum vanaf 10 oktober 2025." in day
    assert key in answer and 'value="2025-10-09"' in answer and number.digits in answer
    assert re.search(r'value="conversion"[^>]*checked', answer)
    assert not Enrolment.objects.exists() and not Refusal.objects.exists()  # a mistyped day is no refused voucher
    assert "Klaar" in choose(vera, number, on="2025-10-10", kind="conversion", key=key).content.decode()


def test_a_library_that_starts_later_hears_when(vera, voucher, venlo):
    venlo.participation.starts_on = date(2025, 12, 1)
    venlo.participation.save()
    assert "Uw bibliotheek doet mee vanaf 1 december 2025" in ask(vera, str(voucher.number))


def test_a_day_after_the_programme(vera, coordinator, food_bank, programme, venlo, clerk):
    programme.ends_on = date(2025, 10, 1)
    programme.save()
    late = make_batch(1, medium="paper", valid_until=date(2029, 1, 1), on=TODAY, by=coordinator, at=at(TODAY, 9))
    stock.allocate(late.range, to=food_bank, on=TODAY, by=coordinator, at=at(TODAY, 9))
    answer = ask(vera, str(Voucher.objects.get(pk=late.first_serial).number))
    assert "lidmaatschappen die beginnen tot en met 1 oktober 2025" in answer


def test_who_guesses_gets_a_pause_and_hears_until_when(vera, voucher):
    wrong = Number(voucher.pk, f"{(int(voucher.secret) + 1) % 1_000_000:06}")
    for _ in range(GUESSES_PER_ACCOUNT):
        ask(vera, str(wrong))
    for response in (
        vera.post(CHECK, {"number": str(voucher.number)}, headers=HTMX),
        vera.post(CHECK, {"number": str(voucher.number)}),
        choose(vera, voucher.number),
    ):
        assert response.status_code == 429
        assert "Vanaf 12:10 uur kunt u weer verder." in response.content.decode()
    assert not Enrolment.objects.exists()


def test_the_number_is_never_in_an_address_or_a_title(vera, voucher):
    page = vera.post(CHECK, {"number": str(voucher.number)}).content.decode()
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    assert title and str(voucher) not in title[1]
    for address in re.findall(r'(?:href|action|hx-get|hx-post)="([^"]*)"', page):
        assert voucher.number.digits not in address and voucher.secret not in address


# What was redeemed, and taking back


def test_the_list_is_the_librarys_own_newest_first(vera, lars, stock_of_food_bank, venlo, clerk):
    for serial, hour in ((1, 9), (2, 10)):
        number = Voucher.objects.get(pk=serial).number
        enrolment.redeem(number, branch=branch_of(venlo), kind="new", on=TODAY, by=clerk, at=at(TODAY, hour))
    page = vera.get(LIST).content.decode()
    assert page.index("0000002") < page.index("0000001")
    assert "Nog geen inschrijvingen" in lars.get(LIST).content.decode()


def test_taking_back_asks_why_and_frees_the_voucher(vera, voucher):
    choose(vera, voucher.number)
    undo = f"{LIST}{Enrolment.objects.get().pk}/terugdraaien/"
    assert "Kies wat er gebeurd is." in vera.post(undo).content.decode()
    assert "correction" not in vera.get(undo).content.decode()
    page = vera.post(undo, {"reason": "wrong_date"}, follow=True).content.decode()
    assert "De inschrijving is teruggedraaid." in page and "Teruggedraaid" in page
    assert "was al teruggedraaid" in vera.post(undo, {"reason": "twice"}, follow=True).content.decode()
    assert "Deze voucher is geldig" in ask(vera, str(voucher.number))


def test_a_quarter_that_is_over_is_not_taken_back(vera, voucher, venlo, clerk):
    last = date(2025, 9, 30)
    enrolment.redeem(voucher.number, branch=branch_of(venlo), kind="new", on=last, by=clerk, at=at(last))
    assert "terugdraaien/" not in vera.get(LIST).content.decode()
    undo = f"{LIST}{Enrolment.objects.get().pk}/terugdraaien/"
    page = vera.post(undo, {"reason": "twice"}, follow=True).content.decode()
    assert "Het kwartaal van deze inschrijving is voorbij." in page
    assert Enrolment.objects.get().stands


def test_a_neighbours_redemption_is_not_there(vera, lars, voucher):
    choose(vera, voucher.number)
    assert lars.get(f"{LIST}{Enrolment.objects.get().pk}/terugdraaien/").status_code == 404


def test_the_manager_stands_at_the_desk_too(log_in, manager, voucher):
    assert "Klaar" in choose(log_in(manager), voucher.number).content.decode()


@pytest.mark.parametrize(
    "address", [DESK, CHECK, REDEEM, LIST, "/bibliotheek/verlengingen/", "/bibliotheek/zonder-voucher/"]
)
def test_a_stranger_finds_no_desk(log_in, stranger, worker, client, address):
    assert log_in(stranger).get(address).status_code == 404
    assert log_in(worker).get(address).status_code == 404
    assert client.get(address).status_code == 302


def test_the_desk_asks_the_books_once_and_writes_once(vera, voucher, clerk):
    """Session, account, roles with their branches, the desk with its voucher; then the redemption in one statement."""
    branch = vera.get(DESK).context["branch"]
    form = {"number": voucher.number.digits, "key": str(uuid4()), "kind": "new", "on": str(TODAY), "branch": branch.pk}
    choose(vera, Voucher.objects.get(pk=2).number)  # the welcome card is kept from now on
    with CaptureQueriesContext(connection) as looking:
        ask(vera, str(voucher.number))
    with CaptureQueriesContext(connection) as redeeming:
        vera.post(REDEEM, form, headers=HTMX)
    assert (len(looking), len(redeeming)) == (4, 7), "one more each for the savepoint of a test"
    assert Enrolment.objects.get(voucher=voucher).years.get().recorded_by == clerk


def test_the_list_costs_the_same_for_one_and_for_fifty(vera, stock_of_food_bank, venlo, clerk):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            vera.get(LIST)
        return len(captured)

    def fill(serials) -> None:
        for serial in serials:
            moment = at(TODAY, 9) + timedelta(seconds=serial)
            number = Voucher.objects.get(pk=serial).number
            enrolment.redeem(number, branch=branch_of(venlo), kind="new", on=TODAY, by=clerk, at=moment)

    fill([1])
    vera.get(LIST)
    few = queries()
    fill(range(2, 51))
    assert queries() == few
