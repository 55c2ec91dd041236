"""The site of the office's lists, only for the project team, as all its pages."""

import json
from collections.abc import Iterable

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Model
from django.http import HttpRequest

from kbl.accounts.access import acting_in
from kbl.accounts.models import Audience
from kbl.organisations.picking import SOURCE_OF, PickField

# Logging in and out and passwords have pages of our own; `view_on_site` would look up any row by its id.
CLOSED = {"login", "logout", "password_change", "password_change_done", "view_on_site"}


class OfficeSite(AdminSite):
    """Only for Cubiss. What each role may do there, `RoleBackend` decides."""

    site_header = "KBL beheer"
    site_title = "KBL beheer"
    index_title = "Lijsten en instellingen"
    site_url = "/cubiss/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Anybody of Cubiss may enter. Raises Http404 for a stranger, who gets no log-in form to try."""
        request.acting = acting_in(request, Audience.CUBISS)  # type: ignore[attr-defined]
        return True

    def get_urls(self) -> list:
        """Without the pages that KBL has itself; whoever is not logged in goes to KBL's own log-in."""
        urls = [each for each in super().get_urls() if getattr(each, "name", None) not in CLOSED]
        for each in urls:
            if callback := getattr(each, "callback", None):
                callback.login_url = None
        return urls


office = OfficeSite(name="beheer")


class PlainChoices:
    """Choices without the pencils and plus signs beside them: other rows have their own list.

    Of what there can be thousands somebody types the name (kbl/organisations/picking.py).
    """

    def formfield_for_foreignkey(self, db_field, request: HttpRequest, **kwargs):
        if source := SOURCE_OF.get(db_field.remote_field.model):
            kwargs = {"form_class": PickField, "source": source, **kwargs}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field, request: HttpRequest, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


class LogWithoutNames(ModelAdmin):
    """The log of the office's lists says which row and which columns, never what stood in them.

    Django's own keeps the text of the row for ever: also of one that ought not to have been typed, and of what was
    cleared since (docs/threats.md, 48). Who somebody or something is, the row itself tells.
    """

    def log_addition(self, request: HttpRequest, obj: Model, message: list) -> None:  # type: ignore[override]
        self._log(request, [obj], ADDITION, message)

    def log_change(self, request: HttpRequest, obj: Model, message: list) -> None:  # type: ignore[override]
        self._log(request, [obj], CHANGE, message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> None:  # type: ignore[override]
        self._log(request, queryset, DELETION, [])

    def construct_change_message(self, request: HttpRequest, form, formsets, add: bool = False) -> list:
        parts: list = list(super().construct_change_message(request, form, formsets, add))
        for part in parts:
            for what in part.values():
                if "object" in what:  # the text of a row beside it, a branch say
                    what["object"] = "–"
        return parts

    @staticmethod
    def _log(request: HttpRequest, rows: Iterable[Model], flag: int, message: list) -> None:
        LogEntry.objects.bulk_create(
            LogEntry(
                user_id=request.user.pk or 0,  # nobody is here without an account
                content_type_id=get_content_type_for_model(row).pk,
                object_id=str(row.pk),
                object_repr=f"{row._meta.verbose_name} {row.pk}",
                action_flag=flag,
                change_message=json.dumps(message) if message else "",
            )
            for row in rows
        )


class OfficeList(PlainChoices, LogWithoutNames):
    """A list of the office. It is filtered by its own filters and sorted by its own columns, and by nothing else.

    Django's admin would take any column of the row and of what hangs on it from the address bar: a reader asked
    `?password__regex=` until he knew the hash (docs/threats.md, 38).
    """

    view_on_site = False
    filters_by = ("exact", "isnull")  # what the lists' own filters ask; a pattern or a range guesses letter by letter

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what a filter beside the list asks."""
        return lookup in {f"{name}__{by}" for name in self.list_filter for by in self.filters_by}


class NeverDeleted(OfficeList):
    """A list whose rows are changed but never thrown away."""

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False
