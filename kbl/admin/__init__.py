"""The office's lists: Django's admin where a list and a form are all it takes. No facts: history is history."""

from kbl.admin import accounts, money, organisations
from kbl.admin.site import office

__all__ = ["accounts", "money", "office", "organisations"]
