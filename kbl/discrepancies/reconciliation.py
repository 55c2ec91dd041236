"""Discrepancies as worklists: every class has an owner, an age and a next step (docs/domain.md, "Discrepancies").

None of them stops a desk or a closing. A row leaves its list by an answer (answers.py), or by itself as soon as the
facts agree. Amounts play no part here.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, assert_never

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q
from django.utils.text import capfirst

from intermediaries.counting.models import Difference
from kbl import rows
from kbl.discrepancies import findings
from kbl.discrepancies.discrepancy import Discrepancy, FactWords, incomplete
from kbl.discrepancies.findings import PATIENCE
from kbl.discrepancies.models import AnswerWords, DiscrepancyKind
from kbl.eligibility import Worklist
from kbl.formats import counted, plural
from libraries.eligibility.redeeming import REDEEMING
from libraries.models import Refusal

COORDINATOR = "De coördinator"
# What Cubiss does after an attempt that was refused, by its reason (libraries/eligibility).
AFTER_REFUSAL = {ground.reason: ground.next_step for ground in REDEEMING if ground.worklist is Worklist.REFUSED_OFFERS}
AFTER_DENIAL = "Zoek uit waar deze voucher vandaan kwam: bel de intermediair en de bibliotheek."


def _about_count(difference: Difference) -> str:
    """`3 nummers missen, bij B-2026-0012`."""
    much = counted(difference.left, "nummer", "nummers")
    kind = Difference.Kind(difference.kind)
    match kind:
        case Difference.Kind.MISSING:
            words = plural(difference.left, "mist", "missen")
        case Difference.Kind.EXTRA:
            words = "te veel"
        case _:
            assert_never(kind)
    return f"{much} {words}, " + (f"bij {difference.order}" if difference.order else "bij een telling")


@dataclass(frozen=True)
class OpenCount:
    """How many there are of one class, and how many days the oldest is there."""

    discrepancy: Discrepancy
    count: int
    oldest: int | None


def _unreported(enrolment: Any) -> FactWords:
    words = f"Ingewisseld bij {enrolment.library}"
    if not enrolment.denied:
        return FactWords(enrolment.voucher_id, enrolment.voucher.holder, words)
    words = f"{words}. De intermediair zegt: niet door ons uitgereikt"
    return FactWords(enrolment.voucher_id, enrolment.voucher.holder, words, AFTER_DENIAL, COORDINATOR)


def _refused(refusal: Refusal) -> FactWords:
    words = str(capfirst(refusal.get_reason_display()))
    serial = refusal.voucher_id or 0  # findings.refused_offers keeps to numbers that exist
    return FactWords(serial, refusal.library, words, AFTER_REFUSAL[Refusal.Reason(refusal.reason)])


DISCREPANCIES = [
    Discrepancy(
        kind=DiscrepancyKind.UNREPORTED,
        slug="niet-gemeld",
        title="Ingewisseld, uitreiking niet gemeld",
        icon="file-text",
        owner="De intermediair",
        words="De bibliotheek is betaald. De vergoeding voor de intermediair wacht op de melding.",
        next_step="Vraag de intermediair om de uitreiking te melden.",
        facts=findings.unreported,
        tell=_unreported,
        party="voucher__holder",
        offered=(AnswerWords.ASKED, AnswerWords.LATER, AnswerWords.CHECKED),
        # Reporting a hand-out is no answer but a fact (intermediaries).
        offered_to_party=(AnswerWords.NOT_OURS, AnswerWords.LATER),
        reminded_as="unreported",
        waits_for_party=Q(denied=False),
    ),
    Discrepancy(
        kind=DiscrepancyKind.UNREDEEMED,
        slug="niet-ingewisseld",
        title="Uitgereikt, niet ingewisseld",
        icon="clock",
        owner="De intermediair, met de coördinator",
        words="De voucher is 90 dagen of langer geleden uitgereikt en geen bibliotheek zag hem.",
        next_step="Vraag de intermediair of mensen de weg naar de bibliotheek vinden.",
        facts=findings.unredeemed,
        tell=lambda handout: FactWords(handout.voucher_id, handout.organisation, "Uitgereikt"),
        party="organisation",
        offered=(
            AnswerWords.UNDER_WAY,
            AnswerWords.ASKED,
            AnswerWords.LOST,
            AnswerWords.UNUSED,
            AnswerWords.CHECKED,
        ),
        offered_to_party=(AnswerWords.UNDER_WAY, AnswerWords.UNUSED, AnswerWords.LOST),
        reminded_as="unredeemed",
        open_after=PATIENCE,
        with_conversion=True,
    ),
    Discrepancy(
        kind=DiscrepancyKind.TWICE,
        slug="twee-keer",
        title="Bij twee bibliotheken aangeboden",
        icon="split",
        owner=COORDINATOR,
        words="De eerste inschrijving blijft staan. De tweede bibliotheek kon de voucher niet gebruiken.",
        next_step="Bel beide bibliotheken en kijk wie de papieren voucher heeft.",
        facts=findings.offered_twice,
        tell=lambda refusal: FactWords(
            refusal.voucher_id, refusal.library, f"Eerder ingewisseld bij {refusal.first_library}"
        ),
        party="library",
        collects=Worklist.OFFERED_TWICE,
        offered=(AnswerWords.FIRST_HAD_IT, AnswerWords.COPY, AnswerWords.DESK_MISTAKE, AnswerWords.ASKED),
    ),
    Discrepancy(
        kind=DiscrepancyKind.REFUSED,
        slug="geweigerd",
        title="Aangeboden en geweigerd",
        icon="circle-x",
        owner=COORDINATOR,
        words="Een voucher die bestaat, maar die de balie niet kon gebruiken.",
        next_step="Bel de bibliotheek; wat te doen staat bij elke voucher.",
        facts=findings.refused_offers,
        tell=_refused,
        party="library",
        collects=Worklist.REFUSED_OFFERS,
        offered=(AnswerWords.NEW_VOUCHER, AnswerWords.EXPLAINED, AnswerWords.DESK_MISTAKE, AnswerWords.ASKED),
        steps_differ=True,
    ),
    Discrepancy(
        kind=DiscrepancyKind.UNACCREDITED,
        slug="zonder-accreditatie",
        title="Uitgereikt zonder accreditatie",
        icon="shield-check",
        owner=COORDINATOR,
        words="De voucher blijft geldig voor de inwoner. De intermediair krijgt er geen vergoeding voor.",
        next_step="Verleng de accreditatie of haal de voorraad terug.",
        facts=findings.unaccredited,
        tell=lambda handout: FactWords(handout.voucher_id, handout.organisation, "Op deze dag niet geaccrediteerd"),
        party="organisation",
        offered=(AnswerWords.ACCREDITED, AnswerWords.STOCK_BACK, AnswerWords.CHECKED, AnswerWords.LATER),
    ),
    Discrepancy(
        kind=DiscrepancyKind.COUNTED,
        slug="anders-geteld",
        title="Anders geteld",
        icon="list-checks",
        owner=COORDINATOR,
        words="Een intermediair mist nummers, of heeft er te veel. De vouchers werken intussen gewoon.",
        next_step="Zoek uit waar ze zijn en handel de nummers af.",
        facts=findings.counted_differently,
        tell=lambda difference: FactWords(difference.first_serial, difference.organisation, _about_count(difference)),
        party="organisation",
        offered=(AnswerWords.LATER,),
        serial="first_serial",
        page="cubiss:difference",
    ),
]

_missing = incomplete(DISCREPANCIES, DiscrepancyKind, AnswerWords)
_missing += [f"{reason!r} has no next step" for reason, step in AFTER_REFUSAL.items() if not step]
_missing += [
    f"{each!r} is collected by no class, or by several"
    for each in Worklist
    if each is not Worklist.NONE and [one.collects for one in DISCREPANCIES].count(each) != 1
]
if _missing:
    raise ImproperlyConfigured("Discrepancies (kbl/discrepancies/reconciliation.py): " + "; ".join(_missing) + ".")

BY_KIND = {each.kind: each for each in DISCREPANCIES}
BY_SLUG = {each.slug: each for each in DISCREPANCIES}


def of(kind: DiscrepancyKind) -> Discrepancy:
    """The class of a kind."""
    return BY_KIND[kind]


def overview(on: date) -> list[OpenCount]:
    """Every class with its number of open discrepancies of days up to and including `on`, in one question."""
    tallies = rows.tally({each.slug: each.find(on) for each in DISCREPANCIES}, least="on")
    found = []
    for each in DISCREPANCIES:
        count, first = tallies[each.slug]
        # SQLite gives a day as the text that it keeps.
        oldest = date.fromisoformat(first) if isinstance(first, str) else first
        found.append(OpenCount(each, count, (on - oldest).days if oldest else None))
    return found
