"""Of which kind an intermediary is: what Cubiss said of it last, else what its track tells, else it is not known yet.

Track 1 goes through the Volwassenenfonds and track 2 is a municipality's own counter; tracks 3 and 4 tell nothing.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, IntegerField, Value, When

from intermediaries.kinds.models import IntermediaryKind, RecordedKind
from intermediaries.models import Accreditation, Track
from kbl.organisations.models import Organisation

UNKNOWN = 0
NOT_KNOWN_YET = "Nog niet bekend"
TOLD_BY_TRACK: Mapping[int, int] = {
    Track.ADULT_FUND: IntermediaryKind.ADULT_FUND,
    Track.OWN_SCHEME: IntermediaryKind.MUNICIPALITY,
}
NAMES: Mapping[int, str] = {**{each.value: str(each.label) for each in IntermediaryKind}, UNKNOWN: NOT_KNOWN_YET}


class Kinds:
    """What was said of all intermediaries, as it was known at a moment; read once."""

    def __init__(self, said: Iterable[tuple[int, int]]) -> None:
        self.said = dict(said)  # in the order in which it was said: the last one holds

    @classmethod
    def known(cls, at: datetime | None = None) -> "Kinds":
        """As it was known at a moment; None is everything that was ever said."""
        rows = RecordedKind.objects.all() if at is None else RecordedKind.objects.filter(recorded_at__lte=at)
        return cls(rows.order_by("recorded_at", "pk").values_list("organisation_id", "kind"))

    def kind(self, organisation: int, track: int | None) -> int:
        """Of which kind an intermediary is, or UNKNOWN; `track` is that of its accreditation, None without."""
        return self.said.get(organisation) or (TOLD_BY_TRACK.get(track, UNKNOWN) if track else UNKNOWN)

    def column(self, organisation: str, track: str) -> Case:
        """The same for rows of a query; `organisation` and `track` are where those stand."""
        organisations: dict[int, list[int]] = {}
        for key, kind in sorted(self.said.items()):
            organisations.setdefault(kind, []).append(key)
        said = [When(**{f"{organisation}__in": keys}, then=Value(kind)) for kind, keys in organisations.items()]
        told = [When(**{track: key}, then=Value(kind)) for key, kind in TOLD_BY_TRACK.items()]
        return Case(*said, *told, default=Value(UNKNOWN), output_field=IntegerField())


def told_by_track(organisation: Organisation) -> int:
    """What the newest accreditation of an intermediary tells about its kind, or UNKNOWN."""
    newest = Accreditation.objects.filter(organisation=organisation).order_by("-valid_from").first()
    return TOLD_BY_TRACK.get(newest.track, UNKNOWN) if newest else UNKNOWN


@transaction.atomic
def say(organisation: Organisation, kind: int, *, by, at: datetime) -> bool:
    """Say of which kind an intermediary is. False when that was said last already: then nothing is added."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    last = RecordedKind.objects.filter(organisation=organisation).order_by("recorded_at", "pk").last()
    if last and last.kind == kind:
        return False
    if last and last.recorded_at >= at:  # what is said last also stands last
        at = last.recorded_at + timedelta(microseconds=1)
    RecordedKind.objects.create(organisation=organisation, kind=IntermediaryKind(kind), recorded_at=at, recorded_by=by)
    return True
