"""Branches of libraries. Where people were enrolled already, the municipality stays: memberships count for it."""

from collections.abc import Iterable

from kbl.intake.resource import Column, DownloadableIntake, Judged, Upload, Values, Verdict
from kbl.intake.widgets import Code, Named, Text, folded
from kbl.organisations.models import Branch, Municipality, Organisation
from kbl.organisations.validators import tidy_postcode, validate_postcode
from libraries.models import Enrolment

PLAIN = ["municipality", "street", "postcode", "city"]


class Branches(DownloadableIntake):
    """One row is one branch, known by its library and its name."""

    slug, title, icon = "vestigingen", "Vestigingen", "landmark"
    one, many = "vestiging", "vestigingen"
    lead = "De plekken van een bibliotheek waar mensen lid worden."
    explained = ("Lees eerst de bibliotheken in, bij Organisaties.", "Een lege cel laat staan wat er al staat.")

    organisation = Column(
        "Bibliotheek",
        Named("organisatie", required=True),
        attribute="organisation",
        example="Bibliotheek Voorbeeld",
        hint="De naam of de korte naam.",
    )
    name = Column("Vestiging", Text(80, required=True), attribute="name", example="Centrum", also=["naam"])
    municipality = Column(
        "Gemeente",
        Named("gemeente", required=True),
        attribute="municipality",
        example="Venlo",
        hint="Voor deze gemeente tellen de lidmaatschappen.",
    )
    street = Column(
        "Straat en huisnummer", Text(120), attribute="street", example="Pleinstraat 1", also=["straat", "adres"]
    )
    postcode = Column(
        "Postcode", Code(7, validate_postcode, tidy=tidy_postcode), attribute="postcode", example="5900 AA"
    )
    city = Column("Plaats", Text(80), attribute="city", example="Venlo", also=["woonplaats"])

    def learn(self) -> None:
        self.fields["organisation"].widget.know(Organisation.objects.all(), "name", "slug")
        self.fields["municipality"].widget.know(Municipality.objects.all(), "name", "code")
        rows = Branch.objects.select_related("municipality")
        self.there = {(branch.organisation_id, folded(branch.name)): branch for branch in rows}
        self.used = set(Enrolment.objects.order_by().values_list("branch_id", flat=True).distinct())

    def key(self, values: Values) -> tuple[int, str]:
        return values["organisation"].pk, folded(values["name"])

    def judge(self, rows: list[Judged], upload: Upload) -> None:
        for row in rows:
            row.target = self.there.get(self.key(row.values))
            if row.target is None:
                continue
            row.changes = self.differences(row.target, row.values, PLAIN)
            if row.target.municipality != row.values["municipality"] and row.target.pk in self.used:
                row.refuse("Gemeente: hier zijn al mensen ingeschreven. Hun lidmaatschap telt voor de oude gemeente.")
            else:
                row.verdict = Verdict.CHANGED if row.changes else Verdict.SAME

    def save(self, rows: list[Judged], upload: Upload) -> None:
        names = ["organisation", "name", *PLAIN]
        Branch.objects.bulk_create(
            [Branch(**{name: row.values[name] for name in names}) for row in rows if row.verdict == Verdict.NEW],
            batch_size=500,
        )
        changed = [row for row in rows if row.verdict == Verdict.CHANGED]
        for row in changed:
            for name in PLAIN:
                if row.values[name] not in ("", None):
                    setattr(row.target, name, row.values[name])
        Branch.objects.bulk_update([row.target for row in changed], PLAIN, batch_size=200)

    def queryset(self) -> Iterable[Branch]:
        return Branch.objects.select_related("organisation", "municipality")
