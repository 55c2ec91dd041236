"""A batch in a real browser: pressed twice, watched, and at the end the page goes on to it by itself."""

import pytest
from playwright.sync_api import expect

from kbl.jobs import tasks
from kbl.jobs.models import Job
from kbl.jobs.work import Refused
from tests.browser_support import WIDTHS, fits
from tests.jobs.conftest import NOON
from vouchers.models import Batch

pytestmark = [
    pytest.mark.both_engines,
    pytest.mark.browser,
    pytest.mark.usefixtures("monday", "sent", "programme"),
]

FORM = "/cubiss/vouchers/series/nieuw/"


@pytest.mark.parametrize("size", WIDTHS)
def test_carla_presses_twice_watches_and_lands_at_her_batch(visit, coordinator, size):
    page = visit(coordinator, at=FORM, size=size)
    page.get_by_label("Hoeveel vouchers?").fill("12.500")
    page.get_by_role("button", name="Maak de serie").dblclick()
    page.wait_for_url("**/cubiss/werk/*/")
    expect(page.get_by_role("heading", name="12.500 vouchers maken")).to_be_visible()
    job = Job.objects.get()

    Job.objects.filter(pk=job.pk).update(state="running", attempt=1, seen_at=NOON, done=5_000)
    expect(page.get_by_text("5.000 van 12.500")).to_be_visible()
    expect(page.locator("#werk-gezegd")).to_have_text("12.500 vouchers maken: bezig")
    assert fits(page)

    Job.objects.filter(pk=job.pk).update(state="waiting")
    tasks.do(job.pk)
    page.wait_for_url(f"**/cubiss/vouchers/series/{Batch.objects.get().pk}/")
    expect(page.get_by_text("Er zijn 12.500 vouchers gemaakt.")).to_have_count(1)


def test_a_refusal_appears_by_itself_and_the_page_stops_asking(visit, coordinator, a_kind_of_work, asked):
    def refuse(job, progress):
        raise Refused("too_late")

    a_kind_of_work(refuse, refusal=lambda job: "Dit is te laat.")
    job = asked()
    page = visit(coordinator)
    page.clock.install()
    page.goto(f"/cubiss/werk/{job.pk}/")
    expect(page.get_by_text("Staat klaar om te beginnen")).to_be_visible()
    tasks.do(job.pk)
    expect(page.get_by_text("Dit is te laat. Er is niets veranderd.")).to_be_visible()
    asked_after: list[str] = []
    page.on("request", lambda request: asked_after.append(request.url))
    page.clock.run_for(10_000)  # ten times as long as it waits between two questions
    assert asked_after == []
    page.get_by_role("button", name="Probeer het opnieuw").click()
    expect(page.get_by_text("Staat klaar om te beginnen")).to_be_visible()


def test_without_script_there_is_a_way_on(visit, coordinator, a_kind_of_work, asked):
    a_kind_of_work(lambda job, progress: 1, result_url=lambda job: "/cubiss/vouchers/")
    job = asked()
    page = visit(coordinator, at=f"/cubiss/werk/{job.pk}/", java_script_enabled=False)
    tasks.do(job.pk)
    page.get_by_role("link", name="Ververs").click()
    page.get_by_role("link", name="Bekijk het resultaat").click()
    page.wait_for_url("**/cubiss/vouchers/")
