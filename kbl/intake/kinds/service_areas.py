"""Which municipalities intermediaries serve. What is read in is added to what was said before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from intermediaries.models import Accreditation
from intermediaries.sentences import about_service_area
from intermediaries.service_areas import areas
from intermediaries.service_areas.areas import ServiceAreaRefused, ServiceAreas
from kbl.intake.resource import Change, Column, DownloadableIntake, Judged, Upload, Values, Verdict
from kbl.intake.widgets import CellWidget, Day, Named, folded
from kbl.organisations.models import Municipality, Organisation


class SeveralMunicipalities(CellWidget):
    """Names of municipalities with commas or semicolons between them; `known` is filled before the rows are read."""

    known: dict[str, Municipality]

    def mean(self, text: str) -> list[Municipality]:
        names = [name for name in map(folded, text.replace(";", ",").split(",")) if name]
        if unknown := [name for name in names if name not in self.known]:
            raise ValueError(f"Wij kennen geen gemeente met de naam {unknown[0]}. Zet komma's tussen de namen.")
        return list(dict.fromkeys(self.known[name] for name in names))

    def render(self, value, obj=None, **kwargs) -> str:
        return ", ".join(sorted(each.name for each in value or ()))


@dataclass(frozen=True)
class Said:
    """What one intermediary serves from a day on, as a row of the download."""

    organisation: Organisation
    first_day: date
    municipalities: list[Municipality]


class ServiceAreaList(DownloadableIntake):
    """One row is what one intermediary serves from a day on."""

    slug, title, icon = "werkgebieden", "Werkgebieden", "map-pin"
    one, many = "werkgebied", "werkgebieden"
    lead = "Welke gemeenten een intermediair bedient, vanaf een dag."
    explained = (
        "Lees eerst de intermediairs in, bij Organisaties.",
        "Zonder werkgebied telt de gemeente waar de intermediair zit.",
        "Bedient een intermediair meer gemeenten? Zet ze in één cel, met komma's ertussen.",
    )

    organisation = Column(
        "Intermediair",
        Named("intermediair", required=True),
        attribute="organisation",
        example="Voedselbank Voorbeeld",
        hint="De naam of de korte naam.",
        also=["organisatie"],
    )
    first_day = Column("Vanaf", Day(required=True), attribute="first_day", example=date(2025, 9, 1))
    municipalities = Column(
        "Gemeenten",
        SeveralMunicipalities(required=True),
        attribute="municipalities",
        example="Venlo, Beesel",
        hint="Met komma's ertussen.",
        also=["gemeente", "werkgebied"],
    )

    def learn(self) -> None:
        accredited = Accreditation.objects.values("organisation")
        self.fields["organisation"].widget.know(Organisation.objects.filter(pk__in=accredited), "name", "slug")
        self.towns = {each.pk: each for each in Municipality.objects.all()}
        self.fields["municipalities"].widget.known = {folded(each.name): each for each in self.towns.values()}
        self.known = ServiceAreas.known()

    def key(self, values: Values) -> object:
        return values["organisation"].pk, values["first_day"]

    def judge(self, rows: list[Judged], upload: Upload) -> None:
        for row in rows:
            organisation, first_day = row.values["organisation"], row.values["first_day"]
            wanted = row.values["municipalities"]
            there = [each for each in self.known.said_of(organisation.pk) if each.first_day == first_day]
            try:
                areas.refuse_outside_programme(first_day)
            except ServiceAreaRefused as refused:
                row.refuse(about_service_area(refused))
                continue
            if there and there[0].municipalities == {each.pk for each in wanted}:
                row.verdict = Verdict.SAME
            elif there:
                row.verdict = Verdict.CHANGED
                column = self.fields["municipalities"]
                old = [self.towns[key] for key in there[0].municipalities]
                row.changes = [Change(column.column_name, column.widget.render(old), column.widget.render(wanted))]

    def save(self, rows: list[Judged], upload: Upload) -> None:
        for row in rows:
            values = row.values
            areas.serve(
                values["organisation"],
                values["municipalities"],
                first_day=values["first_day"],
                by=upload.by,
                at=upload.at,
            )

    def queryset(self) -> Iterable[Said]:
        """Everything that was said and still holds for its days."""
        towns, known = {each.pk: each for each in Municipality.objects.all()}, ServiceAreas.known()
        for organisation in Organisation.objects.filter(service_areas__isnull=False).distinct().order_by("name"):
            for each in known.said_of(organisation.pk):
                yield Said(organisation, each.first_day, [towns[key] for key in each.municipalities])
