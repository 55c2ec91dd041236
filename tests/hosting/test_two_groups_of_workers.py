"""Desks and office have their own web workers: every address belongs to one group, and proxies and compose follow."""

import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.urls import URLResolver, get_resolver

from kbl.spreadsheets.uploads import LARGEST_REQUEST
from kbl.urls import DESKS, OFFICE

HOUSE = Path(settings.BASE_DIR)
OF_POSTGRESQL = 100 - 3  # what it gives when nothing is set, less what it keeps for its own administrator
PORTS = {"8000": "web", "8001": "web-office"}


def addresses() -> set[str]:
    """The beginning of every route of the site, up to its first part that varies."""
    found = set()

    def walk(resolver: URLResolver, before: str) -> None:
        for each in resolver.url_patterns:
            whole = before + str(each.pattern)
            if isinstance(each, URLResolver):
                walk(each, whole)
            else:
                found.add(re.split(r"[<^]", whole)[0])

    walk(get_resolver(), "/")
    return found


def groups_of(address: str) -> list[str]:
    """The group or groups that claim an address, by the table beside the routes."""
    return [name for name, starts in (("web", DESKS), ("web-office", OFFICE)) if address.startswith(starts)]


def by_nginx(address: str) -> str:
    """The service that nginx' example sends an address to: the longest `location` that it begins with."""
    text = (HOUSE / "docs/hosting/nginx.conf").read_text()
    rules = re.findall(r"^    location (\S+) \{ proxy_pass http://127\.0\.0\.1:(\d+); \}$", text, re.MULTILINE)
    return PORTS[max((len(start), port) for start, port in rules if address.startswith(start))[1]]


def by_caddy(address: str) -> str:
    """The service that Caddy's example sends an address to: its named matcher first, then the rest."""
    text = (HOUSE / "docs/hosting/Caddyfile").read_text()
    starts = [each.removesuffix("*") for each in re.search(r"@office path (.+)", text)[1].split()]
    ports = dict(re.findall(r"reverse_proxy (@office )?127\.0\.0\.1:(\d+)", text))
    return PORTS[ports["@office " if address.startswith(tuple(starts)) else ""]]


def compose() -> dict:
    return yaml.safe_load((HOUSE / "docker-compose.yml").read_text())["services"]


def test_every_address_belongs_to_one_group_and_every_beginning_has_an_address():
    everywhere = addresses() - {"/"}
    assert len(everywhere) > 100
    assert {each: groups_of(each) for each in everywhere if len(groups_of(each)) != 1} == {}
    unused = {start for start in (*DESKS, *OFFICE) if not any(each.startswith(start) for each in everywhere)}
    assert unused == {settings.STATIC_URL}, "which is answered before any route"


@pytest.mark.parametrize("proxy", [by_nginx, by_caddy])
def test_the_proxies_of_the_manual_send_each_address_to_its_group(proxy):
    assert proxy("/") == "web"
    wrong = {each: proxy(each) for each in addresses() - {"/"} if [proxy(each)] != groups_of(each)}
    assert wrong == {}


def test_both_groups_are_the_same_image_and_command_on_their_own_port():
    services = compose()
    for port, name in PORTS.items():
        assert services[name]["ports"] == [f"127.0.0.1:{port}:8000"]
        assert services[name]["image"] == "kbl" and "command" not in services[name]
        assert services[name]["healthcheck"]["test"][-1] == "/gezond/klaar/"
    passed = [dict(services[name]["environment"]) for name in ("web", "web-office", "worker", "beat")]
    assert {each.pop("PGAPPNAME", None) for each in passed} == {"kbl-desks", "kbl-office", "kbl-worker", None}
    assert all(each == passed[0] for each in passed)


def test_office_and_background_yield_to_the_desks_and_never_take_all_connections():
    services = compose()
    shares = {name: services[name].get("cpu_shares", 1024) for name in ("web", "web-office", "worker", "postgres")}
    assert shares == {"web": 1024, "web-office": 128, "worker": 128, "postgres": 1024}
    image = (HOUSE / "Dockerfile").read_text()
    workers = int(re.search(r'"--workers", "(\d+)"', image)[1])
    assert "--threads" not in image and "--worker-class" not in image, "one request, one connection"
    background = int(services["worker"]["command"][-1])
    assert (workers, background) == (2, 2)
    told = re.findall(r"^\| `([\w-]+)`.*?\| (\d+) \| (\d+) \| (\d+) \|$", page(), re.MULTILINE)
    assert told == [
        ("web", str(workers), str(workers), "1024"),
        ("web-office", str(workers), str(workers), "128"),
        ("worker", str(background), str(background), "128"),
        ("beat", "1", "1", "1024"),
    ]
    assert sum(int(connections) for _, _, connections, _ in told) == 7 < OF_POSTGRESQL // 2
    assert "all together are 7" in page()


def page() -> str:
    return (HOUSE / "docs/hosting.md").read_text()


def test_one_large_file_leaves_a_worker_of_the_desks_free():
    assert settings.UPLOADS_AT_ONCE < 2


def test_the_proxies_let_through_the_largest_upload_and_outlive_a_worker():
    nginx, caddy = ((HOUSE / "docs/hosting" / name).read_text() for name in ("nginx.conf", "Caddyfile"))
    assert int(re.search(r"client_max_body_size (\d+)m;", nginx)[1]) * 1_000_000 >= LARGEST_REQUEST
    assert int(re.search(r"max_size (\d+)MB", caddy)[1]) * 1_000_000 >= LARGEST_REQUEST
    timeout = int(re.search(r'"--timeout", "(\d+)"', (HOUSE / "Dockerfile").read_text())[1])
    assert int(re.search(r"proxy_read_timeout (\d+)s;", nginx)[1]) > timeout
