"""Handed out and never redeemed: intermediaries whose vouchers stay away far more than those of the others.

Handing out without handing out cannot be proven without knowing residents, which we never will (docs/threats.md, 3);
what can be done is to compare with everybody else.
"""

import math
from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from intermediaries.models import Handout
from kbl.discrepancies.findings import PATIENCE
from kbl.discrepancies.models import SignalKind
from kbl.discrepancies.signals.kinds import Signal
from kbl.organisations.models import Organisation
from vouchers.models import Voucher
from vouchers.numbers import SerialRange
from vouchers.runs import islands

# A run is remarkable when the programme's own ratio would give one like it by chance in one programme of twenty, and
# it is never shorter than ten: a small group that does not come.
CHANCE = 0.05
SHORTEST_RUN = 10
# Under half of the others' ratio, over at least twenty hand-outs: with fewer a bad month already looks like that.
LEAST_HANDOUTS = 20


def longest_by_chance(usual: Decimal, count: int) -> int:
    """From how many unredeemed neighbours on a run is remarkable, among `count` hand-outs at the usual ratio.

    The chance of a run of n is (1 - usual) to the power n, at each of `count` places.
    """
    missed = 1 - float(usual)
    if missed <= 0 or not count:
        return SHORTEST_RUN
    if missed >= 1:
        return max(SHORTEST_RUN, count)  # nobody redeems: then nobody stands out
    return max(SHORTEST_RUN, math.ceil(math.log(CHANCE / count) / math.log(missed)))


def long_runs(on: date) -> list[Signal]:
    """Intermediaries whose hand-outs of 90 days ago or more were not redeemed: in long runs, or far less than usual.

    Compared with all others together, without itself. `size` is what was handed out and never redeemed; `serials` are
    the long runs.
    """
    ripe = Handout.objects.standing().filter(on__lte=on - PATIENCE).exclude(voucher__status=Voucher.Status.VOID)
    redeemed = Count("pk", filter=Q(voucher__status=Voucher.Status.REDEEMED))
    rows = list(ripe.order_by().values_list("organisation").annotate(out=Count("pk"), redeemed=redeemed))
    all_out, all_redeemed = sum(row[1] for row in rows), sum(row[2] for row in rows)
    unredeemed = Voucher.objects.filter(Exists(_standing_handout(on)), status=Voucher.Status.HANDED_OUT)
    runs: dict[int, list[SerialRange]] = defaultdict(list)
    for serials, (holder,) in islands(unredeemed, "holder_id"):  # what went out stays on its holder's name
        if len(serials) >= SHORTEST_RUN:
            runs[holder].append(serials)
    known = Organisation.objects.in_bulk([row[0] for row in rows])
    found = []
    for pk, out, came in rows:
        others = all_out - out
        usual = Decimal(all_redeemed - came) / others if others else Decimal(0)
        least = longest_by_chance(usual, all_out)
        long = tuple(each for each in runs.get(pk, ()) if len(each) >= least)
        share = Decimal(came) / out
        if long or (out >= LEAST_HANDOUTS and share < usual / 2):
            found.append(
                Signal(
                    SignalKind.RUNS,
                    known[pk],
                    size=out - came,
                    on=on,
                    serials=long,
                    share=share,
                    usual=usual,
                    counted=came,
                    of=out,
                    threshold=least,
                )
            )
    return found


def _standing_handout(on: date) -> QuerySet[Handout]:
    return Handout.objects.standing().filter(voucher=OuterRef("pk"), on__lte=on - PATIENCE)
