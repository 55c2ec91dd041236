"""A paper that takes no time to make: no look, but its words and the file that it carries."""

import io
from collections.abc import Sequence

import pikepdf

from kbl.pdf import Attached


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
