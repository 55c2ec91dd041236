"""Making vouchers straight for an intermediary: the batch and its allocation together, or neither."""

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction

from intermediaries import accreditation
from kbl.organisations.models import Organisation
from vouchers.batches import make_batch
from vouchers.models import Batch


@transaction.atomic
def make_batch_for(
    intermediary: Organisation | None,
    *,
    count: int,
    medium: str,
    valid_until: date,
    on: date,
    by,
    at: datetime,
    progress: Callable[[int], object] | None = None,
) -> Batch:
    """Make a batch; with an intermediary all of it goes there at once, without one it stays with Cubiss.

    `progress` hears how many there are. Raises BatchRefused, NotAccredited, FutureDate. Asks for the accreditation first: a refusal must not cost a second.
    """
    if intermediary is not None and accreditation.accreditation_on(intermediary, on) is None:
        raise accreditation.NotAccredited(intermediary, on)
    batch = make_batch(count, medium=medium, valid_until=valid_until, on=on, by=by, at=at, progress=progress)
    if intermediary is not None:
        accreditation.allocate(batch.range, to=intermediary, on=on, by=by, at=at)
    return batch
