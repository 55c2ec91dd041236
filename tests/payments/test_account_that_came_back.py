"""A run that waits is not released to an account from which money came back."""

import pytest

from kbl.payments.runs import runs
from kbl.payments.sentences import sentence
from kbl.periods import Quarter
from kbl.programme.demo.bank_statement import executed
from tests.payments.conftest import DAY, HEARD, PREPARED, RELEASED, START
from tests.payments.test_after_the_bank import LATER
from tests.payments.test_run_pages import see, words

pytestmark = pytest.mark.both_engines


def test_a_run_that_waits_is_not_released_to_an_account_that_came_back(
    made,
    venlo,
    cubiss,
    food_bank,
    finance,
    coordinator,
    hear,
    frank,
    carla,
):
    first, second = made(venlo, "10.00", "DECL-2025-0001"), made(venlo, "20.00", "DECL-2025-0002", Quarter(2025, 3))
    sent = runs.prepare([first], execute_on=DAY, by=finance, at=PREPARED)
    runs.release(sent, by=coordinator, at=RELEASED)
    waits = runs.prepare([second], execute_on=LATER, by=finance, at=RELEASED)
    hear(executed(sent, on=DAY, opening=START, returned={sent.payments.get().end_to_end_id: "AC04"}))
    with pytest.raises(runs.RefusedByBank) as refused:
        runs.release(waits, by=coordinator, at=HEARD)
    assert refused.value.payees == ("Bibliotheek Venlo",) and "Trek deze run in" in sentence(refused.value)
    page = words(see(carla, "payment_run", waits.number))
    assert "Van een rekening kwam eerder geld terug" in page and "Geef vrij" not in page
    runs.cancel(waits, by=coordinator, at=HEARD)
