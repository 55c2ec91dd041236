"""A quarter's complete file: every hash holds, the index is complete, and the same books give the same bytes."""

import csv
import hashlib
import io
import subprocess
import tracemalloc
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.db.models import Sum
from django.urls import reverse
from openpyxl import load_workbook

from kbl.fund.models import BudgetLine, Cost, Evidence
from kbl.jobs import running
from kbl.jobs.models import Job, JobFile
from kbl.settlements.closing.digest import books_digest
from kbl.settlements.documents import issuing
from kbl.settlements.models import Document, EInvoice, Line, Statement
from reporting.audit import hashes, quarter_file
from tests import by_two
from tests.conftest import at
from tests.told_once import told_once
from vouchers.models import Voucher

globals().update(told_once("two_quarters", of=__package__))


@pytest.fixture
def issued(paid, two_quarters) -> Document:
    """The autumn's report, a statement's document and an e-invoice; what is on them does not matter here."""
    autumn = two_quarters[0]
    statement = paid.statement
    when = autumn.closed_at + timedelta(hours=1)
    issuing.issue(
        "statement",
        closing=autumn,
        statement=statement,
        filename=f"{statement.number}.pdf",
        make=lambda: b"%PDF an invoice",
        at=when,
    )
    content = b"<Invoice/>"
    EInvoice.objects.create(
        statement=statement,
        filename=f"{statement.number}.xml",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        made_at=when,
    )
    return issuing.issue(
        "report",
        closing=autumn,
        filename="voortgangsrapportage-2025-Q3.pdf",
        make=lambda: b"%PDF a report",
        at=when,
        books_digest=books_digest(autumn),
    )


def unpacked(closing) -> ZipFile:
    return ZipFile(io.BytesIO(quarter_file.pack(closing)))


def table(file: ZipFile, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read(path).decode("utf-8-sig")), delimiter=";"))


@pytest.mark.both_engines
def test_every_hash_holds_and_the_index_is_complete(issued, two_quarters, tmp_path):
    file = unpacked(two_quarters[0])
    sums = dict(reversed(line.split("  ", 1)) for line in file.read("SHA256SUMS").decode().splitlines())
    assert set(sums) == set(file.namelist()) - {"SHA256SUMS"}
    for path, sha256 in sums.items():
        assert hashlib.sha256(file.read(path)).hexdigest() == sha256, path
    index = table(file, "index.csv")
    assert {row["pad"] for row in index} == set(file.namelist()) - {"SHA256SUMS", "index.csv", "index.html"}
    page = file.read("index.html").decode()
    for row in index:
        assert row["sha256"] == sums[row["pad"]]
        assert int(row["grootte"]) == file.getinfo(row["pad"]).file_size
        assert row["wat"]
        assert f'href="{row["pad"]}"' in page
        assert row["sha256"] in page
    assert "<script" not in page
    assert "http" not in page, "it fetches nothing"
    file.extractall(tmp_path)
    checked = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.both_engines
def test_everything_of_the_quarter_is_in_it(issued, paid, two_quarters):
    file = unpacked(two_quarters[0])
    number = paid.statement.number
    kept = {
        f"stukken/{number}.pdf": b"%PDF an invoice",
        f"e-facturen/{number}.xml": b"<Invoice/>",
        "rapportage/voortgangsrapportage-2025-Q3.pdf": b"%PDF a report",
        "betaalbestanden/KBL-BET-0001.xml": b"<x/>",
    }
    for path, content in kept.items():
        assert file.read(path) == content
    (payment,) = table(file, "boeken/betalingen.csv")
    assert (payment["betalingskenmerk"], payment["klaargezet door"], payment["vrijgegeven door"]) == (
        str(paid),
        "Frank",
        "Carla",
    )
    (booked,) = table(file, "boeken/bank.csv")
    assert Decimal(booked["bedrag"]) == -Decimal(payment["bedrag"]) == -paid.statement.payable
    assert [row["stap"] for row in table(file, "boeken/stappen.csv")][-1] == "betaald"
    assert {row["bedrag"] for row in table(file, "boeken/tarieven.csv")} == {"4.00", "42.00"}
    assert b"gelijk" in file.read("controle/controlesom.txt")
    assert issued.books_digest.encode() in file.read("controle/controlesom.txt")


@pytest.mark.both_engines
def test_the_sums_are_those_of_the_statements(issued, two_quarters):
    for closing in two_quarters:
        file = unpacked(closing)
        lines = table(file, "boeken/regels.csv")
        assert len(lines) == Line.objects.filter(statement__closing=closing).count()
        statements = table(file, "boeken/afrekeningen.csv")
        assert len(statements) == closing.statements.count()
        for row in statements:
            mine = [line for line in lines if line["afrekening id"] == row["afrekening id"]]
            assert sum(Decimal(line["bedrag zonder btw"]) for line in mine) == Decimal(row["bedrag zonder btw"])
            assert len(mine) == int(row["regels"])
        drawn = table(file, "boeken/fonds.csv")
        approved = closing.statements.exclude(status__in=["draft", "confirmed", "disputed"])
        net = approved.aggregate(total=Sum("net"))["total"] or Decimal(0)
        assert -sum((Decimal(row["bedrag"]) for row in drawn), Decimal(0)) == net
        sheet = load_workbook(io.BytesIO(file.read("boeken/regels.xlsx")), read_only=True).active
        rows = list(sheet.iter_rows(min_row=2, values_only=True))
        assert sum(Decimal(str(row[12])) for row in rows) == sum(Decimal(line["bedrag zonder btw"]) for line in lines)


@pytest.mark.both_engines
def test_the_same_books_are_the_same_bytes_and_other_books_are_others(issued, two_quarters, venlo, monkeypatch):
    autumn = two_quarters[0]
    first = quarter_file.pack(autumn)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert hashlib.sha256(quarter_file.pack(autumn)).hexdigest() == hashlib.sha256(first).hexdigest()
    venlo.name = "Bibliotheek van Venlo"
    venlo.save()
    assert quarter_file.pack(autumn) != first


@pytest.mark.both_engines
def test_no_cell_calculates_and_no_name_leads_outside(issued, two_quarters, venlo):
    venlo.name = '=HYPERLINK("http://x","y")'
    venlo.save()
    file = unpacked(two_quarters[0])
    assert not [path for path in file.namelist() if path.startswith("/") or ".." in path]
    for path in file.namelist():
        if path.endswith(".csv"):
            for row in csv.reader(io.StringIO(file.read(path).decode("utf-8-sig")), delimiter=";"):
                for cell in row:
                    plain = cell.lstrip(" ")
                    number = plain.removeprefix("-").replace(".", "", 1).isdigit()
                    assert number or not plain.startswith(("=", "+", "-", "@", "|", "%")), (path, cell)
    sheet = load_workbook(io.BytesIO(file.read("boeken/regels.xlsx"))).active
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert '=HYPERLINK("' not in file.read("index.html").decode(), "and the page escapes it"


def test_costs_their_proof_and_the_journal_are_in_it(issued, two_quarters, finance, budget):
    autumn = two_quarters[0]
    proof = Evidence.objects.create(
        filename="../../rekening.pdf",
        media_type="application/pdf",
        content=b"%PDF a bill",
        sha256=hashlib.sha256(b"%PDF a bill").hexdigest(),
        kept_at=autumn.closed_at,
        kept_by=finance,
    )
    day = date(2025, 9, 12)
    line = BudgetLine.objects.get(post="2.2", year=2025)
    by_two.agreed(by_two.Kind.COST, line=line.pk, amount="120.50", description="=1+1", on=day.isoformat())
    Cost.objects.create(
        line=line,
        amount=Decimal("120.50"),
        on=day,
        description="=1+1",
        supplier="Drukker",
        reference="K-1",
        evidence=proof,
        recorded_at=autumn.closed_at,
        recorded_by=finance,
    )
    by_two.spend(Decimal("12.50"), reference="F-1", description="Formulier", on=day, by=finance, at=at(day))
    file = unpacked(autumn)
    costs = {row["kenmerk"]: row for row in table(file, "boeken/kosten.csv")}
    assert (costs["K-1"]["bedrag"], costs["K-1"]["omschrijving"]) == ("120.50", "'=1+1")
    assert costs["F-1"]["bedrag"] == "12.50"
    assert file.read(f"bewijsstukken/{costs['K-1']['bewijsstuk']}") == b"%PDF a bill"
    assert costs["K-1"]["sha256 van het bewijsstuk"] == proof.sha256
    written = table(file, "boeken/journaal.csv")
    assert written, "the cost of the fund was written down in this quarter"
    sides = [sum(Decimal(row[side].replace(",", ".")) for row in written) for side in ("debet", "credit")]
    assert sides[0] == sides[1] > 0
    assert not table(unpacked(two_quarters[1]), "boeken/kosten.csv"), "of another quarter's days there is nothing"


def test_it_tells_no_whole_number(issued, two_quarters):
    file = unpacked(two_quarters[0])
    text = b"".join(file.read(path) for path in file.namelist() if not path.endswith(".xlsx")).replace(b" ", b"")
    billed = Voucher.objects.filter(serial__in=Line.objects.values("serial"))
    assert billed.count() > 3 and f"{billed[0].pk:07}".encode() in text
    for voucher in billed:
        assert f"{voucher.number.serial:07}{voucher.number.secret}".encode() not in text


@pytest.mark.both_engines
def test_every_role_asks_for_it_and_fetches_it(issued, paid, two_quarters, signed_in, reader, finance, coordinator):
    for user in (reader, finance, coordinator):
        browser = signed_in(user)
        page = reverse("cubiss:audit_quarter", args=[two_quarters[0].quarter])
        browser.post(reverse("cubiss:audit_pack_quarter", args=[two_quarters[0].quarter]), {"key": str(uuid4())})
        job = Job.objects.latest("pk")
        running.run(job.pk)
        link = reverse("cubiss:job_file", args=[job.pk])
        assert f'href="{link}"' in browser.get(page).content.decode()
        answer = browser.get(link)
        assert answer.status_code == 200
        assert "kbl-kwartaaldossier-2025-Q3.zip" in answer["Content-Disposition"]
        assert "SHA256SUMS" in ZipFile(io.BytesIO(answer.content)).namelist()
        has_files = "betaalbestanden/KBL-BET-0001.xml" in ZipFile(io.BytesIO(answer.content)).namelist()
        assert has_files == (user == finance), "only finance fetches what a bank would pay"
    assert len({bytes(each.content) for each in JobFile.objects.all()}) == 2, "whoever may see as much, the same bytes"


@pytest.mark.both_engines
def test_the_payment_files_are_for_finance_at_every_door(
    issued, paid, two_quarters, signed_in, reader, finance, coordinator
):
    """Its own address, the quarter's file, and that file by its number; the others read names and hashes."""
    signed_in(finance).post(reverse("cubiss:audit_pack_quarter", args=[two_quarters[0].quarter]), {"key": str(uuid4())})
    job = Job.objects.latest("pk")
    running.run(job.pk)
    whole, alone = reverse("cubiss:job_file", args=[job.pk]), reverse("cubiss:payment_file", args=[paid.run.number])
    page = reverse("cubiss:audit_quarter", args=[two_quarters[0].quarter])
    for user in (reader, coordinator):
        browser = signed_in(user)
        assert (browser.get(whole).status_code, browser.get(alone).status_code) == (403, 403)
        assert whole not in browser.get(page).content.decode()
        assert alone not in browser.get(reverse("cubiss:payment_run", args=[paid.run.number])).content.decode()
    browser = signed_in(finance)
    assert (browser.get(whole).status_code, browser.get(alone).status_code) == (200, 200)
    without = ZipFile(io.BytesIO(quarter_file.pack(two_quarters[0], payment_files=False)))
    assert not [each for each in without.namelist() if each.startswith("betaalbestanden/")]
    (row,) = table(without, "boeken/betaalbestanden.csv")
    assert row["betaalbestand"] == "KBL-BET-0001.xml" and row["sha256"]


@pytest.mark.both_engines
def test_the_hashes_are_made_again_and_a_planted_change_is_seen(issued, paid, two_quarters, signed_in, reader):
    url = reverse("cubiss:audit_quarter", args=[two_quarters[0].quarter])
    page = signed_in(reader).get(url).content.decode()
    assert "De boeken zijn nog zoals in de rapportage" in page
    found = hashes.files(two_quarters[0])
    assert {each.filename for each in found if each.holds} == {
        f"{paid.statement.number}.pdf",
        f"{paid.statement.number}.xml",
        "voortgangsrapportage-2025-Q3.pdf",
    }
    assert [each.filename for each in found if not each.holds] == ["KBL-BET-0001.xml"], "its kept hash is no hash of it"
    assert "1 niet meer zoals uitgegeven" in page


@pytest.mark.postgresql
def test_a_changed_line_is_seen_against_the_report(issued, two_quarters, signed_in, reader, request):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE settlements_line SET net = net + 1 WHERE id = (SELECT MIN(id) FROM settlements_line)")
    url = reverse("cubiss:audit_quarter", args=[two_quarters[0].quarter])
    assert "De boeken zijn anders dan in de rapportage" in signed_in(reader).get(url).content.decode()
    assert b"NIET GELIJK" in unpacked(two_quarters[0]).read("controle/controlesom.txt")
    assert b"NIET IN ORDE" in unpacked(two_quarters[0]).read("controle/boeken-nagekeken.txt")


def test_documents_pass_through_one_by_one(issued, two_quarters):
    """However many papers: in memory are the one that is written and the next one, never all of them."""
    winter, size = two_quarters[1], 6_000_000
    statements = list(Statement.objects.filter(closing=winter))
    assert len(statements) >= 3
    peaks = []
    for few in (statements[:1], statements[1:]):
        for statement in few:
            issuing.issue(
                "statement",
                closing=winter,
                statement=statement,
                filename=f"groot-{statement.pk}.pdf",
                make=lambda: bytes(size),
                at=winter.closed_at,
            )
        tracemalloc.start()
        quarter_file.pack(winter)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2.4 * peaks[0], f"{peaks[1]:,} bytes for {len(statements)}, {peaks[0]:,} for one"
