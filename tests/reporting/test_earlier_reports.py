"""An installation that had reports before they were released is migrated, on a filled database: they are version 1."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from kbl.settlements.documents import issuing
from kbl.settlements.models import Document
from reporting.editions import release, texts
from reporting.editions.models import ReportEdition, TextPlace
from reporting.integrity import database, documents
from reporting.models import KeptReport
from tests import released_report
from tests.reporting.released import main

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db(transaction=True)]
BEFORE_EDITIONS, BEFORE_IT_SAID_WHAT_IS_BEHIND = "0010", "0020"


def migrate(to: str = "") -> None:
    call_command("migrate", "reporting", *filter(None, [to]), verbosity=0)


@pytest.fixture
def newest_again(transactional_db):
    """Whatever happens, the next test finds all tables."""
    yield
    migrate()


def issue(closing) -> Document:
    """The paper that the province read at once, when a closing still issued it to them."""
    return issuing.issue(
        Document.Kind.REPORT,
        closing=closing,
        filename=f"voortgangsrapportage-{closing.quarter}.pdf",
        make=lambda: f"%PDF-1.7 {closing.quarter}".encode(),
        at=closing.closed_at,
        books_digest="b" * 64,
        seal="s" * 64,
    )


def test_what_the_province_read_stays_where_it_read_it(two_quarters, newest_again, history, province, client_class):
    autumn, winter = two_quarters
    papers = {each.closing_id: bytes(each.content) for each in map(issue, two_quarters)}
    kept = dict(KeptReport.objects.values_list("closing", "sha256"))
    released_report.asked(winter, history.coordinator)

    migrate(BEFORE_IT_SAID_WHAT_IS_BEHIND)
    migrate()
    assert ReportEdition.objects.get().missed == "A", "what waits for a colleague says it too"

    migrate(BEFORE_EDITIONS)
    assert "reporting_reportedition" not in connection.introspection.table_names()
    migrate()
    assert dict(KeptReport.objects.values_list("closing", "sha256")) == kept, "the figures were kept before"
    for closing in two_quarters:
        edition = release.released(closing)
        assert (edition.version, edition.before_releases, edition.decided_by) == (1, True, None)
        assert edition.asked_by == closing.closed_by and edition.decided_at == closing.closed_at
        (file,) = edition.files.all()
        assert bytes(file.content) == papers[closing.pk]
    browser = client_class(province)
    listed = main(browser.get(reverse("province:reports")))
    assert "3e kwartaal 2025" in listed and "4e kwartaal 2025" in listed
    assert "Per bibliotheek" in main(browser.get(reverse("province:report", args=["2025-Q4"])))
    fetched = browser.get(reverse("province:report_file", args=["2025-Q4", 1, "pdf"]))
    assert fetched.content == papers[winter.pk]
    assert browser.get(reverse("province:report_file", args=["2025-Q4", 1, "csv"])).status_code == 404
    assert list(documents.editions_match_their_hash()) == list(database.history_is_guarded()) == []
    _a_second_version(winter, history, papers)
    assert release.released(autumn).version == 1


def _a_second_version(winter, history, papers) -> None:
    """From there on it goes as with every report: explained, by two, and the first version stays."""
    late = winter.closed_at + timedelta(days=9)
    first = release.released(winter)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReportEdition.objects.filter(pk=first.pk).update(version=2)
    texts.write(winter, TextPlace.WHY_A, released_report.WHY, by=history.coordinator, at=late)
    second = release.ask(winter, changes="Met een toelichting.", by=history.coordinator, at=late)
    released_report.quick_files(second, at=late)
    release.release(second, by=history.finance, at=late)
    assert release.released(winter).version == 2
    assert bytes(first.files.get().content) == papers[winter.pk]
