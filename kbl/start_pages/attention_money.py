"""What asks attention in quarters, statements, payments and the fund."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.urls import reverse

from kbl import rows
from kbl.clock import local_day
from kbl.formats import counted, euro, percent, plural
from kbl.fund import instalments
from kbl.fund.models import Instalment
from kbl.organisations.models import AccountChange, ClosedQuarter
from kbl.payments.bank import worklist
from kbl.payments.models import AccountMail, BankEntry, Payment, PaymentRun
from kbl.payments.runs.payable import payable_statements
from kbl.second_person import second_person
from kbl.second_person.models import OfficeMail, PendingChange
from kbl.settlements.closing import unbilled_items
from kbl.settlements.fund_figures import thresholds
from kbl.settlements.fund_figures.unbilled_amounts import UnbilledAmounts
from kbl.settlements.models import Closing, ClosingWindow, FailedDocument, Statement
from kbl.start_pages.attention_point import PATIENCE, AttentionPoint, Counts
from reporting.models import ReportEdition

Status = Statement.Status


def there(at: datetime) -> dict[str, QuerySet]:
    """What is counted together with the rest of the page (attention.py); only what is there is asked after further."""
    draft = Statement.objects.filter(status=Status.DRAFT)
    return {
        "windows": _windows(),
        "failed_documents": FailedDocument.objects.all(),
        "confirmed": Statement.objects.filter(status=Status.CONFIRMED),
        "disputed": Statement.objects.filter(status=Status.DISPUTED),
        "silent": draft.filter(closing__closed_at__lt=at - PATIENCE),
        "approved": Statement.objects.filter(status=Status.APPROVED),
        "prepared_runs": PaymentRun.objects.filter(status=PaymentRun.Status.PREPARED),
        "account_changes": AccountChange.objects.filter(decided_at__isnull=True),
        "pending_changes": PendingChange.objects.filter(decided_at__isnull=True),
        "office_mail": OfficeMail.objects.filter(state=OfficeMail.State.FAILED),
        "account_mail": AccountMail.objects.filter(state=AccountMail.State.FAILED),
        "payments": Payment.objects.all(),
        "bank_entries": BankEntry.objects.all(),
        "instalments": Instalment.objects.filter(due_on__lt=local_day(at)),
        "reports": _reports_to_release(),
    }


def _windows() -> QuerySet[ClosingWindow]:
    return ClosingWindow.objects.exclude(quarter__in=Closing.objects.values("quarter")).order_by("quarter")


def _reports_to_release() -> QuerySet[ReportEdition]:
    return ReportEdition.objects.filter(decided_at__isnull=True).order_by("asked_at")


def closings(counts: Counts) -> list[AttentionPoint]:
    """Quarters are closed in order, so only the oldest open one can be closed now."""
    windows = _windows() if counts["windows"] else ()
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


def failed_documents(counts: Counts) -> list[AttentionPoint]:
    """Documents of closings that could not be made."""
    if not (count := counts["failed_documents"]):
        return []
    first = FailedDocument.objects.order_by("closing__quarter").select_related("closing")[0]
    words = counted(count, "stuk kon niet worden gemaakt", "stukken konden niet worden gemaakt")
    url = reverse("cubiss:closing", args=[first.closing.quarter])
    return [
        AttentionPoint(
            words, "Kijk waarom, en probeer het opnieuw.", url, "Naar het kwartaal", "file-text", urgent=True
        )
    ]


def statements(counts: Counts) -> list[AttentionPoint]:
    """Statements that a party agreed with, asked about, or left unanswered for two weeks."""
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


def payments(counts: Counts) -> list[AttentionPoint]:
    """A run that waits for its release, statements that wait to be paid, accounts that wait for a second person."""
    found = []
    url = reverse("cubiss:payments")
    if count := counts["prepared_runs"]:
        words = counted(count, "betaalrun wacht", "betaalruns wachten") + " op vrijgave"
        note = "Een collega van wie hem klaarzette kijkt mee."
        found.append(AttentionPoint(words, note, url, "Naar de betalingen", "shield-check", urgent=True))
    if count := counts["account_changes"]:
        words = (
            counted(count, "ander rekeningnummer wacht", "andere rekeningnummers wachten") + " op een tweede persoon"
        )
        changes = reverse("cubiss:account_changes")
        note = "Bel de organisatie eerst."
        found.append(AttentionPoint(words, note, changes, "Naar de wijzigingen", "landmark", urgent=True))
    if waiting := second_person.waiting() if counts["pending_changes"] else []:
        words = counted(len(waiting), "wijziging wacht", "wijzigingen wachten") + " op een tweede persoon"
        kinds = ", ".join(dict.fromkeys(str(each.get_kind_display()) for each in waiting))
        note = f"{kinds[:1].upper()}{kinds[1:]}. Niet wie het vroeg besluit."
        link = reverse("cubiss:pending_changes")
        found.append(AttentionPoint(words, note, link, "Naar de wijzigingen", "users", urgent=True))
    approved = payable_statements() if counts["approved"] else ()
    if ready := [each for each in approved if not each.obstacle]:
        words = (
            counted(len(ready), "goedgekeurde afrekening wacht", "goedgekeurde afrekeningen wachten") + " op betaling"
        )
        found.append(AttentionPoint(words, "Zet de betaling klaar.", url, "Naar de betalingen", "banknote"))
    if count := counts["office_mail"]:
        came = plural(count, "kwam", "kwamen")
        words = f"{counted(count, 'bericht', 'berichten')} over een rol bij Cubiss {came} niet aan"
        pending = reverse("cubiss:pending_changes")
        found.append(AttentionPoint(words, "Vertel het uw collega zelf.", pending, "Naar de wijzigingen", "mail"))
    if count := counts["account_mail"]:
        came = plural(count, "kwam", "kwamen")
        words = f"{counted(count, 'bericht', 'berichten')} over een rekeningnummer {came} niet aan"
        note = "Kijk of het e-mailadres van de organisatie klopt."
        found.append(
            AttentionPoint(words, note, reverse("cubiss:account_changes"), "Naar de wijzigingen", "mail", urgent=True)
        )
    return found


def bank(on: date, counts: Counts) -> list[AttentionPoint]:
    """What the bank did otherwise than was asked, or did not show yet."""
    found = worklist.items(on) if counts["payments"] or counts["bank_entries"] else []
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


def late_instalments(on: date, counts: Counts) -> list[AttentionPoint]:
    """What the province should have paid into the fund by now, and did not."""
    late = [each for each in instalments.standings(on) if each.days_late] if counts["instalments"] else []
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


def fund(at: datetime, closed: Sequence[ClosedQuarter], waiting: UnbilledAmounts | None) -> list[AttentionPoint]:
    """The fund, or a year of it, is at 70, 85 or 100 % of its budget: the highest of them.

    A year whose last quarter is closed is history: the fund's own page still tells it, here nothing can be done.
    `waiting` is what is on no statement yet, where somebody counted it already.
    """
    done = {each.quarter.year for each in closed if each.quarter.number == 4}
    uses = thresholds.uses(local_day(at), at, waiting)
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


def late_facts(at: datetime, closed: Sequence[ClosedQuarter]) -> list[AttentionPoint]:
    """Facts of closed quarters that were heard of after their closing."""
    if not closed:
        return []
    last = closed[-1]
    late = Q(recorded_at__gt=last.closed_at)
    until = last.quarter.last_day
    heard = {"handlings": unbilled_items.handlings(until, at), "memberships": unbilled_items.memberships(until, at)}
    tallies = rows.tally({name: found.filter(late) for name, found in heard.items()})
    count = sum(each.many for each in tallies.values())
    if not count:
        return []
    came = plural(count, "kwam", "kwamen")
    words = f"{counted(count, 'melding', 'meldingen')} over het {last.quarter.label} of eerder {came} na de afsluiting"
    note = "Ze gaan vanzelf mee in het volgende kwartaal."
    return [AttentionPoint(words, note, reverse("cubiss:closings"), "Naar de kwartalen", "clock")]


def reports(counts: Counts) -> list[AttentionPoint]:
    """A report for the province that a colleague can release."""
    waits = _reports_to_release().select_related("closing", "asked_by") if counts["reports"] else ()
    return [
        AttentionPoint(
            f"De rapportage van het {each.closing.quarter.label} wacht op vrijgeven",
            f"{each.asked_by.name} legde haar voor. Wie er niets nieuws in schreef, geeft haar vrij.",
            reverse("cubiss:report_texts", args=[each.closing.quarter]),
            "Naar de rapportage",
            "chart-column",
        )
        for each in waits
    ]
