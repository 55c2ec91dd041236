"""Where the whole stock stands on a day: per intermediary, per municipality or per track. Always adds up to the stock.

The vouchers are counted in one question, answered from the index alone, so that a million of them is no trouble.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import assert_never

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery

from intermediaries.models import Accreditation, Handout, Track
from intermediaries.service_areas.areas import ServiceAreas
from intermediaries.stock_levels.levels import SHORTEST, WINDOW
from intermediaries.stock_levels.models import LowStockPeriod
from kbl.formats import number
from kbl.organisations.models import Municipality, Organisation
from vouchers.models import Batch, Voucher

Status = Voucher.Status


class Grouping(models.TextChoices):
    """What a line of the overview is."""

    INTERMEDIARY = "intermediair", "Per intermediair"
    MUNICIPALITY = "gemeente", "Per gemeente"
    TRACK = "spoor", "Per spoor"


@dataclass(frozen=True)
class StockFigures:
    """Vouchers by where they are; `expired` is a part of `allocated`. `used` went out in the last 13 weeks.

    `pace` is how many go out a week, by those weeks or by the time since the first hand-out.
    """

    in_stock: int = 0
    allocated: int = 0
    handed_out: int = 0
    redeemed: int = 0
    void: int = 0
    expired: int = 0
    used: int = 0
    pace: Decimal = Decimal(0)

    @property
    def made(self) -> int:
        return self.in_stock + self.allocated + self.handed_out + self.redeemed + self.void

    @property
    def went_out(self) -> int:
        return self.handed_out + self.redeemed

    @property
    def conversion(self) -> Decimal | None:
        """Which part of what went out was redeemed; None when nothing went out."""
        return Decimal(self.redeemed) / self.went_out if self.went_out else None

    @property
    def weeks(self) -> int | None:
        """Whole weeks that the valid vouchers with holders last; None when nothing goes out."""
        return int((self.allocated - self.expired) / self.pace) if self.pace else None

    def __add__(self, other: "StockFigures") -> "StockFigures":
        names = self.__dataclass_fields__
        return StockFigures(**{name: getattr(self, name) + getattr(other, name) for name in names})


@dataclass(frozen=True)
class StockHolder:
    """An organisation that has or had vouchers; `minimum` is there while it is below it."""

    organisation: Organisation
    figures: StockFigures
    track: int | None
    minimum: int | None = None
    serves: frozenset[int] = frozenset()

    @property
    def is_low(self) -> bool:
        return self.minimum is not None


@dataclass(frozen=True)
class OverviewRow:
    """One line of the overview. `key` is what it is about: an organisation, a municipality, a track, or nothing."""

    name: str
    figures: StockFigures
    key: Organisation | Municipality | Track | None = None
    low: tuple[StockHolder, ...] = ()
    is_cubiss: bool = False

    @property
    def low_words(self) -> str:
        """How many of a line of several are low."""
        return f"{number(len(self.low))} onder het minimum"


@dataclass(frozen=True)
class OverviewFilter:
    """Which parties to show; empty is everybody."""

    track: int | None = None
    municipality: int | None = None
    low: bool = False

    def __bool__(self) -> bool:
        return bool(self.track or self.municipality or self.low)

    def takes(self, party: StockHolder) -> bool:
        return (
            (not self.track or party.track == self.track)
            and (not self.municipality or self.municipality in party.serves)
            and (not self.low or party.is_low)
        )


@dataclass(frozen=True)
class Overview:
    """The lines of one grouping and their sum; `shown` of `parties` organisations are in it."""

    grouping: Grouping
    rows: list[OverviewRow] = field(default_factory=list)
    total: StockFigures = field(default_factory=StockFigures)
    shown: int = 0
    parties: int = 0
    low: int = 0


def overview(on: date, *, grouping: Grouping = Grouping.INTERMEDIARY, only: OverviewFilter | None = None) -> Overview:
    """The stock on a day. Our own stock is a line of its own, left out when parties are chosen."""
    only = only or OverviewFilter()
    own, parties = _parties(on)
    shown = [party for party in parties if only.takes(party)]
    rows = _grouped(shown, grouping)
    if not only and own.made:
        rows.insert(0, OverviewRow("Cubiss, eigen voorraad", own, is_cubiss=True))
    total = sum((row.figures for row in rows), StockFigures())
    low = sum(party.is_low for party in parties)
    return Overview(grouping, rows, total, len(shown), len(parties), low)


def _parties(on: date) -> tuple[StockFigures, list[StockHolder]]:
    """Our own stock, and everybody who holds or held vouchers, by name."""
    counts: dict[int | None, dict[str, int]] = {}
    rows = Voucher.objects.order_by().values_list("holder_id", "status").annotate(count=Count("pk"))
    for holder, status, count in rows:
        counts.setdefault(holder, {})[str(status)] = count
    own = _counted(counts.pop(None, {}))
    holders = [pk for pk in counts if pk]
    used, expired, tracks = _used(holders, on), _expired(on), _tracks(holders, on)
    minimums = dict(
        LowStockPeriod.objects.filter(over_on=None).order_by("minimum").values_list("organisation", "minimum")
    )
    first = Handout.objects.standing().filter(organisation=OuterRef("pk")).order_by("on").values("on")[:1]
    organisations = Organisation.objects.filter(pk__in=holders).order_by("name")
    areas = ServiceAreas.known()
    parties = []
    for each in organisations.annotate(first_out=Subquery(first)):
        out = used.get(each.pk, 0)
        pace = _pace(out, each.first_out, on)
        figures = replace(_counted(counts[each.pk]), expired=expired.get(each.pk, 0), used=out, pace=pace)
        serves = areas.served(each.pk, each.municipality_id, on)
        parties.append(StockHolder(each, figures, tracks.get(each.pk), minimums.get(each.pk), serves))
    return own, parties


def _counted(counts: dict[str, int]) -> StockFigures:
    return StockFigures(
        in_stock=counts.get(Status.IN_STOCK, 0),
        allocated=counts.get(Status.ALLOCATED, 0),
        handed_out=counts.get(Status.HANDED_OUT, 0),
        redeemed=counts.get(Status.REDEEMED, 0),
        void=counts.get(Status.VOID, 0),
    )


def _pace(used: int, first: date | None, on: date) -> Decimal:
    """How many go out a week; who started lately is measured from its first hand-out, as its own pages do."""
    days = min(max((on - first).days + 1, SHORTEST), WINDOW.days) if first else WINDOW.days
    return Decimal(used * 7) / days


def _used(holders: list[int], on: date) -> dict[int, int]:
    """Hand-outs of the last thirteen weeks."""
    lately = Handout.objects.standing().filter(organisation__in=holders, on__gt=on - WINDOW, on__lte=on)
    return dict(lately.order_by().values_list("organisation").annotate(count=Count("pk")))


def _expired(on: date) -> dict[int, int]:
    """Vouchers with a holder that nobody can use any more; asked of the batches that are over: there are few."""
    over = list(Batch.objects.filter(valid_until__lt=on).values_list("pk", flat=True))
    if not over:
        return {}
    dead = Voucher.objects.filter(status=Status.ALLOCATED, batch__in=over).filter(
        Q(extended_until=None) | Q(extended_until__lt=on)
    )
    return dict(dead.order_by().values_list("holder_id").annotate(count=Count("pk")))


def _tracks(holders: list[int], on: date) -> dict[int, int]:
    """The track of each party: of its accreditation that began last; of one to come when it had none before."""
    rows = Accreditation.objects.filter(organisation__in=holders).order_by("valid_from")
    coming: dict[int, int] = {}
    begun: dict[int, int] = {}
    for organisation, track, begins in rows.values_list("organisation", "track", "valid_from"):
        if begins <= on:
            begun[organisation] = track
        else:
            coming.setdefault(organisation, track)
    return coming | begun


def _grouped(parties: Iterable[StockHolder], grouping: Grouping) -> list[OverviewRow]:
    """Fold the parties into lines, by name; who serves several municipalities or has no track comes last."""
    groups: dict[object, list[StockHolder]] = {}
    towns = {each.pk: each for each in Municipality.objects.all()} if grouping == Grouping.MUNICIPALITY else {}
    for party in parties:
        groups.setdefault(_key(party, grouping, towns), []).append(party)
    rows = [
        OverviewRow(
            _name(key, grouping),
            sum((party.figures for party in group), StockFigures()),
            key,  # type: ignore[arg-type]
            tuple(party for party in group if party.is_low),
        )
        for key, group in groups.items()
    ]
    return sorted(rows, key=lambda row: (row.key is None, row.name.casefold()))


def _key(
    party: StockHolder, grouping: Grouping, towns: Mapping[int, Municipality]
) -> Organisation | Municipality | Track | None:
    match grouping:
        case Grouping.INTERMEDIARY:
            return party.organisation
        case Grouping.MUNICIPALITY:
            return towns[next(iter(party.serves))] if len(party.serves) == 1 else None
        case Grouping.TRACK:
            return Track(party.track) if party.track else None
        case _:
            assert_never(grouping)


def _name(key: object, grouping: Grouping) -> str:
    if key is None:
        return "Meer gemeenten" if grouping == Grouping.MUNICIPALITY else f"Zonder {grouping}"
    return str(key.label) if isinstance(key, Track) else str(key)
