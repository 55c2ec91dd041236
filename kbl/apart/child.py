"""The process that reads one file: `python -m kbl.apart.child READER SECONDS MEGABYTES`, bytes in, a pickle out."""

import os
import pickle
import resource
import sys

from kbl.apart.readers import READERS, found


def main(name: str, seconds: int, megabytes: int) -> None:
    """Take the budget, read, and say what came of it."""
    reader = READERS[name]
    found(reader.place)  # what the reader needs itself is no part of what the file may take
    content = sys.stdin.buffer.read()
    used = int(resource.getrusage(resource.RUSAGE_SELF).ru_utime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, used + seconds))
    resource.setrlimit(resource.RLIMIT_DATA, (_megabytes_now() + megabytes << 20,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # and nothing of it is ever on a disk
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    said: tuple
    try:
        said = ("read", reader(content))
    except found(reader.refusal) as refused:
        said = ("refused", refused.reason.value, getattr(refused, "facts", {}))
    sys.stdout.buffer.write(pickle.dumps(said))


def _megabytes_now() -> int:
    """The memory of its own that this process has at this moment."""
    with open("/proc/self/status") as status:
        sizes = {line.split(":")[0]: line.split()[1] for line in status if line.startswith("VmData")}
    return int(sizes["VmData"]) // 1024 + 1


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kbl.settings")
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
