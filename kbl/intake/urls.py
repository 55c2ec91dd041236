"""The pages of reading in, under /cubiss/inlezen/."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from kbl.intake import views


class FormConverter(StringConverter):
    """The two kinds of file that we write."""

    regex = "xlsx|csv"


register_converter(FormConverter, "spreadsheet")

urlpatterns = [
    path("inlezen/", views.choose, name="intake"),
    path("inlezen/<slug:kind>/", views.upload, name="intake_kind"),
    path("inlezen/<slug:kind>/opslaan/", views.confirm, name="intake_confirm"),
    path("inlezen/<slug:kind>/niet-gelukt/", views.failed, name="intake_failed"),
    path("inlezen/<slug:kind>/voorbeeld.<spreadsheet:form>", views.example, name="intake_example"),
    path("inlezen/<slug:kind>/lijst.<spreadsheet:form>", views.download, name="intake_download"),
]
