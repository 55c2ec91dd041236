"""What a page of a statement shows of its payments, and how an account is written."""

import re

from django import template

from kbl.payments.models import PaymentRun
from kbl.payments.payment_view import payment_states
from kbl.settlements.models import Statement
from kbl.templatetags.states import Look

register = template.Library()

LOOKS = {
    PaymentRun.Status.PREPARED: ("attention", "clock"),
    PaymentRun.Status.CANCELLED: ("neutral", "x"),
    PaymentRun.Status.RELEASED: ("plum", "send"),
    PaymentRun.Status.EXECUTED: ("success", "landmark"),
}


@register.filter
def iban(account: str) -> str:
    """`NL91 ABNA 0417 1643 00`."""
    return " ".join(re.findall(".{1,4}", account or ""))


@register.inclusion_tag("shared/_statement_payments.html")
def payments_of(statement: Statement, office: bool = False) -> dict:
    """The payments of a statement: since when, paid on which day, come back."""
    return {"told": payment_states(statement, office=office), "statement": statement, "office": office}


@register.inclusion_tag("parts/badge.html")
def run_badge(run: PaymentRun) -> dict:
    """Where a run is."""
    tone, icon = LOOKS[PaymentRun.Status(run.status)]
    return {"look": Look(tone, icon), "words": run.get_status_display()}
