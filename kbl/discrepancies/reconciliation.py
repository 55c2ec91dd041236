"""Discrepancies: where two parties' stories of one voucher differ, as worklists (domain.md, "Discrepancies").

None of them stops a desk or a closing. Every class has an owner, an age and a next step; a row leaves its list by
itself as soon as the facts agree. Amounts play no part here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.text import capfirst

from intermediaries.models import Handout
from intermediaries.order_models import Difference
from kbl.organisations.models import Organisation
from libraries.models import Enrolment, Refusal
from vouchers.models import Voucher

PATIENCE = timedelta(days=90)
FEW = 5

REFUSED = [
    Refusal.Reason.VOID,
    Refusal.Reason.EXPIRED,
    Refusal.Reason.NOT_ALLOCATED,
    Refusal.Reason.NOT_STARTED,
    Refusal.Reason.OUTSIDE_PROGRAMME,
]
AFTER_REFUSAL: dict[str, str] = {
    Refusal.Reason.VOID: "Vraag de bibliotheek de voucher in te nemen en geef de bezoeker een nieuwe.",
    Refusal.Reason.EXPIRED: "Geef de bezoeker een nieuwe voucher, of verleng de serie.",
    Refusal.Reason.NOT_ALLOCATED: "Zoek uit hoe deze voucher uit onze voorraad kwam.",
    Refusal.Reason.NOT_STARTED: "Vertel de bibliotheek vanaf welke dag zij meedoet.",
    Refusal.Reason.OUTSIDE_PROGRAMME: "Leg de bibliotheek uit dat het programma dan voorbij is.",
}


def unreported(on: date) -> QuerySet[Enrolment]:
    """Redeemed, and nobody reported the hand-out: the library is paid, handling waits for the report."""
    handed_out = Handout.objects.standing().filter(voucher=OuterRef("voucher"))
    return (
        Enrolment.objects.standing()
        .filter(~Exists(handed_out), on__lte=on)
        .select_related("voucher__holder", "library")
        .order_by("on", "voucher_id", "pk")
    )


def unredeemed(on: date) -> QuerySet[Handout]:
    """Handed out 90 days ago or more, and no library saw it (a voucher that became void is settled)."""
    return (
        Handout.objects.standing()
        .filter(on__lte=on - PATIENCE, voucher__status=Voucher.Status.HANDED_OUT)
        .select_related("organisation")
        .order_by("on", "voucher_id", "pk")
    )


def offered_twice(on: date) -> QuerySet[Refusal]:
    """A number that was offered at a library while it stands as redeemed at another: the first stands."""
    first = Enrolment.objects.standing().filter(voucher=OuterRef("voucher")).exclude(library=OuterRef("library"))
    return (
        Refusal.objects.filter(reason=Refusal.Reason.ALREADY_REDEEMED, on__lte=on)
        .filter(Exists(first))
        .annotate(first_library=Subquery(first.values("library__name")[:1]))
        .select_related("library")
        .order_by("on", "voucher_id", "pk")
    )


def refused_offers(on: date) -> QuerySet[Refusal]:
    """A real number that could not be used, and that did not become a membership since."""
    enrolled = Enrolment.objects.standing().filter(voucher=OuterRef("voucher"))
    return (
        Refusal.objects.filter(reason__in=REFUSED, on__lte=on)
        .filter(~Exists(enrolled))
        .select_related("library")
        .order_by("on", "voucher_id", "pk")
    )


def unaccredited(on: date) -> QuerySet[Handout]:
    """Handed out on a day without accreditation: the resident is served, there is no handling."""
    return (
        Handout.objects.standing()
        .filter(accreditation__isnull=True, on__lte=on)
        .select_related("organisation")
        .order_by("on", "voucher_id", "pk")
    )


def counted_differently(on: date) -> QuerySet[Difference]:
    """An intermediary missed numbers or had too many, and Cubiss did not settle all of them yet."""
    return (
        Difference.objects.filter(left__gt=0, on__lte=on).select_related("organisation", "order").order_by("on", "pk")
    )


def _about_count(difference: Difference) -> str:
    """`3 nummers missen, bij B-2026-0012`."""
    much = "1 nummer" if difference.left == 1 else f"{difference.left} nummers"
    words = {
        (Difference.Kind.MISSING, True): "mist",
        (Difference.Kind.MISSING, False): "missen",
    }.get((Difference.Kind(difference.kind), difference.left == 1), "te veel")
    return f"{much} {words}, " + (f"bij {difference.order}" if difference.order else "bij een telling")


@dataclass(frozen=True)
class Row:
    """One discrepancy as the worklist shows it; `serial` is for the screen only, never for an address."""

    serial: int
    organisation: Organisation | None
    on: date
    age: int
    words: str
    next_step: str
    url: str = ""


@dataclass(frozen=True)
class Discrepancy:
    """A class of discrepancies: what it is, whose it is, what to do about it, and on which page (if it has one)."""

    slug: str
    title: str
    owner: str
    words: str
    next_step: str
    find: Callable[[date], QuerySet[Any]]
    tell: Callable[[Any], tuple[int, Organisation | None, str]]
    page: str = ""

    def row(self, fact: Any, on: date) -> Row:
        """A fact of `find` as a row of the worklist."""
        serial, organisation, words = self.tell(fact)
        next_step = AFTER_REFUSAL.get(getattr(fact, "reason", ""), self.next_step)
        url = reverse(self.page, args=[fact.pk]) if self.page else ""
        return Row(serial, organisation, fact.on, (on - fact.on).days, words, next_step, url)


@dataclass(frozen=True)
class Found:
    """How many there are of one class, and how many days the oldest is there."""

    discrepancy: Discrepancy
    count: int
    oldest: int | None


DISCREPANCIES = [
    Discrepancy(
        slug="niet-gemeld",
        title="Ingewisseld, uitreiking niet gemeld",
        owner="De intermediair",
        words="De bibliotheek is betaald. De vergoeding voor de intermediair wacht op de melding.",
        next_step="Vraag de intermediair om de uitreiking te melden.",
        find=unreported,
        tell=lambda enrolment: (
            enrolment.voucher_id,
            enrolment.voucher.holder,
            f"Ingewisseld bij {enrolment.library}",
        ),
    ),
    Discrepancy(
        slug="niet-ingewisseld",
        title="Uitgereikt, niet ingewisseld",
        owner="De intermediair, met de coördinator",
        words="De voucher is 90 dagen of langer geleden uitgereikt en geen bibliotheek zag hem.",
        next_step="Vraag de intermediair of mensen de weg naar de bibliotheek vinden.",
        find=unredeemed,
        tell=lambda handout: (handout.voucher_id, handout.organisation, "Uitgereikt"),
    ),
    Discrepancy(
        slug="twee-keer",
        title="Bij twee bibliotheken aangeboden",
        owner="De coördinator",
        words="De eerste inschrijving blijft staan. De tweede bibliotheek kon de voucher niet gebruiken.",
        next_step="Bel beide bibliotheken en kijk wie de papieren voucher heeft.",
        find=offered_twice,
        tell=lambda refusal: (
            refusal.voucher_id,
            refusal.library,
            f"Eerder ingewisseld bij {refusal.first_library}",
        ),
    ),
    Discrepancy(
        slug="geweigerd",
        title="Aangeboden en geweigerd",
        owner="De coördinator",
        words="Een voucher die bestaat, maar die de balie niet kon gebruiken.",
        next_step="Bel de bibliotheek; wat te doen staat bij elke voucher.",
        find=refused_offers,
        tell=lambda refusal: (refusal.voucher_id, refusal.library, capfirst(refusal.get_reason_display())),
    ),
    Discrepancy(
        slug="zonder-accreditatie",
        title="Uitgereikt zonder accreditatie",
        owner="De coördinator",
        words="De voucher blijft geldig voor de inwoner. De intermediair krijgt er geen vergoeding voor.",
        next_step="Verleng de accreditatie of haal de voorraad terug.",
        find=unaccredited,
        tell=lambda handout: (handout.voucher_id, handout.organisation, "Op deze dag niet geaccrediteerd"),
    ),
    Discrepancy(
        slug="anders-geteld",
        title="Anders geteld",
        owner="De coördinator",
        words="Een intermediair mist nummers, of heeft er te veel. De vouchers werken intussen gewoon.",
        next_step="Zoek uit waar ze zijn en handel de nummers af.",
        find=counted_differently,
        tell=lambda difference: (difference.first_serial, difference.organisation, _about_count(difference)),
        page="cubiss:difference",
    ),
]


def overview(on: date) -> list[Found]:
    """Every class with its number of open discrepancies of days up to and including `on`."""
    found = []
    for each in DISCREPANCIES:
        counted = each.find(on).order_by().aggregate(count=Count("pk"), oldest=Min("on"))
        oldest = (on - counted["oldest"]).days if counted["oldest"] else None
        found.append(Found(each, counted["count"], oldest))
    return found


@dataclass(frozen=True)
class Conversion:
    """What became of one intermediary's hand-outs that had their 90 days; `low` asks for a conversation."""

    organisation: Organisation
    handed_out: int
    redeemed: int
    low: bool = False

    @property
    def ratio(self) -> Decimal:
        return Decimal(self.redeemed) / self.handed_out


def conversions(on: date) -> list[Conversion]:
    """Per intermediary, lowest first: of the hand-outs of 90 days ago or more, how many were redeemed.

    Low is under half of the programme's own ratio, over at least five hand-outs: worth a talk, no proof of anything.
    """
    ripe = Handout.objects.standing().filter(on__lte=on - PATIENCE).exclude(voucher__status=Voucher.Status.VOID)
    counts = list(
        ripe.order_by()
        .values(organisation_pk=F("organisation"))
        .annotate(handed_out=Count("pk"), redeemed=Count("pk", filter=Q(voucher__status=Voucher.Status.REDEEMED)))
    )
    total = sum(row["handed_out"] for row in counts)
    usual = Decimal(sum(row["redeemed"] for row in counts)) / total if total else Decimal(0)
    known = Organisation.objects.in_bulk([row["organisation_pk"] for row in counts])
    found = [
        Conversion(
            known[row["organisation_pk"]],
            row["handed_out"],
            row["redeemed"],
            low=row["handed_out"] >= FEW and Decimal(row["redeemed"]) / row["handed_out"] < usual / 2,
        )
        for row in counts
    ]
    return sorted(found, key=lambda each: (each.ratio, each.organisation.name))
