"""Read a file here when it is small, in a process of its own when it is not."""

import pickle
import subprocess
import sys
from typing import Any

from django.conf import settings

from kbl.apart.readers import READERS, Reader

LONGEST_WAIT = 45  # seconds of a page, on a machine that is busy; the server gives up on a page after 60


def read(name: str, content: bytes) -> Any:
    """What the reader of this name makes of a file. Raises its refusal, also for a file that takes more than it may."""
    reader = READERS[name]
    if len(content) < settings.UPLOAD_APART_FROM_BYTES:
        return reader(content)
    return _apart(name, reader, content)


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
