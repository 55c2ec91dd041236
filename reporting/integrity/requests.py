"""Payment requests: the paper is what was made, every number is accounted for, and a released one is in the fund."""

import hashlib
from collections import defaultdict

from kbl.settlements.models import NumberSeries
from reporting.integrity.invariants import Violations, invariant, select
from reporting.integrity.series import used_numbers
from reporting.models import PaymentRequest

SERIES = "BV"


@invariant("Elk betaalverzoek heeft nog de bytes van zijn controlesom")
def requests_match_their_hash() -> Violations:
    for each in PaymentRequest.objects.order_by("pk").iterator(chunk_size=20):
        if hashlib.sha256(each.content).hexdigest() != each.sha256:
            yield {"payment_request": each.pk, "number": each.number}


@invariant("De nummers van betaalverzoeken lopen door, en elk gat is verklaard")
def requests_are_numbered_without_a_gap() -> Violations:
    found: dict[str, list[int]] = defaultdict(list)
    for number in PaymentRequest.objects.values_list("number", flat=True):
        name, _, last = number.rpartition("-")
        found[name].append(int(last) if last.isdigit() else 0)
    counters = dict(NumberSeries.objects.filter(name__startswith=f"{SERIES}-").values_list("name", "last_number"))
    for name in sorted(counters.keys() | found.keys()):
        if sorted(found[name]) != used_numbers(name, counters.get(name, 0)):
            yield {"series": name, "counter": counters.get(name), "numbers": sorted(found[name])[:10]}


@invariant("Een vrijgegeven betaalverzoek staat als termijn in het fonds, voor dat bedrag en op tijd")
def released_requests_are_instalments() -> Violations:
    return select("""
        SELECT request.id AS payment_request, request.number, instalment.id AS instalment
        FROM reporting_paymentrequest request
        LEFT JOIN fund_instalment instalment ON instalment.id = request.instalment_id
        WHERE request.outcome = 'released'
          AND (instalment.id IS NULL OR instalment.amount < request.amount OR instalment.due_on > request.due_on)""")
