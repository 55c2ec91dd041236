"""What asks attention in quarters, statements, payments and the fund."""

from collections import Counter
from datetime import date, datetime

from django.db.models import Count, Q
from django.urls import reverse

from kbl.clock import local_day
from kbl.formats import counted, euro, percent, plural
from kbl.fund import instalments
from kbl.organisations.models import AccountChange, ClosedQuarter
from kbl.payments.bank import worklist
from kbl.payments.models import AccountMail, PaymentRun
from kbl.payments.runs.payable import payable_statements
from kbl.second_person import second_person
from kbl.second_person.models import OfficeMail
from kbl.settlements.closing import unbilled_items
from kbl.settlements.fund_figures import thresholds
from kbl.settlements.models import Closing, ClosingWindow, FailedDocument, Statement
from kbl.start_pages.attention_point import PATIENCE, AttentionPoint
from reporting.models import ReportEdition

Status = Statement.Status


def closings() -> list[AttentionPoint]:
    """Quarters are closed in order, so only the oldest open one can be closed now."""
    closed = Closing.objects.values("quarter")
    windows = ClosingWindow.objects.exclude(quarter__in=closed).order_by("quarter")
    return [
        AttentionPoint(
            f"Het {window.quarter.label} kan worden afgesloten",
            "Bekijk eerst wat iedereen krijgt. Daarna drukt u op afsluiten.",
            reverse("cubiss:closing", args=[window.quarter]),
            "Naar de afsluiting",
            "calendar-check",
            urgent=True,
        )
        for window in windows[:1]
    ]


def failed_documents() -> list[AttentionPoint]:
    """Documents of closings that could not be made."""
    closings = FailedDocument.objects.order_by("closing__quarter").select_related("closing")
    if not (first := closings.first()):
        return []
    words = counted(closings.count(), "stuk kon niet worden gemaakt", "stukken konden niet worden gemaakt")
    url = reverse("cubiss:closing", args=[first.closing.quarter])
    return [
        AttentionPoint(
            words, "Kijk waarom, en probeer het opnieuw.", url, "Naar het kwartaal", "file-text", urgent=True
        )
    ]


def statements(at: datetime) -> list[AttentionPoint]:
    """Statements that a party agreed with, asked about, or left unanswered for two weeks."""
    counts = Statement.objects.aggregate(
        confirmed=Count("pk", filter=Q(status=Status.CONFIRMED)),
        disputed=Count("pk", filter=Q(status=Status.DISPUTED)),
        silent=Count("pk", filter=Q(status=Status.DRAFT, closing__closed_at__lt=at - PATIENCE)),
    )
    url = reverse("cubiss:closings")
    found = []
    if count := counts["confirmed"]:
        words = counted(count, "afrekening wacht", "afrekeningen wachten") + " op goedkeuring"
        found.append(
            AttentionPoint(words, "De partij is akkoord.", url, "Naar de afrekeningen", "shield-check", urgent=True)
        )
    if count := counts["disputed"]:
        words = counted(count, "partij stelde een vraag", "partijen stelden een vraag") + " over een afrekening"
        found.append(AttentionPoint(words, "Neem contact op.", url, "Naar de afrekeningen", "circle-help", urgent=True))
    if count := counts["silent"]:
        words = counted(count, "afrekening wacht", "afrekeningen wachten") + " al meer dan twee weken op akkoord"
        found.append(
            AttentionPoint(words, "De partij heeft nog niet gereageerd.", url, "Naar de afrekeningen", "clock")
        )
    return found


def payments() -> list[AttentionPoint]:
    """A run that waits for its release, statements that wait to be paid, accounts that wait for a second person."""
    found = []
    url = reverse("cubiss:payments")
    if count := PaymentRun.objects.filter(status=PaymentRun.Status.PREPARED).count():
        words = counted(count, "betaalrun wacht", "betaalruns wachten") + " op vrijgave"
        note = "Een collega van wie hem klaarzette kijkt mee."
        found.append(AttentionPoint(words, note, url, "Naar de betalingen", "shield-check", urgent=True))
    if count := AccountChange.objects.filter(decided_at__isnull=True).count():
        words = (
            counted(count, "ander rekeningnummer wacht", "andere rekeningnummers wachten") + " op een tweede persoon"
        )
        changes = reverse("cubiss:account_changes")
        note = "Bel de organisatie eerst."
        found.append(AttentionPoint(words, note, changes, "Naar de wijzigingen", "landmark", urgent=True))
    if waiting := second_person.waiting():
        words = counted(len(waiting), "wijziging wacht", "wijzigingen wachten") + " op een tweede persoon"
        kinds = ", ".join(dict.fromkeys(str(each.get_kind_display()) for each in waiting))
        note = f"{kinds[:1].upper()}{kinds[1:]}. Niet wie het vroeg besluit."
        link = reverse("cubiss:pending_changes")
        found.append(AttentionPoint(words, note, link, "Naar de wijzigingen", "users", urgent=True))
    if ready := [each for each in payable_statements() if not each.obstacle]:
        words = (
            counted(len(ready), "goedgekeurde afrekening wacht", "goedgekeurde afrekeningen wachten") + " op betaling"
        )
        found.append(AttentionPoint(words, "Zet de betaling klaar.", url, "Naar de betalingen", "banknote"))
    if count := OfficeMail.objects.filter(state=OfficeMail.State.FAILED).count():
        came = plural(count, "kwam", "kwamen")
        words = f"{counted(count, 'bericht', 'berichten')} over een rol bij Cubiss {came} niet aan"
        pending = reverse("cubiss:pending_changes")
        found.append(AttentionPoint(words, "Vertel het uw collega zelf.", pending, "Naar de wijzigingen", "mail"))
    if count := AccountMail.objects.filter(state=AccountMail.State.FAILED).count():
        came = plural(count, "kwam", "kwamen")
        words = f"{counted(count, 'bericht', 'berichten')} over een rekeningnummer {came} niet aan"
        note = "Kijk of het e-mailadres van de organisatie klopt."
        found.append(
            AttentionPoint(words, note, reverse("cubiss:account_changes"), "Naar de wijzigingen", "mail", urgent=True)
        )
    return found


def bank(on: date) -> list[AttentionPoint]:
    """What the bank did otherwise than was asked, or did not show yet."""
    found = worklist.items(on)
    if not found:
        return []
    words = counted(len(found), "punt", "punten") + " uit de bankafschriften om na te gaan"
    kinds = Counter(worklist.KINDS[each.kind] for each in found)
    note = ", ".join(f"{kind.lower()}: {count}" for kind, count in kinds.items())
    urgent = any(each.kind in worklist.URGENT for each in found)
    url = reverse("cubiss:bank_todo")
    return [
        AttentionPoint(
            words, f"{note[:1].upper()}{note[1:]}.", url, "Bekijk wat er te doen is", "landmark", urgent=urgent
        )
    ]


def late_instalments(on: date) -> list[AttentionPoint]:
    """What the province should have paid into the fund by now, and did not."""
    late = [each for each in instalments.standings(on) if each.days_late]
    if not late:
        return []
    words = f"Het lidmaatschapsfonds wacht nog op {euro(sum(each.open for each in late))}"
    days = max(each.days_late for each in late)
    names = counted(len(late), "termijn is", "termijnen zijn")
    note = f"{names} te laat, de oudste {counted(days, 'dag', 'dagen')}."
    return [
        AttentionPoint(
            words, note, reverse("cubiss:fund"), "Naar het lidmaatschapsfonds", "wallet", urgent=days > PATIENCE.days
        )
    ]


def fund(at: datetime) -> list[AttentionPoint]:
    """The fund, or a year of it, is at 70, 85 or 100 % of its budget: the highest of them.

    A year whose last quarter is closed is history: the fund's own page still tells it, here nothing can be done.
    """
    done = {each.year for each in ClosedQuarter.objects.values_list("quarter", flat=True) if each.number == 4}
    uses = thresholds.uses(local_day(at), at)
    reached = thresholds.reached(use for use in uses if use.year not in done)
    return [
        AttentionPoint(
            f"Van {use.name} is {percent(use.share, 1)} uitgegeven of toegezegd",
            f"{euro(use.used)} van {euro(use.budget)}. Inwoners kunnen gewoon terecht.",
            reverse("cubiss:fund"),
            "Naar het lidmaatschapsfonds",
            "wallet",
            urgent=(use.level or 0) >= thresholds.LEVELS[-1],
        )
        for use in reached[:1]
    ]


def late_facts(at: datetime) -> list[AttentionPoint]:
    """Facts of closed quarters that were heard of after their closing."""
    last = ClosedQuarter.objects.order_by("quarter").last()
    if last is None:
        return []
    late = Q(recorded_at__gt=last.closed_at)
    until = last.quarter.last_day
    count = (
        unbilled_items.handlings(until, at).filter(late).count()
        + unbilled_items.memberships(until, at).filter(late).count()
    )
    if not count:
        return []
    came = plural(count, "kwam", "kwamen")
    words = f"{counted(count, 'melding', 'meldingen')} over het {last.quarter.label} of eerder {came} na de afsluiting"
    note = "Ze gaan vanzelf mee in het volgende kwartaal."
    return [AttentionPoint(words, note, reverse("cubiss:closings"), "Naar de kwartalen", "clock")]


def reports() -> list[AttentionPoint]:
    """A report for the province that a colleague can release."""
    waits = ReportEdition.objects.filter(decided_at__isnull=True).select_related("closing", "asked_by")
    return [
        AttentionPoint(
            f"De rapportage van het {each.closing.quarter.label} wacht op vrijgeven",
            f"{each.asked_by.name} legde haar voor. Wie er niets nieuws in schreef, geeft haar vrij.",
            reverse("cubiss:report_texts", args=[each.closing.quarter]),
            "Naar de rapportage",
            "chart-column",
        )
        for each in waits.order_by("asked_at")
    ]
