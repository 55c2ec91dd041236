"""What settling refuses, as one Dutch sentence that says what to do: shared by screens, tasks and commands."""

from collections.abc import Iterable
from datetime import date
from functools import singledispatch
from typing import assert_never

from django.utils.formats import date_format

from kbl.accounts.waiting import MadeByYou, TooNew
from kbl.clock import local_day
from kbl.facts import FutureDate
from kbl.fund.ledger import AlreadyBooked, NotReversible
from kbl.organisations.closing_lock import BooksBusy, QuarterClosed
from kbl.periods import Quarter
from kbl.second_person.second_person import ChangeRefused
from kbl.settlements.closing.closing import ClosingRefused
from kbl.settlements.models import Closing, Statement, Tariff
from kbl.settlements.statements.corrections import NotCorrectable
from kbl.settlements.statements.own_numbers import LONGEST, NumberRefused
from kbl.settlements.statements.self_billing import AgreementRefused
from kbl.settlements.statements.steps import NumberAwaited, NumbersRefused, OwnWork, StepRefused
from kbl.settlements.tariffs.tariffs import MissingTariff, TariffTooEarly
from vouchers.numbers import SerialRange

SECOND_REFUSALS = (ChangeRefused, MadeByYou, TooNew)
CLOSING_REFUSALS = (ClosingRefused, MissingTariff)
MISSING_TARIFF = "missing_tariff"

UNTIL_NOW: dict[Statement.Status, str] = {
    Statement.Status.DRAFT: "De partij is nog niet akkoord: goedkeuren kan zodra het akkoord er is.",
    Statement.Status.CONFIRMED: "Op deze afrekening is al akkoord gegeven; u hoeft niets te doen.",
    Statement.Status.DISPUTED: "Er staat nog een vraag open: beantwoord die, daarna kan het akkoord komen.",
    Statement.Status.APPROVED: "Deze afrekening is al goedgekeurd; een fout herstelt u met een correctie op de regel.",
    Statement.Status.IN_PAYMENT: "Deze afrekening is in betaling; een fout herstelt u met een correctie op de regel.",
    Statement.Status.PAID: "Deze afrekening is al betaald; een fout herstelt u met een correctie op de regel.",
}

CHANGES: dict[ChangeRefused.Reason, str] = {
    ChangeRefused.Reason.OWN: "U vroeg dit zelf. Een collega keurt het goed.",
    ChangeRefused.Reason.DECIDED: "Hierover is al besloten.",
    ChangeRefused.Reason.OPEN: "Dit is al gevraagd, en wacht op een tweede persoon.",
    ChangeRefused.Reason.ABOUT_YOU: "Dit gaat over uzelf. Een andere collega besluit.",
    ChangeRefused.Reason.GONE: "Er veranderde iets sinds dit werd gevraagd. Wijs het af en vraag opnieuw.",
    ChangeRefused.Reason.LIKE_ANOTHER: (
        "De naam of het e-mailadres lijkt te veel op dat van een collega van Cubiss. Maak dat eerst anders, bij"
        " Gebruikers."
    ),
    ChangeRefused.Reason.CEILING: "Dit bedrag is hoger dan het programma toestaat. Kijk het nog eens na.",
    ChangeRefused.Reason.TWO_ANSWERS: (
        "Een bibliotheek is voor alles ondernemer voor de btw, of voor niets. Vraag dit eerst voor haar"
        " lidmaatschapsjaren: voor het uitreiken volgt het dan vanzelf."
    ),
}


def day(on: date) -> str:
    """`12 januari 2026`."""
    return date_format(on, "j F Y")


def enumerate_dutch(names: Iterable[str]) -> str:
    """`A`, `A en B`, `A, B en C`."""
    *most, last = list(names)
    return f"{', '.join(most)} en {last}" if most else last


@singledispatch
def sentence(error: Exception) -> str:
    """The sentence for a refusal. Raises TypeError for an error that is nobody's refusal: that is a bug, not a wish."""
    raise TypeError(f"There is no sentence for {error!r}.") from error


def code(error: Exception) -> str:
    """What `ClosingWindow.refused` keeps of a closing that was refused."""
    return error.reason if isinstance(error, ClosingRefused) else MISSING_TARIFF


def sentence_of_code(refused: str, quarter: Quarter) -> str:
    """The sentence for a code that was kept; the page itself shows which day or which organisation it was about."""
    if refused == MISSING_TARIFF:
        return (
            f"Voor een dag tot en met het {quarter.label} ontbreekt een tarief: voeg het toe bij Beheer, Tarieven,"
            " en sluit daarna opnieuw."
        )
    return sentence(ClosingRefused(ClosingRefused.Reason(refused), quarter))


@sentence.register
def _too_new(error: TooNew) -> str:
    return f"U werkt nog maar kort in deze rol. Vanaf {day(local_day(error.until))} kunt u de tweede persoon zijn."


@sentence.register
def _made_by_you(error: MadeByYou) -> str:
    return "U gaf deze collega zelf een rol. Een andere collega kijkt mee."


@sentence.register
def _too_early(error: TariffTooEarly) -> str:
    return f"Tot en met {day(error.frozen_until)} is alles al afgesloten. Kies een dag daarna, of wijs dit af."


@sentence.register
def _change(error: ChangeRefused) -> str:
    return CHANGES[error.reason]


CLOCK = "Er is niets gesloten: vraag de beheerder naar de klok te kijken."


@sentence.register
def _closing(error: ClosingRefused) -> str:
    quarter = error.quarter
    match error.reason:
        case ClosingRefused.Reason.NOT_OVER:
            return f"Het {quarter.label} loopt nog: sluiten kan vanaf {day(quarter.next.first_day)}."
        case ClosingRefused.Reason.ALREADY_CLOSED:
            closing = Closing.objects.filter(quarter=quarter).first()
            when = f" op {day(local_day(closing.closed_at))}" if closing else ""
            return f"Het {quarter.label} is al gesloten{when}: u vindt de afrekeningen bij Kwartalen."
        case ClosingRefused.Reason.EARLIER_OPEN:
            first = f"het {error.first.label}" if error.first else "het oudste open kwartaal"
            return f"Sluit eerst {first}; daarna kan het {quarter.label}."
        case ClosingRefused.Reason.BEFORE_PROGRAMME:
            after = f": het eerste kwartaal dat u kunt sluiten is het {error.first.label}" if error.first else ""
            return f"Het {quarter.label} ligt vóór het programma{after}."
        case ClosingRefused.Reason.NO_LEGAL_DATA:
            return _legal_data(error)
        case ClosingRefused.Reason.NO_IBAN:
            return _no_iban(error)
        case ClosingRefused.Reason.CLOCK_DIFFERS:
            return f"{CLOCK} De klok van de server en die van de database wijzen iets anders aan."
        case ClosingRefused.Reason.CLOCK_BEHIND:
            return f"{CLOCK} Volgens de klok is het nu eerder dan de laatste melding in de boeken."
        case ClosingRefused.Reason.CLOCK_AHEAD:
            return (
                f"{CLOCK} De laatste melding in de boeken is van lang geleden. Klopt de klok toch? Dan kan de beheerder"
                " sluiten met close_quarter --clock-is-right."
            )
        case _:
            assert_never(error.reason)


def _no_iban(error: ClosingRefused) -> str:
    """Who has no account to be paid on; without details the page itself shows it."""
    if not error.organisations:
        return (
            "Van een of meer organisaties ontbreekt het rekeningnummer (IBAN): vul het in bij de organisatie en sluit"
            " daarna opnieuw."
        )
    names = enumerate_dutch(str(each) for each in error.organisations)
    return f"Het rekeningnummer (IBAN) ontbreekt van {names}: vul het in bij de organisatie en sluit daarna opnieuw."


def _legal_data(error: ClosingRefused) -> str:
    """What misses for the e-invoices, by organisation; without details the page itself shows it."""
    if not error.lacks:
        return (
            "Van een of meer organisaties ontbreken gegevens voor de e-factuur: vul ze aan bij de organisatie en sluit"
            " daarna opnieuw."
        )
    told = "; ".join(f"van {organisation}: {enumerate_dutch(missing)}" for organisation, missing in error.lacks)
    return (
        f"Voor de e-factuur ontbreekt {told}. Vul het aan bij de organisatie en sluit daarna opnieuw. Is een"
        " organisatie geen ondernemer voor de btw? Leg dat dan vast bij Beheer, Btw van organisaties."
    )


@sentence.register
def _tariff(error: MissingTariff) -> str:
    what = {Tariff.Kind.MEMBERSHIP.value: "een lidmaatschapsjaar", Tariff.Kind.HANDLING.value: "een uitreiking"}
    track = f" in spoor {error.track}" if error.track else ""
    return (
        f"Er is geen tarief voor {what[str(error.kind)]}{track} op {day(error.on)}: voeg het toe bij Beheer, Tarieven,"
        " en sluit daarna opnieuw."
    )


@sentence.register
def _closed(error: QuarterClosed) -> str:
    return f"Dit hoort bij het {error.quarter.label} en dat is gesloten: vraag Cubiss om een correctie."


@sentence.register
def _busy(error: BooksBusy) -> str:
    return "Er wordt op dit moment een kwartaal gesloten: probeer het over een minuut opnieuw."


@sentence.register
def _step(error: StepRefused) -> str:
    return UNTIL_NOW[Statement.Status(error.status)]


def about_numbers(serials: tuple[SerialRange, ...], *, missed: bool) -> str:
    """Numbers of a question that do not fit their statement."""
    one = len(serials) == 1 and len(serials[0]) == 1
    names = enumerate_dutch(map(str, serials))
    if missed:
        return f"{names} {'staat' if one else 'staan'} al op deze afrekening. Haal {'het' if one else 'ze'} hier weg."
    return f"{names} {'staat' if one else 'staan'} niet op deze afrekening. Kijk {'het' if one else 'ze'} nog eens na."


@sentence.register
def _numbers(error: NumbersRefused) -> str:
    return about_numbers(error.serials, missed=error.missed)


@sentence.register
def _own_work(error: OwnWork) -> str:
    return "U gaf zelf het akkoord op deze afrekening: vraag een collega om haar goed te keuren."


@sentence.register
def _awaited(error: NumberAwaited) -> str:
    return (
        "Dit is nog geen factuur: goedkeuren kan zodra de bibliotheek haar nummer geeft, of afspreekt dat Cubiss haar"
        " facturen maakt."
    )


@sentence.register
def _own_number(error: NumberRefused) -> str:
    match error.reason:
        case NumberRefused.Reason.EMPTY:
            return "Vul het factuurnummer uit uw eigen boekhouding in."
        case NumberRefused.Reason.LONG:
            return f"Dit nummer is te lang: een factuurnummer heeft hooguit {LONGEST} tekens."
        case NumberRefused.Reason.ODD:
            return "Gebruik alleen letters, cijfers, spaties, punten, streepjes en schuine strepen."
        case NumberRefused.Reason.GIVEN:
            return f"Deze factuur heeft al nummer {error.number}. Dat verandert niet meer."
        case NumberRefused.Reason.USED:
            assert error.other
            quarter = error.other.closing.quarter.label
            return f"Nummer {error.number} staat al op de factuur over het {quarter}. Kies een ander nummer."
        case NumberRefused.Reason.OURS:
            return f"{error.number} is een kenmerk van Cubiss. Kies het nummer uit uw eigen boekhouding."
        case NumberRefused.Reason.NOT_ASKED:
            return "Deze factuur heeft geen eigen nummer nodig: Cubiss gaf haar er al een."
        case _:
            assert_never(error.reason)


@sentence.register
def _agreement(error: AgreementRefused) -> str:
    match error.reason:
        case AgreementRefused.Reason.STANDS:
            since = f" sinds {day(error.day)}" if error.day else ""
            return f"Deze afspraak is er al{since}: u hoeft niets te doen."
        case AgreementRefused.Reason.TOO_EARLY:
            assert error.day
            return f"Kies {day(error.day)} of een latere dag: toen begon of eindigde de vorige afspraak."
        case AgreementRefused.Reason.NONE:
            return "Er is geen afspraak die nog loopt: u hoeft niets te beëindigen."
        case _:
            assert_never(error.reason)


# Why a document could not be made, by the name of the exception: each sentence says what to do.
WHY_FAILED = {
    "NoDebtor": "Cubiss zelf staat nog niet bij de organisaties. Laad eerst het programmabestand.",
    "DoesNotAddUp": (
        "De regels en het totaal zijn niet gelijk. Er gaat niets de deur uit; kijk bij Controle wat er niet klopt."
    ),
    "EInvoiceRefused": (
        "De e-factuur voldoet niet aan de regels. Er gaat niets de deur uit; kijk bij de organisatie of alle gegevens"
        " kloppen."
    ),
    "RulesNotRun": "De regels voor e-facturen konden niet worden nagekeken. Probeer het opnieuw, of bel de beheerder.",
    "OSError": "De server kon een bestand niet lezen of schrijven. Probeer het opnieuw, of bel de beheerder.",
    "MemoryError": "De server had te weinig geheugen. Probeer het zo opnieuw.",
    "OperationalError": "De database was even niet bereikbaar. Probeer het opnieuw.",
}


def why_failed(reason: str) -> str:
    """The sentence for a document that could not be made; `reason` is what failures.py kept, with rules behind it."""
    name, _, rules = reason.partition(": ")
    if name in WHY_FAILED and rules:
        return f"{WHY_FAILED[name]} Het gaat om {rules}."
    return WHY_FAILED.get(
        reason, f"Er ging iets mis bij het maken ({reason}). Probeer het opnieuw; lukt het niet, bel dan de beheerder."
    )


@sentence.register
def _correction(error: NotCorrectable) -> str:
    match error.reason:
        case NotCorrectable.Reason.IS_CORRECTION:
            return "Deze regel is zelf een correctie en blijft staan: laat het feit zo nodig opnieuw melden."
        case NotCorrectable.Reason.ASKED:
            return "Deze correctie is al gevraagd, en wacht op een tweede persoon."
        case NotCorrectable.Reason.ALREADY_CORRECTED:
            return "Deze regel is al gecorrigeerd: het bedrag wordt verrekend bij de volgende kwartaalsluiting."
        case _:
            assert_never(error.reason)


@sentence.register
def _booked(error: AlreadyBooked) -> str:
    if str(error).startswith("reversal:"):
        return "Deze boeking is al teruggeboekt: u hoeft niets meer te doen."
    return "Deze boeking staat al in het lidmaatschapsfonds: kijk in de lijst met boekingen."


@sentence.register
def _reversible(error: NotReversible) -> str:
    return (
        "Alleen een ontvangst of overige kosten kunt u terugboeken: een afrekening herstelt u met een correctie op de"
        " regel."
    )


@sentence.register
def _future(error: FutureDate) -> str:
    return f"{day(error.on).capitalize()} is nog niet geweest: kies vandaag of een eerdere dag."
