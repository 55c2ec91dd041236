"""What a screen reader is told (PDF/UA-1): every page, not only the first, is tagged down to the last number."""

import io
import re

import pikepdf
import pytest

from tests.vouchers.paper.reading import ALL, FORMATS, NAMES, sheets, some

PAINTS = {"f", "f*", "F", "S", "s", "B", "B*", "b", "b*", "Tj", "TJ", "'", '"', "Do", "sh", "INLINE IMAGE"}


@pytest.fixture(params=ALL, ids=NAMES)
def form(request):
    return request.param


@pytest.fixture
def bons(form):
    return some(2 * form.per_page + 1)


@pytest.fixture
def book(form, bons):
    with pikepdf.open(io.BytesIO(sheets(bons, form))) as opened:
        yield opened


def letters_of(font) -> dict[bytes, str]:
    return {
        bytes.fromhex(glyph.decode()): bytes.fromhex(letter.decode()).decode("utf-16-be")
        for glyph, letter in re.findall(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>\s", font.ToUnicode.read_bytes())
    }


def marked(page) -> tuple[dict[int, str], list[str]]:
    """The words of each marked piece of a page, and what is painted outside any mark."""
    fonts = {str(name): letters_of(font) for name, font in page.Resources.Font.items()}
    pieces: dict[int, str] = {}
    stray: list[str] = []
    within: list[int | None] = []
    letters: dict[bytes, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name == "BDC":
            within.append(int(operands[1].MCID))
            assert within[-1] not in pieces, "a piece is marked twice"
            pieces[within[-1]] = ""
        elif name == "BMC":
            assert str(operands[0]) == "/Artifact"
            within.append(None)
        elif name == "EMC":
            within.pop()
        elif name == "Tf":
            letters = fonts[str(operands[0])]
        if name in PAINTS and not within:
            stray.append(name)
        if name == "TJ" and within and within[-1] is not None:
            raw = b"".join(bytes(each) for each in operands[0] if isinstance(each, pikepdf.String))
            pieces[within[-1]] += "".join(letters[raw[i : i + 2]] for i in range(0, len(raw), 2))
    assert not within
    return pieces, stray


def spoken(element, pages: dict, deep: int = 0) -> list[str]:
    """What is read out, in order: the words, and for a picture its alternative text."""
    if alt := element.get("/Alt"):
        return [f"[{alt}]"]
    said: list[str] = []
    for kid in element.K:
        if isinstance(kid, int):
            said.append(pages[element.Pg.objgen][kid])
        else:
            assert kid.P.objgen == element.objgen
            said += spoken(kid, pages, deep + 1)
    return said


def test_everything_on_every_page_is_marked_or_decoration(book):
    for page in book.pages:
        assert marked(page)[1] == []


def test_every_marked_piece_belongs_to_one_element_of_its_own_page(book):
    """Down through the parent tree and up again."""
    parents = book.Root.StructTreeRoot.ParentTree.Nums
    assert len(parents) == 2 * len(book.pages)
    for index, page in enumerate(book.pages):
        assert page.StructParents == parents[2 * index] == index
        owners = parents[2 * index + 1]
        pieces, _ = marked(page)
        assert sorted(pieces) == list(range(len(owners)))
        for piece, owner in enumerate(owners):
            assert owner.Pg.objgen == page.objgen
            assert piece in [kid for kid in owner.K if isinstance(kid, int)]
            while owner.S != "/Document":
                owner = owner.P
            assert owner.objgen == book.Root.StructTreeRoot.K[0].objgen


def test_each_voucher_is_read_out_in_order(book, bons, form):
    """Welcome, what to do, the number, the last day, and then the codes; voucher after voucher, page after page."""
    pages = {page.objgen: marked(page)[0] for page in book.pages}
    (document,) = book.Root.StructTreeRoot.K
    assert [kid.S for kid in document.K] == ["/Art"] * len(bons)
    for bon, article in zip(bons, document.K, strict=True):
        digits = bon.digits
        said = re.sub(r"\s+", " ", " ".join(spoken(article, pages)))
        order = ["Waardebon", "Welkom in", "Een jaar lang lid", "Ga naar", "Neem mee", "Wij weten niet wie u bent"]
        order += [f"{digits[:7]} {digits[7:13]} {digits[13]}", "Geldig tot en met", "31 december 2027"]
        order += [
            "[QR-code van deze waardebon, voor uw telefoon]",
            "[Streepjescode van deze waardebon, voor de bibliotheek]",
        ]
        found = [said.find(words) for words in order]
        assert -1 not in found and found == sorted(found), said


def test_the_tags_are_the_standards_own(book):
    seen = {}

    def walk(element):
        seen.setdefault(str(element.S), []).append(element)
        for kid in element.get("/K", []):
            if not isinstance(kid, int):
                walk(kid)

    walk(book.Root.StructTreeRoot.K[0])
    assert set(seen) <= {"/Document", "/Art", "/H1", "/P", "/L", "/LI", "/LBody", "/Lbl", "/Figure"}
    assert all(each.get("/Alt") and len(each.A.BBox) == 4 for each in seen["/Figure"])
    assert all(each.A.ListNumbering == "/Decimal" for each in seen["/L"])


def test_the_document_says_what_it_is(book):
    assert (str(book.Root.Lang), bool(book.Root.MarkInfo.Marked)) == ("nl", True)
    assert bool(book.Root.ViewerPreferences.DisplayDocTitle)
    told = book.Root.Metadata.read_bytes().decode()
    assert 'pdfuaid:part="1"' in told and "Waardebonnen" in told
    for font in book.pages[0].Resources.Font.values():
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


def test_a_picture_lies_where_its_tag_says():
    """The box of the last page's last QR code is where its squares are."""
    form = FORMATS[4]
    with pikepdf.open(io.BytesIO(sheets(some(8), form))) as book:
        figure = next(kid for kid in book.Root.StructTreeRoot.K[0].K[7].K if kid.S == "/Figure")
        left, low, right, high = map(float, figure.A.BBox)
        x, y = (side * 72 / 25.4 for side in form.corners()[3])
        top = form.sheet[1] * 72 / 25.4 - y
        assert x < left < right < x + form.width * 72 / 25.4
        assert top - form.height * 72 / 25.4 < low < high < top
        assert right - left == pytest.approx(high - low, abs=0.1)
