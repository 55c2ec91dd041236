"""A resident with a phone, on Thursday 16 October 2025: nobody is logged in, and nobody is known."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from intermediaries import accreditation
from tests.browser_support import chromium, visit, watch  # noqa: F401
from tests.conftest import START, at
from vouchers.batches import make_batch
from vouchers.models import Voucher
from vouchers.public.texts import TEXTS

TODAY = date(2025, 10, 16)


def said(language: str) -> dict:
    """What the page says in a language, as plain texts."""
    with translation.override(language):
        return {name: _plain(text) for name, text in TEXTS.items()}


def _plain(text):
    return type(text)(_plain(each) for each in text) if isinstance(text, list | tuple) else str(text)


NL = said("nl")


@pytest.fixture(autouse=True)
def thursday(request) -> Iterator[None]:
    """Noon, but not in a browser's test: a browser has its own clock."""
    if "browser" in request.keywords:
        yield
        return
    with time_machine.travel(at(TODAY), tick=False):
        yield


@pytest.fixture
def phone(db) -> Client:
    """A browser that carries nothing along, and minds about forgery as a real one would."""
    cache.clear()
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def digits(voucher: Voucher) -> str:
    """The whole number of a voucher that lies with the food bank."""
    return voucher.number.digits


@pytest.fixture
def lasting(coordinator, food_bank) -> str:
    """A voucher that is valid for long, because a browser lives today."""
    cache.clear()
    made = make_batch(5, medium="digital", valid_until=date(2099, 12, 31), on=START, by=coordinator, at=at(START))
    accreditation.allocate(made.range, to=food_bank, on=START, by=coordinator, at=at(START))
    return Voucher.objects.get(pk=made.first_serial).number.digits


def record(page) -> tuple[list[str], list[str]]:
    """Everything that goes over the line from now on: addresses with their headers, and bodies."""
    seen: list[str] = []
    bodies: list[str] = []

    def note(request) -> None:
        seen.append(f"{request.url.split('#')[0]} {sorted(request.headers.items())}")
        bodies.append(request.post_data or "")

    page.on("request", note)
    return seen, bodies
