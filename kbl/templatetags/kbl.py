"""The words and pieces every page is built from: `{% load kbl %}`.

Filters write amounts, numbers and days the Dutch way. Tags render the parts in templates/parts/.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django import template
from django.core.paginator import Page, Paginator
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kbl import formats
from kbl.money import half_up
from kbl.templatetags.states import STATEMENT_STEPS, STATES, TONE_ICONS, Look

register = template.Library()

ROWS_SHOWN = 50  # of a long table
PLAIN = "info"  # the icon of a badge in a colour of its own, for which none was asked

# Amounts, numbers and days (kbl/formats.py)

for written in (
    formats.euro,
    formats.whole_euro,
    formats.number,
    formats.percent,
    formats.serial,
    formats.day,
    formats.short_day,
    formats.moment,
    formats.voucher_count,
):
    register.filter(written.__name__, written)


@register.filter
def of_key(found: Mapping[str, object] | None, key: str) -> object:
    """The value at a key that the template knows by a variable; empty when there is none."""
    return found.get(key, "") if found else ""


@register.filter
def plural(count: int, words: str) -> str:
    """The word that goes with a number: `{{ count|plural:"is,zijn" }}`."""
    one, more = words.split(",")
    return formats.plural(count, one, more)


@register.filter
def counted(count: int, words: str) -> str:
    """A number with its word: `{{ count|counted:"regel,regels" }}` gives `1 regel`, `12.500 regels`."""
    one, more = words.split(",")
    return formats.counted(count, one, more)


@register.filter
def voucher_number(digits: str) -> SafeString:
    """`0012345 482913 7`: serial, random digits and check digit, never broken over two lines."""
    groups = f"{digits[:7]} {digits[7:13]} {digits[13:]}"
    return format_html('<span class="kbl-digits">{}</span>', groups)


# Icons and states


@register.filter
def state_icon(status: str) -> str:
    """The icon of a state, without its badge: `{% icon step.status|state_icon %}`."""
    return STATES[str(status)].icon


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """An icon of the sprite. It is decoration unless it gets a `label`; `size` is lg or xl."""
    classes = f"icon is-{size}" if size else "icon"
    meaning = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    sprite = static("vendor/lucide/sprite.svg")
    return format_html('<svg class="{}" {} focusable="false"><use href="{}#{}"/></svg>', classes, meaning, sprite, name)


@register.inclusion_tag("parts/badge.html")
def badge(tone: str, words: str, symbol: str = "") -> dict:
    """Colour, icon and words: `{% badge "success" "Klaar" %}`."""
    return {"look": Look(tone, symbol or TONE_ICONS.get(tone, PLAIN)), "words": words}


@register.inclusion_tag("parts/badge.html")
def status_badge(status: str, words: str) -> dict:
    """The badge of a voucher, statement or accreditation: `{% status_badge v.status v.get_status_display %}`."""
    return {"look": STATES[str(status)], "words": words}


@register.inclusion_tag("parts/statement_steps.html")
def statement_steps(status: str, payable: Decimal = Decimal(1), reopened: bool = False) -> dict:
    """Where a statement stands between closing and paid; the step that it waits at is the current one.

    A question stands in the place of the agreement. Where nothing is payable the approval is the last step; what was
    `reopened` (its payment came back) waits to be paid once more.
    """
    order = [name for name, _ in STATEMENT_STEPS]
    words = [words for _, words in STATEMENT_STEPS]
    done = order.index("draft" if status == "disputed" else str(status))
    if not payable:
        words[3:] = ["Niets te betalen"]
        done = 3 if status == "approved" else done
    elif status == "in_payment":
        done = 2  # it is under way, and not behind us
    elif status == "approved":
        words[3] = "Opnieuw te betalen" if reopened else "Te betalen"
    trouble = 1 if status == "disputed" else 3 if reopened else None
    if trouble == 1:
        words[1] = "Vraag gesteld"
    shown = [
        {"words": each, "done": place <= done, "current": place == done + 1, "trouble": place == trouble}
        for place, each in enumerate(words)
    ]
    return {"steps": shown}


@register.filter
def message_tone(level: str) -> dict[str, str]:
    """The tone and icon of one of Django's messages."""
    tone = {"success": "success", "warning": "attention", "error": "refusal"}.get(level, "info")
    return {"name": tone, "icon": TONE_ICONS[tone]}


# Pieces of a page


@register.simple_block_tag
def page_head(content: str, title: str, lead: str = "", back_url: str = "", back: str = "Terug") -> SafeString:
    """The title of a page with one sentence; what stands inside are its buttons."""
    context = {"title": title, "lead": lead, "back_url": back_url, "back": back, "actions": content}
    return _render("parts/page_head.html", context)


@register.simple_block_tag
def answer(content: str, tone: str, title: str, level: int = 2, size: str = "") -> SafeString:
    """A panel that says how it went: success, refusal, attention or info."""
    context = {
        "tone": tone,
        "title": title,
        "heading": f"h{level}",
        "size": size,
        "icon": TONE_ICONS[tone],
        "body": content,
    }
    return _render("parts/answer.html", context)


@register.simple_block_tag
def empty_state(content: str, title: str, symbol: str = "inbox", level: int = 2) -> SafeString:
    """Nothing here yet; what stands inside helps to go on."""
    return _render("parts/empty.html", {"title": title, "icon": symbol, "heading": f"h{level}", "body": content})


@register.simple_block_tag
def sorry(content: str, title: str) -> SafeString:
    """What an error page says, beside its drawing."""
    return _render("parts/sorry.html", {"title": title, "body": content})


def _render(name: str, context: dict) -> SafeString:
    return SafeString(render_to_string(name, context))


@register.inclusion_tag("parts/stat.html")
def stat(label: str, value: object, note: str = "", symbol: str = "", url: str = "", tone: str = "") -> dict:
    """One figure: `{% stat "Saldo" balance|euro note="na goedkeuring" symbol="wallet" %}`; tone strong or attention."""
    return {"label": label, "value": value, "note": note, "icon": symbol, "url": url, "tone": tone}


@register.inclusion_tag("parts/tile.html")
def tile(title: str, url: str, words: str = "", symbol: str = "arrow-right", first: bool = False) -> dict:
    """A large link to a thing people come to do; one of them may be `first=True`."""
    return {"title": title, "url": url, "words": words, "icon": symbol, "first": first}


@register.inclusion_tag("parts/file.html")
def file_link(title: str, url: str, note: str = "", symbol: str = "file-text") -> dict:
    """A document to download."""
    return {"title": title, "url": url, "note": note, "icon": symbol}


@register.inclusion_tag("parts/meter.html")
def meter(label: str, value: Decimal | int, maximum: Decimal | int, words: str = "", tone: str = "") -> dict:
    """How much of a whole: a bar that also says it in words. The tone warns at 85 % only when asked."""
    share = min(100, max(0, half_up(Decimal(value) / Decimal(maximum) * 100, 0))) if maximum else 0
    words = words or f"{formats.number(value)} van {formats.number(maximum)}"
    return {"label": label, "percent": str(share), "words": words, "tone": tone}


@register.simple_tag(takes_context=True)
def page_of(context: template.Context, rows: Sequence, name: str) -> Page:
    """The part of a long list that was asked for as `?name=2`; a list that is hardly longer than a page stays whole."""
    asked = context["request"].GET.get(name) if "request" in context else None
    return Paginator(rows, ROWS_SHOWN, orphans=ROWS_SHOWN // 2).get_page(asked)


@register.inclusion_tag("parts/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page, name: str = "page", at: str = "") -> dict:
    """Previous and next under a list, keeping the filters of the address; `name` where a page has two lists.

    `at`: the id of the list, for one that stands far down its page.
    """

    def address(number: int) -> str:
        asked = context["request"].GET.copy()
        asked[name] = str(number)
        return f"?{asked.urlencode()}" + (f"#{at}" if at else "")

    return {
        "page": page,
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
    }
