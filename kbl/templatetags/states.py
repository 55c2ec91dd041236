"""How each state looks. The words come from the model, the colour and the icon from here.

A state that is not here has no badge: the page fails in its test, instead of looking like another state. That every
state there is stands here, tests/closed_sets sees.
"""

from typing import NamedTuple


class Look(NamedTuple):
    """A tone of the theme and an icon of the sprite."""

    tone: str
    icon: str


TONE_ICONS = {
    "success": "check",
    "refusal": "x",
    "attention": "triangle-alert",
    "info": "info",
}

STATES = {
    # vouchers
    "in_stock": Look("neutral", "package"),
    "allocated": Look("info", "truck"),
    "handed_out": Look("plum", "hand-heart"),
    "redeemed": Look("success", "check-circle"),
    "void": Look("refusal", "ban"),
    # statements
    "draft": Look("neutral", "pencil"),
    "confirmed": Look("info", "check"),
    "disputed": Look("attention", "triangle-alert"),
    "approved": Look("info", "shield-check"),
    "in_payment": Look("plum", "banknote"),
    "paid": Look("success", "check-circle"),
    # accreditations and participations
    "active": Look("success", "shield-check"),
    "suspended": Look("attention", "lock"),
    "ended": Look("neutral", "minus"),
    # orders
    "ordered": Look("info", "send"),
    "shipped": Look("plum", "truck"),
    "received": Look("success", "package-check"),
    "different": Look("attention", "triangle-alert"),
    "cancelled": Look("neutral", "x"),
    "declined": Look("refusal", "circle-x"),
    # payment runs; cancelled as an order is
    "prepared": Look("neutral", "clock"),
    "released": Look("plum", "send"),
    "executed": Look("success", "check-circle"),
    # jobs and closings
    "open": Look("info", "lock-open"),
    "closed": Look("success", "lock"),
    "running": Look("plum", "refresh-cw"),
    "failed": Look("refusal", "triangle-alert"),
    "waiting": Look("neutral", "clock"),
    "done": Look("success", "check-circle"),
    "refused": Look("refusal", "circle-x"),
}

STATEMENT_STEPS = [
    ("draft", "Gesloten"),
    ("confirmed", "Akkoord"),
    ("approved", "Goedgekeurd"),
    ("in_payment", "In betaling"),
    ("paid", "Betaald"),
]
