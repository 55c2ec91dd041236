"""Redemptions, and the years that followed, from the Excel files that were used until now."""

from datetime import date
from typing import assert_never

from kbl.intake.resource import Change, Column, Intake, Judged, Upload, Values, Verdict
from kbl.intake.widgets import Choice, Day, Named, Serial, Text, Whole, folded
from kbl.organisations.models import Branch, Organisation
from libraries import past_enrolments
from libraries.models import Enrolment
from libraries.past_enrolments import PastEnrolment, There

ALSO = {"nieuw": "new", "bestaand lid": "conversion", "omzetting": "conversion", "al gratis": "free_anyway"}
MOST_YEARS = 5


class Redemptions(Intake):
    """One row is one voucher that became a membership. Who the member is, stands nowhere."""

    slug, title, icon = "inwisselingen", "Inwisselingen", "book-open"
    one, many = "inwisseling", "inwisselingen"
    lead = "Welk nummer, op welke dag, bij welke bibliotheek, en hoeveel jaren."
    explained = (
        "Lees eerst de beginvoorraad in, zodat KBL de nummers kent.",
        "Alleen nummer, dag, bibliotheek en soort. Niets over de inwoner: een extra kolom wordt geweigerd.",
        "Is een lidmaatschap verlengd? Zet dan bij Jaren hoeveel jaren de bibliotheek heeft bevestigd.",
    )
    costs_money = True

    serial = Column("Voucher", Serial(required=True), example="0000012", also=["vouchernummer", "nummer", "volgnummer"])
    day = Column(
        "Ingewisseld op",
        Day(required=True),
        example=date(2025, 10, 9),
        hint="De eerste dag van het lidmaatschap.",
        also=["dag", "datum", "begindatum"],
    )
    library = Column(
        "Bibliotheek",
        Named("organisatie", required=True),
        example="Bibliotheek Voorbeeld",
        hint="De naam of de korte naam.",
    )
    branch = Column("Vestiging", Text(80), example="Centrum", hint="Leeg mag, als de bibliotheek er één heeft.")
    kind = Column("Soort", Choice(Enrolment.Kind.choices, ALSO, required=True), example="nieuw lid")
    years = Column("Jaren", Whole(1, MOST_YEARS, default=1), example=1, hint="Leeg is 1.", also=["lidmaatschapsjaren"])

    def learn(self) -> None:
        self.organisations = list(Organisation.objects.all())
        self.fields["library"].widget.know(self.organisations, "name", "slug")
        self.branches: dict[int, dict[str, Branch]] = {}
        for branch in Branch.objects.all():
            self.branches.setdefault(branch.organisation_id, {})[folded(branch.name)] = branch

    def key(self, values: Values) -> object:
        return values["serial"]

    def judge(self, rows: list[Judged], upload: Upload) -> None:
        placed = []
        for row in rows:
            if branch := self._branch(row):
                values = row.values
                row.target = PastEnrolment(values["serial"], branch.pk, values["kind"], values["day"], values["years"])
                placed.append(row)
        found = past_enrolments.judge(
            [row.target for row in placed], at=upload.at, late_reason=upload.late_reason, lock=upload.saving
        )
        for row, judgement in zip(placed, found, strict=True):
            row.judgement = judgement
            if judgement.refused:
                row.refuse(judgement.refused.office)
                continue
            match judgement.there:
                case There.NOTHING:
                    pass
                case There.SAME:
                    row.verdict = Verdict.SAME
                case There.FEWER_YEARS:
                    row.verdict = Verdict.CHANGED
                    row.changes = [Change("Jaren", str(judgement.years), str(row.values["years"]))]
                case There.OTHER_KIND:
                    row.refuse("Deze inwisseling is er al, met een andere soort.")
                case _:
                    assert_never(judgement.there)

    def _branch(self, row: Judged) -> Branch | None:
        branches = self.branches.get(row.values["library"].pk, {})
        if not branches:
            row.refuse("Bibliotheek: wij kennen van deze organisatie geen vestiging.")
            return None
        if not row.values["branch"] and len(branches) > 1:
            row.refuse("Vestiging: deze bibliotheek heeft er meer. Vul in welke.")
            return None
        found = branches.get(folded(row.values["branch"])) if row.values["branch"] else next(iter(branches.values()))
        if found is None:
            row.refuse("Vestiging: dit is geen vestiging van deze bibliotheek.")
        return found

    def save(self, rows: list[Judged], upload: Upload) -> None:
        judged = [(row.target, row.judgement) for row in rows]
        past_enrolments.record(
            judged, paid_before=upload.paid_before, late_reason=upload.late_reason, by=upload.by, at=upload.at
        )
