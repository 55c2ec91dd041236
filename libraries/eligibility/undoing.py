"""Undoing: may a redemption, a renewal, or the news that a membership stopped be taken back by the library itself?

Nothing of this is kept or stands on a worklist: whoever may not undo something, sees who can.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kbl.eligibility import Advice, Ground, NotEligible, Worklist, first, table
from kbl.organisations import closing_lock
from kbl.periods import Quarter
from libraries.models import Enrolment, MembershipEnd, MembershipYear

CORRECT = "Verbeter haar met een correctie op de factuur van de bibliotheek."


@dataclass(frozen=True, kw_only=True)
class Undoing:
    """What the books say of something that a library told; `on` is its day.

    `followed`: a membership year stands that came after it. `billed_in`: the closed quarter whose books hold it.
    """

    on: date
    today: date
    first_year: bool = False
    revoked: bool = False
    followed: bool = False
    billed_in: Quarter | None = None


class NotUndoable(NotEligible[Undoing]):
    """It cannot be taken back (any more) by the library."""


class RedemptionStays(StrEnum):
    """Why a library cannot take a redemption back."""

    REVOKED = "revoked"
    QUARTER_OVER = "quarter_over"
    BILLED = "billed"
    RENEWED = "renewed"


class AnswerStays(StrEnum):
    """Why a library cannot take back what it said about a further year."""

    FIRST_YEAR = "first_year"
    REVOKED = "revoked"
    BILLED = "billed"
    FOLLOWED = "followed"


def _over(case: Undoing) -> Advice:
    return Advice("Het kwartaal van deze inschrijving is voorbij", "Cubiss kan haar nog wel voor u verbeteren.")


UNDOING_REDEMPTIONS: tuple[Ground[Undoing], ...] = table(
    RedemptionStays,
    [
        Ground(
            reason=RedemptionStays.REVOKED,
            holds=lambda case: case.revoked,
            says=lambda case: Advice("Deze inschrijving was al teruggedraaid", "U hoeft niets meer te doen."),
            next_step="",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=RedemptionStays.QUARTER_OVER,
            holds=lambda case: Quarter.of(case.on).is_over(case.today),
            says=_over,
            next_step=CORRECT,
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=RedemptionStays.BILLED,
            holds=lambda case: case.billed_in is not None,
            says=_over,
            next_step=CORRECT,
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=RedemptionStays.RENEWED,
            holds=lambda case: case.followed,
            says=lambda case: Advice("Dit lidmaatschap is al verlengd", "Draai eerst de verlenging terug."),
            next_step="",
            worklist=Worklist.NONE,
            kept=False,
        ),
    ],
)

# A membership that stopped costs nothing, so it is never billed.
UNDOING_ANSWERS: tuple[Ground[Undoing], ...] = table(
    AnswerStays,
    [
        Ground(
            reason=AnswerStays.FIRST_YEAR,
            holds=lambda case: case.first_year,
            says=lambda case: Advice("Het eerste jaar hoort bij de inschrijving", "Draai de inschrijving terug."),
            next_step="",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=AnswerStays.REVOKED,
            holds=lambda case: case.revoked,
            says=lambda case: Advice("Dit was al teruggedraaid", "U hoeft niets meer te doen."),
            next_step="",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=AnswerStays.BILLED,
            holds=lambda case: case.billed_in is not None,
            says=lambda case: Advice(
                f"Deze verlenging is al verrekend in het {case.billed_in.label if case.billed_in else 'kwartaal'}",
                "Cubiss kan haar nog wel voor u verbeteren.",
            ),
            next_step=CORRECT,
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=AnswerStays.FOLLOWED,  # years come off in the order in which they went on: the last one first
            holds=lambda case: case.followed,
            says=lambda case: Advice("Daarna is nog een jaar verlengd", "Draai eerst die verlenging terug."),
            next_step="",
            worklist=Worklist.NONE,
            kept=False,
        ),
    ],
)


def redemptions(enrolments: Collection[Enrolment], *, today: date) -> dict[int, Undoing]:
    """Redemptions (by pk) as the rows read them, in three questions however many they are."""
    keys = [each.pk for each in enrolments]
    revoked = set(Enrolment.objects.filter(pk__in=keys, revoked_at__isnull=False).values_list("pk", flat=True))
    billed, last = closing_lock.frozen_in(enrolments), _last_years(keys)
    return {
        each.pk: Undoing(
            on=each.on,
            today=today,
            revoked=each.pk in revoked,
            followed=last.get(each.pk, 1) > 1,
            billed_in=billed.get(each.pk),
        )
        for each in enrolments
    }


def renewals(years: Collection[MembershipYear], *, today: date) -> dict[int, Undoing]:
    """Membership years (by pk) as the rows read them, in three questions however many they are."""
    keys = [each.pk for each in years]
    revoked = set(MembershipYear.objects.filter(pk__in=keys, revoked_at__isnull=False).values_list("pk", flat=True))
    billed, last = closing_lock.frozen_in(years), _last_years([each.enrolment_id for each in years])
    return {
        each.pk: Undoing(
            on=each.on,
            today=today,
            first_year=each.ordinal == 1,
            revoked=each.pk in revoked,
            followed=last.get(each.enrolment_id, 1) > each.ordinal,
            billed_in=billed.get(each.pk),
        )
        for each in years
    }


def _last_years(enrolments: Collection[int]) -> dict[int, int]:
    """The ordinal of the last standing year of each of these enrolments."""
    standing = MembershipYear.objects.standing().filter(enrolment__in=enrolments)
    return dict(standing.order_by("ordinal").values_list("enrolment", "ordinal"))


def redemptions_that_can_be_undone(enrolments: Collection[Enrolment], *, today: date) -> set[int]:
    """Which of these redemptions (by pk) the library may take back."""
    return _free(UNDOING_REDEMPTIONS, redemptions(enrolments, today=today))


def renewals_that_can_be_undone(years: Collection[MembershipYear], *, today: date) -> set[int]:
    """Which of these membership years (by pk) the library may take back."""
    return _free(UNDOING_ANSWERS, renewals(years, today=today))


def _free(grounds: tuple[Ground[Undoing], ...], cases: dict[int, Undoing]) -> set[int]:
    return {pk for pk, case in cases.items() if first(grounds, case) is None}


def why_redemption_stays(enrolment: Enrolment, *, today: date) -> NotUndoable | None:
    """Why a redemption cannot be taken back, if it cannot."""
    return _refusal(UNDOING_REDEMPTIONS, redemptions([enrolment], today=today)[enrolment.pk])


def why_renewal_stays(year: MembershipYear, *, today: date) -> NotUndoable | None:
    """Why a renewal cannot be taken back, if it cannot."""
    return _refusal(UNDOING_ANSWERS, renewals([year], today=today)[year.pk])


def why_end_stays(end: MembershipEnd, *, today: date) -> NotUndoable | None:
    """Why the news that a membership stopped cannot be taken back, if it cannot."""
    end.refresh_from_db(fields=["revoked_at"])
    return _refusal(UNDOING_ANSWERS, Undoing(on=end.on, today=today, revoked=not end.stands))


def _refusal(grounds: tuple[Ground[Undoing], ...], case: Undoing) -> NotUndoable | None:
    ground = first(grounds, case)
    return NotUndoable(ground, case) if ground else None
