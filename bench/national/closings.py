"""The quarters that are over are closed by the product itself, as it always does.

The reports are kept as the product keeps them, each after those before it. What followed on a closing (`then`) is there
before the next: else a kept report would say that nothing was spent, of days on which it was.
"""

import sys
from collections.abc import Callable
from time import perf_counter
from unittest import mock

from bench.national.calendar import CLOSED, closes
from kbl.accounts.models import User
from kbl.settlements.closing import closing, made_with_closing
from kbl.settlements.models import Closing


def make(*, then: Callable[[Closing], None], reports: bool = True) -> None:
    """Close them one after another, each on the day that it would be."""
    by = User.objects.get(email="carla@voorbeeld.example")
    kept = made_with_closing.make if reports else lambda its_closing: None
    for quarter in CLOSED:
        started = perf_counter()
        with mock.patch.object(made_with_closing, "make", kept):
            closing.close(quarter, by=by, at=closes(quarter))
        then(Closing.objects.get(quarter=quarter))
        print(f"    {quarter}: {perf_counter() - started:.1f} s", file=sys.stderr, flush=True)
