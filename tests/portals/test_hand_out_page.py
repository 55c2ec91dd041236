"""The intermediary's portal: look, then record; nothing that was typed is lost."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intermediaries import accreditation
from intermediaries.handouts import handout
from intermediaries.models import Accreditation, Handout, Track
from kbl.periods import Quarter
from kbl.settlements.closing import closing
from kbl.settlements.models import Tariff
from libraries import enrolment
from tests import by_two
from tests.conftest import START, at, branch_of
from tests.portals.conftest import TODAY
from vouchers.batches import make_batch
from vouchers.custody import stock
from vouchers.entry import read
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

OUT, LIST, HOME, STOCK = (
    "/intermediair/uitreiken/",
    "/intermediair/uitgereikt/",
    "/intermediair/",
    "/intermediair/voorraad/",
)


def look(client, numbers: str, on: date = TODAY, **more):
    return client.post(OUT, {"numbers": numbers, "on": on.isoformat(), **more})


def agreed(response) -> str:
    """What the confirm button carries."""
    return response.context["preview"]["agreed"]


def record(client, numbers: str, on: date = TODAY):
    return look(client, numbers, on, agreed=agreed(look(client, numbers, on)))


# Reading what people type


def test_everything_people_type_is_read_entry_by_entry():
    entry = read("12, 0000014-0000016\n appel ;0000015\n\n16-14|12")
    assert [str(each) for each in entry.ranges] == ["0000012", "0000014-0000016"]
    assert [str(each) for each in entry.twice] == ["0000012", "0000015"]
    assert [each.typed for each in entry.unreadable] == ["appel", "16-14"]
    assert "loopt terug" in entry.unreadable[1].sentence


def test_serials_with_a_space_between_are_two_and_a_whole_number_stays_one(voucher):
    assert [str(each) for each in read("0000021 0000023").ranges] == ["0000021", "0000023"]
    assert [str(each) for each in read(str(voucher.number)).ranges] == [str(voucher)]


def test_a_number_scanned_twice_in_a_row_counts_once():
    entry = read("0000021\n0000021\n0000021")
    assert (entry.count, [str(each) for each in entry.twice]) == (1, ["0000021"])


# Look first


def test_looking_records_nothing_and_says_of_every_number_what_will_happen(willem, stock_of_food_bank, coordinator):
    stock.void(SerialRange(5, 5), reason="lost", on=TODAY, by=coordinator, at=at(TODAY, 9))
    page = look(willem, "1-3\n5\n70\nhallo\n2").content.decode()
    assert not Handout.objects.exists()
    for words in (
        "0000001-0000003",
        "Kan worden vastgelegd",
        "Ongeldig gemaakt",
        "Niet uit uw voorraad",
        "Niet te lezen",
        "Staat er twee keer",
        "Leg 3 vouchers vast",
    ):
        assert words in page
    assert "1-3\n5\n70\nhallo\n2" in page.replace("\r", "")


def test_confirming_records_the_good_ones_and_keeps_the_rest_in_the_field(willem, stock_of_food_bank):
    page = record(willem, "1-3, 70, hallo").content.decode()
    assert Handout.objects.count() == 3
    assert "3 vouchers zijn vastgelegd." in page
    assert ">\n0000070\nhallo</textarea>" in page


def test_when_all_is_good_the_page_is_empty_again(willem, stock_of_food_bank):
    response = record(willem, "0000004")
    assert (response.status_code, response["Location"]) == (302, OUT)
    page = willem.get(OUT).content.decode()
    assert "1 voucher is vastgelegd." in page
    assert Handout.objects.get().on == TODAY


def test_pressing_twice_records_once(willem, stock_of_food_bank):
    button = agreed(look(willem, "1-3"))
    look(willem, "1-3", agreed=button)
    page = look(willem, "1-3", agreed=button).content.decode()
    assert Handout.objects.count() == 3
    assert "Er is iets veranderd" in page and "Al eerder gemeld" in page


def test_another_number_in_the_field_than_was_shown_is_looked_at_again(willem, stock_of_food_bank):
    page = look(willem, "1-5", agreed=agreed(look(willem, "1-3"))).content.decode()
    assert not Handout.objects.exists()
    assert "Er is iets veranderd" in page and "Leg 5 vouchers vast" in page


def test_back_dating_is_allowed_and_a_day_to_come_is_not(willem, stock_of_food_bank):
    record(willem, "1", date(2025, 10, 1))
    assert Handout.objects.get().on == date(2025, 10, 1)
    page = look(willem, "2", date(2025, 10, 17)).content.decode()
    assert "17 oktober 2025 moet nog komen. Kies vandaag of een eerdere dag." in page
    assert ">\n2</textarea>" in page


def test_a_day_in_a_closed_quarter_rolls_on_and_the_page_says_so(willem, stock_of_food_bank, coordinator):
    for number in (1, 2, 3):
        closing.close(Quarter(2025, number), by=coordinator, at=at(date(2025, 10, 12)))
    assert "de vergoeding komt in uw volgende declaratie" in look(willem, "1", date(2025, 9, 20)).content.decode()


def test_without_accreditation_the_page_says_there_is_no_fee(willem, stock_of_food_bank, food_bank):
    food_bank.accreditations.update(valid_until=date(2025, 10, 1))
    assert "Er is dan geen vergoeding." in look(willem, "1").content.decode()
    assert "Uw accreditatie is nu niet geldig" in willem.get(HOME).content.decode()
    record(willem, "1")
    assert Handout.objects.get().accreditation is None


def test_an_expired_voucher_and_one_that_came_later_are_told_apart(willem, stock_of_food_bank, coordinator, food_bank):
    old = make_batch(2, medium="paper", valid_until=date(2025, 10, 1), on=START, by=coordinator, at=at(START))
    stock.allocate(old.range, to=food_bank, on=START, by=coordinator, at=at(START))
    assert "Niet meer geldig op deze dag" in look(willem, str(old.first_serial)).content.decode()
    assert "Op deze dag nog niet bij u" in look(willem, "1", date(2025, 8, 30)).content.decode()


def test_the_first_possible_day_is_named_per_group_and_what_was_typed_stays(
    willem, stock_of_food_bank, coordinator, food_bank
):
    later = date(2025, 10, 5)
    accreditation.allocate(SerialRange(60, 61), to=food_bank, on=later, by=coordinator, at=at(later))
    typed = "1-2\n60-61"
    page = look(willem, typed, date(2025, 8, 30)).content.decode()
    assert "Deze vouchers zijn bij u sinds 1 september 2025. Kies die dag of later." in page
    assert "Deze vouchers zijn bij u sinds 5 oktober 2025. Kies die dag of later." in page
    assert f">\n{typed}</textarea>" in page.replace("\r", "")
    assert "Leg 2 vouchers vast" in look(willem, typed, date(2025, 10, 4)).content.decode()
    assert "Leg 4 vouchers vast" in look(willem, typed, later).content.decode()  # the day of receipt itself is good


def test_a_day_before_the_programme_is_told_at_the_day(willem, stock_of_food_bank):
    page = look(willem, "1", date(2024, 12, 31)).content.decode()
    assert "Het programma begon op 1 januari 2025. Kies die dag of later." in page and ">\n1</textarea>" in page
    beside = willem.post(f"{OUT}kijken/", {"numbers": "1", "on": "2024-12-31"}).content.decode()
    assert "Het programma begon op 1 januari 2025." in beside


def test_whoever_records_without_looking_first_meets_the_same_rule(willem, stock_of_food_bank):
    good = agreed(look(willem, "1"))
    look(willem, "1", date(2025, 8, 31), agreed=good)
    assert not Handout.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Vul eerst een of meer nummers in."),
        ("1-1000000", "Meld hoogstens 10.000 nummers tegelijk."),
        ("1-9999999", "is te groot om in één keer te doen"),
        ("0", "is geen nummer van een voucher"),
        ("123456789", "heeft 9 cijfers"),
        ("9" * 450_000, "Dit is te veel voor één keer."),
    ],
)
def test_what_cannot_be_a_number_has_its_own_sentence(willem, typed, sentence):
    assert sentence in look(willem, typed).content.decode()
    assert not Handout.objects.exists()


def test_a_day_that_is_no_day_is_told(willem):
    page = willem.post(OUT, {"numbers": "1", "on": "31-02-2025"}).content.decode()
    assert "Dit is geen dag" in page and ">\n1</textarea>" in page


# The list, and taking back


def test_the_list_shows_own_handouts_only_and_never_what_the_library_did(
    willem, stock_of_food_bank, log_in, other_worker, venlo, clerk, food_bank, worker
):
    handout.hand_out(food_bank, [SerialRange(1, 2)], on=TODAY, by=worker, at=at(TODAY, 9))
    number = Voucher.objects.get(pk=1).number
    enrolment.redeem(number, branch=branch_of(venlo), kind="new", on=TODAY, by=clerk, at=at(TODAY, 10))
    page = willem.get(LIST).content.decode()
    assert "0000001" in page and "0000002" in page
    assert "ngewisseld" not in page and number.digits not in page
    assert "Nog niets uitgereikt" in log_in(other_worker).get(LIST).content.decode()


def test_taking_back_asks_why(willem, stock_of_food_bank):
    record(willem, "1")
    undo = f"{LIST}{Handout.objects.get().pk}/terugdraaien/"
    assert "Kies wat er gebeurd is." in willem.post(undo).content.decode()
    assert "correction" not in willem.get(undo).content.decode()
    assert Handout.objects.get().stands
    response = willem.post(undo, {"reason": "typing_error"}, follow=True)
    assert "De uitreiking is teruggedraaid. De voucher ligt weer bij u." in response.content.decode()
    assert Voucher.objects.get(pk=1).status == "allocated"
    again = willem.post(undo, {"reason": "typing_error"}, follow=True).content.decode()
    assert "Deze uitreiking was al teruggedraaid" in again


def test_taking_back_is_refused_kindly(willem, stock_of_food_bank, coordinator, food_bank, worker, venlo, clerk):
    handout.hand_out(food_bank, [SerialRange(1, 1)], on=date(2025, 9, 20), by=worker, at=at(date(2025, 9, 20)))
    handout.hand_out(food_bank, [SerialRange(2, 2)], on=TODAY, by=worker, at=at(TODAY, 9))
    for number in (1, 2, 3):
        closing.close(Quarter(2025, number), by=coordinator, at=at(date(2025, 10, 12)))
    used = Voucher.objects.get(pk=2)
    enrolment.redeem(used.number, branch=branch_of(venlo), kind="new", on=TODAY, by=clerk, at=at(TODAY, 10))
    sentences = {1: "al verrekend in het 3e kwartaal 2025", 2: "Met deze voucher is al iemand lid geworden."}
    for serial, sentence in sentences.items():
        pk = Handout.objects.get(voucher=serial).pk
        assert sentence in willem.post(f"{LIST}{pk}/terugdraaien/", {"reason": "twice"}, follow=True).content.decode()
    assert "Verrekend" in willem.get(LIST).content.decode()
    assert Handout.objects.standing().count() == 2


def test_a_neighbours_handout_is_not_there(willem, stock_of_food_bank, log_in, other_worker):
    record(willem, "1")
    assert log_in(other_worker).get(f"{LIST}{Handout.objects.get().pk}/terugdraaien/").status_code == 404


def test_the_list_costs_the_same_for_one_and_for_fifty(willem, stock_of_food_bank, django_assert_num_queries):
    record(willem, "1")
    willem.get(LIST)
    with CaptureQueriesContext(connection) as captured:
        willem.get(LIST)
    few = len(captured)
    record(willem, "2-50")
    willem.get(LIST)
    with django_assert_num_queries(few):
        willem.get(LIST)


# The drawer and the start page


def test_the_drawer_says_where_every_voucher_is(willem, stock_of_food_bank, coordinator, venlo, clerk):
    record(willem, "1-3")
    stock.void(SerialRange(5, 5), reason="lost", on=TODAY, by=coordinator, at=at(TODAY, 9))
    for serial in (1, 10):
        number = Voucher.objects.get(pk=serial).number
        enrolment.redeem(number, branch=branch_of(venlo), kind="new", on=TODAY, by=clerk, at=at(TODAY, 10))
    context = willem.get(STOCK).context
    found = {name: [str(each) for each in context[name].ranges] for name in ("unreported", "handed_out", "void")}
    assert found == {"unreported": ["0000010"], "handed_out": ["0000001-0000003"], "void": ["0000005"]}
    [drawer] = context["drawer"]
    assert [str(each) for each in drawer.ranges] == ["0000004", "0000006-0000009", "0000011-0000050"]
    assert drawer.valid_until == date(2027, 12, 31)


def test_the_start_page_counts_and_asks(willem, stock_of_food_bank, coordinator, food_bank, worker):
    handout.hand_out(food_bank, [SerialRange(1, 1)], on=date(2025, 9, 20), by=worker, at=at(date(2025, 9, 20)))
    for number in (1, 2, 3):
        closing.close(Quarter(2025, number), by=coordinator, at=at(date(2025, 10, 12)))
    record(willem, "2-4")
    handout.hand_out(food_bank, [SerialRange(9, 9)], on=date(2025, 9, 25), by=worker, at=at(TODAY, 9))  # came late
    page = willem.get(HOME)
    assert (page.context["in_stock"], page.context["handed_out"]) == (45, 3)
    assert (page.context["to_declare"].count, page.context["to_declare"].amount) == (4, 16)
    assert "Declaratie over het 3e kwartaal 2025</a>: €\xa04,00" in page.content.decode()


def test_a_library_that_hands_out_too_is_asked_here_for_its_declaration_only(
    log_in, make_user, venlo, desk_stock, coordinator
):
    for number in (1, 2, 3):
        closing.close(Quarter(2025, number), by=coordinator, at=at(date(2025, 10, 12)))
    page = log_in(make_user("Ida", "intermediary", venlo)).get(HOME)
    assert [statement.kind for statement in page.context["waiting"]] == ["declaration"]


def test_a_missing_tariff_is_not_guessed_on_the_start_page(willem, stock_of_food_bank, programme):
    record(willem, "1-2")
    by_two.no_tariff(Tariff.objects.filter(kind="handling"))
    page = willem.get(HOME)
    assert page.context["to_declare"].unpriced == 2
    assert "het tarief volgt nog" in page.content.decode()


def test_a_tariff_of_the_own_track_counts(log_in, other_worker, welfare, batch, coordinator):
    by_two.tariff(kind="handling", track=Track.VOUCHER_SCHEME, first_day=date(2025, 10, 1), amount=6)
    assert Accreditation.objects.get(organisation=welfare).track == Track.VOUCHER_SCHEME
    stock.allocate(SerialRange(60, 61), to=welfare, on=START, by=coordinator, at=at(START))
    wendy = log_in(other_worker)
    record(wendy, "60", date(2025, 9, 30))
    record(wendy, "61")
    assert wendy.get(HOME).context["to_declare"].amount == 10


@pytest.mark.parametrize("address", [OUT, LIST, HOME, STOCK])
def test_a_stranger_finds_no_portal(log_in, stranger, clerk, address, client):
    assert log_in(stranger).get(address).status_code == 404
    assert log_in(clerk).get(address).status_code == 404
    assert client.get(address).status_code == 302
