"""Reading in: a coordinator with a browser and files made of rows."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from kbl import clock
from kbl.accounts.models import User
from kbl.spreadsheets import to_csv, to_xlsx
from tests.conftest import at

TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def today(monkeypatch) -> None:
    """It is 2 March 2026 on every page."""
    monkeypatch.setattr(clock, "now", lambda: at(TODAY))
    monkeypatch.setattr(clock, "today", lambda: TODAY)


class Office:
    """Somebody of the office at the pages of reading in."""

    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user)

    def upload(
        self, kind: str, content: bytes, *, paid: str = "", late: str = "old_books", name: str = "lijst.xlsx"
    ) -> HttpResponse:
        """Choose a file; the answer is the preview, or the form with what is wrong. These are the old books."""
        file = SimpleUploadedFile(name, content)
        data = {"file": file, **({"paid": paid, "late": late} if paid else {})}
        return self.client.post(reverse("cubiss:intake_kind", args=[kind]), data)

    def confirm(self, kind: str, preview: HttpResponse) -> HttpResponse:
        """Press the button on a preview."""
        return self.client.post(reverse("cubiss:intake_confirm", args=[kind]), {"carried": carried(preview)})

    def failed(self, kind: str, preview: HttpResponse, form: str = "xlsx") -> HttpResponse:
        """Ask for the rows that cannot be saved."""
        data = {"carried": carried(preview), "vorm": form}
        return self.client.post(reverse("cubiss:intake_failed", args=[kind]), data)

    def read_in(self, kind: str, content: bytes, *, paid: str = "") -> dict[str, int]:
        """Upload and confirm; how many rows there were of each sort."""
        preview = self.upload(kind, content, paid=paid)
        assert preview.status_code == 200, problems(preview)
        if not preview.context["saves"]:
            return preview.context["counts"]
        done = self.confirm(kind, preview)
        assert done.status_code == 200
        return done.context["counts"]


def carried(page: HttpResponse) -> str:
    """What a preview carries to the next page."""
    return page.context["carried"]


def counts(**named: int) -> dict[str, int]:
    return {"wrong": 0, "changed": 0, "new": 0, "same": 0, **named}


def problems(page: HttpResponse) -> str:
    """What is wrong with the file, as the form says it."""
    return " ".join(page.context["form"].errors.get("file", []))


def why(page: HttpResponse) -> dict[int, str]:
    """Per row that cannot be saved: why not."""
    for group in page.context["groups"]:
        if group.verdict == "wrong":
            return {row.number: re.sub(r"\u00a0", " ", " ".join(row.why)) for row in group.rows}
    return {}


@pytest.fixture
def office(coordinator) -> Office:
    return Office(coordinator)


@pytest.fixture(params=[to_csv, to_xlsx], ids=["csv", "xlsx"])
def written(request) -> Callable[..., bytes]:
    """A file of rows, in both kinds."""
    return request.param


def sheet(headers: str, *rows: Any) -> bytes:
    """A CSV of headings (in one text, with semicolons) and rows."""
    return to_csv(headers.split(";"), rows)
