"""Discrepancies as worklists: every class has an owner, an age and a next step (domain.md, "Discrepancies").

None of them stops a desk or a closing. A row leaves its list by an answer (answers.py), or by itself as soon as the
facts agree. Amounts play no part here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils.text import capfirst

from intermediaries.counting.models import Difference
from kbl.discrepancies import answers, findings
from kbl.discrepancies.conversion import Conversion, conversions
from kbl.discrepancies.findings import PATIENCE
from kbl.discrepancies.models import Kind
from kbl.formats import counted
from kbl.organisations.models import Organisation
from libraries.eligibility.redeeming import REDEEMING

__all__ = ["DISCREPANCIES", "PATIENCE", "Conversion", "Discrepancy", "Found", "Row", "conversions", "of", "overview"]

COORDINATOR = "De coördinator"
AFTER_REFUSAL = {ground.reason.value: ground.next_step for ground in REDEEMING if ground.next_step}
AFTER_DENIAL = "Zoek uit waar deze voucher vandaan kwam: bel de intermediair en de bibliotheek."


def _about_count(difference: Difference) -> str:
    """`3 nummers missen, bij B-2026-0012`."""
    much = counted(difference.left, "nummer", "nummers")
    words = {
        (Difference.Kind.MISSING, True): "mist",
        (Difference.Kind.MISSING, False): "missen",
    }.get((Difference.Kind(difference.kind), difference.left == 1), "te veel")
    return f"{much} {words}, " + (f"bij {difference.order}" if difference.order else "bij een telling")


@dataclass(frozen=True)
class Row:
    """One discrepancy as the worklist shows it; `serial` is for the screen only, never for an address.

    `pk` is the fact's own key, by which a row is answered.
    """

    pk: int
    serial: int
    organisation: Organisation | None
    on: date
    age: int
    words: str
    next_step: str
    owner: str
    url: str = ""


@dataclass(frozen=True)
class Discrepancy:
    """A class of discrepancies: what it is, whose it is, what to do about it, and on which page (if it has one).

    `party` and `serial` are where its facts keep the organisation and the voucher.
    """

    kind: Kind
    slug: str
    title: str
    owner: str
    words: str
    next_step: str
    facts: Callable[[date], QuerySet[Any]]
    tell: Callable[[Any], tuple[int, Organisation | None, str]]
    party: str
    serial: str = "voucher_id"
    page: str = ""

    def find(self, on: date) -> QuerySet[Any]:
        """The open rows on a day, the oldest first."""
        return answers.open_ones(self.facts(on), self.kind, on)

    def answered(self, on: date) -> QuerySet[Any]:
        """The rows that somebody answered and whose facts still differ, the oldest first."""
        return answers.answered_ones(self.facts(on), self.kind, on)

    def row(self, fact: Any, on: date) -> Row:
        """A fact of this class as a row of the worklist."""
        serial, organisation, words = self.tell(fact)
        next_step, owner = AFTER_REFUSAL.get(getattr(fact, "reason", ""), self.next_step), self.owner
        if getattr(fact, "denied", False):
            next_step, owner = AFTER_DENIAL, COORDINATOR
        url = reverse(self.page, args=[fact.pk]) if self.page else ""
        return Row(fact.pk, serial, organisation, fact.on, (on - fact.on).days, words, next_step, owner, url)


@dataclass(frozen=True)
class Found:
    """How many there are of one class, and how many days the oldest is there."""

    discrepancy: Discrepancy
    count: int
    oldest: int | None


def _about_unreported(enrolment) -> str:
    words = f"Ingewisseld bij {enrolment.library}"
    return f"{words}. De intermediair zegt: niet door ons uitgereikt" if enrolment.denied else words


DISCREPANCIES = [
    Discrepancy(
        kind=Kind.UNREPORTED,
        slug="niet-gemeld",
        party="voucher__holder",
        title="Ingewisseld, uitreiking niet gemeld",
        owner="De intermediair",
        words="De bibliotheek is betaald. De vergoeding voor de intermediair wacht op de melding.",
        next_step="Vraag de intermediair om de uitreiking te melden.",
        facts=findings.unreported,
        tell=lambda enrolment: (
            enrolment.voucher_id,
            enrolment.voucher.holder,
            _about_unreported(enrolment),
        ),
    ),
    Discrepancy(
        kind=Kind.UNREDEEMED,
        slug="niet-ingewisseld",
        party="organisation",
        title="Uitgereikt, niet ingewisseld",
        owner="De intermediair, met de coördinator",
        words="De voucher is 90 dagen of langer geleden uitgereikt en geen bibliotheek zag hem.",
        next_step="Vraag de intermediair of mensen de weg naar de bibliotheek vinden.",
        facts=findings.unredeemed,
        tell=lambda handout: (handout.voucher_id, handout.organisation, "Uitgereikt"),
    ),
    Discrepancy(
        kind=Kind.TWICE,
        slug="twee-keer",
        party="library",
        title="Bij twee bibliotheken aangeboden",
        owner=COORDINATOR,
        words="De eerste inschrijving blijft staan. De tweede bibliotheek kon de voucher niet gebruiken.",
        next_step="Bel beide bibliotheken en kijk wie de papieren voucher heeft.",
        facts=findings.offered_twice,
        tell=lambda refusal: (
            refusal.voucher_id,
            refusal.library,
            f"Eerder ingewisseld bij {refusal.first_library}",
        ),
    ),
    Discrepancy(
        kind=Kind.REFUSED,
        slug="geweigerd",
        party="library",
        title="Aangeboden en geweigerd",
        owner=COORDINATOR,
        words="Een voucher die bestaat, maar die de balie niet kon gebruiken.",
        next_step="Bel de bibliotheek; wat te doen staat bij elke voucher.",
        facts=findings.refused_offers,
        tell=lambda refusal: (refusal.voucher_id, refusal.library, capfirst(refusal.get_reason_display())),
    ),
    Discrepancy(
        kind=Kind.UNACCREDITED,
        slug="zonder-accreditatie",
        party="organisation",
        title="Uitgereikt zonder accreditatie",
        owner=COORDINATOR,
        words="De voucher blijft geldig voor de inwoner. De intermediair krijgt er geen vergoeding voor.",
        next_step="Verleng de accreditatie of haal de voorraad terug.",
        facts=findings.unaccredited,
        tell=lambda handout: (handout.voucher_id, handout.organisation, "Op deze dag niet geaccrediteerd"),
    ),
    Discrepancy(
        kind=Kind.COUNTED,
        slug="anders-geteld",
        party="organisation",
        title="Anders geteld",
        owner=COORDINATOR,
        words="Een intermediair mist nummers, of heeft er te veel. De vouchers werken intussen gewoon.",
        next_step="Zoek uit waar ze zijn en handel de nummers af.",
        facts=findings.counted_differently,
        tell=lambda difference: (difference.first_serial, difference.organisation, _about_count(difference)),
        serial="first_serial",
        page="cubiss:difference",
    ),
]


def of(slug: str) -> Discrepancy:
    """A class by the name in its address. Raises KeyError."""
    return {each.slug: each for each in DISCREPANCIES}[slug]


def overview(on: date) -> list[Found]:
    """Every class with its number of open discrepancies of days up to and including `on`."""
    found = []
    for each in DISCREPANCIES:
        counted = each.find(on).order_by().aggregate(count=Count("pk"), oldest=Min("on"))
        oldest = (on - counted["oldest"]).days if counted["oldest"] else None
        found.append(Found(each, counted["count"], oldest))
    return found
