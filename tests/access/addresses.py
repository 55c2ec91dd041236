"""Every route of the site by name, its address, and the roles of the matrix; without anything that makes a test."""

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

ROLES = [
    "anonymous",
    "coordinator",
    "finance",
    "reader",
    "worker",
    "other_worker",
    "clerk",
    "manager",
    "other_clerk",
    "other_manager",
    "official",
    "other_official",
    "province",
    "stranger",
]


def routes() -> dict[str, URLPattern]:
    """Every named route of the site, by namespace and name; walked from the URL conf, so that none is forgotten."""
    found: dict[str, URLPattern] = {}

    def walk(resolver: URLResolver, space: str) -> None:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
            elif pattern.name:
                found[f"{space}{pattern.name}"] = pattern
            else:
                # The admin's own catch-all and its redirect from an object to its form carry no name.
                assert space.endswith("beheer:"), f"a route without a name: {pattern}"

    walk(get_resolver(), "")
    return found


def address(route: str, arguments: dict[str, str], things: dict[str, object]) -> str:
    """The route's URL for these things."""
    values = {name: things[thing] for name, thing in arguments.items()}
    short = route.removeprefix("cubiss:") if route.startswith("cubiss:beheer:") else route
    try:
        return reverse(short, kwargs=values)
    except NoReverseMatch:
        return reverse(route, kwargs=values)
