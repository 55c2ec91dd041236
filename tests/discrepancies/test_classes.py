"""A class of discrepancies is one entry: what is planted there is followed, and what it lacks is told."""

from dataclasses import replace
from enum import Enum

import pytest
from django.urls import reverse

from kbl.discrepancies import reconciliation
from kbl.discrepancies.discrepancy import incomplete
from kbl.discrepancies.models import ABOUT, PAUSES, Answer, AnswerWords, DiscrepancyKind, Reminder
from kbl.discrepancies.portal.forms import WORDS
from kbl.discrepancies.reconciliation import DISCREPANCIES

UNREPORTED = reconciliation.of(DiscrepancyKind.UNREPORTED)
COUNTED = reconciliation.of(DiscrepancyKind.COUNTED)


def lacking(*classes, kinds=DiscrepancyKind, words=AnswerWords) -> list[str]:
    return incomplete(classes or DISCREPANCIES, kinds, words)


def test_every_class_is_complete():
    assert lacking() == []
    assert [each.kind for each in DISCREPANCIES] == list(DiscrepancyKind), "each kind once, in its own order"
    assert {each.about for each in DISCREPANCIES} <= {field.name for field in Answer._meta.fields}
    reminded = {each.reminded_as for each in DISCREPANCIES if each.reminded_as}
    assert reminded <= {field.name for field in Reminder._meta.fields}
    assert set(WORDS) == {each.kind for each in DISCREPANCIES if each.offered_to_party}


def test_a_planted_kind_without_a_class_is_told():
    planted = Enum("Planted", {"LENT": "lent"})
    assert lacking(kinds=[*DiscrepancyKind, *planted]) == [
        "<Planted.LENT: 'lent'> has 0 classes",
        "<Planted.LENT: 'lent'> is about no column of Answer",
    ]


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        (replace(COUNTED), "has 2 classes"),
        (replace(COUNTED), "shares its address anders-geteld"),
        (replace(COUNTED, offered=()), "offers Cubiss no answer"),
        (replace(COUNTED, offered_to_party=(AnswerWords.LATER,)), "so it is reminded, or neither"),
        (replace(COUNTED, reminded_as="counted"), "so it is reminded, or neither"),
    ],
)
def test_what_a_planted_class_lacks_is_told(planted, told):
    assert any(told in each for each in lacking(*DISCREPANCIES, planted))


def test_an_answer_that_nothing_offers_is_told():
    without = [each for each in DISCREPANCIES if each.kind != DiscrepancyKind.UNACCREDITED]
    assert [each for each in lacking(*without) if "answer to nothing" in each] == [
        f"{said!r} is an answer to nothing" for said in (AnswerWords.ACCREDITED, AnswerWords.STOCK_BACK)
    ]


def test_a_class_is_looked_up_by_its_kind_whatever_its_address():
    assert reconciliation.of(UNREPORTED.kind) is UNREPORTED
    moved = replace(UNREPORTED, slug="ergens-anders")
    assert moved.about == UNREPORTED.about == ABOUT[DiscrepancyKind.UNREPORTED]
    assert moved.may_answer("not_ours", by_party=True) and not moved.may_answer("not_ours", by_party=False)


def test_what_comes_back_on_a_day_is_offered_somewhere():
    assert set(PAUSES) <= {said for each in DISCREPANCIES for said in each.offered}


@pytest.mark.both_engines
@pytest.mark.django_db
@pytest.mark.parametrize("each", DISCREPANCIES, ids=lambda each: each.slug)
def test_every_class_has_its_worklist_and_its_file(client, coordinator, each):
    client.force_login(coordinator, "allauth.account.auth_backends.AuthenticationBackend")
    shown = client.get(reverse("cubiss:discrepancies"), {"soort": each.slug})
    assert shown.status_code == 200
    assert each.words in shown.text
    assert each.next_step in shown.text
    kept = client.get(reverse("cubiss:discrepancies_file", args=["csv"]), {"soort": each.slug})
    assert each.slug in kept["Content-Disposition"]
