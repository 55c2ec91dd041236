"""A paper that takes no time to make: no look, but its words and the file that it carries."""

import io
from collections.abc import Sequence

import pikepdf
from django.template.loader import render_to_string
from django.utils import translation

from kbl import pdf
from kbl.pdf import Attached

IN_EARNEST = pdf.render
TAKEN_APART = "documents/voucher.html"  # a voucher is laid out once, and what was drawn is read to print others by


def quick_pdf(words: str, *attached: Attached | None) -> bytes:
    """An empty page with these words as its title; the same words and files give the same bytes."""
    paper, content = pikepdf.new(), io.BytesIO()
    paper.add_blank_page()
    paper.docinfo["/Title"] = words
    for each in attached:
        if each is not None:
            paper.attachments[each.filename] = each.content
    paper.save(content, deterministic_id=True)
    return content.getvalue()


def quick_render(template: str, context: dict, *, attached: Sequence[Attached] = (), **rest) -> bytes:
    """In the place of `kbl.pdf.render`, where papers have to be there and nobody reads them."""
    return quick_pdf(template, *attached)


def render_words(template: str, context: dict, *, attached: Sequence[Attached] = (), **rest) -> bytes:
    """In the place of `kbl.pdf.render`, where everybody asks for the same papers: their words, which may fail for one
    and not for another. How a paper looks does not hang on who asks: its own tests draw it."""
    if template == TAKEN_APART:
        return IN_EARNEST(template, context, attached=attached, **rest)
    with translation.override("nl"):
        render_to_string(template, context)
    return quick_pdf(template, *attached)
