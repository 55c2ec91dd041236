"""On every day an organisation has one accreditation at most, on whichever side of another it lies."""

from datetime import date

import pytest

from intermediaries import accreditation
from intermediaries.accreditation import AccreditationRefused
from intermediaries.models import Accreditation

pytestmark = pytest.mark.both_engines

JULY = date(2026, 7, 1)


@pytest.fixture
def from_july(venlo) -> Accreditation:
    return accreditation.accredit(venlo, track=4, protocol="1.0", valid_from=JULY, valid_until=date(2026, 12, 31))


@pytest.mark.parametrize(
    ("first", "last"), [(date(2026, 1, 1), date(2026, 6, 30)), (date(2027, 1, 1), date(2027, 6, 30))]
)
def test_beside_it_another_may_stand(venlo, from_july, first, last):
    accreditation.accredit(venlo, track=3, protocol="1.0", valid_from=first, valid_until=last)
    assert Accreditation.objects.filter(organisation=venlo).count() == 2


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 1, 1), JULY),
        (date(2026, 1, 1), None),
        (date(2026, 8, 1), date(2026, 8, 31)),
        (date(2026, 12, 31), None),
    ],
)
def test_on_one_day_it_is_refused_with_the_first_day_of_the_other(venlo, from_july, first, last):
    with pytest.raises(AccreditationRefused) as refused:
        accreditation.accredit(venlo, track=3, protocol="1.0", valid_from=first, valid_until=last)
    assert (refused.value.reason, refused.value.day) == (AccreditationRefused.Reason.OVERLAPS, JULY)
