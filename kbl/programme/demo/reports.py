"""The demonstration's reports: the coordinator writes, finance releases; one of them got a second version."""

from datetime import datetime, timedelta

from kbl.programme.demo.cast import Cast
from kbl.settlements.models import Closing
from reporting.editions import files, release, texts
from reporting.editions.models import TextPlace
from reporting.message import sending_it
from reporting.report import kept_reports

FIRST_YEAR = {
    TextPlace.SUMMARY: "De eerste drie bibliotheken zijn van start, en het loopt goed. Waar intermediairs de voucher"
    " uitleggen, wordt hij bijna altijd ingewisseld.",
    TextPlace.WHY_A: "De eerste drie bibliotheken begonnen in september. Wie al wachtte, kwam meteen; daarna bleef"
    " het druk tot de feestdagen.",
    TextPlace.DO_A: "Wij bereiden met twaalf bibliotheken hun start in 2026 voor. Met elke gemeente spreken wij af wie"
    " de vouchers uitreikt.",
    TextPlace.WHY_B: "Bij de eerste meting kende één op de vijf mensen de regeling. De campagne begon dit najaar.",
    TextPlace.DO_B: "Begin 2026 hangt de campagne in heel Limburg. In het voorjaar meten wij opnieuw.",
    TextPlace.WHY_C: "De afspraken liggen er. Bij een paar partners ontbreekt de tijdlijn nog.",
    TextPlace.FUND: "Bijna alles van 2025 valt in de laatste vier maanden. Vouchers die bewoners al hebben, tellen nog"
    " niet mee.",
    TextPlace.PLACES: "In Venlo, Landgraaf en Gennep loopt het goed. De andere gemeenten volgen in 2026.",
}
SECOND_YEAR = {
    TextPlace.SUMMARY: "Het tweede jaar ligt achter op het plan. Waar intermediairs de voucher uitleggen, wordt hij"
    " bijna altijd ingewisseld.",
    TextPlace.WHY_A: "De meeste bibliotheken begonnen later dan het plan aannam. Waar het loopt, groeit het aantal"
    " leden elke maand. De achterstand zit vooral in Maastricht en Sittard-Geleen, en in gemeenten waar nog geen"
    " intermediair meedoet.",
    TextPlace.DO_A: "Wij gaan bij elke gemeente zonder intermediair langs met de bibliotheek, en beginnen met de vier"
    " grootste. Na drie maanden kijken wij of het helpt.",
    TextPlace.WHY_B: "Steeds meer mensen kennen de regeling, en nog geen zestig procent.",
    TextPlace.DO_B: "Na de zomer vertelt de regionale omroep erover. In oktober meten wij opnieuw.",
    TextPlace.WHY_C: "Nieuwe bibliotheken beginnen vaak voordat elke partner een tijdlijn heeft.",
    TextPlace.DO_C: "In elk gesprek met een nieuwe partner maken wij de tijdlijn meteen.",
    TextPlace.FUND: "Er is minder uitgegeven dan begroot, omdat er minder leden zijn. Vouchers die bewoners al hebben,"
    " tellen nog niet mee.",
    TextPlace.PLACES: "In het noorden loopt het goed. In het zuiden begon een deel van de bibliotheken pas dit jaar.",
}
LATER = (
    "In het noorden loopt het goed. In het zuiden begonnen vier bibliotheken pas dit kwartaal. Dat zijn er meer dan wij"
    " eerst schreven."
)
OTHERWISE = "Wij zoeken met de bibliotheken uit hoe dit komt."
CHANGED = "Bij de gemeenten staat nu hoeveel bibliotheken er dit kwartaal begonnen. De cijfers zijn dezelfde."
CORRECTED = "2026-Q1"
FIRST_MESSAGE = (
    "De eerste maanden zitten erop. Dank aan iedereen die een voucher uitlegde of een nieuw lid rondleidde. In 2026"
    " doen er meer bibliotheken mee."
)
MESSAGE = (
    "Elke maand komen er nieuwe leden bij, en de eersten verlengen. In een paar gemeenten zoeken wij nog wie de"
    " voucher kan uitreiken. Kent u iemand? Laat het ons weten."
)


def write_and_release(closing: Closing, cast: Cast, *, at: datetime) -> None:
    """Some days after the closing; a quarter before anybody became a member has nothing to tell."""
    if not kept_reports.read(closing).period.plus.value:
        return
    for place, text in (FIRST_YEAR if closing.quarter.year == 2025 else SECOND_YEAR).items():
        texts.write(closing, place, text, by=cast.coordinator, at=at)
    for letter in release.unexplained(closing):
        texts.write(closing, TextPlace(f"why_{letter.lower()}"), OTHERWISE, by=cast.coordinator, at=at)
    _let_go(closing, cast, "", at=at)
    if str(closing.quarter) == CORRECTED:
        texts.write(closing, TextPlace.PLACES, LATER, by=cast.coordinator, at=at + timedelta(days=6))
        _let_go(closing, cast, CHANGED, at=at + timedelta(days=6))


def tell_parties(closing: Closing, cast: Cast, *, at: datetime) -> None:
    """The quarterly message, of a report that was released."""
    if release.released(closing) is None:
        return
    sending_it.send(closing, FIRST_MESSAGE if closing.quarter.year == 2025 else MESSAGE, by=cast.coordinator, at=at)
    sending_it.send_all(at=at)


def _let_go(closing: Closing, cast: Cast, changes: str, *, at: datetime) -> None:
    edition = release.ask(closing, changes=changes, by=cast.coordinator, at=at)
    files.make(edition, at=at)
    release.release(edition, by=cast.finance, at=at + timedelta(hours=3))
