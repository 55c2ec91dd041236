"""One worker of bench/documents.py: it says that it is ready, waits for a word, and makes chunk after chunk.

`python -m bench.paper_worker CLOSING`; at the end it says how many papers it made, its seconds of processor, and the
most memory that it had, in MB.
"""

import resource
import sys
from time import process_time

import django

django.setup()

import kbl.pdf.engine  # noqa: E402, F401
from bench.closing import CLOSED_AT  # noqa: E402
from kbl.settlements.documents import issuing  # noqa: E402
from kbl.settlements.models import Closing, Document  # noqa: E402

if __name__ == "__main__":
    closed = Closing.objects.get(pk=int(sys.argv[1]))
    made, make_one = [0], issuing.make_one

    def counted(*args, **named) -> Document:
        made[0] += 1
        return make_one(*args, **named)

    issuing.make_one = counted
    print("ready", flush=True)
    sys.stdin.readline()
    before, after = process_time(), 0
    while (came_to := issuing.make_some(closed, after=after, at=CLOSED_AT)) is not None:
        after = came_to
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = process_time() - before + children.ru_utime + children.ru_stime
    print(made[0], processor, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
