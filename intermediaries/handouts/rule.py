"""May this voucher go out on this day, from this stock? And may a hand-out be taken back? One row per reason why not.

Every entrance reads these rows: the portal's preview and its recording, a list, a file, the next digital voucher, the
walk-in at a library's desk, and the office's import from old books. A new reason is one member, one row and one test.
No refused hand-out is kept and none is on a worklist: whoever handed out still has the paper or the list in hand.
Without an accreditation on the day a hand-out is recorded all the same, and earns no handling (docs/domain.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kbl.eligibility import Advice, Ground, Worklist, table
from kbl.formats import day as written
from kbl.periods import Quarter
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

Status = Voucher.Status


class HandoutReason(StrEnum):
    """Why a voucher cannot be handed out."""

    TWO_DAYS = "two_days"
    UNKNOWN = "unknown"
    ALREADY = "already"
    FUTURE = "future"
    BEFORE_PROGRAMME = "before_programme"
    TOO_LONG_AGO = "too_long_ago"
    VOID = "void"
    NOT_HELD = "not_held"
    NOT_YET_HELD = "not_yet_held"
    EXPIRED = "expired"
    AFTER_MEMBERSHIP = "after_membership"


@dataclass(frozen=True, kw_only=True)
class HandoutCase:
    """What somebody wants to record, and what the books say of that voucher; without a `status` it is not there.

    `last_day`: the last day of its validity. `handed_out_on`, `handed_out_by`: the hand-out that stands, if any.
    `member_since`: the first day of the membership that it led to, if the library was first. `earliest`: further back
    only Cubiss goes, with a reason, and then it is date.min. `two_days`: the same list names the number with more than
    one day. `names`: organisations by key, for the office.
    """

    on: date
    today: date
    programme_starts_on: date
    organisation_id: int
    status: str | None = None
    holder_id: int | None = None
    held_since: date | None = None
    last_day: date | None = None
    handed_out_on: date | None = None
    handed_out_by: int | None = None
    member_since: date | None = None
    earliest: date = date.min
    two_days: bool = False
    names: Mapping[int, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def recorded_already(self) -> bool:
        """This very hand-out is in the books: reading the same list in twice is once."""
        return (self.handed_out_by, self.handed_out_on) == (self.organisation_id, self.on)

    @property
    def first_possible(self) -> date:
        """The first day that no bound is against; what a sentence names, so that nobody is told twice."""
        return max(self.programme_starts_on, self.earliest, self.held_since or date.min)


HandoutGround = Ground[HandoutCase]

# An intermediary never learns whose a number is that is not its own: it reads the same of both.
NOT_OURS = Advice(
    "Niet uit uw voorraad",
    "Kijk of het nummer klopt. Ligt de voucher wel bij u? Mail of bel Cubiss, dan zetten wij het recht.",
)


def _day(on: date | None) -> str:
    """`12 januari 2026`, with spaces that may break."""
    return written(on).replace("\N{NO-BREAK SPACE}", " ")


def _holder(case: HandoutCase) -> str:
    if case.holder_id is None:
        return "Deze voucher ligt nog bij Cubiss."
    return f"Deze voucher hoort bij {case.names[case.holder_id]}."


GROUNDS: tuple[HandoutGround, ...] = table(
    HandoutReason,
    [
        Ground(
            reason=HandoutReason.TWO_DAYS,
            holds=lambda case: case.two_days,
            says=lambda case: Advice(
                "Staat er met twee dagen in",
                "Een voucher gaat op één dag mee. Laat de regel staan die klopt en haal de andere weg.",
            ),
            next_step="",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=HandoutReason.UNKNOWN,
            holds=lambda case: case.status is None,
            says=lambda case: NOT_OURS,
            office=lambda case: "Dit nummer kennen wij niet. Lees eerst de beginvoorraad in.",
            next_step="Zoek uit waar de voucher ligt en zet de voorraad recht.",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=HandoutReason.ALREADY,
            holds=lambda case: case.handed_out_on is not None,
            says=lambda case: Advice(
                "Al eerder gemeld",
                "U hoeft niets te doen. Klopt het niet? Kijk bij Uitgereikt en draai de verkeerde melding terug.",
            ),
            office=lambda case: (
                f"Deze voucher is al uitgereikt, op {_day(case.handed_out_on)} "
                f"door {case.names[case.handed_out_by or 0]}."
            ),
            next_step="",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=HandoutReason.FUTURE,
            holds=lambda case: case.on > case.today,
            day=lambda case: case.today,
            says=lambda case: Advice(
                f"{_day(case.on)} moet nog komen", "Kies vandaag of een eerdere dag.", about_day=True
            ),
            office=lambda case: "Deze dag moet nog komen.",
            next_step="",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=HandoutReason.BEFORE_PROGRAMME,
            holds=lambda case: case.on < case.programme_starts_on,
            day=lambda case: case.programme_starts_on,
            says=lambda case: Advice(
                "Vóór het begin van het programma",
                f"Het programma begon op {_day(case.programme_starts_on)}. Kies die dag of later.",
                about_day=True,
            ),
            office=lambda case: f"Het programma begon op {_day(case.programme_starts_on)}. Kijk het jaar na.",
            next_step="",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=HandoutReason.TOO_LONG_AGO,
            holds=lambda case: case.on < case.earliest,
            day=lambda case: case.first_possible,
            says=lambda case: Advice(
                f"{_day(case.on)} is te lang geleden",
                f"Kies een dag vanaf {_day(case.first_possible)}. Was het echt eerder? Mail of bel Cubiss.",
                about_day=True,
            ),
            office=lambda case: (
                f"Deze dag ligt voor {_day(case.earliest)}. Kies bij het bestand waarom dit zo laat komt."
            ),
            next_step="Lees de uitreiking in, met de reden waarom zij zo laat komt.",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=HandoutReason.VOID,
            holds=lambda case: case.status == Status.VOID,
            says=lambda case: Advice(
                "Ongeldig gemaakt",
                "Geef deze vouchers niet mee: ze werken niet in de bibliotheek. Neem een andere uit uw voorraad.",
            ),
            office=lambda case: "Deze voucher is ongeldig gemaakt.",
            next_step="Was dat een vergissing? Maak de voucher weer geldig, met zijn tweeën.",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=HandoutReason.NOT_HELD,
            holds=lambda case: case.holder_id != case.organisation_id,
            says=lambda case: NOT_OURS,
            office=_holder,
            next_step="Zoek uit waar de voucher ligt en zet de voorraad recht.",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=HandoutReason.NOT_YET_HELD,
            holds=lambda case: case.held_since is not None and case.on < case.held_since,
            day=lambda case: case.first_possible,
            says=lambda case: Advice(
                "Op deze dag nog niet bij u",
                f"Deze vouchers zijn bij u sinds {_day(case.held_since)}. "
                f"Kies {'die dag' if case.first_possible == case.held_since else _day(case.first_possible)} of later.",
                about_day=True,
            ),
            office=lambda case: f"De intermediair kreeg deze voucher pas op {_day(case.held_since)}.",
            next_step="",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=HandoutReason.EXPIRED,
            holds=lambda case: case.last_day is not None and case.last_day < case.on,
            day=lambda case: case.last_day,
            says=lambda case: Advice(
                "Niet meer geldig op deze dag",
                f"Deze vouchers waren geldig tot en met {_day(case.last_day)}. Kijk of de dag klopt. "
                "Klopt de dag? Vraag Cubiss om nieuwe vouchers.",
            ),
            office=lambda case: f"Deze voucher was geldig tot en met {_day(case.last_day)}.",
            next_step="Stuur nieuwe vouchers, of maak deze langer geldig.",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=HandoutReason.AFTER_MEMBERSHIP,
            holds=lambda case: case.member_since is not None and case.on > case.member_since,
            day=lambda case: case.member_since,
            says=lambda case: Advice(
                "Met deze vouchers was al iemand lid",
                f"Het lidmaatschap begon op {_day(case.member_since)}. Kies die dag of eerder.",
                about_day=True,
            ),
            office=lambda case: f"Met deze voucher was al iemand lid vanaf {_day(case.member_since)}.",
            next_step="",
            worklist=Worklist.NONE,
            kept=False,
        ),
    ],
)

# What is wrong with a day whatever the number is: a form says it beside its field, before a number is looked up.
DAYS = (HandoutReason.FUTURE, HandoutReason.BEFORE_PROGRAMME, HandoutReason.TOO_LONG_AGO)
OF_THE_DAY = tuple(row for row in GROUNDS if row.reason in DAYS)


@dataclass(frozen=True)
class HandoutRefusal:
    """Numbers that cannot be handed out, for one reason and with one possible day; `case` is that of one of them."""

    ground: HandoutGround
    case: HandoutCase
    serials: tuple[SerialRange, ...]

    @property
    def reason(self) -> HandoutReason:
        return HandoutReason(self.ground.reason.value)

    @property
    def on(self) -> date:
        """The day that was asked."""
        return self.case.on

    @property
    def possible_day(self) -> date | None:
        """The first or last day on which it could be done, where the day is in the way."""
        return self.ground.day(self.case)

    @property
    def advice(self) -> Advice:
        """What is wrong, and what to do: what the intermediary reads."""
        return self.ground.says(self.case)

    @property
    def count(self) -> int:
        return sum(map(len, self.serials))


class HandoutUndoReason(StrEnum):
    """Why a hand-out cannot be taken back by the intermediary itself."""

    BOOKS_BUSY = "books_busy"
    REVOKED = "revoked"
    QUARTER_CLOSED = "quarter_closed"
    REDEEMED = "redeemed"


@dataclass(frozen=True, kw_only=True)
class HandoutUndoCase:
    """A hand-out that somebody wants to take back. `closed_in`: the quarter whose closed books hold it, if any."""

    stands: bool
    status: str = ""
    closed_in: Quarter | None = None
    books_busy: bool = False


HandoutUndoGround = Ground[HandoutUndoCase]

UNDO_GROUNDS: tuple[HandoutUndoGround, ...] = table(
    HandoutUndoReason,
    [
        Ground(
            reason=HandoutUndoReason.BOOKS_BUSY,
            holds=lambda case: case.books_busy,
            says=lambda case: Advice(
                "Cubiss sluit op dit moment een kwartaal af", "Probeer het over een minuut opnieuw."
            ),
            next_step="",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=HandoutUndoReason.REVOKED,
            holds=lambda case: not case.stands,
            says=lambda case: Advice("Deze uitreiking was al teruggedraaid", "U hoeft niets meer te doen."),
            next_step="",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=HandoutUndoReason.QUARTER_CLOSED,
            holds=lambda case: case.closed_in is not None,
            says=lambda case: Advice(
                f"Deze uitreiking is al verrekend in het {case.closed_in.label if case.closed_in else ''}",
                "U kunt haar niet meer terugdraaien. Cubiss kan haar wel voor u verbeteren.",
            ),
            next_step="Verbeter de regel op de declaratie.",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=HandoutUndoReason.REDEEMED,
            holds=lambda case: case.status == Status.REDEEMED,
            says=lambda case: Advice(
                "Met deze voucher is al iemand lid geworden",
                "De uitreiking blijft daarom staan. Klopt dat niet? Cubiss zoekt het met u uit.",
            ),
            next_step="Zoek met de bibliotheek uit welke melding niet klopt.",
            worklist=Worklist.NONE,
            kept=False,
        ),
    ],
)
