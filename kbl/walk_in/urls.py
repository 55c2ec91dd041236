"""Walk-in stands among the library's pages."""

from django.urls import path

from kbl.walk_in.portal import walk_in

urlpatterns = [path("zonder-voucher/", walk_in, name="walk_in")]
