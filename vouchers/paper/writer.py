"""A PDF of many pages, written as it comes: nothing is kept but where each object begins.

pikepdf keeps every object until the end, and ten thousand tagged vouchers are a hundred thousand objects. So what all
pages share comes from pikepdf, and each page with its tags is written, packed, and forgotten.
"""

import hashlib
import zlib
from array import array
from typing import BinaryIO

import pikepdf

HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
LEVEL = 6
FREE, PLAIN, PACKED = 0, 1, 2


class Writer:
    """Objects by number: `reserve` gives out numbers, `put`, `stream` and `pack` write, `close` says where they are.

    The skeleton's objects keep their numbers and are written first; those in `later` only when they are put.
    """

    def __init__(self, out: BinaryIO, skeleton: pikepdf.Pdf, *, later: set[int]) -> None:
        self.out = out
        self.kinds, self.places, self.indexes = array("B", [FREE]), array("Q", [0]), array("H", [0])
        self.at = 0
        self._write(HEAD)
        self.reserve(len(skeleton.objects))
        for each in skeleton.objects:
            number = each.objgen[0]
            if number in later:
                continue
            if isinstance(each, pikepdf.Stream):
                entries = each.stream_dict.unparse(resolved=True)
                self.put(number, entries + b"stream\n" + each.read_raw_bytes() + b"\nendstream")
            else:
                self.put(number, each.unparse(resolved=True))

    def reserve(self, count: int = 1) -> int:
        """The first of so many consecutive numbers."""
        first = len(self.kinds)
        self.kinds.extend(bytes(count))
        self.places.extend([0] * count)
        self.indexes.extend([0] * count)
        return first

    def put(self, number: int, body: bytes) -> None:
        """One object, as it is."""
        self.kinds[number], self.places[number] = PLAIN, self.at
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    def stream(self, number: int, content: bytes, entries: bytes = b"") -> None:
        """One stream, packed."""
        packed = zlib.compress(content, LEVEL)
        head = b"<<%b/Filter/FlateDecode/Length %d>>stream\n" % (entries, len(packed))
        self.put(number, head + packed + b"\nendstream")

    def pack(self, first: int, bodies: bytes, starts: list[int]) -> None:
        """Consecutive objects (no streams) packed together; `starts` says where in `bodies` each begins."""
        container = self.reserve()
        for index, _ in enumerate(starts):
            number = first + index
            self.kinds[number], self.places[number], self.indexes[number] = PACKED, container, index
        table = b" ".join(b"%d %d" % (first + index, start) for index, start in enumerate(starts)) + b"\n"
        self.stream(container, table + bodies, b"/Type/ObjStm/N %d/First %d" % (len(starts), len(table)))

    def close(self, *, root: int, info: int, identifier: str) -> None:
        """The table of all objects, and the end."""
        number = self.reserve()
        self.kinds[number], self.places[number] = PLAIN, self.at
        rows = b"".join(
            kind.to_bytes(1, "big") + place.to_bytes(5, "big") + index.to_bytes(2, "big")
            for kind, place, index in zip(self.kinds, self.places, self.indexes, strict=True)
        )
        began = self.at
        name = hashlib.sha256(identifier.encode()).hexdigest()[:32].encode()
        self.stream(
            number,
            rows,
            b"/Type/XRef/Size %d/W[1 5 2]/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]"
            % (len(self.kinds), root, info, name, name),
        )
        self._write(b"startxref\n%d\n%%%%EOF\n" % began)

    def _write(self, content: bytes) -> None:
        self.out.write(content)
        self.at += len(content)
