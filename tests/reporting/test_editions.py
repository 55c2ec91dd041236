"""A report goes to the province when a second person agrees, and then stays: texts, versions, files, mail."""

import csv
import hashlib
import io
from datetime import date, timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from kbl.accounts import waiting
from kbl.accounts.roles import Role
from kbl.accounts.waiting import TooNew
from kbl.clock import end_of
from kbl.jobs.models import Job
from kbl.mail.models import Letter
from reporting import jobs
from reporting.editions import files, parts, release, texts
from reporting.editions.models import EditionFile, EditionPart, EditionText, ReportEdition, ReportText, TextPlace
from reporting.editions.refused import EditionRefused
from reporting.integrity import documents
from reporting.report import kept_reports
from tests import released_report
from tests.archival_paper import assert_archival, elements
from tests.reporting.released import main
from tests.told_once import told_once

globals().update(told_once("two_quarters", of=__package__))

pytestmark = pytest.mark.both_engines
Reason = EditionRefused.Reason


@pytest.fixture
def winter(two_quarters):
    return two_quarters[1]


def refused(act) -> str:
    with pytest.raises(EditionRefused) as found, transaction.atomic():
        act()
    return found.value.reason


def test_who_put_it_before_a_colleague_or_wrote_in_it_does_not_release_it(winter, history, province):
    """The database says so too, whoever goes round the rule."""
    coordinator, finance = history.coordinator, history.finance
    texts.write(winter, TextPlace.FUND, "Het fonds loopt achter.", by=finance, at=winter.closed_at)
    edition = released_report.asked(winter, coordinator)
    late = winter.closed_at + timedelta(days=3)
    assert refused(lambda: release.release(edition, by=coordinator, at=late)) == Reason.OWN
    assert refused(lambda: release.release(edition, by=finance, at=late)) == Reason.AUTHOR
    assert release.who_may(edition, at=late) == []
    row = ReportEdition.objects.filter(pk=edition.pk)
    for by in (coordinator, finance):
        with pytest.raises(DatabaseError), transaction.atomic():
            row.update(outcome="released", decided_by=by, decided_at=late)
    release.give_back(edition, by=finance, at=late)
    texts.write(winter, TextPlace.FUND, "Het fonds loopt achter.", by=coordinator, at=late)
    again = release.ask(winter, by=coordinator, at=late)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReportEdition.objects.filter(pk=again.pk).update(outcome="released", decided_by=finance, decided_at=late)
    assert refused(lambda: release.release(again, by=finance, at=late)) == Reason.NOT_MADE
    released_report.quick_files(again, at=late)
    assert release.who_may(again, at=late) == [finance], "the coordinator took the words over"
    release.release(again, by=finance, at=late)
    assert refused(lambda: release.release(again, by=finance, at=late)) == Reason.DECIDED


def test_a_new_colleague_waits_before_releasing(winter, history, make_user, monkeypatch):
    edition = released_report.asked(winter, history.coordinator)
    monkeypatch.setattr(waiting, "_wait", lambda: timedelta(days=4000))
    newcomer = make_user("Nora", Role.CUBISS_FINANCE)
    with pytest.raises(TooNew):
        release.release(edition, by=newcomer, at=edition.asked_at + timedelta(hours=1))


def test_a_missed_target_without_a_word_is_not_put_before_anybody(winter, history):
    assert kept_reports.read(winter).shown["missed"] == ("A",)
    assert refused(lambda: release.ask(winter, by=history.coordinator, at=winter.closed_at)) == Reason.UNEXPLAINED
    texts.write(winter, TextPlace.WHY_A, released_report.WHY, by=history.coordinator, at=winter.closed_at)
    assert release.unexplained(winter) == []
    texts.write(winter, TextPlace.WHY_A, "", by=history.coordinator, at=winter.closed_at)
    assert release.unexplained(winter) == ["A"]


def test_the_database_releases_no_missed_target_without_a_word(winter, history):
    """Whoever goes round the rule, and takes the explanation out of what is put before a colleague."""
    late = winter.closed_at + timedelta(days=3)
    texts.write(winter, TextPlace.FUND, "Het fonds loopt achter.", by=history.coordinator, at=late)
    known = {"closing": winter, "version": 1, "content": b"x", "sha256": "x", "asked_by": history.coordinator}
    edition = ReportEdition.objects.create(**known, asked_at=late, missed="A")
    released_report.quick_files(edition, at=late)
    fund = EditionText.objects.create(edition=edition, text=ReportText.objects.get(), is_new=True)
    row = ReportEdition.objects.filter(pk=edition.pk)
    let_go = partial(row.update, outcome="released", decided_by=history.finance, decided_at=late)
    assert fund.text.place == TextPlace.FUND
    with pytest.raises(DatabaseError), transaction.atomic():
        let_go()
    with pytest.raises(DatabaseError), transaction.atomic():
        row.update(missed="")
    why = ReportText(closing=winter, place=TextPlace.WHY_A, written_by=history.coordinator, written_at=late)
    for text in ("", released_report.WHY):
        why.pk, why.text = None, text
        why.save()
        EditionText.objects.create(edition=edition, text=why, is_new=True)
        if not text:
            with pytest.raises(DatabaseError), transaction.atomic():
                let_go()
    assert let_go() == 1


def test_an_edition_that_hides_what_is_behind_is_found_by_the_books(winter, history):
    edition = released_report.asked(winter, history.coordinator)
    assert edition.missed == "A" and list(documents.editions_match_their_hash()) == []
    release.give_back(edition, by=history.finance, at=winter.closed_at + timedelta(days=3))
    content = bytes(edition.content)
    known = {"closing": winter, "version": 1, "content": content, "sha256": edition.sha256}
    hidden = ReportEdition.objects.create(**known, asked_by=history.coordinator, asked_at=winter.closed_at)
    (found,) = documents.editions_match_their_hash()
    assert found["edition"] == hidden.pk and "targets" in found["problem"]


@pytest.mark.parametrize(
    "text",
    ["Bel mevrouw op 06-12345678.", "Mail jan@voorbeeld.nl.", "Haar BSN is 111222333.", "Mevrouw De Vries leest nu."],
)
def test_a_text_with_somebodys_particulars_is_refused_and_not_lost(winter, history, signed_in, text):
    browser = signed_in(history.coordinator)
    address = reverse("cubiss:report_texts", args=["2025-Q4"])
    answer = browser.post(address, {"why_b": text, "why_a": "Te laat begonnen.", "seen": 0})
    assert answer.status_code == 200 and text in answer.content.decode()
    assert "Te laat begonnen." in answer.content.decode()
    assert not ReportText.objects.exists()
    with pytest.raises(ValidationError):
        texts.write(winter, TextPlace.WHY_B, text, by=history.coordinator, at=winter.closed_at)


def test_a_colleague_who_wrote_meanwhile_is_not_written_over_unseen(winter, history, signed_in):
    texts.write(winter, TextPlace.WHY_A, "Van de ander.", by=history.finance, at=timezone.now())
    browser, address = signed_in(history.coordinator), reverse("cubiss:report_texts", args=["2025-Q4"])
    told = browser.post(address, {"why_a": "Van mij.", "seen": 0}).content.decode()
    assert "Van de ander." in told and "Van mij." in told
    assert texts.standing(winter)["why_a"].text == "Van de ander."
    assert browser.post(address, {"why_a": "Van mij.", "seen": ReportText.objects.get().pk}).status_code == 302
    assert texts.words(texts.standing(winter)) == {"why_a": "Van mij."}


def test_a_new_version_says_what_changed_and_the_earlier_stays(winter, history, client_class, province):
    coordinator, finance = history.coordinator, history.finance
    released_report.released(winter, coordinator, finance)
    browser = client_class(province)
    first = main(browser.get(reverse("province:report", args=["2025-Q4"])))
    late = winter.closed_at + timedelta(days=9)
    assert refused(lambda: release.ask(winter, by=coordinator, at=late)) == Reason.SAME
    texts.write(winter, TextPlace.PLACES, "Gennep begon pas in november.", by=finance, at=late)
    assert refused(lambda: release.ask(winter, by=finance, at=late)) == Reason.SAYS_NOTHING
    second = release.ask(winter, changes="De uitleg bij de gemeenten is nieuw.", by=finance, at=late)
    assert refused(lambda: texts.write(winter, TextPlace.FUND, "Nog iets.", by=finance, at=late)) == Reason.WAITS
    assert "Gennep begon" not in main(browser.get(reverse("province:report", args=["2025-Q4"])))
    released_report.quick_files(second, at=late)
    release.release(second, by=coordinator, at=late), "who wrote only what was released before may"
    page = main(browser.get(reverse("province:report", args=["2025-Q4"])))
    assert "De uitleg bij de gemeenten is nieuw." in page and "Gennep begon" in page
    old = main(browser.get(reverse("province:report_version", args=["2025-Q4", 1])))
    assert "Gennep begon" not in old and released_report.WHY in old and released_report.WHY in first
    subjects = set(Letter.objects.filter(purpose="report").values_list("subject", flat=True))
    assert subjects == {"Voortgangsrapportage 4e kwartaal 2025", "Voortgangsrapportage 4e kwartaal 2025, versie 2"}


def test_the_province_hears_of_it_once_with_the_addresses_of_its_files(winter, history, province):
    released_report.released(winter, history.coordinator, history.finance)
    letter = Letter.objects.get(purpose="report", recipient=province.email)
    for form in EditionFile.Form:
        assert reverse("province:report_file", args=["2025-Q4", 1, form.value]) in letter.body


def test_nothing_of_an_edition_is_changed_or_taken_away_and_the_books_see_other_bytes(winter, history, monkeypatch):
    released_report.released(winter, history.coordinator, history.finance)
    changes = ({"content": b"x"}, {"sha256": "x"}, {"place": "fund"}, {"is_new": False}, {"version": 2})
    for model in (ReportText, ReportEdition, EditionText, EditionFile):
        names = {each.name for each in model._meta.fields}
        rows = model.objects.all()
        acts = [partial(rows.update, **one) for one in changes if set(one) <= names]
        for act in [*acts, rows.delete]:
            with pytest.raises(DatabaseError), transaction.atomic():
                act()
    assert list(documents.editions_match_their_hash()) == []


def test_the_list_and_the_workbook_say_every_figure_of_the_page(winter, history):
    edition = released_report.asked(winter, history.coordinator, fund="De facturen kwamen laat.")
    read, words = kept_reports.read(winter), release.content_of(edition)
    content = files.to_csv(files.HEADINGS, files.rows(read, words)).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(content), delimiter=";"))[1:]
    shown = [cell for table in files.tables_of(read) for row in table.rows for cell in row.cells]
    assert len(lines) >= len(shown)
    assert ["Lidmaatschappen", "Nieuwe leden", "Sinds de start", "19", ""] in lines
    assert ["Tekst", "Het lidmaatschapsfonds", "", "De facturen kwamen laat.", ""] in lines
    held = [line for line in lines if line[4] == "ja"]
    assert held and all(not line[3] or int(line[3]) >= 5 for line in held), "a star has no small number behind it"


def test_the_office_writes_asks_and_releases_on_its_pages(winter, history, client_class, monkeypatch):
    """What the coordinator writes, finance reads, and lets go."""
    monkeypatch.setattr(files, "make", released_report.quick_files)
    writer, second = client_class(history.coordinator), client_class(history.finance)
    address = reverse("cubiss:report_texts", args=["2025-Q4"])
    assert "Nog nodig: een toelichting bij doel A" in main(writer.get(address))
    writer.post(address, {"why_a": released_report.WHY, "seen": 0})
    assert writer.post(reverse("cubiss:report_ask", args=["2025-Q4"])).status_code == 302
    edition = ReportEdition.objects.get()
    if not edition.files.exists():  # the work waits for its worker
        released_report.quick_files(edition, at=timezone.now())
    assert "Geef vrij" not in main(writer.get(address))
    assert "wacht op vrijgeven" in second.get(reverse("cubiss:home")).content.decode()
    page = main(second.get(address))
    assert "Geef vrij" in page and history.finance.email in page
    decide = reverse("cubiss:report_decide", args=["2025-Q4", edition.pk])
    told = main(writer.post(decide, {"vrijgeven": "1"}, follow=True))
    assert "U legde deze rapportage zelf voor" in told
    assert "Vrijgegeven." in main(second.post(decide, {"vrijgeven": "1"}, follow=True))
    edition.refresh_from_db()
    assert edition.is_released and edition.decided_by == history.finance
    assert Job.objects.filter(kind=jobs.REPORT_PARTS, arguments={"edition": edition.pk}).exists()


def test_the_two_pages_of_a_library_say_what_the_report_says_and_no_more(
    winter, history, venlo, signed_in, monkeypatch
):
    """Landgraaf's are too few to show of a quarter with one converted member: that stays so on its own pages."""
    edition = released_report.released(winter, history.coordinator, history.finance)
    read = kept_reports.read(winter)
    everybody = [each for about in parts.About for each in parts.parts(read, about)]
    assert {each.name for each in everybody} >= {"Bibliotheek Venlo", "Bibliotheek Landgraaf", "Venlo", "Landgraaf"}
    told = {}
    monkeypatch.setattr(parts.pdf, "render", lambda template, context, **rest: told.update(context) or b"%PDF")
    for part in everybody:
        table = read.shown[parts.TABLES[part.about]]
        shown = {cell.label: cell for line in table.rows if line.label == part.name for cell in line.cells}
        parts.render(edition, part)
        newest = told["own"].rows[-1]
        assert (newest.cells[0].text, newest.cells[0].held) == (
            shown["Nieuw dit kwartaal"].text,
            shown["Nieuw dit kwartaal"].held,
        )
        assert newest.cells[1].text == shown["Nieuw sinds de start"].text
    browser = signed_in(history.coordinator)
    address = reverse("cubiss:report_part", args=["2025-Q4", "library", venlo.pk])
    fetched = browser.get(address)
    assert fetched["Content-Type"] == "application/pdf"
    kept = EditionPart.objects.get()
    assert fetched["ETag"] == f'"{kept.sha256}"' and hashlib.sha256(fetched.content).hexdigest() == kept.sha256
    monkeypatch.setattr(parts.pdf, "render", lambda template, context, **rest: b"%PDF made otherwise later")
    assert browser.get(address).content == fetched.content, "made once, and kept"
    _the_rest_is_made_as_work(edition, everybody, history)
    assert browser.get(address).content == fetched.content
    for act in (partial(EditionPart.objects.update, content=b"x"), EditionPart.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    for wrong in (["2025-Q4", "library", 0], ["2025-Q4", "onzin", venlo.pk], ["2025-Q3", "library", venlo.pk]):
        assert browser.get(reverse("cubiss:report_part", args=wrong)).status_code == 404


def _the_rest_is_made_as_work(edition, everybody, history) -> None:
    """After a release a job makes what was not fetched yet, each once."""
    job = Job(kind=jobs.REPORT_PARTS, arguments={"edition": edition.pk}, asked_by=history.finance)
    job.asked_at = edition.decided_at
    done: list[int] = []
    for _ in range(2):
        jobs.report_parts_job(job, done.append)
    assert done == [*range(1, len(everybody) + 1)] * 2
    assert EditionPart.objects.filter(edition=edition).count() == len(everybody)
    assert list(documents.editions_match_their_hash()) == []


def test_the_helper_of_the_stories_makes_one_that_the_database_takes(two_quarters, history):
    kept = released_report.interim(
        two_quarters[1].quarter.next, history.coordinator, history.finance, at=end_of(date(2026, 2, 1)) + timedelta(1)
    )
    kept.refresh_from_db()
    assert kept.is_released


def test_what_the_province_gets_is_pdf_a_and_pdf_ua_and_so_are_the_two_pages(winter, history, venlo):
    edition = released_report.asked(winter, history.coordinator, quick=False)
    release.release(edition, by=history.finance, at=edition.asked_at + timedelta(hours=2))
    opened = assert_archival(bytes(edition.files.get(form=EditionFile.Form.PDF).content))
    assert len(list(elements(opened.Root.StructTreeRoot, "/Figure"))) >= 3, "its charts are pictures with words"
    part = parts.find(kept_reports.read(winter), parts.About.LIBRARY, venlo.pk)
    assert part
    two = assert_archival(parts.render(edition, part))
    assert len(two.pages) == 2
