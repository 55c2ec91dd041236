"""Every room has its place in the layers that `make lint` checks, and no file leads back to itself."""

import pkgutil
import tomllib
from collections import Counter

import grimp
import pytest
from django.conf import settings

import kbl

TOOLS = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["tool"]["importlinter"]
APPS = [each for each in TOOLS["root_packages"] if each != "kbl"]


def layered() -> list[str]:
    """Everything that the layers name, as often as they name it."""
    (contract,) = [each for each in TOOLS["contracts"] if each["type"] == "layers" and "containers" not in each]
    return [room for layer in contract["layers"] for room in layer.split(" | ")]


def circles(graph: grimp.ImportGraph) -> list[list[str]]:
    """Groups of files that reach each other by their imports (Tarjan's strongly connected components)."""
    index: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    found: list[list[str]] = []

    def visit(file: str) -> None:
        index[file] = lowest[file] = len(index)
        path.append(file)
        for imported in sorted(graph.find_modules_directly_imported_by(file)):
            if imported not in index:
                visit(imported)
            if imported in path:
                lowest[file] = min(lowest[file], lowest[imported])
        if lowest[file] == index[file]:
            group = path[path.index(file) :]
            del path[path.index(file) :]
            if len(group) > 1:
                found.append(sorted(group))

    for file in sorted(graph.modules):
        if file not in index:
            visit(file)
    return found


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """All files of the project with their imports, also those inside a function."""
    return grimp.build_graph(*TOOLS["root_packages"], cache_dir=None)


def test_every_room_stands_in_one_layer():
    """A new file or package directly under kbl/ is given its place before anything leans on it."""
    rooms = [f"kbl.{each.name}" for each in pkgutil.iter_modules(kbl.__path__)]
    assert Counter(layered()) == Counter(rooms + APPS)


def test_no_file_leads_back_to_itself(graph):
    assert circles(graph) == []


def test_a_circle_is_found():
    drawn = grimp.ImportGraph()
    for importer, imported in [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "e"), ("e", "d"), ("f", "a")]:
        drawn.add_import(importer=importer, imported=imported)
    assert circles(drawn) == [["d", "e"], ["a", "b", "c"]]
