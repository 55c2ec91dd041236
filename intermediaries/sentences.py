"""What is read where an accreditation is in the way, or cannot be as it was asked."""

from typing import assert_never

from django.utils.formats import date_format

from intermediaries.accreditation import AccreditationRefused, NotAccredited
from intermediaries.service_areas.areas import ServiceAreaRefused


def about_accreditation(refused: NotAccredited) -> str:
    """An organisation that may not get vouchers on a day."""
    return (
        f"{refused.organisation} is op {date_format(refused.on, 'j F Y')} niet geaccrediteerd. "
        "Leg eerst een accreditatie vast, of kies een andere dag."
    )


def about_period(refused: AccreditationRefused) -> str:
    """An accreditation that cannot start or end on the day that was asked."""
    day = date_format(refused.day, "j F Y") if refused.day else ""
    match refused.reason:
        case AccreditationRefused.Reason.OVERLAPS:
            return f"Er is al een accreditatie vanaf {day}. Beëindig die eerst."
        case AccreditationRefused.Reason.BEFORE_START:
            return f"De laatste dag ligt vóór de eerste dag, {day}. Kies een latere dag."
        case AccreditationRefused.Reason.ENDED:
            return f"Deze accreditatie eindigt al op {day}. Dat blijft zo."
        case AccreditationRefused.Reason.IN_USE:
            return f"Tot en met {day} is er met deze accreditatie uitgereikt. Kies die dag of een latere dag."
        case _:
            assert_never(refused.reason)


def about_service_area(refused: ServiceAreaRefused) -> str:
    """What an intermediary serves cannot be said like this."""
    match refused.reason:
        case ServiceAreaRefused.Reason.NOWHERE:
            return "Kies minstens één gemeente."
        case ServiceAreaRefused.Reason.OUTSIDE_PROGRAMME:
            first, last = (date_format(day, "j F Y") if day else "" for day in (refused.first, refused.last))
            return f"Het programma loopt van {first} tot en met {last}. Kies een dag daarin."
        case _:
            assert_never(refused.reason)
