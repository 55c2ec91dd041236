"""The monitor's pages, per audience."""

from django.urls import path

from reporting.monitor import entry_pages, office, portal, province

cubiss = [
    path("rapportages/monitor/", office.monitor, name="monitor"),
    path("rapportages/monitor/monitor.<table:form>", office.export, name="monitor_file"),
    path("rapportages/monitor/doel/<slug:letter>/", office.goal, name="monitor_goal"),
    path("rapportages/monitor/doel/<slug:letter>/<slug:slug>/", office.goal, name="monitor_library_goal"),
    path("rapportages/monitor/bibliotheek/<slug:slug>/", office.library, name="monitor_library"),
    path(
        "rapportages/monitor/bibliotheek/<slug:slug>/monitor.<table:form>",
        office.library_export,
        name="monitor_library_file",
    ),
    path("rapportages/monitor/vastgelegd/<slug:kind>/", office.facts, name="monitor_facts"),
    path("rapportages/monitor/vastleggen/<slug:kind>/", entry_pages.enter, name="monitor_enter"),
    path("rapportages/monitor/intrekken/<slug:kind>/<int:pk>/", entry_pages.take_back, name="monitor_take_back"),
]
library = [
    path("monitor/", portal.monitor, name="monitor"),
    path("monitor/monitor.<table:form>", portal.export, name="monitor_file"),
    path("monitor/doel/<slug:letter>/", portal.goal, name="monitor_goal"),
]
province_pages = [
    path("monitor/", province.monitor, name="monitor"),
    path("monitor/monitor.<table:form>", province.export, name="monitor_file"),
    path("monitor/doel/<slug:letter>/", province.goal, name="monitor_goal"),
]
