"""Hand-outs from the Excel files that were used until now."""

from datetime import date

from intermediaries.handouts import past
from intermediaries.handouts.past import PastHandout
from kbl.intake.resource import Column, Intake, Judged, Upload, Values, Verdict
from kbl.intake.widgets import Day, Named, Serial
from kbl.organisations.models import Organisation


class Handouts(Intake):
    """One row is one voucher that went to a resident. Who that was, stands nowhere."""

    slug, title, icon = "uitreikingen", "Uitreikingen", "hand-heart"
    one, many = "uitreiking", "uitreikingen"
    lead = "Welk nummer, op welke dag, door welke intermediair."
    explained = (
        "Lees eerst de beginvoorraad in, zodat KBL de nummers kent.",
        "Alleen nummer, dag en intermediair. Niets over de inwoner: een extra kolom wordt geweigerd.",
        "Elke uitreiking telt mee in de cijfers, van de dag waarop zij was.",
    )
    costs_money = True

    serial = Column("Voucher", Serial(required=True), example="0000012", also=["vouchernummer", "nummer", "volgnummer"])
    day = Column("Uitgereikt op", Day(required=True), example=date(2025, 10, 6), also=["dag", "datum", "uitgegeven op"])
    organisation = Column(
        "Intermediair",
        Named("organisatie", required=True),
        example="Voedselbank Voorbeeld",
        hint="De naam of de korte naam.",
        also=["organisatie"],
    )

    def learn(self) -> None:
        self.organisations = list(Organisation.objects.all())
        self.fields["organisation"].widget.know(self.organisations, "name", "slug")

    def key(self, values: Values) -> object:
        return values["serial"]

    def judge(self, rows: list[Judged], upload: Upload) -> None:
        names = {each.pk: each.name for each in self.organisations}
        for row in rows:
            row.target = PastHandout(row.values["serial"], row.values["organisation"].pk, row.values["day"])
        found = past.judge(
            [row.target for row in rows], at=upload.at, late_reason=upload.late_reason, names=names, lock=upload.saving
        )
        for row, judged in zip(rows, found, strict=True):
            row.judgement = judged
            if judged.same:
                row.verdict = Verdict.SAME
            elif not judged.good:
                row.refuse(judged.sentence)
            elif judged.accreditation_id is None:
                row.note = "Op die dag niet geaccrediteerd: telt mee, zonder vergoeding"

    def save(self, rows: list[Judged], upload: Upload) -> None:
        judged = [(row.target, row.judgement) for row in rows]
        past.record(judged, paid_before=upload.paid_before, late_reason=upload.late_reason, by=upload.by, at=upload.at)
