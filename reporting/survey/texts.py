"""What the survey says, in Dutch; the other languages are in locale/, one file each (see vouchers/public/texts.py)."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from reporting.survey.questions import More, Question, Stay, Visits

TEXTS: dict[str, Any] = {
    "title": _("Wat vindt u van de bibliotheek?"),
    "lead": _("Vijf vragen. Het duurt twee minuten."),
    "nameless": _("Wij vragen geen naam. Niemand weet dat u dit invulde."),
    "open": _("Een vraag mag u overslaan."),
    "send": _("Verstuur mijn antwoorden"),
    "thanks": _("Dank u wel!"),
    "thanks_next": _("Met uw antwoorden maken wij de bibliotheek beter. U kunt deze pagina sluiten."),
    "wrong": _("Er is nog niets verstuurd"),
    "nothing": _("Beantwoord minstens één vraag."),
    "used": _("Met deze kaart is al geantwoord"),
    "used_next": _(
        "Elke kaart werkt één keer. Hebt u nog niet geantwoord? Vraag in de bibliotheek om een nieuwe kaart."
    ),
    "wait": _("Even wachten"),
    "wait_next": _(
        "Er kwamen net veel antwoorden van deze plek. Uw antwoorden staan er nog: probeer het straks opnieuw."
    ),
}
QUESTIONS: dict[Question, Any] = {
    Question.KNOWLEDGE: _("Weet u nu meer dan een jaar geleden, door de bibliotheek?"),
    Question.SKILLS: _("Kunt u nu meer, door de bibliotheek? Bijvoorbeeld lezen, taal of de computer."),
    Question.TAKING_PART: _("Ontmoet u nu meer mensen of doet u vaker mee, door de bibliotheek?"),
    Question.STAY: _("Wilt u lid blijven van de bibliotheek?"),
    Question.VISITS: _("Hoe vaak kwam u dit jaar in de bibliotheek?"),
}
WORDS: dict[TextChoices, Any] = {
    More.YES: _("Ja"),
    More.BIT: _("Een beetje"),
    More.NO: _("Nee"),
    More.UNKNOWN: _("Weet ik niet"),
    Stay.PAYING: _("Ja, ook als ik ervoor betaal"),
    Stay.CHEAPER: _("Ja, als het gratis of goedkoop is"),
    Stay.NO: _("Nee"),
    Stay.UNKNOWN: _("Weet ik niet"),
    Visits.WEEKLY: _("Elke week"),
    Visits.MONTHLY: _("Elke maand"),
    Visits.SOMETIMES: _("Een paar keer"),
    Visits.NEVER: _("Ik kwam er niet"),
}
