"""What the page of signals says: the figures in a sentence, why they stand out, and what it usually is."""

from decimal import Decimal
from typing import assert_never

from django.utils.formats import date_format

from kbl.clock import local_day
from kbl.discrepancies.models import SignalKind
from kbl.discrepancies.signals import Signal
from kbl.discrepancies.signals.desks import CLOSES, NIGHTS_BACK, OPENS, OWN_ISSUE_BACK, REFUSALS_BACK, TIMES_AS_OFTEN
from kbl.formats import number, percent, voucher_count

TITLES: dict[SignalKind, str] = {
    SignalKind.RUNS: "Veel uitgereikt, weinig gebruikt",
    SignalKind.PILE: "Een hele stapel achter elkaar",
    SignalKind.NIGHT: "Ingewisseld buiten openingstijd",
    SignalKind.REFUSALS: "Vaak een nummer dat niet kon",
    SignalKind.OWN_ISSUE: "Bijna alles zelf uitgereikt",
    SignalKind.LATE: "Ver terug vastgelegd",
}
OFTEN: dict[SignalKind, str] = {
    SignalKind.RUNS: "Vaak is er een uitleg: een groep die nog niet ging, "
    "of een weg naar de bibliotheek die te ver is.",
    SignalKind.PILE: "Vaak is er een uitleg: een groep die samen kwam, of een balie die een stapel bijwerkte.",
    SignalKind.NIGHT: "Vaak is er een uitleg: een avondactiviteit, of iemand die thuis bijwerkte.",
    SignalKind.REFUSALS: "Vaak is er een uitleg: een oude serie aan de balie, of een nieuwe collega.",
    SignalKind.OWN_ISSUE: "Vaak is er een uitleg: in deze plaats reikt niemand anders uit.",
    SignalKind.LATE: "Vaak is er een uitleg: lijsten van voor KBL, of een maand die bleef liggen.",
}


def about(signal: Signal) -> str:
    """The figures behind a signal, in one or two sentences."""
    match signal.kind:
        case SignalKind.RUNS:
            words = (
                f"Van {voucher_count(signal.of)}, 90 dagen of langer geleden uitgereikt, zijn er "
                f"{number(signal.counted)} ingewisseld: {_part(signal.share)}. "
                f"Bij de andere intermediairs is dat {_part(signal.usual)}."
            )
            if signal.serials:
                longest = max(map(len, signal.serials))
                words += f" De langste rij zonder inwisseling telt er {number(longest)}."
            return words
        case SignalKind.PILE:
            assert signal.at
            return (
                f"{voucher_count(signal.counted)} met nummers die op elkaar volgen, ingewisseld binnen een uur "
                f"op {date_format(local_day(signal.at), 'j F Y')}."
            )
        case SignalKind.NIGHT:
            return (
                f"{voucher_count(signal.counted)} vastgelegd tussen {CLOSES:%H} en {OPENS.hour} uur, "
                f"in de laatste {NIGHTS_BACK.days // 30} maanden. "
                f"De laatste keer was op {date_format(signal.on, 'j F Y')}."
            )
        case SignalKind.REFUSALS:
            return (
                f"In {REFUSALS_BACK.days // 7} weken zijn {number(signal.counted)} van {number(signal.of)} pogingen "
                "geweigerd: "
                f"{_part(signal.share)}. Bij de andere balies is dat {_part(signal.usual)}."
            )
        case SignalKind.OWN_ISSUE:
            return (
                f"In de laatste {OWN_ISSUE_BACK.days} dagen kwamen {number(signal.counted)} van {number(signal.of)} "
                f"nieuwe leden met een voucher die de bibliotheek zelf uitreikte: {_part(signal.share)}. "
                f"Bij de andere bibliotheken is dat {_part(signal.usual)}."
            )
        case SignalKind.LATE:
            assert signal.at
            told = ", ".join(f"{reason} ({number(count)})" for reason, count in signal.reasons)
            return (
                f"Cubiss legde van {number(signal.counted)} uitreikingen of inschrijvingen een dag vast die verder "
                f"terug ligt dan een ander mag: {told}. "
                f"De laatste keer was op {date_format(local_day(signal.at), 'j F Y')}."
            )
        case _:
            assert_never(signal.kind)


def why(signal: Signal) -> str:
    """From when on it is shown."""
    least = number(signal.threshold)
    match signal.kind:
        case SignalKind.RUNS:
            return (
                f"Te zien vanaf een rij van {least} (zo lang is een rij bij toeval bijna nooit), "
                "of als minder dan de helft van gemiddeld wordt ingewisseld."
            )
        case SignalKind.PILE:
            return f"Te zien vanaf {least} in een uur: met mensen aan de balie lukt dat bijna niet."
        case SignalKind.NIGHT:
            return f"Te zien vanaf {least} keer. Op die uren is geen bibliotheek in Limburg open."
        case SignalKind.REFUSALS:
            return f"Te zien vanaf {least} keer, en {TIMES_AS_OFTEN} keer zo vaak als bij andere balies."
        case SignalKind.OWN_ISSUE:
            return f"Te zien vanaf {least} inschrijvingen, als van elders minder dan de helft komt van wat gewoon is."
        case SignalKind.LATE:
            return "Altijd te zien: de dag bepaalt het tarief en het kwartaal."
        case _:
            assert_never(signal.kind)


def _part(share: Decimal | None) -> str:
    return str(percent(share)) if share is not None else "–"
