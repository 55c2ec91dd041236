"""A process that has loaded a programme and forks it for whoever asks: what is killed has its start behind it.

`python -m tests.races.nursery MODULE`, then a line of JSON for each process: its environment, and two named pipes that
become its standard input and output. The answer is its number. Nothing of a database is open here when it forks.
"""

import json
import os
import runpy
import signal
import sys
import traceback
from datetime import datetime
from importlib import import_module


def live(module: str, environment: dict[str, str], hears: str, says: str) -> None:
    """In the child: as if it had been started with this environment."""
    import time_machine
    from django.db import connection

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.update(environment)
    connection.settings_dict["NAME"] = environment["DATABASE_URL"].rpartition("/")[2]
    time_machine.travel(datetime.fromisoformat(environment["PLAYS_AT"]), tick=True).start()
    sys.stdin, sys.stdout = open(hears), open(says, "w")  # noqa: SIM115 (for as long as it lives)
    runpy.run_module(module, run_name="__main__")


if __name__ == "__main__":
    module = sys.argv[1]
    import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them here
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if not child:
            try:
                live(module, **order)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(0)
        print(child, flush=True)
