"""Numbers shown as people talk about them: unbroken runs with one holder and one status, found by the database."""

from dataclasses import dataclass

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
    """Vouchers as the fewest runs, by serial. Only the runs leave the database, never the numbers one by one.

    A serial minus its place among its own kind is the same for neighbours, and only for neighbours.
    """
    place = Window(RowNumber(), partition_by=[F("holder_id"), F("status")], order_by=F("serial").asc())
    numbered = (
        vouchers.order_by().annotate(island=F("serial") - place).values_list("holder_id", "status", "serial", "island")
    )
    sql, params = numbered.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT holder_id, status, MIN(serial), MAX(serial) FROM ({sql}) AS numbered"
            " GROUP BY holder_id, status, island ORDER BY 3",
            params,
        )
        return [Run(SerialRange(first, last), holder, status) for holder, status, first, last in cursor.fetchall()]
