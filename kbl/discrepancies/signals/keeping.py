"""Signals as JSON can hold them, so that a task may keep them where there are very many vouchers."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kbl.accounts.models import User
from kbl.discrepancies.models import SignalKind
from kbl.discrepancies.signals.kinds import Signal
from kbl.organisations.models import Organisation
from vouchers.numbers import SerialRange


def plain(found: Iterable[Signal]) -> list[dict[str, Any]]:
    """What was found; who looked at it is not in it."""
    return [
        {
            "kind": each.kind,
            "organisation": each.organisation.pk,
            "size": each.size,
            "on": each.on.isoformat(),
            "account": each.account.pk if each.account else None,
            "serials": [[one.first, one.last] for one in each.serials],
            "share": None if each.share is None else str(each.share),
            "usual": None if each.usual is None else str(each.usual),
            "counted": each.counted,
            "of": each.of,
            "threshold": each.threshold,
            "at": each.at.isoformat() if each.at else None,
            "reasons": each.reasons,
        }
        for each in found
    ]


def read(kept: Iterable[dict[str, Any]]) -> list[Signal]:
    """What was found, again."""
    rows = list(kept)
    organisations = Organisation.objects.in_bulk({each["organisation"] for each in rows})
    accounts = User.objects.in_bulk({each["account"] for each in rows if each["account"]})
    return [
        Signal(
            SignalKind(each["kind"]),
            organisations[each["organisation"]],
            size=each["size"],
            on=date.fromisoformat(each["on"]),
            account=accounts[each["account"]] if each["account"] else None,
            serials=tuple(SerialRange(first, last) for first, last in each["serials"]),
            share=None if each["share"] is None else Decimal(each["share"]),
            usual=None if each["usual"] is None else Decimal(each["usual"]),
            counted=each["counted"],
            of=each["of"],
            threshold=each["threshold"],
            at=datetime.fromisoformat(each["at"]) if each["at"] else None,
            reasons=tuple((words, number) for words, number in each["reasons"]),
        )
        for each in rows
    ]
