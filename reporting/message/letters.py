"""What a reader gets: the same words as plain text and as HTML, with the own figures and next step of an audience."""

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from kbl.accounts.roles import Audience
from kbl.mail import sending
from kbl.organisations.models import Organisation, Programme
from reporting.editions import release
from reporting.editions.models import ReportEdition, TextPlace
from reporting.message.figures import own_figures
from reporting.report import kept_reports

NEXT = {
    Audience.LIBRARY: ("Uw eigen cijfers en doelen", "library:monitor"),
    Audience.INTERMEDIARY: ("Vouchers uitreiken of bestellen", "intermediary:home"),
    Audience.MUNICIPALITY: ("De cijfers van uw gemeente", "municipality:home"),
    Audience.PROVINCE: ("De hele rapportage", "province:reports"),
    Audience.CUBISS: ("De rapportages", "cubiss:reports"),
}


def context_of(edition: ReportEdition, text: str, audience: Audience, organisation: Organisation | None) -> dict:
    """Everything that the message says to one reader."""
    said = release.content_of(edition)
    words, name = NEXT[audience]
    return {
        "programme": Programme.current(),
        "quarter": edition.closing.quarter,
        "text": text,
        "progress": list(kept_reports.read(edition.closing).shown["report"].summary),
        "summary": said.texts.get(TextPlace.SUMMARY.value, ""),
        "stories": said.stories,
        "organisation": organisation,
        "own": own_figures(edition.closing, audience, organisation),
        "next": words,
        "link": sending.link(name),
    }


def bodies(context: dict) -> tuple[str, str]:
    """The message as plain text and as HTML."""
    with translation.override("nl"):
        return (
            render_to_string("mail/quarter_message.txt", context),
            render_to_string("mail/quarter_message.html", context),
        )


def letter(context: dict, recipient: str, name: str) -> EmailMultiAlternatives:
    """The mail to one reader."""
    plain, html = bodies(context)
    subject = f"Gratis lid van de bibliotheek: het {context['quarter'].label}"
    mail = EmailMultiAlternatives(subject, plain, to=[recipient], headers=sending.headers(name))
    mail.attach_alternative(html, "text/html")
    return mail
