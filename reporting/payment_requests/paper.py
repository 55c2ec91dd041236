"""The paper of a payment request: what is asked, by when, on which account, and why. Made once, then kept."""

from datetime import datetime

from kbl import pdf
from kbl.clock import local_day
from kbl.organisations.models import Programme
from kbl.settlements.documents.statement_pdf import debtor, iban_groups
from kbl.settlements.models import Closing
from reporting.models import QuarterSeal
from reporting.payment_requests.proposal import Proposal


def render(number: str, closing: Closing, found: Proposal, why: str, *, at: datetime) -> bytes:
    """The PDF. Raises statement_pdf.NoDebtor while Cubiss itself is not among the organisations."""
    programme, ours = Programme.current(), debtor()
    seal = QuarterSeal.objects.filter(closing=closing).values_list("digest", flat=True).first()
    context = {
        "number": number,
        "programme": programme.name,
        "to": programme.commissioner,
        "ours": ours,
        "iban": iban_groups(str(ours["iban"] or "")),
        "dated": local_day(at),
        "quarter": closing.quarter,
        "ask": found,
        "why": why,
        "seal": seal or "",
    }
    return pdf.render("documents/payment_request.html", context, made_at=at, identifier=number, kept=True)
