"""What the tests keep (tests/economy.py) is what they would have made themselves."""

import json
from pathlib import Path

from django.contrib.staticfiles.handlers import StaticFilesHandler
from whitenoise.middleware import WhiteNoiseMiddleware

from kbl.settlements.closing import made_with_closing
from kbl.settlements.documents.einvoice import checks
from reporting.report import kept_reports
from tests import economy

EMPTY = '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>'


def test_every_client_has_all_static_files():
    once = WhiteNoiseMiddleware(lambda request: None)
    again = WhiteNoiseMiddleware(lambda request: None)
    assert again.files == once.files and again.files is not once.files
    assert "/static/theme/kbl.css" in again.files


def test_a_browser_gets_the_static_files_from_the_site_itself_to_keep(client):
    answer = client.get("/static/theme/kbl.css")
    assert answer.status_code == 200 and f"max-age={WhiteNoiseMiddleware.FOREVER}" in answer["Cache-Control"]
    handler = StaticFilesHandler(lambda environ, start_response: "of the site itself")
    assert handler({"PATH_INFO": "/static/theme/kbl.css"}, None) == "of the site itself"


def test_rules_that_are_kept_open_say_what_a_start_of_their_own_says():
    stylesheet = str(checks._packaged("EN16931-UBL-validation.xslt"))
    asked = json.dumps({"stylesheet": stylesheet, "invoices": [EMPTY, "no xml", "<ë/>"]}).encode()
    assert isinstance(checks.run_rules, economy.KeptSaxon)
    kept, again = (json.loads(checks.run_rules(asked, seconds=60)) for _ in range(2))
    started = json.loads(checks.run_rules.started_each_time(asked, seconds=60))
    assert kept == again == started
    assert len(started) == 3 and all(started)


def test_a_closing_keeps_its_report_but_in_rooms_that_are_about_something_else():
    made = list(made_with_closing._MAKERS)
    assert made == [kept_reports.keep_with_closing]
    with economy.closings_alone():
        assert made_with_closing._MAKERS == []
    assert made == made_with_closing._MAKERS
    rooms = {each.name for each in Path(economy.__file__).parent.iterdir() if each.is_dir()}
    assert rooms >= economy.NOT_ABOUT_REPORTS
    about_reports = {"reporting", "audit_view", "programme", "machine", "journeys", "start_pages", "access", "hosting"}
    assert rooms - economy.NOT_ABOUT_REPORTS >= about_reports
