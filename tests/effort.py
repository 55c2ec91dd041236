"""How much work something is, told so that a slow or busy machine gives the same answer as a quick one.

A test asserts no seconds: what is quick on one machine is late on another. It compares work with work, in one process:
what a hostile file costs beside the largest honest one. Work is the processor's time of this thread alone. Speed as a
time is measured in `bench/`.
"""

from collections.abc import Callable
from functools import cache
from time import thread_time
from typing import TypeVar

from kbl.spreadsheets import read, to_xlsx
from tests.spreadsheets.long_list import lengthened

Outcome = TypeVar("Outcome")
HEADERS = ["Voucher", "Dag", "Plaats", "Soort"]
COUNTING = {"0000000": "{i:07}", "<v>0</v>": "<v>{i}</v>"}


def measured(act: Callable[[], Outcome]) -> tuple[float, Outcome]:
    """What an act takes of the processor, only to be laid beside the cost of another act; and what came of it."""
    before = thread_time()
    outcome = act()
    return thread_time() - before, outcome


def least(act: Callable[[], object], times: int = 2) -> float:
    """The cost of an act without what got in its way."""
    return min(measured(act)[0] for _ in range(times))


@cache
def honest_list() -> float:
    """The cost of reading a list of as many rows as we take: twenty thousand, of four cells."""
    content = lengthened(to_xlsx(HEADERS, [["0000000", 0, "Venlo", "nieuw"]]), 20_000, COUNTING)
    return least(lambda: read(content))
