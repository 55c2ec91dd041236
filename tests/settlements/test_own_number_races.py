"""Two colleagues give two invoices one number; and a nil report needs none."""

from datetime import date

import pytest

from kbl.settlements.models import OwnNumber
from kbl.settlements.statements import own_numbers
from tests.races.support import kinds, looked_by_all, together, without_unique
from tests.settlements.conftest import Q4
from tests.settlements.test_own_numbers import LATER, mine, next_one, own  # noqa: F401 (fixtures)


def test_a_nil_report_needs_no_number(own, earlier_quarters_closed, venlo, close):  # noqa: F811
    nil = close(Q4, date(2026, 1, 12)).statements.get(organisation=venlo)
    assert nil.is_nil and not nil.awaits_number and nil not in own_numbers.awaiting()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_colleagues_give_two_invoices_one_number(mine, next_one, manager):  # noqa: F811
    results = together(
        lambda: own_numbers.give(mine, "2026-17", by=manager, at=LATER),
        lambda: own_numbers.give(next_one, "2026 -17", by=manager, at=LATER),
    )
    assert kinds(results) == ["NumberRefused", "OwnNumber"]
    assert OwnNumber.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_that_race_is_real_without_the_constraint_both_have_it(mine, next_one, manager, monkeypatch):  # noqa: F811
    monkeypatch.setattr(own_numbers, "_assert_free", looked_by_all(own_numbers._assert_free, 2))
    with without_unique("own_number_used_once"):
        together(
            lambda: own_numbers.give(mine, "2026-17", by=manager, at=LATER),
            lambda: own_numbers.give(next_one, "2026-17", by=manager, at=LATER),
        )
        assert OwnNumber.objects.count() == 2
