"""What is missing before a quarter is closed: reports, answers, legal data, and whom to ask. It stops no closing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Max, Min, OuterRef, Q

from intermediaries.models import Accreditation, Handout
from kbl.clock import local_day
from kbl.formats import counted, voucher_count
from kbl.organisations.models import Organisation
from kbl.periods import Quarter, years_later
from kbl.settlements.models import Statement
from libraries import renewal
from libraries.models import Enrolment, Participation
from vouchers.models import Voucher


@dataclass(frozen=True)
class MissingReport:
    """One party that something is missing of: how much, since when or last when, and the page to look at."""

    organisation: Organisation
    words: str
    last: date | None = None
    last_words: str = ""

    @property
    def address(self) -> str:
        """Where to write; empty when nobody knows."""
        return self.organisation.email or self.organisation.payee.email


@dataclass(frozen=True)
class MissingReportGroup:
    """What is missing of one sort, with what to ask for; `subject` is how a mail about it starts."""

    title: str
    words: str
    subject: str
    reports: list[MissingReport]


def silent_intermediaries(quarter: Quarter) -> list[MissingReport]:
    """Accredited in the quarter, with vouchers in the drawer, and not one hand-out reported in it."""
    accredited = Accreditation.objects.filter(organisation=OuterRef("pk"), valid_from__lte=quarter.last_day).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=quarter.first_day)
    )
    handed_out = Handout.objects.standing().filter(organisation=OuterRef("pk"))
    in_quarter = handed_out.filter(on__range=(quarter.first_day, quarter.last_day))
    silent = Organisation.objects.filter(Exists(accredited), ~Exists(in_quarter)).select_related("parent__parent")
    held = dict(
        Voucher.objects.filter(status=Voucher.Status.ALLOCATED, held_since__lte=quarter.last_day)
        .order_by()
        .values_list("holder")
        .annotate(count=Count("pk"))
    )
    last = _last(Handout.objects.standing(), "organisation", quarter)
    return [
        MissingReport(
            each,
            f"{voucher_count(held[each.pk])} in voorraad",
            last.get(each.pk),
            "laatst uitgereikt op",
        )
        for each in silent.order_by("name")
        if each.pk in held
    ]


def silent_libraries(quarter: Quarter) -> list[MissingReport]:
    """Libraries that take part and enrolled people before, and nobody in this quarter."""
    last = _last(Enrolment.objects.standing(), "library", quarter)
    busy = Enrolment.objects.standing().filter(
        library=OuterRef("library"), on__range=(quarter.first_day, quarter.last_day)
    )
    silent = Participation.objects.filter(~Exists(busy), library__in=last, starts_on__lte=quarter.last_day)
    return [
        MissingReport(each.library, "niemand ingeschreven", last[each.library_id], "de laatste keer op")
        for each in silent.select_related("library__parent__parent").order_by("library__name")
    ]


def unanswered_renewals(quarter: Quarter) -> list[MissingReport]:
    """Per library, the memberships whose year ran out by the quarter's end, and of which nobody said how it went on."""
    counts = (
        renewal.unanswered(quarter.last_day).order_by().values("library").annotate(count=Count("pk"), first=Min("on"))
    )
    found = {row["library"]: row for row in counts}
    libraries = Organisation.objects.filter(pk__in=found).select_related("parent__parent").order_by("name")
    return [
        MissingReport(
            each,
            counted(found[each.pk]["count"], "verlenging", "verlengingen") + " zonder antwoord",
            years_later(found[each.pk]["first"]),
            "de oudste liep af op",
        )
        for each in libraries
    ]


def silent_statements(quarter: Quarter) -> list[MissingReport]:
    """Parties that did not answer their statement of an earlier quarter."""
    open_ones = Statement.objects.filter(closing__quarter__lt=quarter, status=Statement.Status.DRAFT)
    found = open_ones.select_related("organisation__parent__parent", "closing").order_by(
        "organisation__name", "closing__quarter"
    )
    return [
        MissingReport(
            each.organisation, f"{each}, {each.closing.quarter.label}", local_day(each.closing.closed_at), "gesloten op"
        )
        for each in found
    ]


def lacking_particulars(lacks: Iterable[tuple[Organisation, Sequence[str]]]) -> list[MissingReport]:
    """Parties whose legal data or account are not there: without them no invoice and no payment."""
    missing: dict[Organisation, dict[str, None]] = {}
    for organisation, what in lacks:
        missing.setdefault(organisation, {}).update(dict.fromkeys(what))
    found = [MissingReport(each, f"{', '.join(what)} ontbreekt") for each, what in missing.items() if what]
    return sorted(found, key=lambda each: each.organisation.name)


def by_sort(quarter: Quarter, lacks: Iterable[tuple[Organisation, Sequence[str]]]) -> list[MissingReportGroup]:
    """Everything to ask for before this quarter closes; sorts of which nothing is missing are left out.

    `lacks`: what each party misses of its legal data, in Dutch (closing.py knows what a closing requires).
    """
    about = quarter.label
    sorts: list[tuple[str, str, str, Callable[[], list[MissingReport]]]] = [
        (
            "Intermediairs zonder melding",
            "Zij hebben vouchers in voorraad en meldden dit kwartaal geen uitreiking.",
            f"Uitgereikte vouchers in het {about}",
            lambda: silent_intermediaries(quarter),
        ),
        (
            "Bibliotheken zonder inschrijving",
            "Zij schreven eerder wel mensen in.",
            f"Inschrijvingen in het {about}",
            lambda: silent_libraries(quarter),
        ),
        (
            "Verlengingen zonder antwoord",
            "Geen antwoord is geen verlenging: dan komt er ook geen vergoeding.",
            "Verlengingen die op antwoord wachten",
            lambda: unanswered_renewals(quarter),
        ),
        (
            "Afrekeningen zonder antwoord",
            "Uit een eerder kwartaal. Wie zwijgt, krijgt vanzelf een herinnering.",
            "Uw afrekening wacht op uw akkoord",
            lambda: silent_statements(quarter),
        ),
        (
            "Gegevens die ontbreken",
            "Nodig voor de factuur en de betaling.",
            "Gegevens voor uw afrekening",
            lambda: lacking_particulars(lacks),
        ),
    ]
    found = [MissingReportGroup(title, words, subject, find()) for title, words, subject, find in sorts]
    return [each for each in found if each.reports]


def _last(facts, party: str, quarter: Quarter) -> dict[int, date]:
    """The last day before the quarter on which each party has a fact."""
    before = facts.filter(on__lt=quarter.first_day).order_by()
    return dict(before.values_list(party).annotate(last=Max("on")))
