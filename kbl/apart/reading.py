"""Read a file here when it is small, in a process of its own when it is not."""

import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.cache import cache

from kbl.apart.readers import READERS, Reader

BUSY = "busy"  # the reason, in the set of every reader
LONGEST_WAIT = 45  # seconds of a page, on a machine that is busy; the server gives up on a page after 60


def read(name: str, content: bytes) -> Any:
    """What the reader of this name makes of a file. Raises its refusal, also for a file that takes more than it may."""
    reader = READERS[name]
    if len(content) < settings.UPLOAD_APART_FROM_BYTES:
        return reader(content)
    with _a_place(reader):
        return _apart(name, reader, content)


@contextmanager
def _a_place(reader: Reader) -> Iterator[None]:
    """One of the few large files that are read at a time, on all machines together: other pages go on meanwhile."""
    places = [f"apart:{i}" for i in range(settings.UPLOADS_AT_ONCE)]
    mine = next((each for each in places if cache.add(each, True, LONGEST_WAIT + 15)), None)
    if mine is None:
        raise reader.refused(BUSY, {})
    try:
        yield
    finally:
        cache.delete(mine)


def _apart(name: str, reader: Reader, content: bytes) -> Any:
    seconds, megabytes = settings.UPLOAD_SECONDS, settings.UPLOAD_MEGABYTES
    command = [sys.executable, "-m", "kbl.apart.child", name, str(seconds), str(megabytes)]
    try:
        told = subprocess.run(
            command,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what goes wrong there may quote the file
            cwd=settings.BASE_DIR,
            timeout=LONGEST_WAIT,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise reader.refused(reader.too_much, {}) from late
    if told.returncode or not told.stdout:  # the system stopped it, or it had no memory left to say so
        raise reader.refused(reader.too_much, {})
    said, *rest = pickle.loads(told.stdout)
    if said == "refused":
        raise reader.refused(*rest)
    return rest[0]
