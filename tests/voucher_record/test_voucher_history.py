"""One voucher tells its story: whatever can happen to it is a sentence, and nothing is told about a person."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.html import strip_tags

from intermediaries import accreditation
from intermediaries.counting import differences, settling
from intermediaries.handouts import handout
from intermediaries.models import Handout
from intermediaries.orders import orders
from kbl.accounts.models import Role
from kbl.accounts.waiting import MadeByYou
from kbl.periods import Quarter
from kbl.settlements.closing import closing
from kbl.settlements.models import Line, Statement
from kbl.voucher_record.history import events
from kbl.voucher_record.prospects import open_actions, prospect
from kbl.voucher_record.record import gather
from libraries import enrolment, renewal
from libraries.models import Enrolment, MembershipYear
from tests import by_two
from tests.conftest import at, branch_of
from tests.office.test_stock_pages import words
from vouchers.custody import returns, revalidation, stock
from vouchers.models import ExpectedReturn, Voucher
from vouchers.numbers import SerialRange
from vouchers.viewing.models import NumberView

pytestmark = pytest.mark.both_engines

SEPTEMBER, OCTOBER, NOVEMBER = date(2025, 9, 2), date(2025, 10, 2), date(2025, 11, 3)


def story(serial: int) -> list[str]:
    """The sentences of a voucher, with a cross before what no longer stands."""
    return [f"{'x ' if event.revoked else ''}{plain(event.sentence)}" for event in told(serial)]


def plain(sentence: str) -> str:
    """As it is read aloud."""
    return strip_tags(sentence).replace("\xa0", " ")


def told(serial: int):
    record = gather(serial)
    assert record is not None
    return events(record)


def standing(serial: int, on: date) -> tuple[str, str]:
    """What now: the title and the sentence."""
    found = prospect(gather(serial), on=on)
    return found.title, found.words


def open_words(serial: int, on: date) -> list[str]:
    return [each.words for each in open_actions(gather(serial), on=on, at=at(on))]


@pytest.fixture
def colleague(make_user):
    """A second coordinator."""
    return make_user("Cor", Role.CUBISS_COORDINATOR)


@pytest.fixture
def redeemed(voucher, food_bank, worker, venlo, clerk) -> Voucher:
    """Handed out on 2 October 2025 and redeemed at Venlo the same day."""
    handout.hand_out(food_bank, [SerialRange(voucher.pk, voucher.pk)], on=OCTOBER, by=worker, at=at(OCTOBER))
    enrolment.redeem(voucher.number, branch=branch_of(venlo), kind="new", on=OCTOBER, by=clerk, at=at(OCTOBER, 15))
    return voucher


# --- the paper ---------------------------------------------------------------------------------------------------


def test_a_voucher_is_made_moved_returned_and_lost(voucher, food_bank, welfare, coordinator):
    one = SerialRange(voucher.pk, voucher.pk)
    stock.hand_on(one, holder=food_bank, to=welfare, on=SEPTEMBER, by=coordinator, at=at(SEPTEMBER))
    stock.take_back(one, holder=welfare, on=OCTOBER, by=coordinator, at=at(OCTOBER))
    stock.void(one, reason="lost", on=NOVEMBER, by=coordinator, at=at(NOVEMBER))
    assert story(voucher.pk) == [
        "Cubiss maakte de voucher, in serie 0000001-0000100.",
        "Cubiss wees de voucher toe aan Voedselbank Venlo.",
        "Voedselbank Venlo gaf de voucher door aan Welzijn Noord.",
        "Welzijn Noord gaf de voucher terug aan Cubiss.",
        "Cubiss maakte de voucher ongeldig: kwijtgeraakt.",
    ]
    assert standing(voucher.pk, NOVEMBER)[0] == "Niemand kan deze voucher gebruiken"


def test_void_and_valid_again_names_the_two_who_agreed(voucher, coordinator, colleague):
    one = SerialRange(voucher.pk, voucher.pk)
    stock.void(one, reason="lost", on=SEPTEMBER, by=coordinator, at=at(SEPTEMBER))
    (asked,) = revalidation.ask([one], reason="found", on=OCTOBER, by=coordinator, at=at(OCTOBER))
    assert open_words(voucher.pk, OCTOBER) == ["Carla vroeg op 2 oktober 2025 om deze voucher weer geldig te maken."]
    revalidation.agree(asked, on=NOVEMBER, by=colleague, at=at(NOVEMBER))
    assert story(voucher.pk)[-2:] == [
        "Iemand van Cubiss vroeg om de voucher weer geldig te maken: teruggevonden.",
        "De voucher werd weer geldig: teruggevonden.",
    ]
    assert told(voucher.pk)[-2].note == "Gevraagd door Carla, akkoord van Cor"
    assert standing(voucher.pk, NOVEMBER)[0] == "Voedselbank Venlo kan deze voucher uitreiken"


def test_a_second_person_may_say_no(voucher, coordinator, colleague):
    one = SerialRange(voucher.pk, voucher.pk)
    stock.void(one, reason="stolen", on=SEPTEMBER, by=coordinator, at=at(SEPTEMBER))
    (asked,) = revalidation.ask([one], reason="mistake", on=OCTOBER, by=coordinator, at=at(OCTOBER))
    revalidation.decline(asked, by=colleague, at=at(NOVEMBER))
    assert story(voucher.pk)[-1] == "Een tweede collega ging niet akkoord: de voucher bleef ongeldig."
    assert open_words(voucher.pk, NOVEMBER) == []


def test_who_gave_the_one_who_asked_a_role_alone_does_not_make_it_valid(voucher, coordinator, colleague, venlo):
    one = SerialRange(voucher.pk, voucher.pk)
    stock.void(one, reason="lost", on=SEPTEMBER, by=coordinator, at=at(SEPTEMBER))
    (asked,) = revalidation.ask([one], reason="found", on=OCTOBER, by=coordinator, at=at(OCTOBER))
    coordinator.assignments.create(role=Role.LIBRARY_MANAGER, organisation=venlo, granted_by=colleague)
    with pytest.raises(MadeByYou):
        revalidation.agree(asked, on=NOVEMBER, by=colleague, at=at(NOVEMBER))
    assert Voucher.objects.get(pk=voucher.pk).status == Voucher.Status.VOID


def test_longer_valid_and_asked_back(voucher, food_bank, coordinator):
    one = SerialRange(voucher.pk, voucher.pk)
    later = date(2028, 6, 30)
    stock.extend(one, valid_until=later, on=SEPTEMBER, by=coordinator, at=at(SEPTEMBER))
    returns.expect([one], kind=ExpectedReturn.Kind.RECALL, holder=food_bank, on=OCTOBER, by=coordinator, at=at(OCTOBER))
    assert story(voucher.pk)[-2:] == [
        "De voucher werd langer geldig: tot en met 30 juni 2028.",
        "Cubiss vroeg Voedselbank Venlo om de voucher terug te sturen.",
    ]
    assert open_words(voucher.pk, OCTOBER) == ["Deze voucher komt terug van Voedselbank Venlo."]
    assert "tot en met 30 juni 2028" in standing(voucher.pk, OCTOBER)[1]


def test_an_order_and_what_was_missing_from_it(batch, food_bank, worker, coordinator):
    order = orders.place(food_bank, medium="paper", count=10, key=uuid4(), by=worker, at=at(SEPTEMBER))
    orders.ship(order, [SerialRange(1, 10)], seen=10, by=coordinator, at=at(OCTOBER))
    (missing,) = differences.report(
        food_bank, missing=[SerialRange(3, 4)], extra=[], by=worker, at=at(NOVEMBER), order=order
    )
    assert story(3)[1:] == [
        f"Cubiss wees de voucher toe aan Voedselbank Venlo, voor bestelling {order}.",
        f"Voedselbank Venlo ontving bestelling {order}, en telde anders dan op de pakbon staat.",
        f"Voedselbank Venlo telde bestelling {order} na: deze voucher ontbreekt.",
    ]
    assert open_words(3, NOVEMBER) == ["Voedselbank Venlo telde anders: deze voucher ontbreekt."]
    assert not open_words(5, NOVEMBER), "the others of the parcel are there"
    settling.settle(missing, [SerialRange(3, 3)], outcome="arrived", by=coordinator, at=at(NOVEMBER, 14))
    assert story(3)[-1] == "Het telverschil is afgehandeld: toch binnen."
    assert not open_words(3, NOVEMBER)
    assert open_words(4, NOVEMBER)


# --- handing out and redeeming -----------------------------------------------------------------------------------


def test_handed_out_and_redeemed_with_who_told_it_and_when(voucher, food_bank, worker, venlo, clerk):
    one = [SerialRange(voucher.pk, voucher.pk)]
    enrolment.redeem(voucher.number, branch=branch_of(venlo), kind="conversion", on=OCTOBER, by=clerk, at=at(OCTOBER))
    titles = [each.words for each in open_actions(gather(voucher.pk), on=OCTOBER, at=at(OCTOBER))]
    assert titles[0] == "Ingewisseld, uitreiking niet gemeld."
    handout.hand_out(food_bank, one, on=SEPTEMBER, by=worker, at=at(NOVEMBER))
    assert story(voucher.pk)[-2:] == [
        "Voedselbank Venlo reikte de voucher uit.",
        "Bibliotheek Venlo wisselde de voucher in, bij vestiging Centrum.",
    ]
    given, taken = told(voucher.pk)[-2:]
    assert plain(given.note) == "Vastgelegd op 3 november 2025 door Willem"
    assert taken.badges == (("info", "bestaand lid, wordt gratis"),)
    assert "Ingewisseld, uitreiking niet gemeld." not in open_words(voucher.pk, NOVEMBER)


def test_what_was_taken_back_stays_in_the_story_with_its_reason(redeemed, venlo, clerk, worker):
    enrolment.undo(Enrolment.objects.get(), reason="typing_error", by=clerk, at=at(OCTOBER, 16), on=OCTOBER)
    handout.undo(Handout.objects.get(), reason="twice", by=worker, at=at(OCTOBER, 17))
    assert story(redeemed.pk)[-4:] == [
        "x Voedselbank Venlo reikte de voucher uit.",
        "x Bibliotheek Venlo wisselde de voucher in, bij vestiging Centrum.",
        "De inwisseling werd ongedaan gemaakt: vergist in het nummer.",
        "De uitreiking werd teruggenomen: dubbel ingevoerd.",
    ]


def test_a_membership_goes_on_and_stops(redeemed, venlo, clerk):
    second = renewal.renew(MembershipYear.objects.get(), by=clerk, at=at(date(2026, 10, 5)))
    assert story(redeemed.pk)[-1] == "Bibliotheek Venlo verlengde het lidmaatschap: jaar 2 begon."
    assert standing(redeemed.pk, date(2026, 10, 6)) == (
        "Deze voucher is ingewisseld",
        "Jaar 2 loopt. Vanaf 2 oktober 2027 kan Bibliotheek Venlo laten weten of het lidmaatschap doorgaat.",
    )
    assert "liet nog niet weten" in standing(redeemed.pk, date(2027, 11, 1))[1]
    renewal.end(second, by=clerk, at=at(date(2027, 10, 3)))
    assert story(redeemed.pk)[-1] == "Bibliotheek Venlo meldde dat het lidmaatschap niet doorging."
    assert standing(redeemed.pk, date(2027, 11, 1))[1].startswith("Het lidmaatschap ging na jaar 2 niet door.")


def test_an_offer_that_was_refused_is_told_with_the_library_and_why(redeemed, landgraaf, other_clerk):
    with pytest.raises(enrolment.VoucherRefused):
        enrolment.redeem(
            redeemed.number, branch=branch_of(landgraaf), kind="new", on=OCTOBER, by=other_clerk, at=at(OCTOBER, 16)
        )
    assert story(redeemed.pk)[-1] == "Bibliotheek Landgraaf kon de voucher niet inwisselen: al ingewisseld."
    assert "Bij twee bibliotheken aangeboden." in open_words(redeemed.pk, OCTOBER)


def test_a_handout_without_accreditation_and_one_that_was_paid_before(voucher, food_bank, worker):
    accreditation.end(food_bank.accreditations.get(), last_day=SEPTEMBER)
    handout.hand_out(food_bank, [SerialRange(voucher.pk, voucher.pk)], on=OCTOBER, by=worker, at=at(OCTOBER))
    assert told(voucher.pk)[-1].badges == (("attention", "zonder accreditatie"),)
    other = Handout.objects.create(
        voucher_id=voucher.pk + 1, organisation=food_bank, on=SEPTEMBER, paid_before=True, recorded_by=worker,
        recorded_at=at(OCTOBER),
    )  # fmt: skip
    assert ("neutral", "al betaald vóór KBL") in told(other.voucher_id)[-1].badges
    assert not any("declaratie" in each for each in open_words(other.voucher_id, OCTOBER))


def test_a_first_year_that_was_paid_before_kbl_is_told(voucher, food_bank, venlo, clerk, worker):
    enrolled = Enrolment.objects.create(
        voucher=voucher, library=venlo, branch=branch_of(venlo), kind="new", on=SEPTEMBER, recorded_by=clerk,
        recorded_at=at(OCTOBER),
    )  # fmt: skip
    MembershipYear.objects.create(
        enrolment=enrolled, library=venlo, ordinal=1, on=SEPTEMBER, paid_before=True, recorded_by=clerk,
        recorded_at=at(OCTOBER),
    )  # fmt: skip
    assert story(voucher.pk)[-1] == "Het eerste jaar was al betaald vóór KBL."
    assert not any("factuur" in each for each in open_words(voucher.pk, OCTOBER))


# --- money -------------------------------------------------------------------------------------------------------


def close(coordinator, *quarters: tuple[int, int], on: date):
    for year, number in quarters:
        closing.close(Quarter(year, number), by=coordinator, at=at(on))


def test_what_is_billed_waits_first_and_then_leads_to_its_statement(redeemed, coordinator):
    assert open_words(redeemed.pk, NOVEMBER) == [
        "De vergoeding voor Voedselbank Venlo staat nog op geen declaratie.",
        "Jaar 1 van Bibliotheek Venlo staat nog op geen factuur.",
    ]
    day = date(2026, 1, 12)
    close(coordinator, (2025, 1), (2025, 2), (2025, 3), (2025, 4), on=day)
    assert open_words(redeemed.pk, day) == []
    last = told(redeemed.pk)[-2:]
    assert sorted(plain(event.sentence) for event in last) == [
        "Op de declaratie van Voedselbank Venlo over het 4e kwartaal 2025: € 4,00.",
        "Op de factuur van Bibliotheek Venlo over het 4e kwartaal 2025: € 42,00, voor jaar 1.",
    ]
    for statement in Statement.objects.filter(lines__serial=redeemed.pk):
        assert any(reverse("cubiss:statement", args=[statement.pk]) in event.sentence for event in last)


def test_a_corrected_line_its_reason_and_the_opposite_line_are_told(redeemed, coordinator, finance):
    close(coordinator, (2025, 1), (2025, 2), (2025, 3), (2025, 4), on=date(2026, 1, 12))
    line = Line.objects.get(handout__isnull=False)
    by_two.correct(line, reason="twice", by=finance, at=at(date(2026, 2, 1)))
    assert "Er is een regel teruggenomen. De tegenregel staat nog op geen afrekening." in open_words(
        redeemed.pk, date(2026, 2, 1)
    )
    close(coordinator, (2026, 1), on=date(2026, 4, 12))
    text = "\n".join(story(redeemed.pk))
    assert "x Op de declaratie van Voedselbank Venlo over het 4e kwartaal 2025: € 4,00." in text
    assert "Cubiss nam € 4,00 terug: dubbel." in text
    assert "Verrekend op de declaratie van Voedselbank Venlo over het 1e kwartaal 2026: −€ 4,00." in text


def test_a_late_report_is_marked_on_its_line(voucher, food_bank, worker, coordinator):
    close(coordinator, (2025, 1), (2025, 2), (2025, 3), on=date(2025, 10, 12))
    handout.hand_out(food_bank, [SerialRange(voucher.pk, voucher.pk)], on=SEPTEMBER, by=worker, at=at(NOVEMBER))
    close(coordinator, (2025, 4), on=date(2026, 1, 12))
    assert ("attention", "laat gemeld") in told(voucher.pk)[-1].badges


# --- the page ------------------------------------------------------------------------------------------------------


def test_the_page_shows_the_story_and_keeps_that_somebody_looked(carla, redeemed, coordinator):
    page = carla.get(reverse("cubiss:voucher", args=[redeemed.pk]))
    text = words(page)
    assert "Bibliotheek Venlo</a> wisselde de voucher in" in text
    assert "0000001" in text and redeemed.secret not in text and redeemed.number.digits not in text
    assert "<title>Voucher · Projectteam · KBL</title>" in text
    (view,) = NumberView.objects.all()
    assert (view.serial, view.viewed_by, view.why) == (redeemed.pk, coordinator, "page")


def test_the_story_can_be_read_from_its_end(carla, redeemed):
    def days(query: str) -> list[date]:
        page = carla.get(f"{reverse('cubiss:voucher', args=[redeemed.pk])}{query}")
        return [event.on for year in page.context["years"] for event in year.events]

    assert days("") == sorted(days(""))
    assert days("?volgorde=nieuwste") == sorted(days(""), reverse=True)
    assert days("?volgorde=zomaar") == days("")


def test_only_the_coordinator_is_offered_to_change_something(carla, log_in, reader, voucher):
    url = reverse("cubiss:voucher", args=[voucher.pk])
    text = words(carla.get(url))
    assert f"{reverse('cubiss:take_back')}?nummers=0000001&amp;van=" in text
    assert "Ongeldig maken" in text and "Weer geldig maken" not in text
    assert "Ongeldig maken" not in words(log_in(reader).get(url))


@pytest.mark.parametrize("serial", [0, 101, 9_999_999, 10_000_000, 99_999_999_999_999_999_999])
def test_a_voucher_that_is_not_there_is_not_found(carla, batch, serial):
    assert carla.get(f"/cubiss/vouchers/nummer/{serial}/").status_code == 404
    assert not NumberView.objects.exists()


def test_the_page_asks_as_many_questions_after_a_long_life(carla, redeemed, food_bank, venlo, clerk, worker):
    url = reverse("cubiss:voucher", args=[redeemed.pk])

    def questions() -> int:
        carla.get(url)
        with connection.execute_wrapper(count):
            asked.clear()
            carla.get(url)
        return len(asked)

    asked: list[str] = []

    def count(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    few, short = questions(), len(story(redeemed.pk))
    for day in range(3, 17):
        moment = date(2025, 10, day)
        one = Enrolment.objects.standing().get()
        enrolment.revoke(one, reason="twice", by=clerk, at=at(moment))
        handout.revoke(Handout.objects.standing().get(), reason="twice", by=worker, at=at(moment))
        handout.hand_out(food_bank, [SerialRange(redeemed.pk, redeemed.pk)], on=moment, by=worker, at=at(moment))
        enrolment.redeem(
            redeemed.number, branch=branch_of(venlo), kind="new", on=moment, by=clerk, at=at(moment, 15), key=None
        )
    assert len(story(redeemed.pk)) > short + 40
    assert questions() == few


def test_names_are_written_and_not_obeyed(voucher, food_bank):
    food_bank.name = "<b>Bank</b> & Co"
    food_bank.save()
    sentence = told(voucher.pk)[-1].sentence
    assert "&lt;b&gt;Bank&lt;/b&gt; &amp; Co" in sentence
    assert replace(told(voucher.pk)[-1], note="").sentence == sentence
