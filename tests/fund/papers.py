"""Documents that prove a cost, and files that only look like one."""

import io
import zlib
from collections.abc import Callable
from functools import cache

import pikepdf
from PIL import Image


def pdf(change=None, **save) -> bytes:
    """An invoice of one empty page, after something was done to it."""
    out = io.BytesIO()
    with pikepdf.new() as paper:
        paper.add_blank_page()
        if change:
            change(paper)
        paper.save(out, static_id=True, **save)
    return out.getvalue()


def picture(kind: str = "PNG") -> bytes:
    """A photo of a receipt."""
    out = io.BytesIO()
    Image.new("RGB", (40, 60), "white").save(out, kind)
    return out.getvalue()


@cache
def bomb(size: int = 300_000_000) -> bytes:
    """A PDF of less than a megabyte whose objects unpack to `size` bytes."""
    packed = zlib.compress(b"1 0 " + b" " * size + b"<< >>", 9)
    out, places = b"%PDF-1.5\n", []
    for body in (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[4 0 R]/Count 1>>",
        b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(packed), packed),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    ):
        places.append(len(out))
        out += b"%d 0 obj%b\nendobj\n" % (len(places), body)
    places.append(len(out))
    table = b"\0" * 5 + b"".join(b"\1" + place.to_bytes(3, "big") + b"\0" for place in places)
    table += b"\2" + (3).to_bytes(3, "big") + b"\0"
    head = b"<</Type/XRef/Size 7/Root 1 0 R/W[1 3 1]/Length %d>>" % len(table)
    return out + b"5 0 obj" + head + b"stream\n" + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % places[-1]


def _does(action: pikepdf.Dictionary):
    def change(paper: pikepdf.Pdf) -> None:
        paper.Root.OpenAction = action

    return change


def _script(paper: pikepdf.Pdf) -> None:
    paper.Root.Names = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(Names=pikepdf.Array(["x", pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="1")]))
    )


def attached(name: str):
    """A PDF with a file inside."""

    def change(paper: pikepdf.Pdf) -> None:
        paper.attachments[name] = pikepdf.AttachedFileSpec(paper, b"<Invoice/>", filename=name)

    return change


HOSTILE: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "nothing at all": (b"", "empty"),
    "far too large": (b"%PDF-1.7" + b"0" * 5_000_000, "too_large"),
    "a program": (b"MZ\x90\x00", "kind"),
    "a web page": (b"<!doctype html><script>alert(1)</script>", "kind"),
    "a drawing with a script": (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "kind"),
    "half a PDF": (pdf()[:200], "damaged"),
    "only the head of a PDF": (b"%PDF-1.7\n", "damaged"),
    "half a photo": (picture()[:60], "damaged"),
    "a photo that is none": (b"\xff\xd8\xff\xe0 nothing", "damaged"),
    "a locked PDF": (pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "locked"),
    "a PDF that may not be printed": (pdf(encryption=pikepdf.Encryption(owner="a", user="")), "locked"),
    "a script": (pdf(_script), "active"),
    "starts a program": (pdf(_does(pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe"))), "active"),
    "runs when opened": (pdf(_does(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"))), "active"),
    "sends a form": (pdf(_does(pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F="https://x.example"))), "active"),
    "brings a program": (pdf(attached("factuur.exe")), "active"),
    "unpacks to 300 MB": (bomb, "bomb"),
}


def hostile(name: str) -> tuple[bytes, str]:
    """One of those files, and why it is refused; the large one is made when somebody asks for it."""
    content, reason = HOSTILE[name]
    return content if isinstance(content, bytes) else content(), reason
