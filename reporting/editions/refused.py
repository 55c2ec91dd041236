"""Why an edition is not put before anybody, or not released, and the sentence for each."""

from enum import StrEnum


class EditionRefused(Exception):
    """Something that the rules of releasing do not allow: `reason` says why, `targets` which ones lack a word."""

    class Reason(StrEnum):
        WAITS = "waits"
        UNEXPLAINED = "unexplained"
        SAME = "same"
        SAYS_NOTHING = "says_nothing"
        OWN = "own"
        AUTHOR = "author"
        NOT_MADE = "not_made"
        DECIDED = "decided"

    def __init__(self, reason: Reason, targets: str = "") -> None:
        super().__init__(reason)
        self.reason, self.targets = reason, targets


_Reason = EditionRefused.Reason
SENTENCES = {
    _Reason.WAITS: "Deze rapportage ligt al bij een collega. Trek haar eerst in. Dan kunt u weer schrijven.",
    _Reason.UNEXPLAINED: "Een doel is niet gehaald, en er staat geen toelichting bij. Schrijf waarom.",
    _Reason.SAME: "Er is niets veranderd sinds de vorige versie. Wijzig eerst een tekst.",
    _Reason.SAYS_NOTHING: "Schrijf wat er anders is dan in de vorige versie. De provincie leest dat bovenaan.",
    _Reason.OWN: "U legde deze rapportage zelf voor. Een collega geeft haar vrij.",
    _Reason.AUTHOR: "U schreef zelf een tekst in deze rapportage. Een collega die niets schreef, geeft haar vrij.",
    _Reason.NOT_MADE: "De bestanden worden nog gemaakt. Probeer het over een minuut nog eens.",
    _Reason.DECIDED: "Over deze rapportage is al besloten.",
}


def sentence(refused: EditionRefused) -> str:
    """Why not, and what to do."""
    told = SENTENCES[refused.reason]
    return f"{told} Het gaat om doel {refused.targets}." if refused.targets else told
