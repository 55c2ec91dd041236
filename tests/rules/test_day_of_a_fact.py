"""A day that somebody types is bounded on both sides, by the same rule at every entrance (docs/domain.md).

Without it one voucher earned a library two fees in a minute: redeemed in November 2026 as a membership of November
2025, and renewed at once.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from intermediaries import accreditation
from intermediaries.handouts import handout, past
from intermediaries.handouts.handout import HandoutRefused
from intermediaries.handouts.past import PastHandout
from intermediaries.handouts.rule import HandoutReason
from intermediaries.models import Accreditation, Handout, Track
from kbl.discrepancies.models import SignalKind
from kbl.discrepancies.office.signal_words import about
from kbl.discrepancies.signals import look_at, signals
from kbl.organisations.models import Programme
from kbl.settlements.tariffs import tariffs
from kbl.voucher_record.history import events
from kbl.voucher_record.record import gather
from kbl.walk_in.walk_in import walk_in
from libraries import enrolment, past_enrolments, renewal
from libraries.eligibility import renewing
from libraries.enrolment import VoucherRefused
from libraries.models import Enrolment, MembershipYear, Refusal
from libraries.past_enrolments import PastEnrolment
from reporting.integrity import facts
from tests.conftest import at, branch_of
from vouchers.batches import make_batch
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines

TODAY, CAME, CHOSEN = date(2026, 11, 30), date(2026, 9, 28), date(2025, 11, 10)
EARLIEST = date(2026, 7, 1)
Reason = Refusal.Reason


def one(voucher: Voucher) -> list[SerialRange]:
    return [SerialRange(voucher.pk, voucher.pk)]


def clean() -> bool:
    checks = (
        facts.memberships_follow_the_voucher,
        facts.days_are_not_too_far_back,
        facts.nothing_happened_in_the_future,
    )
    return not any(list(check()) for check in checks)


@pytest.fixture
def fresh(coordinator, food_bank) -> Voucher:
    """Made long ago, and with the food bank since 28 September 2026."""
    serials = make_batch(
        1, medium="paper", valid_until=date(2027, 12, 31), on=CHOSEN - timedelta(days=60), by=coordinator, at=at(CHOSEN)
    ).range
    accreditation.allocate(serials, to=food_bank, on=CAME, by=coordinator, at=at(CAME))
    return Voucher.objects.get(pk=serials.first)


@pytest.fixture
def redeem(venlo, clerk):
    def make(voucher: Voucher, on: date, heard: date = TODAY) -> Enrolment:
        return enrolment.redeem(voucher.number, branch=branch_of(venlo), kind="new", on=on, by=clerk, at=at(heard))

    return make


@pytest.fixture
def give(food_bank, worker):
    def record(voucher: Voucher, on: date, heard: date = TODAY) -> int:
        return handout.hand_out(food_bank, one(voucher), on=on, by=worker, at=at(heard))

    return record


def refused(act, *args) -> VoucherRefused:
    with pytest.raises(VoucherRefused) as caught:
        act(*args)
    return caught.value


def handout_refused(act, *args) -> tuple[HandoutReason, date | None]:
    with pytest.raises(HandoutRefused) as caught:
        act(*args)
    [why] = caught.value.refused
    return why.reason, why.possible_day


# --- a membership -------------------------------------------------------------------------------------------------


def test_one_voucher_earns_no_two_fees_in_a_minute(fresh, redeem, venlo):
    why = refused(redeem, fresh, CHOSEN)
    assert (why.reason, why.day) == (Reason.NOT_YET_HELD, CAME)
    assert not Enrolment.objects.exists() and not Refusal.objects.exists(), "only the day was mistyped"
    made = redeem(fresh, CAME)
    assert made.on == CAME and not renewal.answerable(venlo, on=TODAY).exists()
    assert clean()


def test_the_desk_is_told_the_first_possible_day_and_loses_nothing(fresh, clerk, venlo):
    client = Client()
    with time_machine.travel(at(TODAY), tick=False):
        client.force_login(clerk, backend="allauth.account.auth_backends.AuthenticationBackend")
        page = client.post(
            reverse("library:desk_redeem"),
            {
                "number": str(fresh.number),
                "kind": "conversion",
                "on": f"{CHOSEN:%Y-%m-%d}",
                "branch": branch_of(venlo).pk,
                "key": "5f0c9a54-28d1-4f5e-9f5a-0f6f6a6a6a01",
            },
        )
    text = page.content.decode()
    assert "Kies een startdatum vanaf 28 september 2026." in text
    assert "2025-11-10" in text and 'value="conversion"' in text, "what was typed stands there still"
    assert not Enrolment.objects.exists()


def test_a_membership_is_not_before_its_hand_out(fresh, redeem, give):
    out = date(2026, 10, 12)
    give(fresh, out)
    why = refused(redeem, fresh, out - timedelta(days=1))
    assert (why.reason, why.day) == (Reason.BEFORE_HANDOUT, out)
    assert "uitgereikt op 12 oktober 2026. Kies een startdatum vanaf 12 oktober 2026." in str(why.advice)
    assert redeem(fresh, out).on == out, "the day itself"
    assert clean()


def test_nobody_goes_further_back_than_the_quarter_before(voucher, redeem):
    why = refused(redeem, voucher, EARLIEST - timedelta(days=1))
    assert (why.reason, why.day) == (Reason.TOO_LONG_AGO, EARLIEST)
    assert "30 juni 2026 is te lang geleden. Kies een startdatum vanaf 1 juli 2026." in str(why.advice)
    assert redeem(voucher, EARLIEST).stands, "the day itself"


def test_how_many_quarters_back_is_a_setting_of_the_programme(voucher, redeem):
    Programme.objects.update(quarters_back=2)
    assert refused(redeem, voucher, date(2026, 3, 31)).day == date(2026, 4, 1)
    assert redeem(voucher, date(2026, 4, 1)).stands
    assert clean()


def test_a_chosen_day_moves_no_tariff(voucher, redeem):
    """In the spring of 2026 nobody chooses December 2025, whatever a year cost then; in the winter it may be true."""
    assert refused(redeem, voucher, date(2025, 12, 31), date(2026, 4, 1)).reason == Reason.TOO_LONG_AGO
    made = redeem(voucher, date(2025, 12, 31), date(2026, 3, 31))
    assert tariffs.tariff_on("membership", made.on).amount == Decimal(42)


# --- a hand-out ---------------------------------------------------------------------------------------------------


def test_a_hand_out_is_not_after_the_membership_that_it_led_to(fresh, redeem, give):
    redeem(fresh, date(2026, 10, 20))
    assert handout_refused(give, fresh, date(2026, 10, 21)) == (HandoutReason.AFTER_MEMBERSHIP, date(2026, 10, 20))
    assert give(fresh, date(2026, 10, 20)) == 1, "the day itself"
    assert clean()


def test_a_hand_out_is_not_further_back_than_the_quarter_before(voucher, give):
    assert handout_refused(give, voucher, EARLIEST - timedelta(days=1)) == (HandoutReason.TOO_LONG_AGO, EARLIEST)
    assert give(voucher, EARLIEST) == 1, "the day itself"


def test_somebody_who_took_the_hand_out_back_and_tells_it_later_meets_the_membership(fresh, redeem, give, worker):
    """Undone and redeemed in between: the new day is judged beside what stands now."""
    give(fresh, date(2026, 10, 1))
    handout.undo(Handout.objects.get(), reason="wrong_date", by=worker, at=at(TODAY, 13))
    redeem(fresh, date(2026, 10, 2))
    assert handout_refused(give, fresh, date(2026, 10, 3))[0] == HandoutReason.AFTER_MEMBERSHIP


def test_a_walk_in_says_what_is_wrong_with_the_day(venlo, clerk, coordinator):
    """Not that there are no vouchers left."""
    Accreditation.objects.create(organisation=venlo, track=Track.DIRECT, protocol="1", valid_from=date(2025, 1, 1))
    told = {"by": coordinator, "at": at(date(2025, 9, 1))}
    serials = make_batch(1, medium="paper", valid_until=date(2027, 12, 31), on=date(2025, 9, 1), **told).range
    accreditation.allocate(serials, to=venlo, on=date(2025, 9, 1), **told)

    def walk(on: date) -> Enrolment:
        return walk_in(branch=branch_of(venlo), kind="new", on=on, by=clerk, at=at(TODAY))

    assert handout_refused(walk, EARLIEST - timedelta(days=1)) == (HandoutReason.TOO_LONG_AGO, EARLIEST)
    assert walk(EARLIEST).stands
    assert clean()


# --- a renewal ----------------------------------------------------------------------------------------------------


def test_a_few_days_before_the_new_year_may_be_a_setting(voucher, redeem, clerk, venlo):
    year = redeem(voucher, date(2025, 10, 2), date(2025, 10, 2)).years.get()
    Programme.objects.update(renewal_margin=14)
    with pytest.raises(renewing.NotRenewable) as caught:
        renewal.renew(year, by=clerk, at=at(date(2026, 9, 17)))
    assert caught.value.day == date(2026, 9, 18)
    assert "Vanaf 18 september 2026 kunt u antwoorden." in str(caught.value.advice)
    assert renewal.renew(year, by=clerk, at=at(date(2026, 9, 18))).on == date(2026, 10, 2)
    assert clean(), "the books know the margin"
    Programme.objects.update(renewal_margin=0)
    assert not clean(), "and without it they do not take it"


# --- only Cubiss goes further back, and says why ------------------------------------------------------------------


def test_what_cubiss_reads_in_from_further_back_needs_a_reason_and_stays_in_sight(
    fresh, voucher, food_bank, venlo, coordinator
):
    names = {food_bank.pk: food_bank.name}
    long_ago = date(2025, 10, 9)
    given = PastHandout(voucher.pk, food_bank.pk, long_ago)
    member = PastEnrolment(voucher.pk, branch_of(venlo).pk, "new", long_ago)
    [no] = past.judge([given], at=at(TODAY), names=names)
    why = "Deze dag ligt voor 1 juli 2026. Kies bij het bestand waarom dit zo laat komt."
    assert no.sentence == why
    [no] = past_enrolments.judge([member], at=at(TODAY))
    assert no.refused.office.replace("\N{NO-BREAK SPACE}", " ") == why
    told = {"by": coordinator, "at": at(TODAY), "late_reason": "told_late"}
    recent = PastHandout(fresh.pk, food_bank.pk, CAME)
    rows = [given, recent]
    judged = past.judge(rows, at=at(TODAY), names=names, late_reason="told_late", lock=True)
    past.record(list(zip(rows, judged, strict=True)), paid_before=False, **told)
    judged = past_enrolments.judge([member], at=at(TODAY), late_reason="told_late", lock=True)
    past_enrolments.record([(member, judged[0])], paid_before=False, **told)
    assert dict(Handout.objects.values_list("on", "late_reason")) == {long_ago: "told_late", CAME: ""}
    assert Enrolment.objects.get().late_reason == "told_late"
    assert clean()
    late = [each for each in signals(TODAY) if each.kind == SignalKind.LATE]
    assert {(each.organisation, each.size, each.serials[0].first) for each in late} == {
        (food_bank, 1, voucher.pk),
        (venlo, 1, voucher.pk),
    }
    assert "te laat gemeld door de partij (1)" in about(late[0])
    told = [badge for event in events(gather(voucher.pk)) for badge in event.badges]
    assert told.count(("attention", "te laat gemeld door de partij")) == 2, "the voucher's own record says it too"
    look_at(late[0], outcome="explained", by=coordinator, at=at(TODAY, 14))
    assert sum(each.is_new for each in signals(TODAY) if each.kind == SignalKind.LATE) == 1


def test_a_reason_opens_no_other_bound(fresh, food_bank, venlo, coordinator):
    """Further back, yes; but never before the voucher was with its holder, and never before its hand-out."""
    row = PastEnrolment(fresh.pk, branch_of(venlo).pk, "new", CHOSEN)
    [no] = past_enrolments.judge([row], at=at(TODAY), late_reason="old_books")
    assert no.refused.reason == Reason.NOT_YET_HELD
    given = PastHandout(fresh.pk, food_bank.pk, date(2026, 10, 5))
    judged = past.judge([given], at=at(TODAY), names={}, lock=True)
    past.record([(given, judged[0])], paid_before=False, by=coordinator, at=at(TODAY))
    row = PastEnrolment(fresh.pk, branch_of(venlo).pk, "new", date(2026, 10, 4))
    [no] = past_enrolments.judge([row], at=at(TODAY), late_reason="old_books")
    assert no.refused.reason == Reason.BEFORE_HANDOUT
    assert not MembershipYear.objects.exists()
