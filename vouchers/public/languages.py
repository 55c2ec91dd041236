"""The language of the voucher's public page: what was chosen in the address, else what the browser asks for.

No cookie remembers it. The rest of KBL is Dutch, whatever a browser asks for: no middleware looks at the languages.
"""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_from_request, get_language_info

PARAMETER = "taal"


@dataclass(frozen=True)
class Language:
    """A language under its own name; `direction` is as HTML writes it; `inter`: our letter type has its letters."""

    code: str
    name: str
    direction: str

    @property
    def inter(self) -> bool:
        """Whether the vendored Inter has its script (Latin, Cyrillic): elsewhere the system's own letters are used."""
        return self.code != "ar"


@cache
def languages() -> tuple[Language, ...]:
    """All of them, Dutch first, as the settings list them."""
    infos = {code: get_language_info(code) for code, _ in settings.LANGUAGES}
    return tuple(Language(code, name, "rtl" if infos[code]["bidi"] else "ltr") for code, name in settings.LANGUAGES)


def language_of(request: HttpRequest) -> Language:
    """The language to answer in: `?taal=pl`, else the first of Accept-Language that we have, else Dutch."""
    known = {each.code: each for each in languages()}
    asked = request.GET.get(PARAMETER, "")
    return known.get(asked) or known.get(get_language_from_request(request)) or languages()[0]
