"""What paying refuses, as one Dutch sentence that says what to do: added to those of settling."""

from typing import assert_never

from kbl.accounts.waiting import MadeByYou, TooNew
from kbl.payments.accounts.accounts import AccountRefused
from kbl.payments.bank.not_executed import AllSeen, NotRead
from kbl.payments.bank.refunds import RefundRefused
from kbl.payments.models import PaymentRun
from kbl.payments.runs.pain import InvalidFile
from kbl.payments.runs.payable import PaymentObstacle
from kbl.payments.runs.runs import (
    AccountsChanged,
    AlreadyEnded,
    DayRefused,
    NoDebtorAccount,
    NothingChosen,
    NotPayable,
    NotYet,
    OwnRun,
    RefusedByBank,
    RunMoved,
    SeenOtherwise,
)
from kbl.second_person.second_person import ChangeRefused
from kbl.settlements.sentences import day, enumerate_dutch, sentence

REFUSALS = (
    AccountRefused,
    AccountsChanged,
    AllSeen,
    ChangeRefused,
    DayRefused,
    InvalidFile,
    MadeByYou,
    NoDebtorAccount,
    NotPayable,
    NotRead,
    NothingChosen,
    NotYet,
    OwnRun,
    RefundRefused,
    RefusedByBank,
    RunMoved,
    SeenOtherwise,
    TooNew,
)

REFUNDS: dict[RefundRefused.Reason, str] = {
    RefundRefused.Reason.NOT_RECEIVED: "Alleen een bijschrijving zonder ons kenmerk kan bij een afrekening horen.",
    RefundRefused.Reason.TAKEN: "Deze bijschrijving hoort al bij een afrekening. Misschien deed een collega het net.",
    RefundRefused.Reason.BOOKED: (
        "Deze bijschrijving staat in het lidmaatschapsfonds als termijn van de provincie. Boek die eerst terug."
    ),
    RefundRefused.Reason.TOO_MUCH: "Er kan niet meer terugkomen dan er voor deze afrekening wegging. Kies een andere.",
    RefundRefused.Reason.ASKED: "Dit is al gevraagd, en wacht op een tweede persoon.",
    RefundRefused.Reason.UNDONE: "Deze koppeling is al ongedaan gemaakt; u hoeft niets te doen.",
}
UNTIL_NOW: dict[PaymentRun.Status, str] = {
    PaymentRun.Status.PREPARED: "Deze run wacht nog op vrijgave door een collega.",
    PaymentRun.Status.CANCELLED: "Deze run is al ingetrokken; de afrekeningen staan weer klaar om te betalen.",
    PaymentRun.Status.RELEASED: "Deze run is al vrijgegeven; intrekken kan dan niet meer.",
    PaymentRun.Status.EXECUTED: "Bij deze run staat al dat de bank hem heeft uitgevoerd; u hoeft niets te doen.",
}
ACCOUNTS: dict[AccountRefused.Reason, str] = {
    AccountRefused.Reason.WRONG: "Dit IBAN klopt niet. Kijk het nog eens na.",
    AccountRefused.Reason.OUTSIDE: "Naar dit land kan Cubiss niet betalen. Kies een rekening in een Europees land.",
    AccountRefused.Reason.HOLDER: (
        "Deze naam kan niet op een betaalopdracht. Schrijf hem met gewone letters, zoals de bank hem kent."
    ),
    AccountRefused.Reason.SAME: "Dit is het rekeningnummer dat wij al hebben. U hoeft niets te doen.",
    AccountRefused.Reason.OPEN: "Er wacht al een wijziging op Cubiss. Trek die eerst in, of wacht op het antwoord.",
    AccountRefused.Reason.DECIDED: "Over deze wijziging is al besloten.",
    AccountRefused.Reason.OWN: "U vroeg deze wijziging zelf aan. Een collega keurt haar goed.",
    AccountRefused.Reason.MOVED: "Het rekeningnummer veranderde sinds de vraag. Wijs deze af en vraag opnieuw.",
}
WHY_NOT_PAYABLE: dict[PaymentObstacle, str] = {
    PaymentObstacle.NO_ACCOUNT: "Het rekeningnummer ontbreekt.",
    PaymentObstacle.NO_NAME: "De naam kan niet op een betaalopdracht. Pas de naam van de organisatie aan.",
    PaymentObstacle.BANK_REFUSED: "Van deze rekening kwam eerder geld terug.",
    PaymentObstacle.NO_NUMBER: "De bibliotheek gaf deze factuur nog geen nummer.",
}
NAMED = 5


def some(names: list[str]) -> str:
    """`A, B en C`, and of many the first few."""
    more = len(names) - NAMED
    return enumerate_dutch([*names[:NAMED], f"nog {more}"] if more > 0 else names)


@sentence.register
def _nothing(error: NothingChosen) -> str:
    return "Kies minstens één afrekening om te betalen."


@sentence.register
def _not_payable(error: NotPayable) -> str:
    names = [f"{each.organisation} ({each})" for each in error.statements]
    return (
        f"Van {some(names)} kan de betaling nu niet klaargezet worden: misschien deed een collega het net."
        " Er is niets klaargezet. Hieronder staat wat er nu betaald kan worden."
    )


@sentence.register
def _otherwise(error: SeenOtherwise) -> str:
    names = [str(each.statement.organisation) for each in error.payables]
    return (
        f"Het bedrag of de rekening van {some(names)} veranderde terwijl u keek. Er is niets klaargezet."
        " Kijk de lijst hieronder na en druk dan opnieuw."
    )


@sentence.register
def _day(error: DayRefused) -> str:
    match error.reason:
        case DayRefused.Reason.PAST:
            return f"{day(error.on).capitalize()} is voorbij. De eerste dag die kan, is {day(error.next)}."
        case DayRefused.Reason.CLOSED:
            return f"Op {day(error.on)} voeren banken niets uit. De eerste dag daarna is {day(error.next)}."
        case DayRefused.Reason.FAR:
            return f"{day(error.on).capitalize()} is meer dan een maand ver. Kies een dag die dichterbij is."
        case DayRefused.Reason.CLOCK:
            return "De klok van de server klopt niet. Waarschuw de beheerder; daarna kan de betaling alsnog."
        case _:
            assert_never(error.reason)


@sentence.register
def _debtor(error: NoDebtorAccount) -> str:
    return "Van Cubiss zelf ontbreekt het rekeningnummer (IBAN): vul het in bij de organisatie Cubiss."


@sentence.register
def _moved(error: RunMoved) -> str:
    return UNTIL_NOW[PaymentRun.Status(error.status)]


@sentence.register
def _own(error: OwnRun) -> str:
    return "U zette deze run zelf klaar. Een collega geeft hem vrij."


@sentence.register
def _accounts(error: AccountsChanged) -> str:
    return (
        f"Sinds het klaarzetten veranderde de rekening van {some(list(error.payees))}: het nummer of de naam erbij."
        " Trek deze run in en zet hem opnieuw klaar; dan gaat het geld naar de nieuwe rekening."
    )


@sentence.register
def _refused_by_bank(error: RefusedByBank) -> str:
    return (
        f"De bank stuurde eerder geld terug van de rekening van {some(list(error.payees))}, en die is nog dezelfde."
        " Trek deze run in. Wijzig de rekening of laat een collega bevestigen dat zij klopt, en zet hem opnieuw klaar."
    )


@sentence.register
def _not_yet(error: NotYet) -> str:
    return f"De bank voert deze run uit op {day(error.on)}. Meld het vanaf die dag."


@sentence.register
def _not_read(error: NotRead) -> str:
    return f"Lees eerst alle afschriften in tot en met {day(error.until)}. Pas dan is zeker dat de bank niet uitvoerde."


@sentence.register
def _all_seen(error: AllSeen) -> str:
    return "Van elke betaling in deze run is al bekend wat ervan werd."


@sentence.register
def _ended(error: AlreadyEnded) -> str:
    return "Deze betaling was al afgelopen; u hoeft niets te doen."


@sentence.register
def _file(error: InvalidFile) -> str:
    return (
        "Het betaalbestand voldoet niet aan de regels van de banken. Er is niets klaargezet."
        " Geef dit door aan de beheerder."
    )


@sentence.register
def _refund(error: RefundRefused) -> str:
    return REFUNDS[error.reason]


@sentence.register
def _account(error: AccountRefused) -> str:
    return ACCOUNTS[error.reason]
