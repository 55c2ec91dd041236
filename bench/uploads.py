"""Reading what somebody uploads: the largest honest list beside openpyxl alone, and the worst of the hostile files.

The tests hold a hostile file to the work of an honest list, on any machine; here it is told in seconds. An upload may
keep a worker busy for two seconds.
"""

import io
from collections.abc import Callable
from time import perf_counter

from openpyxl import load_workbook

from bench.table import Measurement
from kbl.spreadsheets import UnreadableFile, read, to_xlsx
from kbl.spreadsheets.writing import Cell
from tests.spreadsheets.hostile_files import FILES


def measure(rounds: int) -> list[Measurement]:
    """An honest list of twenty thousand rows of four cells, and the hostile file that takes longest."""
    rows: list[list[Cell]] = [[f"{i:07}", i, "Venlo", "nieuw"] for i in range(20_000)]
    content = to_xlsx(["Voucher", "Dag", "Plaats", "Soort"], rows)
    ours, bare = [], []
    for _ in range(rounds):
        ours.append(_seconds(lambda: read(content)))
        bare.append(_seconds(lambda: _bare(content)))
    name, hostile = _worst()
    worst = [_seconds(lambda: _refused(hostile)) for _ in range(rounds)]
    return [
        Measurement("an upload of 20,000 rows, beside openpyxl", ours, bare, "s", 2.0, more_is_better=False),
        Measurement("the worst hostile file, beside that list", worst, ours, "s", 1.0, more_is_better=False, note=name),
    ]


def _worst() -> tuple[str, bytes]:
    contents = {name: make() for name, (make, _) in FILES.items()}
    name = max(contents, key=lambda each: _seconds(lambda: _refused(contents[each])))
    return name, contents[name]


def _refused(content: bytes) -> None:
    try:
        read(content)
    except UnreadableFile:
        return


def _bare(content: bytes) -> None:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    for _ in book.worksheets[0].iter_rows(values_only=True):
        pass
    book.close()


def _seconds(act: Callable[[], object]) -> float:
    started = perf_counter()
    act()
    return perf_counter() - started
