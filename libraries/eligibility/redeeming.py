"""Redeeming: may this voucher become a membership that starts on this day, at this library?

A resident is never sent away because our books are late: a voucher that is allocated but not reported as handed out
redeems. Nobody at the counter did anything wrong, so every sentence is kind and ends in a next step.
"""

from dataclasses import dataclass
from datetime import date
from functools import partial

from kbl.eligibility import Advice, Ground, Worklist, first, table
from kbl.formats import day as written
from libraries.models import Refusal
from vouchers.models import Voucher

Reason, Status = Refusal.Reason, Voucher.Status


@dataclass(frozen=True, kw_only=True)
class Redemption:
    """What the books say of a voucher, a library and the day on which a membership would start.

    `library_starts_on`: from when a membership here counts for the fund. `status` and what follows it are the
    voucher's; an unknown number has none. `earliest`: further back only Cubiss goes, with a reason, and then it is
    date.min. `handed_out_on`: its hand-out that stands. `own_since`: the start of the membership that this library
    itself made with it; `redeemed_on` and `redeemed_at`: whoever made one, which only Cubiss may read.
    """

    on: date
    today: date
    library_starts_on: date | None
    programme_ends_on: date
    status: str = ""
    made_on: date = date.min
    earliest: date = date.min
    handed_out_on: date | None = None
    last_day: date = date.max
    holder_id: int | None = None
    held_since: date | None = None
    own_since: date | None = None
    redeemed_on: date | None = None
    redeemed_at: str = ""

    @property
    def first_possible(self) -> date:
        """The first day that none of the bounds is against; what a sentence names, so that nobody is told twice."""
        days = (self.made_on, self.earliest, self.held_since, self.handed_out_on, self.library_starts_on)
        return max(day for day in days if day)


def counts_from(library: date | None, municipality: date | None) -> date | None:
    """From when a membership counts for the fund: the library takes part and its municipality too; None is not yet."""
    return None if library is None or municipality is None else max(library, municipality)


def spoken(on: date | None) -> str:
    """`12 januari 2026`, with spaces that may break."""
    return written(on).replace("\N{NO-BREAK SPACE}", " ")


def _from_then(case: Redemption) -> str:
    return f"Kies een startdatum vanaf {spoken(case.first_possible)}."


def _is(status: str, case: Redemption) -> bool:
    return case.status == status


def _already_redeemed(case: Redemption) -> Advice:
    if case.own_since:
        return Advice(
            "Deze voucher is al ingewisseld",
            f"Dat gebeurde in uw eigen bibliotheek, voor een lidmaatschap vanaf {spoken(case.own_since)}. "
            "U vindt het terug bij Inschrijvingen.",
        )
    return Advice(
        "Met deze voucher is al iemand lid geworden",
        "Eén voucher is voor één lidmaatschap. Bel Cubiss, dan zoeken wij het uit en helpen wij uw bezoeker "
        "aan een andere.",
    )


def _not_started(case: Redemption) -> Advice:
    starts_on = case.library_starts_on
    if starts_on is None:
        return Advice(
            "Uw bibliotheek doet nog niet mee",
            "De voucher blijft gewoon geldig. Bel Cubiss om af te spreken wanneer u begint.",
        )
    if starts_on <= case.today:
        title = "Op die dag deed uw bibliotheek nog niet mee"
        return Advice(title, f"Kies een startdatum vanaf {spoken(starts_on)}.", about_day=True)
    return Advice(
        f"Uw bibliotheek doet mee vanaf {spoken(starts_on)}",
        "De voucher blijft gewoon geldig. Spreek met uw bezoeker een dag af vanaf dan.",
    )


REDEEMING: tuple[Ground[Redemption], ...] = table(
    Reason,
    [
        Ground(
            reason=Reason.UNKNOWN,
            holds=lambda case: not case.status,
            says=lambda case: Advice(
                "Dit nummer kennen wij niet",
                "Kijk of elk cijfer klopt met de voucher. Klopt het? Bel Cubiss, dan zoeken wij het samen uit.",
            ),
            office=lambda case: "Dit nummer kennen wij niet. Lees eerst de beginvoorraad in.",
            next_step="",  # there is no voucher to do anything about; many in a short time are a signal
            worklist=Worklist.NONE,
            kept=True,
        ),
        Ground(
            reason=Reason.FUTURE,
            holds=lambda case: case.on > case.today,
            day=lambda case: case.today,
            says=lambda case: Advice(
                f"{spoken(case.on)} moet nog komen", "Kies vandaag of een eerdere dag.", about_day=True
            ),
            office=lambda case: "Deze dag moet nog komen.",
            next_step="",
            worklist=Worklist.NONE,
            kept=False,  # the day was mistyped, and is put right at once
        ),
        Ground(
            reason=Reason.ALREADY_REDEEMED,
            holds=partial(_is, Status.REDEEMED),
            says=_already_redeemed,
            office=lambda case: (
                f"Deze voucher is al ingewisseld, op {written(case.redeemed_on)} bij {case.redeemed_at}."
            ),
            next_step="Bel beide bibliotheken en kijk wie de papieren voucher heeft.",
            worklist=Worklist.OFFERED_TWICE,
            kept=True,
        ),
        Ground(
            reason=Reason.VOID,
            holds=partial(_is, Status.VOID),
            says=lambda case: Advice(
                "Deze voucher werkt niet meer",
                "Hij is ongeldig gemaakt, bijvoorbeeld omdat hij kwijt was. Uw bezoeker kan daar niets aan doen. "
                "Bel Cubiss, dan komt er een andere.",
            ),
            office=lambda case: "Deze voucher is ongeldig gemaakt.",
            next_step="Vraag de bibliotheek de voucher in te nemen en geef de bezoeker een nieuwe.",
            worklist=Worklist.REFUSED_OFFERS,
            kept=True,
        ),
        Ground(
            reason=Reason.NOT_ALLOCATED,
            holds=partial(_is, Status.IN_STOCK),
            says=lambda case: Advice(
                "Deze voucher ligt volgens ons nog bij Cubiss",
                "Bel Cubiss. Wij zetten het recht, en dan kunt u hem meteen inwisselen.",
            ),
            office=lambda case: "Deze voucher ligt nog bij Cubiss. Geef bij de beginvoorraad op wie hem had.",
            next_step="Zoek uit hoe deze voucher uit onze voorraad kwam.",
            worklist=Worklist.REFUSED_OFFERS,
            kept=True,
        ),
        Ground(
            reason=Reason.EXPIRED,
            holds=lambda case: case.last_day < case.on,
            day=lambda case: case.last_day,
            says=lambda case: Advice(
                "Deze voucher is verlopen",
                f"Hij was geldig tot en met {spoken(case.last_day)}. Uw bezoeker kan nog steeds meedoen: "
                "bel Cubiss, dan komt er een andere.",
            ),
            office=lambda case: f"Deze voucher was geldig tot en met {written(case.last_day)}.",
            next_step="Geef de bezoeker een nieuwe voucher, of verleng de serie.",
            worklist=Worklist.REFUSED_OFFERS,
            kept=True,
        ),
        Ground(
            reason=Reason.NOT_YET_MADE,
            holds=lambda case: case.on < case.made_on,
            day=lambda case: case.first_possible,
            says=lambda case: Advice(
                f"Deze voucher bestaat sinds {spoken(case.made_on)}", _from_then(case), about_day=True
            ),
            office=lambda case: f"Deze voucher is pas op {written(case.made_on)} gemaakt.",
            next_step="",
            worklist=Worklist.NONE,
            kept=False,  # nothing is wrong with the voucher: the day was mistyped, and is put right at once
        ),
        Ground(
            reason=Reason.NOT_STARTED,
            holds=lambda case: case.library_starts_on is None or case.on < case.library_starts_on,
            day=lambda case: case.library_starts_on,
            says=_not_started,
            office=lambda case: (
                f"De bibliotheek en de gemeente doen mee vanaf {written(case.library_starts_on)}."
                if case.library_starts_on
                else "Deze bibliotheek of haar gemeente doet nog niet mee."
            ),
            next_step="Vertel de bibliotheek vanaf welke dag zij meedoet.",
            worklist=Worklist.REFUSED_OFFERS,
            kept=True,
        ),
        Ground(
            reason=Reason.OUTSIDE_PROGRAMME,
            holds=lambda case: case.on > case.programme_ends_on,
            day=lambda case: case.programme_ends_on,
            says=lambda case: Advice(
                "Deze startdatum kan niet",
                f"De vouchers gelden voor lidmaatschappen die beginnen tot en met {spoken(case.programme_ends_on)}. "
                "Kies een eerdere dag.",
                about_day=True,
            ),
            office=lambda case: f"Het programma loopt tot en met {written(case.programme_ends_on)}.",
            next_step="Leg de bibliotheek uit dat het programma dan voorbij is.",
            worklist=Worklist.REFUSED_OFFERS,
            kept=True,
        ),
        Ground(
            reason=Reason.BEFORE_HANDOUT,
            holds=lambda case: case.handed_out_on is not None and case.on < case.handed_out_on,
            day=lambda case: case.first_possible,
            says=lambda case: Advice(
                f"Deze voucher is uitgereikt op {spoken(case.handed_out_on)}", _from_then(case), about_day=True
            ),
            office=lambda case: f"Deze voucher is pas op {written(case.handed_out_on)} uitgereikt.",
            next_step="",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=Reason.NOT_YET_HELD,
            holds=lambda case: case.held_since is not None and case.on < case.held_since,
            day=lambda case: case.first_possible,
            says=lambda case: Advice(
                f"Deze voucher was tot {spoken(case.held_since)} nog niet uitgegeven", _from_then(case), about_day=True
            ),
            office=lambda case: f"De intermediair kreeg deze voucher pas op {written(case.held_since)}.",
            next_step="",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=Reason.TOO_LONG_AGO,
            holds=lambda case: case.on < case.earliest,
            day=lambda case: case.first_possible,
            says=lambda case: Advice(
                f"{spoken(case.on)} is te lang geleden",
                f"{_from_then(case)} Begon het lidmaatschap echt eerder? Bel Cubiss, dan leggen wij het vast.",
                about_day=True,
            ),
            office=lambda case: (
                f"Deze dag ligt voor {written(case.earliest)}. Kies bij het bestand waarom dit zo laat komt."
            ),
            next_step="",
            worklist=Worklist.NONE,
            kept=False,
        ),
    ],
)


def why_not(case: Redemption) -> Ground[Redemption] | None:
    """The reason why this cannot become a membership, if there is one."""
    return first(REDEEMING, case)


def on_worklist(worklist: Worklist) -> list[str]:
    """The reasons of refused attempts that Cubiss finds on a worklist."""
    return [ground.reason.value for ground in REDEEMING if ground.worklist is worklist]
