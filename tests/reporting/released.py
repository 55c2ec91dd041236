"""What was released of the reports: every page, list and paper, as one can hold it beside what it was."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from lxml import html

from kbl.settlements.models import Closing
from reporting.editions import parts
from reporting.models import EditionFile, KeptReport
from reporting.report import drawings, kept_reports, pdf

QUARTERS = ("2025-Q3", "2025-Q4")
# Around the report: where one can go, and what today says of the paper. Said aloud only: what a star means.
AROUND = "//nav | //section[@aria-labelledby='vastgelegd'] | //*[contains(@class, 'seal')] | //*[@aria-hidden='true']"
ALOUD = "//*[contains(@class, 'visually-hidden')]"


def main(answer) -> str:
    """What a page says, without what stands around it."""
    found = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
    assert found and answer.status_code == 200
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", found[0])


def pages(browser, office) -> dict[str, object]:
    """Every page and file of the reports, of the province and of Cubiss."""
    seen: dict[str, object] = {"list": main(browser.get(reverse("province:reports")))}
    for quarter in QUARTERS:
        seen[f"page {quarter}"] = main(browser.get(reverse("province:report", args=[quarter])))
        for chart in drawings.drawn(kept_reports.read(Closing.objects.get(quarter=quarter))):
            address = reverse("province:report_chart", args=[quarter, chart, "screen"])
            seen[f"{chart} {quarter}"] = browser.get(address).content
        seen[f"download {quarter}"] = browser.get(reverse("province:report_document", args=[quarter])).content
        for form in EditionFile.Form:
            address = reverse("province:report_file", args=[quarter, 1, form.value])
            seen[f"{form} {quarter}"] = browser.get(address).content
        seen[f"office {quarter}"] = main(office.get(reverse("cubiss:report", args=[quarter])))
        seen[f"office's download {quarter}"] = office.get(reverse("cubiss:report_document", args=[quarter])).content
    read = kept_reports.read(Closing.objects.get(quarter=QUARTERS[-1]))
    for about in parts.About:
        part = parts.parts(read, about)[0]
        address = reverse("cubiss:report_part", args=[QUARTERS[-1], about.value, part.pk])
        seen[f"two pages of {part.name}"] = office.get(address).content
    return seen


def everything(browser, office, closings: list[Closing]) -> dict[str, object]:
    """The same, with each paper as it would be printed once more."""
    seen = pages(browser, office)
    for closing in closings:
        seen[f"paper {closing}"] = pdf.render(closing)
        seen[f"kept {closing}"] = bytes(KeptReport.objects.get(closing=closing).content)
    return seen


def said(markup: str) -> list[str]:
    """Every text of a report's markup, without what stands around the report."""
    tree = html.fromstring(markup)
    for each in tree.xpath(f"{AROUND} | {ALOUD}"):
        each.drop_tree()
    found = [*tree.itertext(), *tree.xpath("//img/@alt")]
    return [text for text in (" ".join(each.split()) for each in found) if text]


def strings(content: Any) -> Iterator[str]:
    """Every text in what was kept."""
    if isinstance(content, str):
        yield " ".join(content.split())
    elif isinstance(content, dict):
        for each in content.values():
            yield from strings(each)
    elif isinstance(content, list):
        for each in content:
            yield from strings(each)
