"""What asks the project team's attention today: each a sentence, with the page where something can be done about it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, Sum
from django.urls import reverse

from intermediaries.models import Accreditation
from intermediaries.notices.models import StockMail
from intermediaries.orders.models import Order
from intermediaries.stock_levels.levels import supplies
from kbl.clock import local_day
from kbl.discrepancies import reconciliation, signals
from kbl.discrepancies.models import Reminder as OpenItemsMail
from kbl.formats import counted, euro, percent, plural, voucher_count
from kbl.fund import instalments
from kbl.jobs.models import Job
from kbl.organisations.models import AccountChange, ClosedQuarter, Organisation
from kbl.payments.bank import worklist
from kbl.payments.models import AccountMail, PaymentRun
from kbl.payments.runs.payable import payable_statements
from kbl.settlements.closing import unbilled_items
from kbl.settlements.fund_figures import thresholds
from kbl.settlements.models import Closing, ClosingWindow, FailedDocument, Notice, Statement
from reporting.models import FundWarning
from vouchers.custody import returns, revalidation
from vouchers.models import StockMovement, Voucher

Status = Statement.Status

PATIENCE = timedelta(days=14)
OWN_STOCK_FOR = timedelta(days=91)
NAMED = 3


@dataclass(frozen=True)
class AttentionPoint:
    """One thing that asks attention; `urgent` ones are coloured."""

    words: str
    note: str
    url: str
    link: str
    icon: str
    urgent: bool = False


def attention_points(at: datetime) -> list[AttentionPoint]:
    """Everything that asks attention now, the most pressing first."""
    on = local_day(at)
    return [
        *_closings(),
        *_statements(at),
        *_payments(),
        *_bank(on),
        *_instalments(on),
        *_fund(at),
        *_orders(on),
        *_revalidation_requests(),
        *_late_returns(on),
        *_mails(),
        *_failed_documents(),
        *_jobs(at),
        *_late_facts(at),
        *_discrepancies(on),
        *_signals(on),
        *_own_stock(on),
        *_low(on),
    ]


def _failed_documents() -> list[AttentionPoint]:
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


def _closings() -> list[AttentionPoint]:
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


def _statements(at: datetime) -> list[AttentionPoint]:
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


def _bank(on: date) -> list[AttentionPoint]:
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


def _instalments(on: date) -> list[AttentionPoint]:
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


def _fund(at: datetime) -> list[AttentionPoint]:
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


def _payments() -> list[AttentionPoint]:
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
    if ready := [each for each in payable_statements() if not each.obstacle]:
        words = (
            counted(len(ready), "goedgekeurde afrekening wacht", "goedgekeurde afrekeningen wachten") + " op betaling"
        )
        found.append(AttentionPoint(words, "Zet de betaling klaar.", url, "Naar de betalingen", "banknote"))
    if count := AccountMail.objects.filter(state=AccountMail.State.FAILED).count():
        came = plural(count, "kwam", "kwamen")
        words = f"{counted(count, 'bericht', 'berichten')} over een rekeningnummer {came} niet aan"
        note = "Kijk of het e-mailadres van de organisatie klopt."
        found.append(
            AttentionPoint(words, note, reverse("cubiss:account_changes"), "Naar de wijzigingen", "mail", urgent=True)
        )
    return found


def _orders(on: date) -> list[AttentionPoint]:
    """Orders that wait for an answer, and parcels of which nobody said that they came."""
    found = []
    waiting = list(Order.objects.filter(status=Order.Status.ORDERED).order_by("ordered_at"))
    if waiting:
        days = (on - waiting[0].ordered_on).days
        words = counted(len(waiting), "bestelling wacht", "bestellingen wachten")
        note = f"De oudste wacht {counted(days, 'dag', 'dagen')}." if days else "Besteld vandaag."
        url = reverse("cubiss:orders")
        found.append(AttentionPoint(words, note, url, "Naar de bestellingen", "inbox", urgent=True))
    late = Order.objects.filter(status=Order.Status.SHIPPED, steps__status=Order.Status.SHIPPED)
    if count := sum(1 for at in late.values_list("steps__at", flat=True) if on - local_day(at) > PATIENCE):
        words = counted(count, "pakket is", "pakketten zijn") + " al meer dan twee weken onderweg"
        note = "De intermediair heeft de ontvangst nog niet bevestigd."
        found.append(AttentionPoint(words, note, reverse("cubiss:orders"), "Naar de bestellingen", "truck"))
    return found


def _mails() -> list[AttentionPoint]:
    note = "Kijk of het e-mailadres van de organisatie klopt."
    found = []
    if count := Notice.objects.filter(state=Notice.State.FAILED).count():
        words = counted(count, "bericht is", "berichten zijn") + " niet aangekomen"
        found.append(AttentionPoint(words, note, reverse("cubiss:closings"), "Naar de kwartalen", "mail", urgent=True))
    if count := OpenItemsMail.objects.filter(state=OpenItemsMail.State.FAILED, series__over_on=None).count():
        words = counted(count, "herinnering over open punten is", "herinneringen over open punten zijn")
        url = reverse("cubiss:discrepancy_reminders")
        found.append(
            AttentionPoint(f"{words} niet aangekomen", note, url, "Naar de herinneringen", "mail", urgent=True)
        )
    if count := FundWarning.objects.filter(state=FundWarning.State.FAILED).count():
        warnings, came = counted(count, "waarschuwing", "waarschuwingen"), plural(count, "kwam", "kwamen")
        words = f"{warnings} over het lidmaatschapsfonds {came} niet aan"
        note = "Kijk of de e-mailadressen van uw collega's kloppen."
        found.append(
            AttentionPoint(words, note, reverse("cubiss:fund"), "Naar het lidmaatschapsfonds", "mail", urgent=True)
        )
    failed = StockMail.objects.filter(state=StockMail.State.FAILED).select_related(
        "step__order__organisation", "low_stock__organisation"
    )
    if names := sorted({str(each.organisation) for each in failed}):
        came = plural(len(failed), "kwam", "kwamen")
        words = f"{counted(len(failed), 'bericht', 'berichten')} over vouchers {came} niet aan"
        some = ", ".join(names[:NAMED]) + (f" en nog {len(names) - NAMED}" if len(names) > NAMED else "")
        url = reverse("cubiss:organisations")
        found.append(
            AttentionPoint(words, f"{note} Het gaat om {some}.", url, "Naar de organisaties", "mail", urgent=True)
        )
    return found


def _jobs(at: datetime) -> list[AttentionPoint]:
    count = Job.objects.filter(state=Job.State.FAILED, finished_at__gt=at - PATIENCE).count()
    if not count:
        return []
    words = f"{count} keer is werk op de achtergrond niet gelukt"
    note = "Er is niets veranderd. Laat het nog eens doen."
    return [AttentionPoint(words, note, reverse("cubiss:jobs"), "Naar het werk", "triangle-alert", urgent=True)]


def _revalidation_requests() -> list[AttentionPoint]:
    """Void vouchers that somebody asked to make valid again: a second person decides."""
    if not (count := revalidation.waiting().count()):
        return []
    words = counted(count, "verzoek wacht", "verzoeken wachten") + " om vouchers weer geldig te maken"
    note = "Een tweede persoon kijkt mee: niet wie het vroeg."
    return [AttentionPoint(words, note, reverse("cubiss:revivals"), "Naar de verzoeken", "rotate-ccw")]


def _late_returns(on: date) -> list[AttentionPoint]:
    """Vouchers that should have come back to Cubiss by now."""
    late = [each for each in returns.expected() if each.expected.on < on - PATIENCE]
    if not late:
        return []
    count = sum(each.count for each in late)
    words = counted(count, "voucher is", "vouchers zijn") + " al meer dan twee weken onderweg naar Cubiss"
    names = ", ".join(dict.fromkeys(str(each.expected.holder) for each in late[:NAMED]))
    return [AttentionPoint(words, f"Van {names}.", reverse("cubiss:homecomings"), "Bekijk wat er terugkomt", "undo-2")]


def _late_facts(at: datetime) -> list[AttentionPoint]:
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


def _discrepancies(on: date) -> list[AttentionPoint]:
    found = [each for each in reconciliation.overview(on) if each.count]
    if not found:
        return []
    count = sum(each.count for each in found)
    oldest = max(each.oldest or 0 for each in found)
    words = counted(count, "verschil", "verschillen") + " om na te gaan"
    note = f"Het oudste is {counted(oldest, 'dag', 'dagen')} oud."
    return [AttentionPoint(words, note, reverse("cubiss:discrepancies"), "Naar de verschillen", "list-checks")]


def _signals(on: date) -> list[AttentionPoint]:
    """Figures that stand out and that nobody looked at yet; worth a look, no more than that."""
    if not (count := signals.new_count(on)):
        return []
    words = counted(count, "signaal is", "signalen zijn") + " het bekijken waard"
    note = "Cijfers die opvallen. Meestal is er een goede uitleg."
    return [AttentionPoint(words, note, reverse("cubiss:signals"), "Naar de signalen", "eye")]


def _own_stock(on: date) -> list[AttentionPoint]:
    """Our own stock is low when it holds less than went out in the last quarter of a year."""
    left = Voucher.objects.filter(holder__isnull=True, status=Voucher.Status.IN_STOCK).valid(on).count()
    sent = StockMovement.objects.filter(kind=StockMovement.Kind.ALLOCATE, on__gt=on - OWN_STOCK_FOR)
    sums = sent.aggregate(first=Sum("first_serial"), last=Sum("last_serial"), ranges=Count("pk"))
    usual = (sums["last"] or 0) - (sums["first"] or 0) + sums["ranges"]
    if left >= usual:
        return []
    words = f"Bij Cubiss {plural(left, 'ligt', 'liggen')} nog {voucher_count(left)}"
    note = f"De afgelopen drie maanden gingen er {usual} naar intermediairs."
    return [AttentionPoint(words, note, reverse("cubiss:stock"), "Naar de vouchers", "package", urgent=not left)]


def _low(on: date) -> list[AttentionPoint]:
    """Accredited intermediaries whose stock is below their minimum, and that did not order yet."""
    accredited = Organisation.objects.filter(pk__in=Accreditation.objects.valid(on).values("organisation"))
    names = {each.pk: each for each in accredited}
    ordered = set(Order.objects.filter(status=Order.Status.ORDERED).values_list("organisation", "medium"))
    low = [
        (names[pk], each)
        for pk, found in supplies(names.values(), on).items()
        for each in found
        if each.is_low and (pk, each.medium) not in ordered
    ]
    if not low:
        return []
    low.sort(key=lambda row: (row[1].left - row[1].level.minimum, row[0].name))
    some = ", ".join(f"{organisation} ({each.left})" for organisation, each in low[:NAMED])
    more = f" en nog {len(low) - NAMED}" if len(low) > NAMED else ""
    words = (
        counted(len({row[0].pk for row in low}), "intermediair heeft", "intermediairs hebben") + " bijna geen vouchers"
    )
    return [
        AttentionPoint(words, f"Nog in voorraad: {some}{more}.", reverse("cubiss:stock"), "Naar de vouchers", "truck")
    ]
