#!/usr/bin/env python3
"""Run a command with a PostgreSQL and a Redis of its own, thrown away afterwards.

    scripts/with_services.py COMMAND ...             run the command, pass on its exit code
    scripts/with_services.py --durable COMMAND ...   the same, with a PostgreSQL that waits for the disk (for measuring)
    scripts/with_services.py                         print the addresses and wait for Ctrl-C

A server is only started where DATABASE_URL or REDIS_URL is not given. Works as root and as anybody else.
"""

import argparse
import os
import pwd
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

PATIENCE = 60  # seconds to start, and again to stop


def main() -> int:
    """Start what is missing, run the command, stop what was started."""
    parser = argparse.ArgumentParser(description="Run a command with a PostgreSQL and a Redis of its own.")
    parser.add_argument("--durable", action="store_true", help="keep fsync on, for honest measurements")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()

    # A polite stop takes the same way out as Ctrl-C, so that the servers are stopped too.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupted)
    try:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(scratch_folder()))
            if not os.environ.get("DATABASE_URL"):
                os.environ["DATABASE_URL"] = stack.enter_context(postgresql(folder, durable=options.durable))
            if not os.environ.get("REDIS_URL"):
                os.environ["REDIS_URL"] = stack.enter_context(redis(folder))
            # With a DATABASE_URL the settings want a key too; a new one for every run will do.
            os.environ.setdefault("SECRET_KEY", secrets.token_hex(32))
            return run(options.command) if options.command else wait()
    except Interrupted as stop:
        return 128 + stop.number


class Interrupted(BaseException):
    """Somebody asked us to stop, by this signal."""

    def __init__(self, number: int) -> None:
        self.number = number


def interrupted(number: int, _frame: object) -> None:
    """Leave through the `finally` blocks; a second request must not cut those short."""
    for again in (signal.SIGINT, signal.SIGTERM):
        signal.signal(again, signal.SIG_IGN)
    raise Interrupted(number)


def run(command: list[str]) -> int:
    """Run the command in a process group of its own; when we are stopped, stop all of that group."""
    process = subprocess.Popen(command, start_new_session=True)
    try:
        code = process.wait()
    except Interrupted as stop:
        os.killpg(process.pid, stop.number)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        raise
    return code if code >= 0 else 128 - code


def wait() -> int:
    """Show where the servers are, until Ctrl-C."""
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY"):
        print(f"export {name}={os.environ[name]}", flush=True)
    print("Press Ctrl-C to stop.", file=sys.stderr, flush=True)
    while True:
        signal.pause()


@contextmanager
def scratch_folder() -> Iterator[str]:
    """A folder for the servers' files, owned by the account they run under."""
    with tempfile.TemporaryDirectory(prefix="kbl-services-", ignore_cleanup_errors=True) as folder:
        give_away(Path(folder))
        yield folder


@contextmanager
def postgresql(folder: Path, *, durable: bool) -> Iterator[str]:
    """A PostgreSQL server whose one role may do everything; its address."""
    programs = postgresql_programs()
    port, password = free_port(), secrets.token_hex(16)
    data, password_file = folder / "postgresql", folder / "password"
    password_file.write_text(password)
    give_away(password_file)
    initdb = [str(programs / "initdb"), "-D", str(data), "-U", "kbl", "--pwfile", str(password_file)]
    initdb += ["--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=folder, **server_account())

    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "max_connections": 200,
        "shared_buffers": "256MB",
        "max_wal_size": "2GB",
    }
    if not durable:
        # The data lives as long as the tests do; waiting for the disk would only cost time. So does compiling questions
        # to tables that hold a few rows.
        settings |= {"fsync": "off", "full_page_writes": "off", "jit": "off"}
        # Nobody follows this server, and its tables are emptied again and again: no log for others, and no sweeping.
        settings |= {"wal_level": "minimal", "max_wal_senders": 0, "autovacuum": "off"}
    command = [str(programs / "postgres"), "-D", str(data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]

    client = ["--host", "127.0.0.1", "--port", str(port), "--username", "kbl"]
    ready = [str(programs / "pg_isready"), "--quiet", *client]
    # SIGINT is PostgreSQL's "fast" stop: it does not wait for clients to leave.
    with server(command, folder, stop=signal.SIGINT, ready=lambda: subprocess.run(ready, check=False).returncode == 0):
        subprocess.run(
            [str(programs / "createdb"), *client, "kbl"], check=True, env=os.environ | {"PGPASSWORD": password}
        )
        yield f"postgres://kbl:{password}@127.0.0.1:{port}/kbl"


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Redis server that keeps nothing on disk; its address."""
    port, password = free_port(), secrets.token_hex(16)
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--requirepass", password]
    command += ["--save", "", "--appendonly", "no"]
    with server(command, folder, stop=signal.SIGTERM, ready=lambda: listens(port)):
        yield f"redis://default:{password}@127.0.0.1:{port}/0"


@contextmanager
def server(command: list[str], folder: Path, *, stop: signal.Signals, ready: Callable[[], bool]) -> Iterator[None]:
    """Run one server until the block ends; exactly this process is stopped, by its id."""
    name = Path(command[0]).name
    log_file = folder / f"{name}.log"
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,
            **server_account(),
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{name} did not start:\n{log_file.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(stop)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def server_account() -> dict:
    """PostgreSQL refuses to run as root; then its own account runs the servers (as arguments for subprocess)."""
    if os.geteuid() != 0:
        return {}
    try:
        account = pwd.getpwnam("postgres")
    except KeyError:
        sys.exit("There is no account 'postgres'. Install PostgreSQL: scripts/system.sh test")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def give_away(path: Path) -> None:
    """Make this file or folder belong to the account that runs the servers."""
    account = server_account()
    if account:
        os.chown(path, account["user"], account["group"])


def postgresql_programs() -> Path:
    """The folder with initdb and postgres; Debian keeps one per version, the newest is taken."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    initdb = found[-1] if found else shutil.which("initdb")
    if not initdb:
        sys.exit("There is no PostgreSQL server on this machine. Install it: scripts/system.sh test")
    return Path(initdb).parent


def free_port() -> int:
    """A port nobody listens on, below the range from which the system takes ports for outgoing connections."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def listens(port: int) -> bool:
    """Whether something answers on this port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    sys.exit(main())
