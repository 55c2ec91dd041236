"""`python -m bench [ROW ...]`: run the rows (all of them, or those named) and print the table for the README.

Ours and the bare engine take turns in one run, so that a noisy machine hits both; medians of the rounds are compared.
A figure below its bar is marked; nothing is asserted, because a time is no test.
"""

import argparse
import os
import platform
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

import django

django.setup()

from django.db import connection  # noqa: E402

from bench import closing, crowd, dashboard, desk, documents, indexes, pages, scratch, sheets, stock, uploads  # noqa: E402
from bench.table import Measurement, show  # noqa: E402
from kbl.clock import today  # noqa: E402

ROWS = {
    "desk": desk.measure,
    "stock": stock.measure,
    "sheets": sheets.measure,
    "closing": closing.measure,
    "uploads": uploads.measure,
    "dashboard": dashboard.measure,
}
# Only when asked for by name: it takes minutes.
LONG = {"documents": documents.measure}
# These bring databases of their own, and print their own table; only when asked for by name: `make bench ARGS=pages`.
APART = {"crowd": crowd.measure, "pages": pages.measure, "indexes": indexes.measure}


def main() -> int:
    """Measure in a scratch database beside DATABASE_URL's and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the busy paths beside the engine.")
    parser.add_argument("rows", nargs="*", help=f"which rows: {', '.join(ROWS)}; all of them by default")
    parser.add_argument("--rounds", type=int, default=5, help="how often ours and the bare engine take turns")
    options = parser.parse_args()
    if unknown := set(options.rows) - {*ROWS, *LONG, *APART}:
        parser.error(f"no row called {unknown.pop()}; there are {', '.join([*ROWS, *LONG, *APART])}")
    if connection.vendor != "postgresql":
        parser.error("measuring needs PostgreSQL: use `make bench`, which brings its own")
    rows: list[Measurement] = []
    for name in [each for each in options.rows if each in APART]:
        rows += APART[name](rounds=options.rounds)
    named = [each for each in options.rows or ROWS if each in ROWS or each in LONG]
    if not named:
        return 0
    with scratch.database():
        version = connection.pg_version // 10_000  # type: ignore[attr-defined]
        for name in named:
            print(f"{name} ...", file=sys.stderr, flush=True)
            rows += {**ROWS, **LONG}[name](rounds=options.rounds)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    print(f"\n{today():%d-%m-%Y}, {machine}, PostgreSQL {version}\n")
    print(show(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
