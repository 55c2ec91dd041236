"""Mail servers that behave badly, on a port of this machine."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """Where it listens, how often somebody came by, and what it took."""

    port: int
    visits: int = 0
    taken: list[str] = field(default_factory=list)


Behaviour = Callable[[MailServer, socket.socket, threading.Event], None]


def silent(server: MailServer, visitor: socket.socket, over: threading.Event) -> None:
    """Takes the connection and never says a word."""
    over.wait()


def resetting(server: MailServer, visitor: socket.socket, over: threading.Event) -> None:
    """Breaks the connection off at once, the hard way."""
    visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def refusing(code: int) -> Behaviour:
    """Speaks as it should, and knows nobody."""

    def behave(server: MailServer, visitor: socket.socket, over: threading.Event) -> None:
        _converse(server, visitor, {"RCPT": f"{code} No such person here"})

    return behave


def friendly(server: MailServer, visitor: socket.socket, over: threading.Event) -> None:
    """Takes everything."""
    _converse(server, visitor, {})


def _converse(server: MailServer, visitor: socket.socket, answers: dict[str, str]) -> None:
    words = visitor.makefile("rw", encoding="utf-8", newline="\r\n")

    def say(line: str) -> None:
        words.write(f"{line}\r\n")
        words.flush()

    say("220 mail.example")
    for line in words:
        verb = line[:4].strip().upper()
        if verb == "DATA":
            say("354 Go on")
            letter = "".join(iter(words.readline, ".\r\n"))
            server.taken.append(letter)
            say("250 Taken")
        elif verb == "QUIT":
            say("221 Bye")
            return
        else:
            say(answers.get(verb, "250 Fine"))


@contextmanager
def listening(behaviour: Behaviour) -> Iterator[MailServer]:
    """The server, until the end of the block."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = MailServer(listener.getsockname()[1])
    over = threading.Event()

    def serve(visitor: socket.socket) -> None:
        with visitor, suppress(OSError):
            behaviour(server, visitor, over)

    def accept() -> None:
        while True:
            try:
                visitor, _ = listener.accept()
            except OSError:
                return
            server.visits += 1
            threading.Thread(target=serve, args=(visitor,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
