"""The books, checked from a page: in the background, one at a time, by every role of Cubiss, and nothing is changed."""

from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from kbl.jobs import running
from kbl.jobs.models import Job
from reporting import integrity, jobs
from reporting.audit import integrity_check
from reporting.integrity.invariants import Invariant
from reporting.models import BooksCheck
from tests.access.test_access_matrix import MATRIX
from tests.access.world import ROLES

PRESS = {"audit_check_books", "audit_pack_quarter", "audit_make_file"}


@pytest.mark.both_engines
def test_a_check_is_asked_done_kept_and_shown(two_quarters, signed_in, reader, django_capture_on_commit_callbacks):
    browser = signed_in(reader)
    assert "Nog niet nagekeken" in browser.get(reverse("cubiss:audit_books")).content.decode()
    answer = browser.post(reverse("cubiss:audit_check_books"), {"key": str(uuid4())})
    job = Job.objects.get()
    assert answer["Location"] == reverse("cubiss:job", args=[job.pk])
    running.run(job.pk)
    job.refresh_from_db()
    kept = BooksCheck.objects.get()
    assert (job.state, job.result) == ("done", kept.pk)
    assert (kept.by, kept.wrong) == (reader, 0), [each for each in kept.outcomes if each["found"]]
    assert [each["name"] for each in kept.outcomes] == [each.name for each in integrity.INVARIANTS]
    page = browser.get(reverse("cubiss:audit_books")).content.decode()
    assert "De boeken kloppen" in page
    assert all(each.title in page for each in integrity.INVARIANTS)


@pytest.mark.both_engines
def test_one_check_at_a_time_is_enough(two_quarters, signed_in, reader, coordinator):
    for user in (reader, coordinator, reader):
        signed_in(user).post(reverse("cubiss:audit_check_books"), {"key": str(uuid4())})
    assert Job.objects.count() == 1
    assert "Bekijk hoe ver het is" in signed_in(reader).get(reverse("cubiss:audit_books")).content.decode()
    running.run(Job.objects.get().pk)
    signed_in(reader).post(reverse("cubiss:audit_check_books"), {"key": str(uuid4())})
    assert Job.objects.count() == 2, "after that one may be asked again"


@pytest.mark.postgresql
def test_what_is_wrong_is_shown_with_its_first_rows_and_no_more(two_quarters, signed_in, reader):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE settlements_statement SET net = net + 0.01 WHERE net > 0")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    kept = integrity_check.check(by=reader, at=two_quarters[1].closed_at)
    assert not kept.holds
    found = {each["name"]: each for each in kept.outcomes if each["found"]}
    assert "statements_are_the_sum_of_their_lines" in found
    page = signed_in(reader).get(reverse("cubiss:audit_books")).content.decode()
    assert "De boeken kloppen niet" in page
    assert f"{found['statements_are_the_sum_of_their_lines']['found']} niet in orde" in page


def test_thoroughly_wrong_books_keep_fifty_rows_and_count_the_rest(db, monkeypatch, coordinator):
    def many():
        yield from ({"serial": n} for n in range(100_000))

    monkeypatch.setattr(integrity, "INVARIANTS", [Invariant("many", "Alles is mis", many)])
    (answer,) = integrity_check.results()
    assert (answer.found, len(answer.rows)) == (100_000, integrity_check.ROWS_KEPT)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"serial": 12345, "net": "4.00"}, {"serial": "12345", "net": "4.00"}),
        ({"secret": "482913"}, {"secret": integrity_check.LEFT_OUT}),
        ({"number": "00123454829137"}, {"number": integrity_check.LEFT_OUT}),
        ({"number": "0012345 482913 7"}, {"number": integrity_check.LEFT_OUT}),
        ({"text": "bel 06-12345678"}, {"text": integrity_check.LEFT_OUT}),
        ({"iban": "NL91ABNA0417164300"}, {"iban": integrity_check.LEFT_OUT}),
        ({"problem": "x" * 999}, {"problem": "x" * 200}),
    ],
)
def test_a_row_tells_no_whole_number_and_nobodys_data(row, told):
    assert integrity_check.harmless(row) == told


def test_every_part_of_the_books_has_a_title():
    modules = {each.find.__module__.rpartition(".")[2] for each in integrity.INVARIANTS}
    assert modules <= set(integrity_check.PARTS)


def test_the_section_only_looks():
    """No route takes anything but GET, but for three that ask for work that reads; every Cubiss role sees all."""
    routes = {name: row for name, row in MATRIX["routes"].items() if name.startswith("cubiss:audit")}
    assert len(routes) >= 16
    cubiss = [ROLES.index(role) for role in ("coordinator", "finance", "reader")]
    for name, row in routes.items():
        get, post = (row[method].replace(" ", "") for method in ("get", "post"))
        opens, refused = (post, get) if name.removeprefix("cubiss:") in PRESS else (get, post)
        assert set(refused[1:]) == {"m"}, name
        assert [opens[place] for place in cubiss] == ["o"] * 3, name
        assert set(opens[4:]) == {"n"}, f"{name} is there for somebody outside Cubiss"


@pytest.mark.both_engines
def test_the_work_of_the_section_writes_only_its_own_answer(two_quarters, reader, django_assert_num_queries):
    """Under the check no table changes but the one that keeps what was found."""
    from django.apps import apps

    def counts():
        return {
            model._meta.label: model._default_manager.count()
            for model in apps.get_models()
            if model._meta.app_label != "jobs"
        }

    before = counts()
    job = jobs.ask_for_check(by=reader, at=two_quarters[1].closed_at, key=uuid4())
    running.run(job.pk)
    changed = {name for name, number in counts().items() if number != before[name]}
    assert changed == {"reporting.BooksCheck"}
