"""A ZIP that comes out the same for the same content: fixed times, a fixed order, and the hash of every file in it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

UNIX, MAY_READ = 3, 0o100644 << 16


@dataclass(frozen=True)
class Packed:
    """A file in the archive; `what` is said of it in the index."""

    path: str
    what: str
    size: int
    sha256: str


class Archive:
    """Files are added one after another and never held together; every file carries the same moment."""

    def __init__(self, out: IO[bytes], at: datetime) -> None:
        self.zip = ZipFile(out, "w", ZIP_DEFLATED, compresslevel=6)
        self.stamp = (at.year, at.month, at.day, at.hour, at.minute, at.second)
        self.packed: list[Packed] = []

    def add(self, path: str, content: bytes | memoryview | Iterable[bytes], what: str) -> Packed:
        """Add a file, whole or in pieces. Raises ValueError for a path that is there already or leads outside."""
        if path in {each.path for each in self.packed} or path.startswith("/") or ".." in path.split("/"):
            raise ValueError(path)
        info = ZipInfo(path, self.stamp)
        info.compress_type, info.create_system, info.external_attr = ZIP_DEFLATED, UNIX, MAY_READ
        pieces = [content] if isinstance(content, bytes | memoryview) else content
        digest, size = hashlib.sha256(), 0
        with self.zip.open(info, "w") as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
                size += len(piece)
        packed = Packed(path, what, size, digest.hexdigest())
        self.packed.append(packed)
        return packed

    def close(self) -> None:
        self.zip.close()
