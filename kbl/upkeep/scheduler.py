"""Celery's beat, signing at every turn of its own loop: a beat that hangs is as silent as one that is dead."""

import time

from celery.beat import PersistentScheduler

from kbl.upkeep import heartbeats, watch


class Scheduler(PersistentScheduler):
    """The timetable of kbl/celery.py, with a sign of life at least every half minute."""

    signed_at = float("-inf")

    def tick(self, *args, **kwargs) -> float:
        """One turn: sign when it is time, do what is due, and say how long to sleep (seconds)."""
        if time.monotonic() - self.signed_at >= heartbeats.EVERY:
            self.signed_at = time.monotonic()
            watch.step(heartbeats.Name.BEAT)
        return min(super().tick(*args, **kwargs), heartbeats.EVERY)
