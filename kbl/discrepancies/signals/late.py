"""Days that lie further back than anybody but Cubiss may go: each was recorded with a reason, and stays worth a look.

The day of a fact decides its tariff and its quarter, so who may choose it freely chooses money (docs/domain.md, "The
day of a fact").
"""

from collections import Counter
from datetime import date

from intermediaries.models import Handout
from kbl.discrepancies.models import SignalKind
from kbl.discrepancies.signals.kinds import Signal
from kbl.organisations.models import Organisation
from libraries.models import Enrolment
from vouchers.numbers import ranges_of

OLDEST_FIRST = ("on", "pk")


def told_late(on: date) -> list[Signal]:
    """Per organisation: hand-outs and first days recorded up to `on` that needed a reason. `at`: the last time."""
    serials: dict[int, list[int]] = {}
    reasons: dict[int, Counter[str]] = {}
    last: dict[int, Handout | Enrolment] = {}
    for model, whose in ((Handout, "organisation_id"), (Enrolment, "library_id")):
        late = model.objects.standing().exclude(late_reason="").filter(recorded_at__date__lte=on)
        for fact in late.order_by(*OLDEST_FIRST):
            key = getattr(fact, whose)
            serials.setdefault(key, []).append(fact.voucher_id)
            reasons.setdefault(key, Counter())[fact.get_late_reason_display()] += 1
            if key not in last or fact.recorded_at > last[key].recorded_at:
                last[key] = fact
    known = Organisation.objects.in_bulk(serials)
    return [
        Signal(
            SignalKind.LATE,
            known[key],
            size=len(those),
            on=on,
            serials=tuple(ranges_of(those)),
            counted=len(those),
            threshold=1,
            at=last[key].recorded_at,
            reasons=tuple(reasons[key].most_common()),
        )
        for key, those in serials.items()
    ]
