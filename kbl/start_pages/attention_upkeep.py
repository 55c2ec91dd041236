"""What asks attention behind the pages: mail that did not arrive, work that failed, discrepancies and signals."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse

from intermediaries.notices.models import StockMail
from kbl.discrepancies import reconciliation, signals
from kbl.discrepancies.models import Reminder as OpenItemsMail
from kbl.formats import counted, moment, plural
from kbl.jobs.models import Job
from kbl.settlements.models import Notice
from kbl.start_pages.attention_point import NAMED, PATIENCE, AttentionPoint, Counts
from kbl.upkeep import heartbeats, mail_kinds
from reporting.models import FundWarning

# Mail that has words of its own on this page; all other kinds are said together.
TOLD_APART = (Notice, OpenItemsMail, FundWarning, StockMail)
OTHER_MAIL = "mail: "


def silences(at: datetime) -> list[AttentionPoint]:
    """Who should do the work in the background and says nothing, and work that nobody begins with."""
    note = "Er gaat niets verloren. Geef het door aan de beheerder van de server."
    url = reverse("cubiss:jobs")
    found = [
        AttentionPoint(f"{_silent(each)} is stil", note, url, "Naar het werk", "triangle-alert", urgent=True)
        for each in heartbeats.silences(at=at)
    ]
    if waiting := heartbeats.waiting_too_long(at=at):
        waits = plural(waiting.count, "wacht", "wachten")
        words = f"{counted(waiting.count, 'stuk werk', 'stukken werk')} op de achtergrond {waits}"
        note = f"Niemand begint eraan. Het oudste wacht sinds {moment(waiting.since)}."
        found.append(AttentionPoint(words, note, url, "Naar het werk", "clock", urgent=True))
    return found


def _silent(silence: heartbeats.Silence) -> str:
    name = silence.name.label
    return name[0].upper() + name[1:]


def there(at: datetime) -> dict[str, QuerySet]:
    """What is counted together with the rest of the page (attention.py); only what is there is asked after further."""
    others = (kind for kind in mail_kinds.KINDS.values() if kind.model not in TOLD_APART)
    return {
        "notices": Notice.objects.filter(state=Notice.State.FAILED),
        "reminders": OpenItemsMail.objects.filter(state=OpenItemsMail.State.FAILED, series__over_on=None),
        "fund_warnings": FundWarning.objects.filter(state=FundWarning.State.FAILED),
        "stock_mail": StockMail.objects.filter(state=StockMail.State.FAILED),
        "failed_jobs": Job.objects.filter(state=Job.State.FAILED, finished_at__gt=at - PATIENCE),
        **{f"{OTHER_MAIL}{kind.key}": mail_kinds.failed(kind) for kind in others},
    }


def mails(counts: Counts) -> list[AttentionPoint]:
    """Mail of every kind that could not be delivered."""
    note = "Kijk of het e-mailadres van de organisatie klopt."
    found = []
    if count := counts["notices"]:
        words = counted(count, "bericht is", "berichten zijn") + " niet aangekomen"
        found.append(AttentionPoint(words, note, reverse("cubiss:closings"), "Naar de kwartalen", "mail", urgent=True))
    if count := counts["reminders"]:
        words = counted(count, "herinnering over open punten is", "herinneringen over open punten zijn")
        url = reverse("cubiss:discrepancy_reminders")
        found.append(
            AttentionPoint(f"{words} niet aangekomen", note, url, "Naar de herinneringen", "mail", urgent=True)
        )
    if count := counts["fund_warnings"]:
        warnings, came = counted(count, "waarschuwing", "waarschuwingen"), plural(count, "kwam", "kwamen")
        words = f"{warnings} over het lidmaatschapsfonds {came} niet aan"
        about = "Kijk of de e-mailadressen van uw collega's kloppen."
        url = reverse("cubiss:fund")
        found.append(AttentionPoint(words, about, url, "Naar het lidmaatschapsfonds", "mail", urgent=True))
    if counts["stock_mail"]:
        found += _stock_mails(note)
    if count := sum(many for name, many in counts.items() if name.startswith(OTHER_MAIL)):
        words = counted(count, "mail is", "mails zijn") + " niet aangekomen"
        note = "Kijk of het e-mailadres klopt, en stuur de mail opnieuw."
        url = reverse("cubiss:undelivered")
        found.append(AttentionPoint(words, note, url, "Naar de mail", "mail", urgent=True))
    return found


def _stock_mails(note: str) -> Iterator[AttentionPoint]:
    """Mail about vouchers, with whose it was."""
    failed = StockMail.objects.filter(state=StockMail.State.FAILED).select_related(
        "step__order__organisation", "low_stock__organisation"
    )
    if names := sorted({str(each.organisation) for each in failed}):
        came = plural(len(failed), "kwam", "kwamen")
        words = f"{counted(len(failed), 'bericht', 'berichten')} over vouchers {came} niet aan"
        some = ", ".join(names[:NAMED]) + (f" en nog {len(names) - NAMED}" if len(names) > NAMED else "")
        url = reverse("cubiss:organisations")
        yield AttentionPoint(words, f"{note} Het gaat om {some}.", url, "Naar de organisaties", "mail", urgent=True)


def jobs(counts: Counts) -> list[AttentionPoint]:
    """Work in the background that failed in the last two weeks."""
    if not (count := counts["failed_jobs"]):
        return []
    words = f"{count} keer is werk op de achtergrond niet gelukt"
    note = "Er is niets veranderd. Laat het nog eens doen."
    return [AttentionPoint(words, note, reverse("cubiss:jobs"), "Naar het werk", "triangle-alert", urgent=True)]


def discrepancies(on: date) -> list[AttentionPoint]:
    """What the two sides tell differently, all kinds together."""
    found = [each for each in reconciliation.overview(on) if each.count]
    if not found:
        return []
    count = sum(each.count for each in found)
    oldest = max(each.oldest or 0 for each in found)
    words = counted(count, "verschil", "verschillen") + " om na te gaan"
    note = f"Het oudste is {counted(oldest, 'dag', 'dagen')} oud."
    return [AttentionPoint(words, note, reverse("cubiss:discrepancies"), "Naar de verschillen", "list-checks")]


def new_signals(on: date) -> list[AttentionPoint]:
    """Figures that stand out and that nobody looked at yet; worth a look, no more than that."""
    if not (count := signals.new_count(on)):
        return []
    words = counted(count, "signaal is", "signalen zijn") + " het bekijken waard"
    note = "Cijfers die opvallen. Meestal is er een goede uitleg."
    return [AttentionPoint(words, note, reverse("cubiss:signals"), "Naar de signalen", "eye")]
