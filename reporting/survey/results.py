"""What came of the survey: per quarter that is over, per library and for the whole programme, with n and margin.

Fewer than five answers are not shown, and nothing from which they follow: libraries with few answers stand together,
and as many of the others with them as it takes. Of a running quarter nothing is shown: who looks twice would see one
answer come in. Only whole quarters are told, never a sum of them per library.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import sqrt

from django.db.models import Count, F, Q

from kbl.organisations.models import Organisation
from kbl.periods import Quarter
from reporting.survey.models import SurveyAnswer
from reporting.survey.questions import IMPROVED, MORE, STAYS

LEAST = 5
SURE = 1.96  # nineteen times of twenty


@dataclass(frozen=True)
class AnswerShare:
    """A part of those who answered, with the margin around it: nineteen of twenty such surveys lie within it."""

    count: int
    of: int

    @property
    def part(self) -> Decimal:
        return Decimal(self.count) / self.of

    @property
    def margin(self) -> Decimal:
        """Half the width of Wilson's interval, as a part of one: also honest for few, and for all or none."""
        z, n, p = SURE, self.of, self.count / self.of
        return Decimal(str(z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)))


@dataclass(frozen=True)
class SurveyResult:
    """The answers of one library, of several together, or of all. `improved` is target D, `stays` target E."""

    name: str
    answers: int
    improved: AnswerShare | None
    stays: AnswerShare | None


@dataclass(frozen=True)
class _Counted:
    name: str
    answers: int = 0
    improved: int = 0
    asked_improved: int = 0
    stays: int = 0
    asked_stays: int = 0

    def __add__(self, more: "_Counted") -> "_Counted":
        numbers = ("answers", "improved", "asked_improved", "stays", "asked_stays")
        return _Counted(self.name, *(getattr(self, each) + getattr(more, each) for each in numbers))

    @property
    def least(self) -> int:
        """The smallest of its wholes: no share may be told of fewer than five, nor follow from the others."""
        return min(self.answers, self.asked_improved, self.asked_stays)

    @property
    def result(self) -> SurveyResult:
        return SurveyResult(
            self.name,
            self.answers,
            AnswerShare(self.improved, self.asked_improved) if self.asked_improved >= LEAST else None,
            AnswerShare(self.stays, self.asked_stays) if self.asked_stays >= LEAST else None,
        )


@dataclass(frozen=True)
class QuarterResults:
    """One quarter that is over; `whole` is None when fewer than five answered in all."""

    quarter: Quarter
    whole: SurveyResult | None
    libraries: Sequence[SurveyResult]

    def of(self, library: Organisation) -> SurveyResult | None:
        """One library's own row, where it is shown."""
        return next((each for each in self.libraries if each.name == library.name), None)


def results(today: date) -> list[QuarterResults]:
    """Every quarter that is over and in which somebody answered, the newest first."""
    return [_of(each) for each in _answered(today)]


def newest(today: date) -> QuarterResults | None:
    """The newest quarter of which anything may be told."""
    return next((found for found in map(_of, _answered(today)) if found.whole), None)


def _answered(today: date) -> list[Quarter]:
    """The quarters that are over and have answers, the newest first."""
    running = Quarter.of(today)
    months = SurveyAnswer.objects.filter(month__lt=running.first_day).order_by().values_list("month", flat=True)
    return sorted({Quarter.of(month) for month in months.distinct()}, reverse=True)


def _of(quarter: Quarter) -> QuarterResults:
    counted = _counted(quarter)
    whole = sum(counted, _Counted("Alle bibliotheken"))
    if whole.least < LEAST:
        return QuarterResults(quarter, None, ())
    return QuarterResults(quarter, whole.result, [each.result for each in together(counted)])


def together(counted: Sequence[_Counted]) -> list[_Counted]:
    """The rows that may be shown: who has few answers stands with others until they are enough together."""
    few = [each for each in counted if each.least < LEAST]
    shown = sorted((each for each in counted if each.least >= LEAST), key=lambda each: (each.answers, each.name))
    if not few:
        return sorted(shown, key=lambda each: each.name)
    # One row of few stands apart from the whole by subtraction as well: at least two go together.
    while shown and (sum(few, _Counted("")).least < LEAST or len(few) < 2):
        few.append(shown.pop(0))
    rest = sum(few, _Counted("Andere bibliotheken samen"))
    return [*sorted(shown, key=lambda each: each.name), *([rest] if rest.least >= LEAST else [])]


def _counted(quarter: Quarter) -> list[_Counted]:
    names = [question.value for question in IMPROVED]
    improved, asked = Q(), Q()
    for name in names:
        improved |= Q(**{f"{name}__in": MORE})
        asked |= ~Q(**{name: ""})
    rows = (
        SurveyAnswer.objects.filter(month__range=(quarter.first_day, quarter.last_day))
        .values(name=F("library__name"))
        .annotate(
            answers=Count("pk"),
            improved=Count("pk", filter=improved),
            asked_improved=Count("pk", filter=asked),
            stays=Count("pk", filter=Q(stay__in=STAYS)),
            asked_stays=Count("pk", filter=~Q(stay="")),
        )
    )
    return [_Counted(**row) for row in rows.order_by("name")]
