"""Redemptions, and the years that followed, from the Excel files that were used until now."""

from datetime import date

from kbl.formats import day as written
from kbl.intake.resource import Change, Column, Intake, Judged, Moment, Values, Verdict
from kbl.intake.widgets import Choice, Day, Named, Serial, Text, Whole, folded
from kbl.organisations.models import Branch, Organisation
from libraries import past_enrolments
from libraries.models import Enrolment
from libraries.past_enrolments import Judgement, PastEnrolment, Why

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

    def judge(self, rows: list[Judged], moment: Moment) -> None:
        names = {each.pk: each.name for each in self.organisations}
        placed = []
        for row in rows:
            if branch := self._branch(row):
                values = row.values
                row.target = PastEnrolment(values["serial"], branch.pk, values["kind"], values["day"], values["years"])
                placed.append(row)
        found = past_enrolments.judge([row.target for row in placed], at=moment.at, lock=moment.saving)
        for row, judgement in zip(placed, found, strict=True):
            row.judgement = judgement
            if judgement.why == Why.SAME:
                row.verdict = Verdict.SAME
            elif judgement.why == Why.MORE_YEARS:
                row.verdict = Verdict.CHANGED
                row.changes = [Change("Jaren", str(judgement.years), str(row.values["years"]))]
            elif judgement.why != Why.GOOD:
                row.refuse(_sentence(judgement, names))

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

    def save(self, rows: list[Judged], moment: Moment) -> None:
        judged = [(row.target, row.judgement) for row in rows]
        past_enrolments.record(judged, paid_before=moment.paid_before, by=moment.by, at=moment.at)


def _sentence(judgement: Judgement, names: dict[int, str]) -> str:
    day = written(judgement.day)
    match judgement.why:
        case Why.UNKNOWN:
            return "Dit nummer kennen wij niet. Lees eerst de beginvoorraad in."
        case Why.NOT_ALLOCATED:
            return "Deze voucher ligt nog bij Cubiss. Geef bij de beginvoorraad op wie hem had."
        case Why.VOID:
            return "Deze voucher is ongeldig gemaakt."
        case Why.ALREADY:
            return f"Deze voucher is al ingewisseld, op {day} bij {names[judgement.library_id or 0]}."
        case Why.OTHER_KIND:
            return "Deze inwisseling is er al, met een andere soort."
        case Why.ENDED:
            return "Dit lidmaatschap is gestopt. Er komt geen jaar meer bij."
        case Why.EXPIRED:
            return f"Deze voucher was geldig tot en met {day}."
        case Why.NOT_YET_MADE:
            return f"Deze voucher is pas op {day} gemaakt."
        case Why.NOT_STARTED if judgement.day is None:
            return "Deze bibliotheek of haar gemeente doet nog niet mee."
        case Why.NOT_STARTED:
            return f"De bibliotheek en de gemeente doen mee vanaf {day}."
        case Why.OUTSIDE_PROGRAMME:
            return f"Het programma loopt tot en met {day}."
        case Why.YEAR_TO_COME:
            return f"Jaren: het volgende jaar begint pas op {day}."
    return "Deze dag moet nog komen."
