"""Reading and pressing on the pages about money."""

import re
from datetime import date

from django.test import Client
from django.urls import reverse

from tests.conftest import at

NOW = at(date(2026, 1, 20))


def words(response) -> str:
    """What a page says, without its markup."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " "))


def press(client: Client, name: str, *args, **data):
    return client.post(reverse(f"cubiss:{name}", args=args), data, follow=True)


def see(client: Client, name: str, *args, **query):
    return client.get(reverse(f"cubiss:{name}", args=args), query)
