"""Of two presses one corrects, and a correction waits for a closing that is under way."""

import pytest
from django.db import DatabaseError, connection, transaction

from kbl.organisations import closing_lock
from kbl.settlements.models import Correction
from kbl.settlements.statements.corrections import NotCorrectable
from tests import by_two
from tests.races.support import together
from tests.settlements.test_corrections import FEBRUARY, handling  # noqa: F401 (fixtures)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_correction_waits_for_a_closing_that_is_under_way(handling, coordinator):  # noqa: F811
    """Without the closing lock, a closing bills a later year that the correction is just taking back."""

    def correct():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        return by_two.correct(handling, reason="twice", by=coordinator, at=FEBRUARY)

    with transaction.atomic():
        closing_lock.hold_alone()
        (answer,) = together(correct)
    assert isinstance(answer, closing_lock.BooksBusy)
    assert not Correction.objects.exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_closing_lock_is_there_before_the_first_closing(programme):
    """An undo before the very first closing holds the closing lock too; there used to be no row to hold."""

    def close_alone():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        with transaction.atomic():
            closing_lock.hold_alone()

    with transaction.atomic():
        closing_lock.hold_open()
        (answer,) = together(close_alone)
    assert isinstance(answer, DatabaseError)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_of_two_presses_corrects(handling, coordinator):  # noqa: F811
    def correct():
        return by_two.correct(handling, reason="twice", by=coordinator, at=FEBRUARY)

    answers = together(correct, correct, correct, correct)
    assert sum(isinstance(each, Correction) for each in answers) == 1
    assert sum(isinstance(each, NotCorrectable) for each in answers) == 3
