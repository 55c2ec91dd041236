"""Hand-outs from the Excel files that were used until now."""

from datetime import date

from intermediaries.handouts import past
from intermediaries.handouts.past import Judgement, PastHandout, Why
from kbl.formats import day as written
from kbl.intake.resource import Column, Intake, Judged, Moment, Values, Verdict
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

    def judge(self, rows: list[Judged], moment: Moment) -> None:
        names = {each.pk: each.name for each in self.organisations}
        for row in rows:
            row.target = PastHandout(row.values["serial"], row.values["organisation"].pk, row.values["day"])
        found = past.judge([row.target for row in rows], at=moment.at, lock=moment.saving)
        for row, judgement in zip(rows, found, strict=True):
            row.judgement = judgement
            if judgement.why == Why.SAME:
                row.verdict = Verdict.SAME
            elif judgement.why == Why.NO_HANDLING:
                row.note = "Op die dag niet geaccrediteerd: telt mee, zonder vergoeding"
            elif judgement.why != Why.GOOD:
                row.refuse(_sentence(judgement, names))

    def save(self, rows: list[Judged], moment: Moment) -> None:
        judged = [(row.target, row.judgement) for row in rows]
        past.record(judged, paid_before=moment.paid_before, by=moment.by, at=moment.at)


def _sentence(judgement: Judgement, names: dict[int, str]) -> str:
    day = written(judgement.day)
    match judgement.why:
        case Why.UNKNOWN:
            return "Dit nummer kennen wij niet. Lees eerst de beginvoorraad in."
        case Why.NOT_HELD if judgement.organisation_id is None:
            return "Deze voucher ligt nog bij Cubiss."
        case Why.NOT_HELD:
            return f"Deze voucher hoort bij {names[judgement.organisation_id or 0]}."
        case Why.VOID:
            return "Deze voucher is ongeldig gemaakt."
        case Why.ALREADY:
            return f"Deze voucher is al uitgereikt, op {day} door {names[judgement.organisation_id or 0]}."
        case Why.NOT_YET_HELD:
            return f"De intermediair kreeg deze voucher pas op {day}."
        case Why.EXPIRED:
            return f"Deze voucher was geldig tot en met {day}."
        case Why.BEFORE_PROGRAMME:
            return f"Het programma begon op {day}. Kijk het jaar na."
    return "Deze dag moet nog komen."
