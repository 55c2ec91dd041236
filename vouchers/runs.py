"""Numbers shown as people talk about them: unbroken runs of vouchers that are alike, found by the database."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from vouchers.models import Voucher
from vouchers.numbers import SerialRange


@dataclass(frozen=True)
class Run:
    """Consecutive vouchers that share a holder (None is Cubiss itself) and a status."""

    serials: SerialRange
    holder_id: int | None
    status: str

    @property
    def get_status_display(self) -> str:
        return str(Voucher.Status(self.status).label)


def runs(vouchers: QuerySet[Voucher]) -> list[Run]:
    """Vouchers as the fewest runs with one holder and one status, by serial."""
    return [Run(serials, holder, status) for serials, (holder, status) in islands(vouchers, "holder_id", "status")]


def islands(vouchers: QuerySet[Voucher], *alike: str) -> list[tuple[SerialRange, tuple[Any, ...]]]:
    """Vouchers as the fewest runs that are alike in these columns or annotations, by serial.

    Only the runs leave the database, never the numbers one by one: a serial minus its place among its own kind is the
    same for neighbours, and only for neighbours.
    """
    place = Window(RowNumber(), partition_by=[F(name) for name in alike], order_by=F("serial").asc())
    numbered = vouchers.order_by().annotate(island=F("serial") - place).values_list(*alike, "serial", "island")
    sql, params = numbered.query.sql_with_params()
    kept = ", ".join(f"c{number}" for number in range(len(alike)))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH numbered({kept}, serial, island) AS ({sql})"
            f" SELECT {kept}, MIN(serial), MAX(serial) FROM numbered GROUP BY {kept}, island ORDER BY {len(alike) + 1}",
            params,
        )
        return [(SerialRange(*row[-2:]), row[:-2]) for row in cursor.fetchall()]
