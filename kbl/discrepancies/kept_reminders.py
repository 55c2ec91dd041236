"""Who still has something to report, as the page of the reminders shows it: kept by a task with very many vouchers.

A reminder itself is never made of what was kept: that looks anew (kbl/discrepancies/reminders.py).
"""

from datetime import date, datetime
from typing import Any

from kbl.clock import local_day
from kbl.discrepancies import reminders
from kbl.discrepancies.reminders import OpenItems
from kbl.jobs.kept import Keeper


def open_items(on: date) -> tuple[dict[int, OpenItems], datetime | None]:
    """Per organisation that has any, and of when that is; None when it is of now."""
    if kept := KEEPER.latest():
        return {int(pk): _read(plain) for pk, plain in kept.content.items()}, kept.at
    return reminders.open_items(on), None


def _plain(at: datetime) -> dict[str, list]:
    return {
        str(pk): [each.unreported, each.unredeemed, _text(each.since), _text(each.oldest_unreported)]
        for pk, each in reminders.open_items(local_day(at)).items()
    }


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _read(plain: list[Any]) -> OpenItems:
    unreported, unredeemed, *days = plain
    since, oldest = (date.fromisoformat(each) if each else None for each in days)
    return OpenItems(unreported=unreported, unredeemed=unredeemed, since=since, oldest_unreported=oldest)


KEEPER = Keeper("reminders", _plain)
