"""Error pages in our own words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long, or cookies are off: say so, and how to go on."""
    return render(request, "403_csrf.html", status=403)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A colleague without the right gets the reason."""
    return render(request, "403.html", {"reason": str(exception or "")}, status=403)
