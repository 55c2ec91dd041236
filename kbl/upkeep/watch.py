"""The worker and the timetable watch each other: each signs that it lives, and mails Cubiss when the other is silent.

    step(name)      sign, look, and mail what was not told yet: every half minute, in either
    tell(at)        the mail itself; `manage.py health --mail` calls it from a host's cron, for when both are dead

The mail goes by the outbox like any other, and is sent here and now: who would send it otherwise may be the one that is
silent. It is told once for each silence, and once a day for work that waits.
"""

import logging
import threading
from datetime import datetime

from django.db import connection

from kbl import clock
from kbl.accounts.models import User
from kbl.accounts.roles import Right
from kbl.clock import local_day
from kbl.mail import outbox, sending
from kbl.organisations.models import Programme
from kbl.upkeep import heartbeats
from kbl.upkeep.heartbeats import Name, Silence, WaitingWork
from kbl.upkeep.models import Heartbeat

log = logging.getLogger(__name__)


def start_in_worker(**_kwargs: object) -> None:
    """Sign for this worker, from a thread of its main process, for as long as it lives."""
    threading.Thread(target=_go_on, args=(Name.WORKER,), name="sign of life", daemon=True).start()


def step(name: Heartbeat.Name) -> None:
    """One sign of life, and a look at the others. Whatever goes wrong is logged; the next step comes soon."""
    try:
        at = clock.now()
        heartbeats.sign(name, at=at)
        tell(at=at)
    except Exception as failure:  # the database may be away: who watches must outlive that
        log.error("No sign of life of %s: %s", name, type(failure).__name__)
    finally:
        connection.close()  # a process that is forked later must not share it


def tell(*, at: datetime) -> bool:
    """Mail Cubiss about who is silent and what waits, once for each. True when anything is the matter."""
    silent, waiting = heartbeats.silences(at=at), heartbeats.waiting_too_long(at=at)
    if not silent and not waiting:
        return False
    if to := _addresses():
        for each in silent:
            since = f"{each.since:%Y%m%dT%H%M%S}" if each.since else "ever"
            _post(to, each, None, once=f"alarm-{each.name}-{since}", at=at)
        if waiting:
            _post(to, None, waiting, once=f"alarm-waiting-{local_day(at):%Y%m%d}", at=at)
        outbox.send_all(at=at)
    return True


def _go_on(name: Heartbeat.Name) -> None:
    rest = threading.Event()
    while True:
        step(name)
        rest.wait(heartbeats.EVERY)


def _addresses() -> list[str]:
    """Cubiss' coordinators and the programme's own address."""
    programme = Programme.objects.first()
    if programme is None:
        return []
    coordinators = User.objects.that_may(Right.COORDINATE).values_list("email", flat=True)
    return list(dict.fromkeys([*coordinators, *filter(None, [programme.contact_email])]))


def _post(to: list[str], silence: Silence | None, waiting: WaitingWork | None, *, once: str, at: datetime) -> None:
    subject = f"KBL: {silence.name.label} is stil" if silence else "KBL: werk op de achtergrond blijft liggen"
    context = {"silence": silence, "waiting": waiting, "link": sending.link("cubiss:home")}
    letter = sending.letter(to, subject, "mail/alarm.txt", context, name=once)
    outbox.post(letter, outbox.Purpose.ALARM, at=at, once=once)
