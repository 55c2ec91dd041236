"""Closing where something is not there yet: the programme, a part in it, an accreditation, the day itself."""

from datetime import date
from decimal import Decimal

import pytest

from intermediaries.models import Accreditation
from kbl.organisations.models import Programme
from kbl.periods import Quarter
from kbl.settlements.closing import window
from kbl.settlements.closing.closing import ClosingRefused
from tests.conftest import at
from tests.settlements.conftest import Q1, Q4

pytestmark = pytest.mark.both_engines


def test_a_quarter_before_the_programme_is_not_closed(programme, close):
    with pytest.raises(ClosingRefused) as refused:
        close(Quarter(2024, 4), date(2026, 1, 12))
    assert (refused.value.reason, refused.value.first) == (ClosingRefused.Reason.BEFORE_PROGRAMME, Quarter(2025, 1))


def test_the_window_opens_on_the_day_that_the_programme_sets(earlier_quarters_closed):
    assert window.open_window(at=at(date(2026, 1, 9))) is None
    opened = window.open_window(at=at(date(2026, 1, 10)))
    assert opened is not None
    assert opened.quarter == Q4
    assert window.open_window(at=at(date(2026, 1, 11))) is None


def test_new_years_day_has_the_new_fee(food_bank, worker, venlo, gennep, give, enrol, earlier_quarters_closed, close):
    serials = give(food_bank, worker, 2, date(2025, 12, 30))
    enrol(venlo, serials.first, date(2025, 12, 31))
    enrol(venlo, serials.last, date(2026, 1, 1))

    old, new = close(Q4, date(2026, 1, 12)), close(Q1, date(2026, 4, 12))

    assert old.statements.get(organisation=venlo).net == Decimal("42.00")
    assert new.statements.get(organisation=venlo).net == Decimal("45.00")


def test_who_did_not_take_part_yet_gets_nothing(programme, gennep, close):
    for number in (1, 2, 3):
        shut = close(Quarter(2025, number), date(2025, 10, 12))
    assert not shut.statements.filter(organisation=gennep).exists()


def test_handling_needs_an_accreditation_on_the_day(
    food_bank, worker, venlo, give, enrol, earlier_quarters_closed, close
):
    Accreditation.objects.filter(organisation=food_bank).update(valid_until=date(2025, 10, 31))
    serials = give(food_bank, worker, 1, date(2025, 11, 1))
    enrol(venlo, serials.first, date(2025, 11, 2))

    shut = close(Q4, date(2026, 1, 12))

    assert shut.statements.get(organisation=food_bank).is_nil
    assert shut.statements.get(organisation=venlo).net == Decimal("42.00")  # the resident is served


@pytest.mark.parametrize(("funded", "net"), [(True, Decimal("84.00")), (False, Decimal("42.00"))])
def test_a_conversion_is_funded_when_the_programme_says_so(
    funded, net, food_bank, worker, venlo, give, enrol, earlier_quarters_closed, close
):
    Programme.objects.update(conversions_funded=funded)
    serials = give(food_bank, worker, 3, date(2025, 11, 1))
    for serial, kind in zip(serials, ("new", "conversion", "free_anyway"), strict=True):
        enrol(venlo, serial, date(2025, 11, 2), kind=kind)

    assert close(Q4, date(2026, 1, 12)).statements.get(organisation=venlo).net == net
