"""The page of a job: how far it is, what came of it, and what somebody can do when it did not work."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from kbl.accounts.roles import Right
from kbl.jobs import heartbeat, tasks, views
from kbl.jobs.models import Job, JobFile
from kbl.jobs.running import FILES_LAST
from kbl.jobs.work import Made, Refused
from tests.jobs.conftest import NOON

pytestmark = [pytest.mark.both_engines, pytest.mark.usefixtures("monday")]

HTMX = {"HX-Request": "true"}


def url(job: Job, rest: str = "") -> str:
    return f"/cubiss/werk/{job.pk}/{rest}"


def words(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_job_that_waits_says_that_nobody_has_to_wait_for_it(a_kind_of_work, asked, carla):
    a_kind_of_work(lambda job, progress: 1)
    job = asked()
    page = words(carla.get(url(job)))
    assert "U hoeft niet te wachten" in page and "Gevraagd op 6 okt 2025, 12:00 door Carla" in page.replace("\xa0", " ")
    assert 'hx-trigger="every 1s"' in page
    assert "Ververs</a>" in page, "a way on without script"


def test_a_job_under_way_shows_how_far_it_is_and_says_it_once(a_kind_of_work, asked, carla):
    a_kind_of_work(lambda job, progress: 1)
    job = asked(total=12_500)
    Job.objects.filter(pk=job.pk).update(state="running", attempt=1, seen_at=NOON, done=5_000)
    part = carla.get(url(job), {"stand": "waiting"}, headers=HTMX)
    assert part.status_code == 200 and "5.000 van 12.500" in words(part)
    assert "hx-swap-oob" in words(part), "the change is told to who listens"
    assert "hx-swap-oob" not in words(carla.get(url(job), {"stand": "running"}, headers=HTMX)), "and told once"
    Job.objects.filter(pk=job.pk).update(done=12_500)
    assert "Bijna klaar" in words(carla.get(url(job)))


def test_in_one_process_the_figure_is_known_while_sqlite_has_one_writer(a_kind_of_work, asked, carla):
    a_kind_of_work(lambda job, progress: 1)
    job = asked(total=10)
    Job.objects.filter(pk=job.pk).update(state="running", attempt=1, seen_at=NOON)
    heartbeat._HereProgress(job)(4)
    assert "4 van 10" in words(carla.get(url(job)))
    heartbeat._here.clear()


def test_when_it_is_done_the_page_goes_on_by_itself(a_kind_of_work, asked, carla):
    a_kind_of_work(
        lambda job, progress: 1, done=lambda job: "Alles is gemaakt.", result_url=lambda job: "/cubiss/vouchers/"
    )
    job = asked()
    tasks.do(job.pk)
    for _ in range(2):  # the page asks every second, and may hear it twice
        answer = carla.get(url(job), headers=HTMX)
        assert answer.status_code == 286 and "Alles is gemaakt." in words(answer)
        assert f'hx-get="{url(job)}?verder"' in words(answer)
    assert carla.get(url(job), {"verder": ""}, headers=HTMX)["HX-Redirect"] == "/cubiss/vouchers/"
    assert words(carla.get("/cubiss/vouchers/")).count("Alles is gemaakt.") == 1
    page = words(carla.get(url(job)))
    assert 'href="/cubiss/vouchers/"' in page and "Bekijk het resultaat" in page
    assert "hx-get" not in page, "it asks no further"


def test_a_file_can_be_fetched_by_the_coordinator(a_kind_of_work, asked, carla, rik, coordinator, log_in, monday):
    a_kind_of_work(lambda job, progress: Made("vellen.pdf", "application/pdf", b"%PDF-1.7"))
    job = asked()
    tasks.do(job.pk)
    part = carla.get(url(job), headers=HTMX)
    assert part.status_code == 286, "htmx stops asking"
    assert "vellen.pdf" in words(part) and "tot en met 13 oktober 2025" in words(part).replace("\xa0", " ")
    file = carla.get(url(job, "bestand/"))
    assert (file.content, file["Content-Type"]) == (b"%PDF-1.7", "application/pdf")
    assert file["Content-Disposition"] == 'attachment; filename="vellen.pdf"'
    assert rik.get(url(job, "bestand/")).status_code == 403
    assert "bestand/" not in words(rik.get(url(job))), "and no link that does not open"
    monday.shift(timedelta(days=8))
    tasks.sweep()
    carla = log_in(coordinator)
    assert carla.get(url(job, "bestand/")).status_code == 404
    assert "weggegooid" in words(carla.get(url(job)))


def test_a_file_is_told_to_be_gone_after_its_last_moment(a_kind_of_work, asked, coordinator, monday):
    """To the second, and only where a file was made that is not there any more."""
    a_kind_of_work(lambda job, progress: Made("vellen.pdf", "application/pdf", b"%PDF-1.7"))
    job = asked()
    tasks.do(job.pk)
    job.refresh_from_db()
    request = SimpleNamespace(acting=SimpleNamespace(may=lambda right: True))
    monday.shift(FILES_LAST)
    told = views._told(job, request)
    assert told["file"] and told["kept_until"] == job.finished_at + FILES_LAST and not told["thrown_away"]
    JobFile.objects.all().delete()
    assert not views._told(job, request)["thrown_away"]
    monday.shift(timedelta(seconds=1))
    assert views._told(job, request)["thrown_away"]
    job.state = "failed"
    assert not views._told(job, request)["thrown_away"]


def test_a_file_that_is_past_its_time_and_still_there_is_not_told_to_be_gone(a_kind_of_work, asked, monday):
    a_kind_of_work(lambda job, progress: Made("vellen.pdf", "application/pdf", b"%PDF-1.7"))
    job = asked()
    tasks.do(job.pk)
    job.refresh_from_db()
    monday.shift(FILES_LAST + timedelta(days=1))
    told = views._told(job, SimpleNamespace(acting=SimpleNamespace(may=lambda right: True)))
    assert told["file"] and not told["thrown_away"]


def test_a_page_leads_to_what_was_made_and_back_to_the_form(a_kind_of_work, asked, monday):
    request = SimpleNamespace(acting=SimpleNamespace(may=lambda right: right == Right.KEEP_BOOKS))
    words = {"result_url": lambda job: "/daar/", "result_label": "Kijk", "form_url": lambda job: "/hier/"}
    a_kind_of_work(lambda job, progress: 1, done=lambda job: "Klaar.", file_right=lambda job: Right.KEEP_BOOKS, **words)
    job = asked()
    names = ("result_url", "result_label", "form_url", "sentence", "may_press", "may_fetch")
    assert [views._told(job, request)[name] for name in names] == ["", "Kijk", "/hier/", "", False, True]
    tasks.do(job.pk)
    job.refresh_from_db()
    assert [views._told(job, request)[name] for name in names] == ["/daar/", "Kijk", "/hier/", "Klaar.", False, True]
    a_kind_of_work(lambda job, progress: 1, file_right=lambda job: None)
    told = [views._told(job, request)[name] for name in names]
    assert told == ["", "Bekijk het resultaat", "", "", False, True]
    a_kind_of_work(lambda job, progress: 1)
    assert not views._told(job, request)["may_fetch"]


def test_a_refusal_says_why_and_can_be_tried_again(a_kind_of_work, asked, carla, rik):
    def refuse(job, progress):
        raise Refused("too_late")

    a_kind_of_work(refuse, refusal=lambda job: {"too_late": "Dit is te laat."}[job.refusal])
    job = asked()
    tasks.do(job.pk)
    part = carla.get(url(job), headers=HTMX)
    assert part.status_code == 286
    assert "Dit is te laat. Er is niets veranderd." in words(part)
    assert "Probeer het opnieuw" not in words(rik.get(url(job)))
    assert rik.post(url(job, "opnieuw/")).status_code == 403
    assert carla.post(url(job, "opnieuw/")).status_code == 302
    job.refresh_from_db()
    assert job.state == "waiting"


def test_a_failure_is_told_and_can_be_tried_again(a_kind_of_work, asked, carla, monday, programme):
    def fail(job, progress):
        raise RuntimeError("planted")

    a_kind_of_work(fail)
    job = asked()
    tasks.do(job.pk)
    assert "De eerste poging lukte niet" in words(carla.get(url(job)))
    for _ in range(2):
        monday.shift(timedelta(minutes=2))
        tasks.sweep()
    page = words(carla.get(url(job)))
    assert "Dit is niet gelukt" in page and "Probeer het nog eens" in page
    assert "RuntimeError" not in page
    assert "1 keer is werk op de achtergrond niet gelukt" in words(carla.get("/cubiss/"))


def test_the_list_names_every_job_newest_first(a_kind_of_work, asked, carla, django_assert_num_queries):
    assert "Er is nog niets gevraagd" in words(carla.get("/cubiss/werk/"))
    a_kind_of_work(lambda job, progress: 1)
    first, second = asked(), asked(at=NOON + timedelta(minutes=1))
    page = carla.get("/cubiss/werk/")
    assert [job for job, _ in page.context["rows"]] == [second, first]
    assert words(page).count("Sommen maken</th>") == 2
    assert (page.context["page"].paginator.per_page, page.context["page"].paginator.count) == (25, 2)
