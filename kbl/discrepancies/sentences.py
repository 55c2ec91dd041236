"""What people read about answers: why one could not be given, and who was first."""

from typing import assert_never

from django.utils.formats import date_format

from kbl.discrepancies.answers import AT_ONCE, LONGEST_PAUSE, AnswerRefused, NotAnswered
from kbl.discrepancies.models import Answer


def about_refused(refused: AnswerRefused) -> str:
    """Why an answer cannot be given."""
    match refused.reason:
        case AnswerRefused.Reason.TOO_MANY:
            return f"Dat zijn er te veel in één keer. Kies er hooguit {AT_ONCE}, bijvoorbeeld met een filter."
        case AnswerRefused.Reason.DAY:
            weeks = LONGEST_PAUSE.days // 7
            return (
                f"Kies een dag na vandaag, en niet verder dan {weeks} weken weg. "
                "Bij een antwoord dat het verschil afsluit, blijft de dag leeg."
            )
        case AnswerRefused.Reason.NOT_OFFERED:
            return "Dit antwoord hoort niet bij dit verschil. Kies een ander."
        case _:
            assert_never(refused.reason)


def about_left(left: NotAnswered) -> str:
    """Why a row was not answered."""
    if left.first is None:
        return "Dit verschil is er niet meer: de gegevens kloppen inmiddels."
    first = left.first
    day = date_format(first.on, "j F Y")
    return f"{first.recorded_by} was u voor, op {day}: {first.get_words_display()}."


def about_answer(answer: Answer) -> str:
    """`komt later, tot 12 december 2025`."""
    words = answer.get_words_display()
    return f"{words}, tot {date_format(answer.until, 'j F Y')}" if answer.until else words
