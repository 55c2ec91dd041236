"""What cannot be undone is asked first, in a dialog of our own: no is no, however it is said, and yes is once."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from kbl import clock
from kbl.second_person import second_person
from kbl.second_person.models import PendingChange
from tests.browser_support import chromium, visit, watch
from vouchers.custody import returns
from vouchers.models import ExpectedReturn
from vouchers.numbers import SerialRange

__all__ = ["chromium", "visit", "watch"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def no(page: Page) -> None:
    page.get_by_role("button", name="Nee, terug").click()


def escape(page: Page) -> None:
    page.keyboard.press("Escape")


def posts_of(page: Page) -> list[str]:
    """Every form that is sent from now on, as it is sent."""
    sent: list[str] = []
    page.on("request", lambda each: each.method == "POST" and sent.append(each.post_data or ""))
    return sent


def says_no_and_then_yes(page: Page, button: Locator, say_no: Callable[[Page], None], yes: str) -> list[str]:
    """Somebody presses, thinks better of it, presses again, is asked again, and says yes; what was sent by then."""
    sent, asking = posts_of(page), page.locator("#kbl-confirm")
    for _ in range(2):
        button.click()
        expect(asking).to_be_visible()
        say_no(page)
        expect(asking).to_be_hidden()
        expect(button).to_be_enabled()
    assert sent == [], "no is no"
    button.click()
    page.get_by_role("button", name=yes).click()
    expect(page.locator("#kbl-messages")).not_to_be_empty()
    return sent


@pytest.mark.parametrize("say_no", [no, escape])
def test_no_to_a_form_sends_nothing_and_the_next_press_asks_again(
    visit, coordinator, stock_of_food_bank, food_bank, say_no
):
    now = clock.now()
    recall = {"kind": ExpectedReturn.Kind.RECALL, "holder": food_bank, "on": clock.today(), "by": coordinator}
    returns.expect([SerialRange(1, 5)], at=now, **recall)
    page = visit(coordinator, at=reverse("cubiss:expected_returns"))
    button = page.get_by_role("button", name="Afronden")
    sent = says_no_and_then_yes(page, button, say_no, "Ja, afronden")
    assert len(sent) == 1
    assert ExpectedReturn.objects.get().closed_by == coordinator


@pytest.mark.parametrize("say_no", [no, escape])
def test_no_to_a_button_decides_nothing_and_yes_is_the_answer_of_that_button(
    visit, coordinator, finance, food_bank, welfare, say_no
):
    second_person.ask_parent(food_bank, welfare, by=finance, at=clock.now())
    page = visit(coordinator, at=reverse("cubiss:pending_changes"))
    button = page.get_by_role("button", name="Keur goed")
    (sent,) = says_no_and_then_yes(page, button, say_no, "Ja, keur goed")
    assert "answer=yes" in sent
    assert PendingChange.objects.latest("asked_at").outcome == "accepted"


def test_yes_without_a_connection_sends_nothing_and_the_next_press_asks_again(visit, coordinator, finance, food_bank):
    second_person.ask_mail_address(food_bank, "nieuw@voorbeeld.example", by=finance, at=clock.now())
    page = visit(coordinator, at=reverse("cubiss:pending_changes"))
    button, yes = page.get_by_role("button", name="Keur goed"), page.get_by_role("button", name="Ja, keur goed")
    button.click()
    page.context.set_offline(True)
    yes.click()
    expect(page.locator("#kbl-messages")).to_contain_text("Er is geen verbinding.")
    page.context.set_offline(False)
    button.click()
    expect(page.locator("#kbl-confirm")).to_be_visible()
    assert PendingChange.objects.latest("asked_at").outcome == ""
    yes.click()
    expect(button).to_have_count(0)
    assert PendingChange.objects.latest("asked_at").outcome == "accepted"
