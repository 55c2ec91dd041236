"""As test_tampering.py, in a small history of its own in which no table is empty: the table in docs/tampering.md."""

from datetime import date
from pathlib import Path

import pytest

from kbl.periods import Quarter
from kbl.settlements.closing import closing
from reporting.models import QuarterSeal
from reporting.seals import sealing
from reporting.seals.sources import SOURCES
from tests import one_of_everything
from tests.conftest import at
from tests.reporting.tampering import as_owner, tried

pytestmark = pytest.mark.postgresql


@pytest.fixture
def a_row_of_everything(stock_of_food_bank, food_bank, worker, venlo, clerk, coordinator, finance):
    """A small history in which every table that keeps history has a row, all of it sealed."""
    one_of_everything.make(stock_of_food_bank.first, food_bank, worker, venlo, clerk, coordinator, finance)
    as_owner()
    QuarterSeal.objects.all().delete()  # a row that was there to be guarded, and seals nothing
    for number in (1, 2, 3, 4):
        last = closing.close(Quarter(2026, number), by=coordinator, at=at(date(2027, 1, 12)))
        sealing.seal(last, at=at(date(2027, 1, 12)))
    last = closing.close(Quarter(2027, 1), by=coordinator, at=at(date(2027, 4, 12)))
    sealing.seal(last, at=at(date(2027, 4, 12)))


TABLE = Path(__file__).parents[2] / "docs" / "tampering.md"


def test_no_table_is_left_out_and_the_page_says_what_came_of_it(a_row_of_everything, subtests):
    count = tried(subtests)
    assert not [table for table, came in count if came in ("not found", "no row")]
    rows = [f"| `{each.name}` | {count[each.name, 'found']} | {count[each.name, 'refused']} |" for each in SOURCES]
    found, refused = (sum(number for (_, came), number in count.items() if came == way) for way in ("found", "refused"))
    rows.append(f"| **{len(SOURCES)} tables** | **{found}** | **{refused}** |")
    said = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith(("| `", "| **"))]
    assert said == rows, "\n".join(rows)
