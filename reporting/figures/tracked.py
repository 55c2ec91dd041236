"""The track of each fact and the kind of its intermediary, as they were known at a moment."""

from django.db.models import Case, F, FilteredRelation, QuerySet, Value, When
from django.db.models.fields import IntegerField

from intermediaries.kinds.kinds import UNKNOWN, Kinds
from reporting.figures.as_of import AsOf
from reporting.figures.measures import Source

# Beside the tracks 1 to 4: the library told us first, or the intermediary was not accredited that day.
NOT_REPORTED, NOT_ACCREDITED = -1, 0


def tracked(rows: QuerySet, source: Source, as_of: AsOf, name: str) -> tuple[QuerySet, Case, Case]:
    """The track of each row and the kind of its intermediary, as they were known at a moment."""
    accreditation, organisation = "accreditation", "organisation"
    missing, unknown = [], []
    if source.handout:
        rows = rows.annotate(
            **{name: FilteredRelation(source.handout, condition=as_of.recorded(f"{source.handout}__"))}
        )
        accreditation, organisation = f"{name}__accreditation", f"{name}__organisation"
        nothing = {f"{name}__pk__isnull": True}
        missing, unknown = [When(**nothing, then=Value(NOT_REPORTED))], [When(**nothing, then=Value(UNKNOWN))]
    track = Case(
        *missing,
        When(**{f"{accreditation}__isnull": True}, then=Value(NOT_ACCREDITED)),
        default=F(f"{accreditation}__track"),
        output_field=IntegerField(),
    )
    told = Kinds.known(as_of.at).column(organisation, f"{accreditation}__track")
    return rows, track, Case(*unknown, default=told, output_field=IntegerField())
