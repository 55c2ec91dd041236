"""Of two who accredit one organisation at the same moment the second hears of the first."""

from datetime import date
from threading import Thread

import pytest
from django.db import transaction

from intermediaries import accreditation
from intermediaries.accreditation import AccreditationRefused
from intermediaries.models import Accreditation
from tests.races.support import somebody_waits, together, until

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_an_organisation_has_one_accreditation_a_day_whoever_presses(venlo):
    def accredit(track: int, first: date) -> Accreditation:
        return accreditation.accredit(venlo, track=track, protocol="1.0", valid_from=first)

    answer: list[object] = []
    with transaction.atomic():
        accredit(1, date(2025, 9, 1))
        second = Thread(target=lambda: answer.extend(together(lambda: accredit(2, date(2025, 10, 1)))))
        second.start()
        until(somebody_waits)
    second.join()
    assert isinstance(answer[0], AccreditationRefused), answer
    assert answer[0].reason == AccreditationRefused.Reason.OVERLAPS
    assert Accreditation.objects.get(organisation=venlo).track == 1
