"""Opening stock: the ranges of numbers that were printed and given out before KBL."""

from datetime import date
from typing import assert_never

from intermediaries.accreditation import Accreditations
from kbl.formats import day as written
from kbl.formats import number, voucher_count
from kbl.intake.resource import Column, Intake, Judged, Upload, Values, Verdict
from kbl.intake.widgets import Choice, Day, Named, Serial
from kbl.organisations.models import Organisation
from vouchers.custody import opening
from vouchers.custody.opening import OpeningRange, RangeVerdict
from vouchers.models import Batch
from vouchers.numbers import SerialRange

# So many vouchers are written in a few seconds; the old administration never printed more.
MOST_NUMBERS = 150_000


class OpeningStock(Intake):
    """One row is one range, with one holder since one day."""

    slug, title, icon = "beginvoorraad", "Beginvoorraad", "package"
    one, many = "reeks", "reeksen"
    lead = "Vouchers die al gedrukt zijn, en bij wie ze liggen."
    explained = (
        "Eén regel is één reeks nummers bij één houder.",
        "Nieuwe series krijgen nummers die hier na komen. Een nummer wordt nooit twee keer gebruikt.",
        "KBL geeft elk nummer zes geheime cijfers erbij. Op oud papier staan die niet, en zonder kan een bibliotheek"
        " niet inwisselen. Ruil oud papier om.",
    )

    first = Column("Eerste nummer", Serial(required=True), example="0000001", also=["van", "eerste"])
    last = Column("Laatste nummer", Serial(required=True), example="0000250", also=["tot en met", "t/m", "laatste"])
    medium = Column("Vorm", Choice(Batch.Medium.choices, default="paper"), example="papier", hint="Leeg is papier.")
    valid_until = Column(
        "Geldig tot en met", Day(required=True), example=date(2027, 12, 31), also=["geldig tot", "vervaldatum"]
    )
    holder = Column(
        "Houder",
        Named("organisatie"),
        example="Voedselbank Voorbeeld",
        hint="Bij wie de vouchers liggen. Leeg: bij Cubiss.",
        also=["intermediair"],
    )
    since = Column("Sinds", Day(required=True), example=date(2025, 9, 1), hint="De dag waarop ze daar kwamen.")

    def learn(self) -> None:
        self.fields["holder"].widget.know(Organisation.objects.all(), "name", "slug")

    def key(self, values: Values) -> object:
        return values["first"], values["last"]

    def judge(self, rows: list[Judged], upload: Upload) -> None:
        ranges = self._ranges(rows)
        accreditations = Accreditations({each.holder_id for _, each in ranges if each.holder_id})
        found = opening.judge([each for _, each in ranges], at=upload.at, lock=upload.saving)
        made = 0
        for (row, each), judgement in zip(ranges, found, strict=True):
            if judgement.why == RangeVerdict.SAME:
                row.verdict = Verdict.SAME
            elif judgement.why != RangeVerdict.GOOD:
                row.refuse(_sentence(judgement))
            elif each.holder_id and accreditations.on(each.holder_id, each.since) is None:
                row.refuse(f"{row.values['holder']} was op {written(each.since)} niet geaccrediteerd.")
            elif made + len(each.serials) > MOST_NUMBERS:
                row.refuse(f"In één keer passen {number(MOST_NUMBERS)} nummers. Lees deze reeks daarna in.")
            else:
                made += len(each.serials)
                row.target = each
                row.note = voucher_count(len(each.serials))

    def _ranges(self, rows: list[Judged]) -> list[tuple[Judged, OpeningRange]]:
        """The rows that are a range and that no earlier row of the file overlaps."""
        ranges = []
        for row in rows:
            first, last = row.values["first"], row.values["last"]
            if last < first:
                row.refuse("Het laatste nummer komt voor het eerste nummer.")
                continue
            holder = row.values["holder"]
            each = OpeningRange(
                SerialRange(first, last),
                row.values["medium"],
                row.values["valid_until"],
                row.values["since"],
                holder.pk if holder else None,
            )
            ranges.append((row, each))
        reached: tuple[int, Judged] | None = None
        for row, each in sorted(ranges, key=lambda pair: (pair[1].serials, pair[0].number)):
            if reached and each.serials.first <= reached[0]:
                row.refuse(f"Deze reeks overlapt met regel {reached[1].number}.")
            if reached is None or each.serials.last > reached[0]:
                reached = (each.serials.last, row)
        return [(row, each) for row, each in ranges if row.verdict != Verdict.WRONG]

    def save(self, rows: list[Judged], upload: Upload) -> None:
        opening.record([row.target for row in rows], by=upload.by, at=upload.at)


def _sentence(judgement: opening.JudgedRange) -> str:
    match judgement.why:
        case RangeVerdict.OVERLAPS:
            return f"De nummers {judgement.overlap} zijn er al, in een andere serie."
        case RangeVerdict.DIFFERENT:
            return "Deze reeks is er al, met een andere vorm, begindag of geldigheid."
        case RangeVerdict.OTHER_HOLDER:
            return "Deze reeks is er al, maar kwam bij een andere houder. Verplaats de vouchers bij Vouchers."
        case RangeVerdict.FUTURE:
            return "Sinds: deze dag moet nog komen."
        case RangeVerdict.EXPIRED:
            return "Geldig tot en met: deze dag ligt voor de dag waarop de vouchers er kwamen."
        case RangeVerdict.OUT_OF_REACH:
            return "Een nummer heeft hooguit zeven cijfers."
        case RangeVerdict.GOOD | RangeVerdict.SAME:
            raise ValueError(f"{judgement.why} is no reason against a range.")
        case _:
            assert_never(judgement.why)
