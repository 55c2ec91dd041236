"""A report of a closed quarter says the same for ever: page, PDF and lists, whatever changes afterwards."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from kbl.fund.models import BudgetLine, Instalment
from kbl.organisations.models import Municipality, Organisation, Programme, YearTarget
from kbl.settlements.models import Line
from libraries.models import Branch, Participation
from reporting.editions import release
from reporting.figures.measures import Measure
from reporting.models import KeptReport
from reporting.report import drawings, kept_reports, listed, payload
from tests import by_two
from tests.conftest import at, branch_of
from tests.reporting.released import everything, main, said, strings
from tests.told_once import told_once

globals().update(told_once("reported", of=__package__))

pytestmark = pytest.mark.both_engines


def change_targets(history, **_) -> None:
    YearTarget.objects.update(new_memberships=9_999)
    YearTarget.objects.create(year=2028, new_memberships=1)


def change_budget(programme, **_) -> None:
    BudgetLine.objects.update(amount=Decimal(1))
    BudgetLine.objects.create(year=2028, post="5.1", name="Nog een jaar", amount=7, paid_by=programme.commissioner)


def change_names(**_) -> None:
    for each in Organisation.objects.all():
        Organisation.objects.filter(pk=each.pk).update(name=f"Voorheen {each.pk}")
    Municipality.objects.filter(name="Venlo").update(name="Venlo-Zuid", starts_on=date(2027, 1, 1))
    Branch.objects.update(municipality=Municipality.objects.order_by("name").last())


def change_programme(programme, **_) -> None:
    Programme.objects.update(
        name="Iets anders",
        commissioner="Een ander",
        starts_on=date(2024, 1, 1),
        ends_on=date(2030, 12, 31),
        conversions_funded=not programme.conversions_funded,
    )


def change_participation(**_) -> None:
    Participation.objects.update(starts_on=date(2027, 1, 1))


def change_tariffs(**_) -> None:
    by_two.tariff(kind="handling", amount=Decimal(7), first_day=date(2027, 1, 1), vat="outside")


def tell_old_facts(history, venlo, clerk, **_) -> None:
    """One free membership with an old day: it would have turned a nothing into a star on two old pages."""
    numbers = history.hand_out(2, date(2025, 9, 12), heard=date(2026, 2, 1))
    history.redeem(numbers[:1], venlo, date(2025, 9, 14), kind="free_anyway", by=clerk, heard=date(2026, 2, 1))
    history.redeem(numbers[1:], venlo, date(2025, 12, 14), by=clerk, heard=date(2026, 2, 1))


def correct_lines(history, **_) -> None:
    line = Line.objects.filter(membership_year__isnull=False).order_by("pk").first()
    by_two.correct(line, reason="twice", by=history.coordinator, at=at(date(2026, 2, 2)))


def book_money(history, **_) -> None:
    entry = Instalment.objects.create(description="Termijn 2", due_on=date(2025, 12, 1), amount=Decimal(5_000))
    by_two.receive(entry, amount=Decimal(5_000), on=date(2025, 12, 2), by=history.finance, at=at(date(2026, 2, 2)))


CHANGES = [
    tell_old_facts,
    correct_lines,
    book_money,
    change_targets,
    change_budget,
    change_names,
    change_tariffs,
    change_participation,
    change_programme,
]


@pytest.fixture(autouse=True)
def late_by_two_quarters(programme):
    """Parties may be half a year late here: what comes in after two closings is what these stories are about."""
    Programme.objects.update(quarters_back=2)


def test_nothing_that_changes_later_changes_what_was_said(
    reported, history, programme, venlo, clerk, province, reader, client_class
):
    browser, office = client_class(province), client_class(reader)
    before = everything(browser, office, reported)
    for change in CHANGES:
        change(history=history, programme=programme, venlo=venlo, clerk=clerk)
    after = everything(browser, office, reported)
    assert {name for name in before if before[name] != after[name]} == set()


def test_the_next_report_starts_from_what_was_published_and_not_from_what_is_counted_now(
    reported, history, venlo, clerk, landgraaf, other_clerk
):
    """A branch that moves takes nothing out of the old rows: what was said of a municipality stays said."""
    autumn, winter = (kept_reports.read(each) for each in reported)
    Branch.objects.filter(pk=branch_of(venlo).pk).update(municipality=branch_of(landgraaf).municipality)
    history.both(9, venlo, date(2026, 1, 20), by=clerk)
    spring = kept_reports.read(history.close("2026-Q1"))
    assert spring.period.added.plus == 9
    assert spring.period.plus.value == winter.period.plus.value + 9
    assert kept_reports.read(reported[0]).published == autumn.published
    places = spring.period.measures["plus"].tables["municipalities"]
    assert sum(each.value for each in places.rows.values()) + places.rest == spring.period.plus.value


def test_the_few_figures_that_a_task_keeps_apart_are_those_of_the_reports(reported, monkeypatch):
    """A process that has just begun lists them without reading a report."""
    of_the_texts = listed.listed()
    assert listed.KEEPER.refresh(at(date(2026, 4, 1)))
    monkeypatch.setattr(listed, "_read", lambda pk: pytest.fail("a text was read"))
    assert listed.listed() == of_the_texts and len(of_the_texts) == 4


def test_every_word_of_a_report_is_kept_with_it(reported, client_class, province):
    """Another sentence in a template changes no old page and no paper: they have none of their own."""
    kept = kept_reports.read(reported[1])
    edition = release.released(reported[1])
    said_by = [json.loads(bytes(each.content)) for each in (kept.kept, edition)]
    known = set(strings(said_by)) | {"*"}
    page_of = main(client_class(province).get(reverse("province:report", args=["2025-Q4"])))
    body = page_of[page_of.index('<div class="kbl-stack is-wide">') :]
    paper = render_to_string(
        "documents/progress_report.html",
        {**kept.shown, "charts": drawings.drawn(kept), "words": release.content_of(edition)},
    )
    paper = paper[paper.index('<div class="cover">') :]
    for markup in (body, paper):
        found = said(markup)
        assert len(found) > 100
        assert [each for each in found if each not in known] == []


def test_what_was_kept_cannot_be_changed_or_taken_away(reported):
    kept = KeptReport.objects.filter(closing=reported[0])
    for act in (lambda: kept.update(content=b"{}"), lambda: kept.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_report_is_read_as_it_was_written(reported):
    for closing in reported:
        content = bytes(KeptReport.objects.get(closing=closing).content)
        assert payload.dump(payload.load(content)) == content


def one_more(figure):
    return replace(figure, value=figure.value + 1)


def other_measure(measure):
    return lambda period: {
        "measures": {
            **period.measures,
            measure: replace(period.measures[measure], total=one_more(period.measures[measure].total)),
        }
    }


def other_amount(name):
    return lambda period: {"fund": replace(period.fund, **{name: one_more(getattr(period.fund, name))})}


def other_totals(name):
    return lambda period: {name: replace(getattr(period, name), made=getattr(period, name).made + 1)}


OTHERWISE = {
    **{name: other_totals(name) for name in ("added", "totals")},
    **{each: other_measure(each) for each in (Measure.HANDED_OUT, Measure.PLUS, Measure.RENEWED, Measure.FREE)},
    **{name: other_amount(name) for name in ("received", "spent", "committed")},
}
