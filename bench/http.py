"""A server with two workers on loopback, and eight clients that each press a button as fast as they can."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

CLIENTS = 8


@contextmanager
def server(settings: str, *, nice: int = 0, name: str = "kbl-bench") -> Iterator[int]:
    """Gunicorn with two workers under these settings; gives its port, stops afterwards.

    `nice`: how much it gives way. `name`: what PostgreSQL calls its connections.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings, "PGAPPNAME": name}
    command = [sys.executable, "-m", "gunicorn", "kbl.wsgi:application", "-w", "2", "-b", f"127.0.0.1:{port}"]
    process = subprocess.Popen(["nice", "-n", str(nice), *command, "--log-level", "error"], env=environment)
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(port: int, process: subprocess.Popen) -> None:
    """Until a worker answers, whatever it says."""
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("the server did not start")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not answer")


def press(
    port: int,
    path: str,
    forms: list[list[dict]],
    headers: list[dict],
    check: Callable[[int, bytes], bool],
    *,
    pause: float = 0,
) -> tuple[float, list[float]]:
    """Each client posts its forms one after another; gives answers per second and every answer's time in seconds.

    `pause`: seconds that a client waits after an answer; the clients then do not begin at one moment.
    Raises RuntimeError when `check` does not accept an answer (status, body).
    """
    times: list[list[float]] = [[] for _ in forms]
    wrong: list[str] = []
    barrier = threading.Barrier(len(forms) + 1)

    def client(place: int) -> None:
        barrier.wait()
        time.sleep(pause * place / len(forms))
        for form in forms[place]:
            started = time.perf_counter()
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            body = urlencode(form)
            connection.request(
                "POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **headers[place]}
            )
            answer = connection.getresponse()
            content = answer.read()
            connection.close()
            times[place].append(time.perf_counter() - started)
            if not check(answer.status, content):
                wrong.append(f"{answer.status}: {content[:300]!r}")
                return
            time.sleep(pause)

    threads = [threading.Thread(target=client, args=(place,)) for place in range(len(forms))]
    for thread in threads:
        thread.start()
    barrier.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - started
    if wrong:
        raise RuntimeError(f"an answer was not as expected: {wrong[0]}")
    every = sorted(each for mine in times for each in mine)
    return len(every) / elapsed, every
