"""Whether a paper is PDF/A-3a and PDF/UA-1 in what can be read from it: every kept paper is held to the same."""

import io
from collections.abc import Iterator

import pikepdf

EMBEDDED = {"/FontFile", "/FontFile2", "/FontFile3"}
FORBIDDEN = ("/JavaScript", "/AA", "/OpenAction", "/XFA")


def assert_archival(content: bytes, *, files: tuple[str, ...] = ()) -> pikepdf.Pdf:
    """What it says of itself, its colours, fonts, tags, and the files in it, each named once."""
    paper = pikepdf.open(io.BytesIO(content))
    with paper.open_metadata() as said:
        assert said.pdfa_status == "3A"
        assert said["pdfuaid:part"] == "1"
        assert said["dc:title"], "a reader shows the title, not the name of the file"
    root = paper.Root
    assert root.MarkInfo.Marked and root.Lang == "nl" and root.ViewerPreferences.DisplayDocTitle
    assert not any(key in root for key in FORBIDDEN)
    (intent,) = root.OutputIntents
    assert intent.S == "/GTS_PDFA1" and intent.DestOutputProfile.N == 3
    assert not paper.is_encrypted and "/ID" in paper.trailer
    found = list(_fonts(paper))
    assert found, "there are letters on it"
    for font in found:
        assert "/ToUnicode" in font, "letters can be read out (level a)"
        descended = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        assert EMBEDDED & set(descended.FontDescriptor.keys()), f"{font.BaseFont} is not in it"
    for page in paper.pages:
        assert page.Tabs == "/S" and "/StructParents" in page, "what stands on a page has its place in the tags"
        for annotation in page.get("/Annots", []):
            assert annotation.Subtype == "/Link" and int(annotation.F) & 4, "it prints"
    for figure in elements(root.StructTreeRoot, "/Figure"):
        assert str(figure.get("/Alt", "")).strip(), "a picture without words"
    _assert_files(paper, files)
    return paper


def _assert_files(paper: pikepdf.Pdf, files: tuple[str, ...]) -> None:
    assert tuple(paper.attachments) == files
    named = [each.objgen for each in paper.Root.get("/AF", [])]
    assert len(named) == len(set(named)) == len(files), "each associated file once"
    for name in files:
        file = paper.attachments[name].obj
        assert file.objgen in named and file.AFRelationship in ("/Alternative", "/Supplement")
        assert file.EF.F.Subtype and file.Desc


def _fonts(paper: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every font of every page, those inside drawings too."""
    for each in paper.objects:
        if isinstance(each, pikepdf.Dictionary | pikepdf.Stream) and "/Resources" in each:
            yield from dict(each.Resources.get("/Font", {})).values()


def elements(element: pikepdf.Object, kind: str) -> Iterator[pikepdf.Object]:
    """The tags of a kind, wherever they are."""
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            if kind == kid.S:
                yield kid
            yield from elements(kid, kind)
