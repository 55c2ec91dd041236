"""The demonstration's reports: the coordinator writes, finance releases; one of them got a second version."""

from datetime import datetime, timedelta

from kbl.programme.demo.cast import Cast
from kbl.settlements.models import Closing
from reporting.editions import files, release, texts
from reporting.editions.models import Place
from reporting.report import kept_reports

WORDS = {
    Place.SUMMARY: "De bibliotheken die meedoen, zijn van start. Waar intermediairs de voucher uitleggen, wordt hij"
    " bijna altijd ingewisseld.",
    Place.WHY_A: "De meeste bibliotheken begonnen later dan het plan aannam. Waar het loopt, groeit het aantal leden"
    " elke maand. De achterstand zit in gemeenten waar nog geen intermediair meedoet.",
    Place.DO_A: "Wij gaan bij elke gemeente zonder intermediair langs met de bibliotheek, en beginnen met de vier"
    " grootste. Na drie maanden kijken wij of het helpt.",
    Place.FUND: "Er is minder uitgegeven dan begroot, omdat er minder leden zijn. Vouchers die bewoners al hebben,"
    " tellen nog niet mee.",
    Place.PLACES: "In het noorden loopt het goed. In het zuiden begon een deel van de gemeenten pas dit kwartaal.",
}
LATER = (
    "In het noorden loopt het goed. In het zuiden begonnen vijf gemeenten pas dit kwartaal. Dat zijn er meer dan wij"
    " eerst schreven."
)
CHANGED = "Bij de gemeenten staat nu hoeveel er dit kwartaal begonnen. De cijfers zijn dezelfde."
CORRECTED = "2025-Q4"


def write_and_release(closing: Closing, cast: Cast, *, at: datetime) -> None:
    """Some days after the closing; a quarter before anybody became a member has nothing to tell."""
    if not kept_reports.read(closing).period.plus.value:
        return
    for place, text in WORDS.items():
        texts.write(closing, place, text, by=cast.coordinator, at=at)
    _let_go(closing, cast, "", at=at)
    if str(closing.quarter) == CORRECTED:
        texts.write(closing, Place.PLACES, LATER, by=cast.coordinator, at=at + timedelta(days=6))
        _let_go(closing, cast, CHANGED, at=at + timedelta(days=6))


def _let_go(closing: Closing, cast: Cast, changes: str, *, at: datetime) -> None:
    edition = release.ask(closing, changes=changes, by=cast.coordinator, at=at)
    files.make(edition, at=at)
    release.release(edition, by=cast.finance, at=at + timedelta(hours=3))
