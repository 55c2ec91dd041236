"""Handing work to the workers, without ever making a page wait for it long or fail with it.

A broker that is away refuses at once. One that is silent costs its time limit (`CELERY_BROKER_TRANSPORT_OPTIONS`); then
this process leaves it alone for a while, so that one page waits and not each. The work is in the database either way.
"""

import logging
import time

from celery import Signature

log = logging.getLogger(__name__)

SLOW = 1.0  # seconds after which a failure was one that held us up
REST = 60.0  # seconds

_left_alone_until = float("-inf")


def hand_over(work: Signature, *, otherwise: str) -> None:
    """Give work to the broker; `otherwise` says for the log who finds it when that fails."""
    global _left_alone_until
    began = time.monotonic()
    if began < _left_alone_until:
        return
    try:
        work.apply_async()
    except Exception as away:  # whatever the transport raises: the row is kept, and the page must answer
        log.warning("The broker cannot be reached (%s); %s.", type(away).__name__, otherwise)
        if time.monotonic() - began > SLOW:
            _left_alone_until = time.monotonic() + REST
