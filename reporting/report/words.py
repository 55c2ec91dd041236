"""The words of a report: what stands around its figures.

They are kept with the figures, so that another sentence changes no old report. The templates of the page and of the PDF
hold no sentence of their own about the quarter.
"""

from dataclasses import dataclass

from kbl.formats import day, number, percent
from reporting.report import tables, whole_programme
from reporting.report.progress_report import ProgressReport

CAPTIONS = {
    "leden": "Nieuwe leden sinds de start, met omzettingen, naast het doel. De lijn verdeelt het doel van een jaar "
    "over de kwartalen waarin er bibliotheken meedoen.",
    "fonds": "Besteed en toegezegd sinds de start, naast wat de provincie stortte en wat er tot en met dat jaar "
    "begroot is.",
    "kaart": "Elke tegel is een gemeente, ongeveer waar zij ligt; hoe donkerder, hoe meer nieuwe leden sinds de start. "
    "Een sterretje: te klein om te tonen. Een streepje: doet nog niet mee.",
    "gemeenten": "Nieuwe leden sinds de start, per gemeente van de vestiging.",
    "omzetting": "Uitgereikt sinds de start (brede staaf), en daarvan ingewisseld bij een bibliotheek (smalle staaf). "
    "Erboven: welk deel.",
}
HEADINGS = {
    "title": "Voortgangsrapportage",
    "in_short": "In het kort",
    "members": "Nieuwe leden en het doel",
    "conversion": "Van uitgereikt naar lid",
    "nothing_out": "Er is nog geen voucher uitgereikt. Een verloop is er dus nog niet.",
    "vouchers": "Vouchers en lidmaatschappen",
    "fund": "Het lidmaatschapsfonds",
    "places": "Per bibliotheek, gemeente, spoor en soort intermediair",
    "explained": "Wat de woorden betekenen",
    "stars": "* Te klein om te tonen: zie ‘Wat de woorden betekenen’.",
    "why": "Toelichting",
    "doing": "Wat wij doen",
    "stories": "Verhalen",
    "changed": "Dit is er anders dan in de vorige versie",
    "targets": "De doelen A tot en met E",
    "risks": "Risico’s",
    "corrections": "Anders dan eerder gemeld",
    "outlook": "Verwachting en volgende termijn",
    "other_posts": "Toolkit, campagne en verhalen",
    "missed": "achter",
    "on_course": "op koers",
    "unmeasured": "nog niet gemeten",
    "definition": "Wat het is",
    "norm": "Doel",
    "figure": "Stand",
    "trend": "Verloop",
    "source": "Bron",
    "risk_counted": "Cijfer",
    "risk_course": "Volgens de cijfers",
    "risk_figure": "Wat wij zien",
    "risk_trend": "Onze inschatting",
    "measure": "Maatregel",
    "by_whom": "Wie en wanneer",
    "per_year": "Een bedrag telt in het jaar waarin de voucher is uitgereikt of het lidmaatschapsjaar begint. Per jaar "
    "ronden wij af op duizend euro.",
}


@dataclass(frozen=True)
class HeadlineFigure:
    """One of the four figures on top."""

    label: str
    value: str
    note: str


@dataclass(frozen=True)
class Definition:
    """What a word of the report means."""

    term: str
    meaning: str


def headings(report: ProgressReport) -> dict[str, str]:
    """Everything that is one sentence or a heading, by the name that the templates use."""
    quarter, commissioner = report.quarter, report.programme.commissioner
    looks_back = whole_programme.span(report)
    return HEADINGS | {
        "title": whole_programme.TITLES[looks_back],
        "whole": whole_programme.CHAPTERS[looks_back],
        "provisional": "",
        "for": f"Voor {commissioner}",
        "period": f"{day(quarter.first_day)} tot en met {day(quarter.last_day)}",
        "quarter": quarter.label,
        "flows": (
            "Waar de voucher is uitgereikt, en bij welke bibliotheek iemand lid werd. Wat hier niet apart staat, is "
            "van niemand of te klein om te tonen."
        ),
        "denominators": (
            f"Het lidmaatschapsfonds is post 5 van de begroting: {report.fund.budget} voor het hele programma. De hele "
            f"bijdrage van {commissioner} is {report.fund.contribution}. Daarin zitten ook de toolkit, de campagne en "
            "de verhalen. Wat daaraan is uitgegeven, staat niet in dit fonds."
        ),
    }


def headline(report: ProgressReport) -> list[HeadlineFigure]:
    """The four figures on top."""
    plus, renewed, fund = report.period.plus, report.period.renewed, report.fund
    added = ("*", "te klein om te tonen") if plus.added is None else (number(plus.added), report.quarter.label)
    of_fund = f"van het lidmaatschapsfonds, {tables.whole(fund.budget)}"
    return [
        HeadlineFigure("Nieuwe leden", number(plus.value), f"van {number(report.target)} (doel)"),
        HeadlineFigure("Erbij in dit kwartaal", *added),
        HeadlineFigure(
            "Verlengd", "*" if renewed.held and not renewed.value else number(renewed.value), "sinds de start"
        ),
        HeadlineFigure("Besteed en toegezegd", percent(fund.utilisation, 1), of_fund),
    ]


def in_list(report: ProgressReport) -> list[str]:
    """What the list of all reports says of this one: added, since the start, renewed, spent and committed."""
    plus, renewed = report.period.plus, report.period.renewed
    return [
        "*" if plus.added is None else number(plus.added),
        number(plus.value) + "*" * plus.held,
        number(renewed.value) + "*" * renewed.held,
        str(report.fund.used),
    ]


def definitions(report: ProgressReport) -> list[Definition]:
    """What the words of a report mean."""
    until = day(report.as_of.until)
    return [
        Definition(
            "Dit kwartaal",
            f"Alles wat sinds de vorige rapportage bekend werd over de dagen tot en met {until}. Wat later gemeld is, "
            "telt mee in het kwartaal waarin het bekend werd. Wat is ingetrokken, gaat eraf. Wat later is gemeld, "
            "staat ook apart bij zijn eigen kwartaal. Een jaardoel telt naar de eerste dag van het lidmaatschap, net "
            "als de begroting. Zo tellen de kwartalen op tot het totaal.",
        ),
        Definition(
            "Nieuwe leden",
            "Mensen die met een voucher lid werden, en leden van wie het lidmaatschap gratis werd (omgezet). Samen "
            "tellen zij voor doel A. Een lidmaatschap telt bij de gemeente van de vestiging.",
        ),
        Definition(
            "Verlengd",
            "Elk volgend lidmaatschapsjaar dat een bibliotheek bevestigt. Geen antwoord is geen verlenging.",
        ),
        Definition(
            "Al gratis door leeftijd",
            "Zij kregen een voucher, maar waren bij de bibliotheek al gratis lid. Zij tellen niet mee voor doel A en "
            "krijgen geen vergoeding uit het lidmaatschapsfonds.",
        ),
        Definition(
            "Uitgereikt",
            "Vouchers die intermediairs aan inwoners gaven en hebben gemeld, bij de gemeente die de intermediair die "
            "dag bediende; zijn dat er meer, dan bij ‘meer gemeenten’. Een bibliotheek mag een voucher al inwisselen "
            "voordat de uitreiking is gemeld. Het spoor is dan nog niet bekend.",
        ),
        Definition(
            "Soort intermediair",
            "Wat voor organisatie de voucher uitreikte, zoals Cubiss dat bij de afsluiting wist. Is dat niet "
            "vastgelegd, dan volgt het uit spoor 1 (Volwassenenfonds) of spoor 2 (gemeente). Anders is het nog niet "
            "bekend.",
        ),
        Definition(
            "Toegezegd",
            f"Wat tot en met {until} gebeurde en toen nog niet betaald mocht worden: afrekeningen die op die dag nog "
            "niet waren goedgekeurd, en meldingen die nog op geen afrekening staan. Wat daarna gebeurde, staat in de "
            "volgende rapportage. Verlengingen die nog moeten komen, zitten er niet in. Alle bedragen zijn zonder btw.",
        ),
        Definition(
            "Kleine aantallen *",
            "Aantallen onder de vijf laten we niet zien, ook niet als verschil met een ander getal. Een sterretje "
            "zegt: dit getal is te klein, of een ander getal zou eruit volgen. Wij laten dan het laatste getal zien "
            "dat groot genoeg was. Wat erbij kwam, telt mee onder ‘Samen genomen’ en in het totaal.",
        ),
    ]
