"""Runs the CEN rules (EN 16931, as XSLT) over invoices: a programme of its own, started by checks.py.

Reads a line `{"stylesheet": path, "invoices": [xml, ...]}` from standard input and answers with a line: per invoice,
the fatal rules that it breaks, `[[["BR-CO-15", "words"], ...], ...]`; and so on until its input ends. The stylesheet
is compiled once. It imports nothing of KBL, so that it starts quickly, and KBL never imports it: Saxon used from a
thread ends the process.
"""

import json
import sys
from functools import cache
from xml.etree import ElementTree

SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def main() -> None:
    """Read, check, write."""
    from saxonche import PySaxonProcessor

    with PySaxonProcessor(license=False) as processor:
        compiled = cache(lambda path: processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=path))
        for line in sys.stdin:
            asked = json.loads(line)
            rules = compiled(asked["stylesheet"])
            print(json.dumps([_check(xml, processor, rules) for xml in asked["invoices"]]), flush=True)


def _check(xml: str, processor, rules) -> list[tuple[str, str]]:
    try:
        report = rules.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml))
        return _broken(ElementTree.fromstring(report))
    except Exception as failure:  # whatever Saxon raises: this invoice is not approved, the next has its turn
        return [("CEN", f"The rules stopped: {type(failure).__name__}.")]


def _broken(report: ElementTree.Element) -> list[tuple[str, str]]:
    """The fatal rules in Saxon's report: name and words. A report that looked at nothing is no approval."""
    if report.find(f"{SVRL}fired-rule") is None:
        return [("CEN", "No rule was applied.")]
    failed = [*report.iter(f"{SVRL}failed-assert"), *report.iter(f"{SVRL}successful-report")]
    return [
        (each.get("id", "CEN"), " ".join("".join(each.itertext()).split()))
        for each in failed
        if each.get("flag", "fatal") == "fatal"
    ]


if __name__ == "__main__":
    main()
