"""The seal of a closed quarter stands outside the database: in a mail box, in the auditor's file, on his page."""

import io
from datetime import date
from zipfile import ZipFile

import pytest
from django.urls import reverse

from kbl.accounts.models import User
from kbl.accounts.roles import Role
from kbl.mail import outbox
from kbl.mail.models import Letter
from kbl.organisations.models import Programme
from kbl.settlements.closing.digest import books_digest
from kbl.settlements.documents import issuing
from reporting.audit import quarter_file
from reporting.models import QuarterSeal
from reporting.seals import seal_mail, sealing
from tests.conftest import at
from tests.told_once import told_once

globals().update(told_once("two_quarters", of=__package__))

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

NOW = at(date(2026, 1, 12))


@pytest.fixture
def seal(two_quarters) -> QuarterSeal:
    """Of the winter, after that of the autumn."""
    return sealing.seal(two_quarters[1], at=NOW)


def test_it_is_mailed_once_to_the_province_and_to_cubiss(seal, province, mailoutbox):
    for _ in range(3):
        seal_mail.post(seal, at=NOW)
        outbox.send_all(at=NOW)
    assert sorted(mail.to[0] for mail in mailoutbox) == ["petra@voorbeeld.example", "project@voorbeeld.example"]
    letter = mailoutbox[0]
    assert letter.subject == "Bewaar deze mail: het zegel van het 4e kwartaal 2025"
    assert f"\n{sealing.words(seal)}" in letter.body, "as it stands in the file: one line, to compare sign by sign"
    assert "controle/zegel-2025-Q4.txt" in letter.body and "/cubiss/controle/kwartalen/2025-Q4/" in letter.body


def test_each_quarter_is_mailed_by_itself(two_quarters, province, mailoutbox):
    for closing in two_quarters:
        seal_mail.post(sealing.seal(closing, at=NOW), at=NOW)
    outbox.send_all(at=NOW)
    told = sorted(mail.subject.partition("het zegel van het ")[2] for mail in mailoutbox)
    assert told == ["3e kwartaal 2025"] * 2 + ["4e kwartaal 2025"] * 2


def test_whom_the_setting_names_gets_it_in_the_provinces_place(seal, province, mailoutbox, settings):
    settings.SEAL_MAIL_TO = ["accountant@voorbeeld.example"]
    seal_mail.post(seal, at=NOW)
    outbox.send_all(at=NOW)
    assert sorted(mail.to[0] for mail in mailoutbox) == ["accountant@voorbeeld.example", "project@voorbeeld.example"]


def test_who_left_does_not_get_it(seal, province):
    province.is_active = False
    province.save()
    assert seal_mail.addresses() == ["project@voorbeeld.example"]


def test_everybody_gets_it_once_in_one_order_and_nobody_is_no_reason_to_stop(seal, province, make_user, settings):
    make_user("Anna", Role.PROVINCE)
    make_user("Zoe", Role.PROVINCE)
    names = ["anna", "petra", "zoe", "project"]
    assert seal_mail.addresses() == [f"{name}@voorbeeld.example" for name in names]
    settings.SEAL_MAIL_TO = ["project@voorbeeld.example", "a@voorbeeld.example"]
    assert seal_mail.addresses() == settings.SEAL_MAIL_TO
    settings.SEAL_MAIL_TO = []
    User.objects.update(is_active=False)
    Programme.objects.update(contact_email="")
    seal_mail.post(seal, at=NOW)
    assert not Letter.objects.exists()


def test_the_mail_follows_the_report(two_quarters, province, mailoutbox, monkeypatch):
    from reporting.report import pdf

    monkeypatch.setattr(pdf, "render", lambda closing, at: b"%PDF")
    pdf.issue(two_quarters[1], at=NOW)
    outbox.send_all(at=NOW)
    seal = QuarterSeal.objects.get(closing=two_quarters[1])
    assert all(seal.digest in mail.body for mail in mailoutbox) and len(mailoutbox) == 2


def test_the_quarters_file_holds_it_as_the_folder_does(seal, two_quarters, settings, tmp_path):
    settings.SEALS_FOLDER = str(tmp_path)
    sealing.keep_outside(seal)
    packed = ZipFile(io.BytesIO(quarter_file.pack(two_quarters[1])))
    assert packed.read("controle/zegel-2025-Q4.txt") == (tmp_path / "zegel-2025-Q4.txt").read_bytes()
    assert "controle/zegel-2025-Q4.txt" in packed.read("SHA256SUMS").decode()


def page(signed_in, coordinator) -> str:
    answer = signed_in(coordinator).get(reverse("cubiss:audit_quarter", args=["2025-Q4"]))
    return " ".join(answer.content.decode().split())


def test_the_auditor_sees_it_beside_paper_and_folder(seal, two_quarters, signed_in, coordinator, settings, tmp_path):
    settings.SEALS_FOLDER = str(tmp_path)
    sealing.keep_outside(seal)
    issuing.issue(
        "report",
        closing=two_quarters[1],
        filename="r.pdf",
        make=lambda: b"%PDF",
        at=NOW,
        books_digest=books_digest(two_quarters[1]),
        seal=seal.digest,
    )
    told = page(signed_in, coordinator)
    assert "Het zegel is overal gelijk" in told and told.count(seal.digest) == 3
    (tmp_path / "zegel-2025-Q4.txt").write_text("2025-Q4 " + "0" * 64 + "\n")
    told = page(signed_in, coordinator)
    assert "Het zegel is niet overal gelijk" in told and "0" * 64 in told


def test_before_there_is_one_the_page_and_the_file_go_without(two_quarters, signed_in, coordinator):
    assert "Zegel van het kwartaal" not in page(signed_in, coordinator)
    packed = ZipFile(io.BytesIO(quarter_file.pack(two_quarters[1])))
    assert not [name for name in packed.namelist() if "zegel" in name]
