"""Does a text name a person? Words behind *mevrouw*, initials with a surname, and two words with a capital in a row.

No list of names: what has the form of one is taken for one, unless its words are known to be something else (places,
organisations, days, languages). A first name alone has no form; `capitals` finds those words, for a person to look at.
"""

import re
from collections.abc import Collection, Iterator

from kbl.texts.personal import plain

CAPITAL = r"[A-ZÀ-ÖØ-ÞĀ-ŽŞ][\w'’-]+"
BETWEEN = r"(?:(?:van|von|de|der|den|het|ten|ter|te|el|al|ibn|bin|ben|la|le|du|da|dos|’t|'t)\s+)*"
TITLED = re.compile(
    rf"\b(?i:mevrouw|mevr\.?|mw\.?|meneer|mijnheer|dhr\.?|heer|juffrouw|juf|meester|familie|fam\.)\s+"
    rf"(?:[A-Z]\.\s?)*{BETWEEN}{CAPITAL}"
)
INITIALS = re.compile(rf"(?<![\w.])(?:[A-Z]\.\s?){{1,4}}{BETWEEN}{CAPITAL}")
CALLED = re.compile(
    rf"\b(?:heet|heette|heten|genaamd|noemen (?:we|wij)|noemt zich|naam is)\s+"
    rf"(?:(?:zij|ze|hij|wij|we|haar|hem)\s+)?{CAPITAL}"
)
RUN = re.compile(rf"{CAPITAL}(?:\s+{BETWEEN}{CAPITAL})*")
# A word that opens a sentence has a capital whatever it is; in front of these it may be somebody all the same.
DOES = re.compile(
    r"\s+(?:kwam|komt|kon|kan|las|leest|leerde|leert|ging|gaat|kreeg|krijgt|had|heeft|is|was|werd|wordt|wil|wilde|woont|"
    r"woonde|werkt|werkte|vertelt|vertelde|zegt|zei|vond|vindt|durft|durfde|schrijft|schreef|spreekt|sprak|leent|leende|"
    r"doet|deed|helpt|hielp|volgt|volgde|en)\b"
)
SENTENCE_ENDS = re.compile(r"(?:^|[.!?:…\"“”‘’(]\s*|\n\s*)$")
_OPENS_A_SENTENCE = """
De Het Een Deze Dit Die Dat Toen Nu Zo Als Want Maar En Of In Op Aan Bij Na Naar Voor Met Zonder Uit Van Vanaf
Door Over Onder Tot Tijdens Sinds Om Te Er Daar Hier Zij Ze Hij Wij We Ik Jij Je U Men Haar Zijn Mijn Ons Onze
Hun Ook Nog Al Alle Elke Elk Iedere Ieder Veel Vaak Soms Vorige Volgende Eerst Eerste Samen Dankzij Omdat
Doordat Terwijl Wie Wat Waar Hoe Waarom Wanneer Niet Geen Twee Drie Vier Vijf Ruim Bijna Steeds Inmiddels
Daarna Later Thuis Volgens Vanuit Iedereen Iemand Niemand Mensen Kinderen Ouders Lezen Leren
"""
OPENS_A_SENTENCE = frozenset(_OPENS_A_SENTENCE.split())
_NOBODY = """
Januari Februari Maart April Mei Juni Juli Augustus September Oktober November December Maandag Dinsdag
Woensdag Donderdag Vrijdag Zaterdag Zondag Pasen Kerst Kerstmis Ramadan Carnaval Nederland Nederlands
Nederlandse Limburg Limburgs Limburgse België Duitsland Syrië Turkije Marokko Polen Oekraïne Eritrea Europa
Engels Duits Frans Arabisch Turks Pools Oekraïens Papiaments Bibliotheek Bibliotheken Provincie Gemeente
Taalhuis Digi Digi-Taalhuis Digisterker Klik Tik SeniorWeb BoekStart VoorleesExpress Informatiepunt Digitale
Overheid IDO Oefenen Cubiss VLB Volwassenenfonds Huis Wijkteam Taalcafé Week Facebook Instagram Nieuw Nieuwe
Noord Zuid Midden Oost West
"""
NOBODY = frozenset(_NOBODY.split())


def looks_like_a_name(text: str, known: Collection[str] = ()) -> str:
    """The first words of a text that have the form of somebody's name, or nothing. `known` words are nobody."""
    read = plain(text)
    for pattern in (TITLED, INITIALS, CALLED):
        if found := pattern.search(read):
            return found[0]
    ours = NOBODY.union(known)
    for found in RUN.finditer(read):
        words = re.findall(CAPITAL, found[0])
        if _opens(read, found.start()) and words[0] in OPENS_A_SENTENCE:
            words = words[1:]
        if len(words) > 1 and len([each for each in words if not _known(each, ours)]) > 1:
            return found[0]
    return ""


def capitals(text: str, known: Collection[str] = ()) -> list[str]:
    """Words with a capital that may be a first name, each once: not known, and where one opens a sentence somebody does
    something there, so that it may be more than that."""
    return list(dict.fromkeys(_capitals(plain(text), NOBODY.union(known))))


def _capitals(read: str, known: Collection[str]) -> Iterator[str]:
    for found in re.finditer(rf"(?<![\w'’-]){CAPITAL}", read):
        if _known(found[0], known):
            continue
        if not _opens(read, found.start()) or (found[0] not in OPENS_A_SENTENCE and DOES.match(read, found.end())):
            yield found[0]


def _known(word: str, known: Collection[str]) -> bool:
    """A word that is nobody, also with an s behind it or as a part of one with a dash; abbreviations are nobody too."""
    parts = [each for each in re.split(r"['’-]", word) if each]
    return word in known or word.isupper() or word.removesuffix("s") in known or all(each in known for each in parts)


def _opens(read: str, start: int) -> bool:
    return SENTENCE_ENDS.search(read[:start]) is not None
