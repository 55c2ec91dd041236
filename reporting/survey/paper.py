"""The survey on paper: a poster for the library's wall, and cards that answer once. PDF/UA, A4."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from kbl import pdf
from kbl.clock import local_day
from kbl.organisations.models import Organisation, Programme
from reporting.survey.texts import TEXTS
from vouchers.paper.codes import Modules, qr_of, svg_path
from vouchers.public.languages import Language, languages

DOTS = 12  # of a picture for each module: sharp in a letter at any size that a phone can read
QUIET = 4  # modules of white that a phone wants around a code


def address_of(library: Organisation) -> str:
    """Where the members of a library answer."""
    return settings.SITE_URL + reverse("survey:survey", args=[library.slug])


def poster(library: Organisation, *, at: datetime) -> bytes:
    """The poster: one code for everybody, that may answer as often as people come by."""
    return _paper("documents/survey_poster.html", library, {"qr.svg": _svg(qr_of(address_of(library)))}, at=at)


def code(library: Organisation) -> bytes:
    """The poster's code as a picture (PNG), for in the library's own letter about renewing."""
    import vl_convert  # only where something is drawn: it brings a JavaScript engine

    return vl_convert.svg_to_png(_svg(qr_of(address_of(library))).decode(), scale=DOTS)


def cards(library: Organisation, codes: Sequence[str], *, at: datetime) -> bytes:
    """Eight cards on a page, each with a code that answers once. The codes are nowhere but on this paper."""
    address = address_of(library)
    drawn = {f"{i}.svg": _svg(qr_of(f"{address}#{code}")) for i, code in enumerate(codes)}
    return _paper("documents/survey_cards.html", library, drawn, at=at)


def _paper(template: str, library: Organisation, drawn: dict[str, bytes], *, at: datetime) -> bytes:
    context = {
        "library": library,
        "programme": Programme.current(),
        "address": address_of(library).removeprefix("https://").removeprefix("http://"),
        "codes": [f"drawn/{name}" for name in drawn],
        "others": _others(),
    }
    name = f"enquete-{library.slug}-{local_day(at)}"
    return pdf.render(template, context, made_at=at, identifier=name, drawn=drawn)


def _others() -> list[tuple[Language, str, str]]:
    """What the survey is called in the other languages, and that it asks no name: for who reads no Dutch."""
    found = []
    for each in languages()[1:]:
        with translation.override(each.code):
            found.append((each, str(TEXTS["title"]), str(TEXTS["nameless"])))
    return found


def _svg(code: Modules) -> bytes:
    """A code as a drawing, with the white around it that a phone wants."""
    size = code.width + 2 * QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<rect width="{size}" height="{size}" fill="#fff"/>'
        f'<path transform="translate({QUIET} {QUIET})" d="{svg_path(code)}"/></svg>'
    ).encode()
