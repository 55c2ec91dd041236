"""Signals: the one who hands out on paper only is found in two quarters, and nearly nobody else (threats 3, 6)."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from intermediaries import accreditation
from intermediaries.handouts import handout
from intermediaries.models import Accreditation, Handout
from kbl.discrepancies import signals
from kbl.discrepancies.signals import SignalKind, desks, handed_out
from kbl.organisations.models import Organisation
from libraries import enrolment
from libraries.enrolment import VoucherRefused
from libraries.models import Enrolment, MembershipYear
from tests.conftest import START, at, branch_of
from vouchers.batches import make_batch
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines

DAY = date(2025, 10, 2)


def of(kind: SignalKind, on: date) -> list[signals.Signal]:
    return [each for each in signals.signals(on) if each.kind == kind]


# --- handed out without handing out -----------------------------------------------------------------------------------

QUARTERS = [date(2025, 10, 1), date(2026, 1, 1)]
FOUND_BY = date(2026, 3, 31)  # the last day of the second quarter; what went out since the new year is too fresh
HONEST = 29


class Town:
    """Thirty intermediaries that hand out for two quarters; a library that redeems, each at a pace of its own."""

    def __init__(self, coordinator, venlo, clerk, chance: random.Random) -> None:
        self.coordinator, self.venlo, self.clerk, self.chance = coordinator, venlo, clerk, chance
        self.offices: list[Organisation] = []

    def office(self, name: str) -> Organisation:
        office = Organisation.objects.create(name=name, slug=name.lower().replace(" ", "-"))
        Accreditation.objects.create(organisation=office, track=4, protocol="1.0", valid_from=START)
        self.offices.append(office)
        return office

    def quarter(self, office: Organisation, starts: date, count: int, ratio: float) -> None:
        """Vouchers go out in the order of their numbers, a few a week; with the office's own ratio they come back."""
        batch = make_batch(
            count, medium="paper", valid_until=date(2027, 12, 31), on=START, by=self.coordinator, at=at(START)
        )
        accreditation.allocate(batch.range, to=office, on=starts, by=self.coordinator, at=at(starts))
        given = [(serial, starts + timedelta(days=place * 85 // count)) for place, serial in enumerate(batch.range)]
        came = [
            (serial, day + timedelta(days=self.chance.randrange(1, 60)))
            for serial, day in given
            if self.chance.random() < ratio
        ]
        self.tell(office, given, starts + timedelta(days=89))
        self.redeem(came)

    def tell(self, office: Organisation, rows: list[tuple[int, date]], heard: date) -> None:
        """The rows that handing out writes, all at once: day by day takes seconds for every quarter of this town."""
        told = {"organisation": office, "accreditation": office.accreditations.get(), "recorded_by": self.coordinator}
        Voucher.objects.filter(pk__in=[serial for serial, _ in rows]).update(status="handed_out")
        Handout.objects.bulk_create(
            Handout(voucher_id=serial, on=day, recorded_at=at(heard), **told) for serial, day in rows
        )

    def redeem(self, rows: list[tuple[int, date]]) -> None:
        """The same, of what the library did."""
        Voucher.objects.filter(pk__in=[serial for serial, _ in rows]).update(status="redeemed")
        there = {"library": self.venlo, "branch": branch_of(self.venlo), "kind": "new", "recorded_by": self.clerk}
        Enrolment.objects.bulk_create(
            Enrolment(voucher_id=serial, on=day, recorded_at=at(day), **there) for serial, day in rows
        )


@pytest.fixture
def town(coordinator, venlo, clerk):
    return lambda seed: Town(coordinator, venlo, clerk, random.Random(seed))


@pytest.mark.parametrize("seed", range(4))
def test_of_thirty_intermediaries_the_one_that_cheats_is_found_within_two_quarters(town, seed):
    """It hands out thirty honestly each quarter and makes up thirty more. The others differ much, and honestly."""
    story = town(seed)
    cheat = story.office("Stichting Spook")
    for starts in QUARTERS:
        story.quarter(cheat, starts, 30, 0.65)
        story.quarter(cheat, starts, 30, 0.0)
    for number in range(HONEST):
        office, ratio = story.office(f"Steunpunt {number}"), story.chance.uniform(0.5, 0.85)
        for starts in QUARTERS:
            story.quarter(office, starts, story.chance.randrange(15, 60), ratio)
    found = of(SignalKind.RUNS, FOUND_BY)
    assert cheat in [each.organisation for each in found]
    assert len(found) <= 3, "a few false alarms at the most"
    (told,) = [each for each in found if each.organisation == cheat]
    assert told.of == 60 == told.counted + told.size
    assert told.share < told.usual
    assert max(map(len, told.serials)) >= 30 > told.threshold
    assert cheat not in [each.organisation for each in of(SignalKind.RUNS, DAY)], "and not before anything can be known"


def test_thirty_honest_intermediaries_raise_next_to_no_alarm(town):
    """The twin: without the cheat."""
    story = town(7)
    for number in range(30):
        office, ratio = story.office(f"Steunpunt {number}"), story.chance.uniform(0.5, 0.85)
        for starts in QUARTERS:
            story.quarter(office, starts, story.chance.randrange(15, 60), ratio)
    assert len(of(SignalKind.RUNS, FOUND_BY)) <= 1


def test_a_scattered_cheat_stands_out_by_its_ratio(town):
    """Who mixes the made-up ones among the real ones has no long run, but few that come."""
    story = town(11)
    cheat = story.office("Stichting Spook")
    for starts in QUARTERS:
        story.quarter(cheat, starts, 60, 0.2)
    for number in range(10):
        office = story.office(f"Steunpunt {number}")
        for starts in QUARTERS:
            story.quarter(office, starts, 40, 0.7)
    assert [each.organisation for each in of(SignalKind.RUNS, FOUND_BY)] == [cheat]


def test_how_long_a_run_must_be_follows_from_the_programme():
    longest = handed_out.longest_by_chance
    assert longest(Decimal("0.9"), 1000) == handed_out.SHORTEST_RUN  # 0.1 ^ 10 is nothing
    assert longest(Decimal("0.65"), 12_500) == 12
    assert longest(Decimal("0.4"), 12_500) == 25
    assert longest(Decimal("1"), 100) == longest(Decimal("0.9"), 0) == handed_out.SHORTEST_RUN
    assert longest(Decimal("0"), 400) == 400  # where nobody redeems, nobody stands out


# --- at the desk ------------------------------------------------------------------------------------------------------


@pytest.fixture
def type_in(clerk):
    """A desk redeems a range, so many minutes apart, from a moment on."""

    def redeem(library, serials: SerialRange, moment, minutes: int, by=clerk) -> None:
        for place, serial in enumerate(serials):
            heard = moment + timedelta(minutes=minutes * place)
            number = Voucher.objects.get(pk=serial).number
            enrolment.redeem(number, branch=branch_of(library), kind="new", on=moment.date(), by=by, at=heard)

    return redeem


@pytest.fixture
def ten(stock_of_food_bank) -> SerialRange:
    return SerialRange(stock_of_food_bank.first, stock_of_food_bank.first + 9)


def test_a_whole_pile_at_night_is_listed_with_its_numbers(ten, venlo, type_in, clerk):
    type_in(venlo, ten, at(DAY, 23), 2)
    (pile,) = of(SignalKind.PILE, DAY)
    assert (pile.organisation, pile.size, pile.serials, pile.at) == (venlo, 10, (ten,), at(DAY, 23))
    (night,) = of(SignalKind.NIGHT, DAY)
    assert (night.organisation, night.account, night.size, night.serials) == (venlo, clerk, 10, (ten,))


def test_the_same_ten_over_a_day_are_no_signal(ten, venlo, type_in):
    type_in(venlo, ten, at(DAY, 9), 40)
    assert signals.signals(DAY) == []


def test_a_pile_has_neighbours_one_library_and_ten(stock_of_food_bank, venlo, landgraaf, type_in):
    first = stock_of_food_bank.first
    type_in(venlo, SerialRange(first, first + 8), at(DAY, 10), 1)  # nine
    for place in range(12):  # twelve, each with a gap beside it
        serial = first + 20 + 2 * place
        type_in(venlo, SerialRange(serial, serial), at(DAY, 10), 1)
    type_in(landgraaf, SerialRange(first + 9, first + 9), at(DAY, 10), 1)  # the tenth, elsewhere
    assert of(SignalKind.PILE, DAY) == []


def test_what_was_undone_makes_no_pile(ten, venlo, type_in, clerk):
    type_in(venlo, ten, at(DAY, 10), 2)
    one = Enrolment.objects.get(voucher=ten.first + 4)
    enrolment.undo(one, reason="typing_error", on=DAY, by=clerk, at=at(DAY, 13))
    assert of(SignalKind.PILE, DAY) == []


def test_books_from_before_are_no_pile(ten, venlo, type_in, clerk):
    type_in(venlo, ten, at(DAY, 23), 0)
    assert len(signals.signals(DAY)) == 2
    for one in Enrolment.objects.all():
        told = {"on": date(2026, 10, 2), "recorded_at": at(DAY), "recorded_by": clerk, "paid_before": True}
        MembershipYear.objects.create(enrolment=one, library=venlo, ordinal=2, **told)
    assert signals.signals(DAY) == []


def test_two_at_night_is_somebody_who_tidies_up(ten, venlo, type_in):
    type_in(venlo, SerialRange(ten.first, ten.first + 1), at(DAY, 23), 5)
    assert signals.signals(DAY) == []
    type_in(venlo, SerialRange(ten.first + 5, ten.first + 5), at(DAY + timedelta(days=1), 6), 5)
    assert [each.size for each in of(SignalKind.NIGHT, DAY + timedelta(days=1))] == [3]


def test_a_desk_that_is_refused_far_more_often_than_the_others(
    stock_of_food_bank, batch, venlo, landgraaf, clerk, other_clerk, type_in
):
    first = stock_of_food_bank.first
    type_in(landgraaf, SerialRange(first, first + 29), at(DAY, 9), 15, by=other_clerk)
    ours = Voucher.objects.get(pk=batch.last_serial)

    def offer(times: int) -> None:
        for _ in range(times):
            with pytest.raises(VoucherRefused):
                told = {"on": DAY, "by": clerk, "at": at(DAY, 11)}
                enrolment.redeem(ours.number, branch=branch_of(venlo), kind="new", **told)

    offer(9)
    assert of(SignalKind.REFUSALS, DAY) == []
    offer(1)
    (told,) = of(SignalKind.REFUSALS, DAY)
    assert (told.organisation, told.account, told.size, told.share, told.usual) == (venlo, clerk, 10, 1, 0)
    assert told.serials == (SerialRange(ours.pk, ours.pk),)
    assert of(SignalKind.REFUSALS, DAY + desks.REFUSALS_BACK) == []


def test_a_library_that_only_sees_vouchers_of_its_own(
    stock_of_food_bank, venlo, landgraaf, coordinator, clerk, type_in
):
    Accreditation.objects.create(organisation=venlo, track=4, protocol="1.0", valid_from=START)
    batch = make_batch(22, medium="paper", valid_until=date(2027, 12, 31), on=START, by=coordinator, at=at(START))
    accreditation.allocate(batch.range, to=venlo, on=START, by=coordinator, at=at(START))
    handout.hand_out(venlo, [batch.range], on=DAY, by=clerk, at=at(DAY, 8))
    first = stock_of_food_bank.first
    type_in(landgraaf, SerialRange(first, first + 19), at(DAY, 9), 15)
    type_in(venlo, SerialRange(batch.first_serial, batch.first_serial + 18), at(DAY, 9), 15)
    assert of(SignalKind.OWN_ISSUE, DAY) == [], "nineteen are too few to say anything"
    type_in(venlo, SerialRange(batch.first_serial + 19, batch.first_serial + 19), at(DAY, 18), 15)
    (told,) = of(SignalKind.OWN_ISSUE, DAY)
    assert (told.organisation, told.size, told.of, told.share, told.usual) == (venlo, 20, 20, 1, 0)
    assert Handout.objects.count() == 22


# --- looking ----------------------------------------------------------------------------------------------------------


def test_what_was_looked_at_stays_away_until_it_grows(stock_of_food_bank, ten, venlo, type_in, coordinator):
    type_in(venlo, ten, at(DAY, 10), 2)
    (pile,) = signals.signals(DAY)
    assert pile.is_new
    signals.look_at(pile, outcome="explained", by=coordinator, at=at(DAY, 15))
    (again,) = signals.signals(DAY)
    assert not again.is_new and again.seen.by == coordinator

    type_in(venlo, SerialRange(ten.last + 1, ten.last + 1), at(DAY, 10) + timedelta(minutes=30), 2)
    (grown,) = signals.signals(DAY)
    assert (grown.size, grown.is_new) == (11, True)


def test_a_look_at_another_desk_says_nothing_of_this_one(ten, venlo, landgraaf, type_in, coordinator, other_clerk):
    type_in(venlo, SerialRange(ten.first, ten.first + 2), at(DAY, 23), 2)
    type_in(landgraaf, SerialRange(ten.first + 5, ten.first + 7), at(DAY, 23), 2, by=other_clerk)
    here, there = of(SignalKind.NIGHT, DAY)
    signals.look_at(here, outcome="talked", by=coordinator, at=at(DAY))
    assert [each.organisation for each in of(SignalKind.NIGHT, DAY) if each.is_new] == [there.organisation]
    type_in(landgraaf, SerialRange(ten.first + 8, ten.first + 8), at(DAY, 23), 2, by=other_clerk)
    type_in(venlo, SerialRange(ten.first + 9, ten.first + 9), at(DAY, 23), 2)
    grown = {
        each.organisation: each.is_new for each in of(SignalKind.NIGHT, DAY + desks.NIGHTS_BACK - timedelta(days=1))
    }
    assert grown == {venlo: True, landgraaf: True}, "what was looked at and grew is new, and what nobody looked at"
