"""The hash of a quarter: per table how many rows fell in it and a hash over them, and one over all with the one before.

Only by reading the tables: no trigger is trusted. The same books give the same text on either engine.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

from django.db.models import Max, QuerySet

from kbl.periods import Quarter
from kbl.settlements.models import Closing
from reporting.models import QuarterSeal
from reporting.seals import texts
from reporting.seals.sources import SOURCES, By, Source

Part = dict[str, Any]


@dataclass(frozen=True)
class Window:
    """What falls in one seal: known after the closing before and by this one; `keys` say it of files."""

    closing: Closing
    after: datetime | None
    keys: dict[str, tuple[int, int]]


def window(closing: Closing, before: dict[str, Part] | None, sealed: dict[str, Part] | None = None) -> Window:
    """The window of a closing, from the parts of the seal before it; `sealed` when it has a seal of its own already."""
    earlier = Closing.objects.filter(quarter__lt=closing.quarter).order_by("quarter").last()
    keys = {}
    for source in SOURCES:
        if source.by is By.KEY:
            first = before[source.name]["until"] if before and source.name in before else 0
            if sealed and source.name in sealed:
                keys[source.name] = (first, sealed[source.name]["until"])
            else:
                newest = source.model._default_manager.aggregate(last=Max("pk"))["last"] or 0
                keys[source.name] = (first, max(first, newest))
    return Window(closing, earlier.closed_at if earlier else None, keys)


def part(source: Source, of: Window, sealed: Part | None = None) -> Part:
    """How many rows of a table fell in a quarter, and the hash over them and over what was stamped in it.

    `sealed` names the columns that there were: a column that the table got since is no part of an older seal.
    """
    columns = sealed["columns"] if sealed else source.columns
    digest, count = hashlib.sha256(), 0
    for text in _texts(source, of, columns):
        digest.update(text.encode())
        count += 1
    found: Part = {"rows": count, "sha256": digest.hexdigest(), "columns": columns}
    if source.by is By.KEY:
        found["until"] = of.keys[source.name][1]
    if source.told_later and (sealed is None or "later" in sealed):
        found["later"] = _later(source, of)
    return found


def _later(source: Source, of: Window) -> str:
    """The hash over what the next seal says of these rows: beside this seal it is found out meanwhile as well."""
    digest = hashlib.sha256()
    for line in texts.lines(fell(source, of), [*source.names, *source.told_later], ordered=source.has_key):
        digest.update(line.encode())
    return digest.hexdigest()


def parts(of: Window) -> dict[str, Part]:
    """Every table of a quarter."""
    return {source.name: part(source, of) for source in SOURCES}


def link(before: QuarterSeal | None) -> str:
    """What a seal holds of the one before it: its digest, and when it was made."""
    return f"{before.digest} {texts.text(before.sealed_at)}" if before else ""


def whole(quarter: Quarter, found: dict[str, Part], previous: str) -> str:
    """The digest of a quarter: over all its parts and the link to the quarter before.

    Up to which key files fell in it only helps to find them again; which ones they are says their hash. What the next
    seal says of them lies beside it: a closing that was killed and done again makes the same seal at another hour.
    """
    beside = {"until", "later"}
    said = {name: {key: value for key, value in each.items() if key not in beside} for name, each in found.items()}
    text = json.dumps([str(quarter), previous, said], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def fell(source: Source, of: Window) -> QuerySet:
    """The rows of a table that fell in a quarter."""
    rows: QuerySet = source.model._default_manager.all()
    match source.by:
        case By.CLOSING:
            found = rows.filter(**{source.path: of.closing.pk})
            # What has a key of its own many lines may lead to: a tariff comes once, not for each of its lines.
            return rows.filter(pk__in=found.values("pk")) if source.has_key else found
        case By.QUARTER:
            return rows.filter(**{source.path: of.closing.quarter})
        case By.KEY:
            first, last = of.keys[source.name]
            return rows.filter(pk__gt=first, pk__lte=last)
        case By.MOMENT:
            return _between(rows, source.path, of)
        case unknown:
            assert_never(unknown)


def _texts(source: Source, of: Window, columns: list[str]) -> Iterator[str]:
    rows: QuerySet = source.model._default_manager.all()
    mine = fell(source, of)
    yield from texts.lines(mine, source.paths(columns), ordered=source.has_key)
    if source.told_later:
        earlier = rows.filter(pk__lte=of.keys[source.name][0])
        yield from texts.lines(earlier, [*source.names, *source.told_later], ordered=source.has_key)
    for stamp in source.stamps:
        said = [*source.names, *stamp]
        yield from texts.lines(_between(rows, stamp[0], of), said, ordered=source.has_key)
        # Half a stamp has no moment by which it could fall anywhere: it is a change of the row itself.
        half = mine.filter(**{f"{stamp[0]}__isnull": True}).exclude(**_empty(source, stamp))
        yield from texts.lines(half, said, ordered=source.has_key)


def _empty(source: Source, stamp: tuple[str, ...]) -> dict[str, Any]:
    """What the columns of a stamp hold while it is not there."""
    fields = {field.attname: field for field in source.model._meta.concrete_fields}
    return {(f"{name}__isnull" if fields[name].null else name): (True if fields[name].null else "") for name in stamp}


def _between(rows: QuerySet, path: str, of: Window) -> QuerySet:
    rows = rows.filter(**{f"{path}__lte": of.closing.closed_at})
    return rows.filter(**{f"{path}__gt": of.after}) if of.after else rows
