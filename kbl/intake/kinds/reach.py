"""Measurements of reach (target B), from whoever measured: only numbers, each with its source."""

from datetime import date

from django.core.exceptions import ValidationError

from kbl.facts import FutureDate
from kbl.intake.resource import Column, Intake, Judged, Upload, Values, Verdict
from kbl.intake.widgets import Choice, Day, Named, Text, Whole
from kbl.organisations.models import Organisation
from reporting.models import ReachMeasurement
from reporting.monitor import entering
from reporting.monitor.entering import EntryRefused
from vouchers.sentences import about_future

NAMES = ("library", "on", "kind", "reached", "group", "source", "method")
LARGEST = 20_000_000  # more than all who live in the country


class Reach(Intake):
    """One row is one measurement, of the whole programme or of one library."""

    slug, title, icon = "bereik", "Metingen van bereik", "users"
    one, many = "meting", "metingen"
    lead = "Hoeveel mensen het programma kennen of bereikte (doel B)."
    explained = (
        "Een lege cel bij Bibliotheek betekent: het hele programma.",
        "Bij een peiling staat in ‘Van hoeveel’ hoeveel mensen er zijn ondervraagd.",
    )

    on = Column("Gemeten op", Day(required=True), example=date(2025, 11, 14), also=["dag", "datum"])
    library = Column(
        "Bibliotheek", Named("organisatie"), example="", hint="Leeg: het hele programma.", also=["organisatie"]
    )
    kind = Column(
        "Soort",
        Choice(
            [(each.value, each.label) for each in ReachMeasurement.Kind],
            {"telling": "count", "geteld": "count", "peiling": "sample", "enquête": "sample"},
            required=True,
        ),
        example="ondervraagde mensen",
    )
    reached = Column("Bereikt", Whole(0, LARGEST, required=True), example=212)
    group = Column("Van hoeveel", Whole(1, LARGEST), example=400, also=["ondervraagd", "groep"])
    source = Column("Bron", Text(160, required=True), example="Peiling van bureau Voorbeeld")
    method = Column("Methode", Text(200, required=True), example="Straatinterviews in vijf gemeenten")

    def learn(self) -> None:
        libraries = Organisation.objects.filter(participation__isnull=False)
        self.fields["library"].widget.know(libraries, "name", "slug")
        standing = ReachMeasurement.objects.standing()
        self.there = set(standing.values_list("library_id", "on", "kind", "reached", "group", "source"))

    def key(self, values: Values) -> object:
        library = values.get("library")
        return (library.pk if library else None, values["on"], values["kind"], values["source"])

    def judge(self, rows: list[Judged], upload: Upload) -> None:
        for row in rows:
            told = {name: row.values.get(name) or None for name in NAMES} | {"reached": row.values["reached"]}
            row.target = told
            library = told["library"]
            if (library.pk if library else None, *(told[name] for name in NAMES[1:6])) in self.there:
                row.verdict = Verdict.SAME
                continue
            try:
                entering.check(ReachMeasurement, told, by=upload.by, at=upload.at)
            except FutureDate as refused:
                row.refuse(about_future(refused))
            except EntryRefused as refused:
                row.refuse(entering.sentence(refused))
            except ValidationError as error:
                row.refuse(*error.messages)

    def save(self, rows: list[Judged], upload: Upload) -> None:
        for row in rows:
            entering.enter(ReachMeasurement, row.target, by=upload.by, at=upload.at)
