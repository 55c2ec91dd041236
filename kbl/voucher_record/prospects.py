"""What now: what a voucher can still do, who must do what, and what of it waits for money."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import assert_never

from django.urls import reverse
from django.utils.formats import date_format

from kbl.clock import local_day
from kbl.discrepancies.reconciliation import DISCREPANCIES
from kbl.organisations.models import Programme
from kbl.voucher_record.record import NotBilledYet, VoucherRecord, waiting
from vouchers.models import Voucher

Status = Voucher.Status


@dataclass(frozen=True)
class Prospect:
    """Where the voucher stands, in a title and a sentence; `tone` as an answer has."""

    tone: str
    title: str
    words: str


@dataclass(frozen=True)
class OpenAction:
    """Something that is open: what it is, who takes it up, and the next step."""

    words: str
    next_step: str
    owner: str = ""
    url: str = ""
    icon: str = "list-checks"
    urgent: bool = False


def prospect(record: VoucherRecord, *, on: date) -> Prospect:
    """The sentence about what this voucher can still do."""
    voucher = record.voucher
    until, expired = day(voucher.valid_until), voucher.valid_until < on
    holder = str(voucher.holder or "Cubiss")
    status = Status(voucher.status)
    match status:
        case Status.VOID:
            return Prospect(
                "refusal",
                "Niemand kan deze voucher gebruiken",
                "Hij is ongeldig gemaakt. Is hij terug, of was het een vergissing? Dan kan hij weer geldig worden, als "
                "een tweede collega akkoord is.",
            )
        case Status.REDEEMED:
            return Prospect("success", "Deze voucher is ingewisseld", _membership(record, on))
        case Status.HANDED_OUT | Status.ALLOCATED | Status.IN_STOCK if expired:
            return Prospect(
                "attention",
                "Deze voucher is verlopen",
                f"Hij was geldig tot en met {until}. Een bibliotheek kan hem niet meer inwisselen. "
                "Maak hem langer geldig als iemand hem nog wil gebruiken.",
            )
        case Status.HANDED_OUT:
            return Prospect(
                "info",
                "Deze voucher kan worden ingewisseld",
                f"Hij is uitgereikt, en elke bibliotheek die meedoet kan hem inwisselen tot en met {until}.",
            )
        case Status.ALLOCATED:
            return Prospect(
                "info",
                f"{holder} kan deze voucher uitreiken",
                f"Daarna kan elke bibliotheek die meedoet hem inwisselen, tot en met {until}.",
            )
        case Status.IN_STOCK:
            return Prospect(
                "info",
                "Deze voucher ligt klaar bij Cubiss",
                f"Wijs hem toe aan een intermediair: die kan hem dan uitreiken. Hij is geldig tot en met {until}.",
            )
        case _:
            assert_never(status)


def _membership(record: VoucherRecord, on: date) -> str:
    """What comes after the year that runs."""
    year, enrolment = record.year, record.enrolment
    if year is None or enrolment is None:
        return "Hij blijft zoals hij is."
    library, next_on = enrolment.library, year.next_on
    if record.has_ended:
        return f"Het lidmaatschap ging na jaar {year.ordinal} niet door. Er volgt niets meer."
    if next_on > Programme.current().ends_on:
        return f"Jaar {year.ordinal} begon op {day(year.on)}. Een volgend jaar valt buiten het programma."
    if next_on > on:
        return (
            f"Jaar {year.ordinal} loopt. Vanaf {day(next_on)} kan {library} laten weten of het lidmaatschap doorgaat."
        )
    return (
        f"Jaar {year.ordinal} is voorbij. {library} liet nog niet weten of het lidmaatschap doorging op {day(next_on)}."
    )


def open_actions(record: VoucherRecord, *, on: date, at: datetime) -> list[OpenAction]:
    """What is open about this voucher, the most pressing first."""
    return [
        *_discrepancies(record, on),
        *_counted(record),
        *_asked(record),
        *_waiting(waiting(record, at=at), record),
    ]


def _discrepancies(record: VoucherRecord, on: date) -> list[OpenAction]:
    """The same lists that the page of discrepancies shows, asked for one voucher."""
    found = []
    for each in DISCREPANCIES:
        if not each.is_of_one_voucher:  # a range that was counted differently tells itself below
            continue
        for fact in each.find(on).filter(voucher=record.voucher.pk):
            row = each.row(fact, on)
            url = f"{reverse('cubiss:discrepancies')}?soort={each.slug}"
            told = f"{row.organisation or 'Cubiss'}: {_lower(row.words)}, {day(row.on)}. {row.next_step}"
            found.append(OpenAction(f"{each.title}.", told, each.owner, url, each.icon, urgent=True))
    return found


def _counted(record: VoucherRecord) -> list[OpenAction]:
    """Counted differently, and not put right yet."""
    serial, found = record.voucher.pk, []
    for each in record.differences:
        settled = any(one.difference_id == each.pk and serial in one.range for one in record.settlements)
        if not settled:
            words = f"{each.organisation} telde anders: deze voucher {each.get_kind_display()}."
            url = reverse("cubiss:difference", args=[each.pk])
            found.append(OpenAction(words, "Zoek samen uit waar hij is.", "De coördinator", url, urgent=True))
    return found


def _asked(record: VoucherRecord) -> list[OpenAction]:
    """What waits for a colleague or a parcel."""
    found = []
    if asked := record.revalidation_asked:
        words = f"{asked.asked_by} vroeg op {day(local_day(asked.asked_at))} om deze voucher weer geldig te maken."
        step = "Een andere collega beslist."
        found.append(
            OpenAction(
                words, step, "De coördinator", reverse("cubiss:revalidation_requests"), "circle-help", urgent=True
            )
        )
    voucher = record.voucher
    for coming in record.returns:
        if coming.closed_at is None and voucher.status == Status.ALLOCATED and voucher.holder_id == coming.holder_id:
            words = f"Deze voucher komt terug van {coming.holder}."
            step = "Neem hem terug als het pakket er is."
            found.append(OpenAction(words, step, "De coördinator", reverse("cubiss:expected_returns"), "send"))
    return found


def _waiting(unbilled: NotBilledYet, record: VoucherRecord) -> list[OpenAction]:
    url, found = reverse("cubiss:closings"), []
    goes = "Gaat vanzelf mee met de volgende afsluiting."
    if unbilled.handling and record.handout:
        words = f"De vergoeding voor {record.handout.organisation} staat nog op geen declaratie."
        found.append(OpenAction(words, goes, "", url, "clock"))
    for ordinal in unbilled.years:
        library = record.enrolment.library if record.enrolment else "de bibliotheek"
        found.append(OpenAction(f"Jaar {ordinal} van {library} staat nog op geen factuur.", goes, "", url, "clock"))
    if unbilled.corrections:
        words = "Er is een regel teruggenomen. De tegenregel staat nog op geen afrekening."
        found.append(OpenAction(words, goes, "", url, "clock"))
    return found


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def day(value: date) -> str:
    """`22 november 2026`, in a running sentence."""
    return date_format(value, "j F Y")
