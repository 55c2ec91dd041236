#!/usr/bin/env python3
"""The vendored browser files: check them, or fetch them again.

    scripts/vendor_assets.py verify             every file is in the manifest and has its checksum; no network
    scripts/vendor_assets.py rebuild            fetch from npm, build again, and stop if anything differs
    scripts/vendor_assets.py rebuild --update   the same, and write the new checksums into the manifest

To take a newer version: change `version` in static/vendor/MANIFEST.toml and run `rebuild --update`.
"""

import argparse
import hashlib
import io
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
MANIFEST = VENDOR / "MANIFEST.toml"


def checksum(content: bytes) -> str:
    """The sha256 of a file's content, as the manifest writes it."""
    return hashlib.sha256(content).hexdigest()


def verify(packages: list[dict]) -> list[str]:
    """What is wrong with the files on disk, one sentence each."""
    listed = {name: file["sha256"] for package in packages for name, file in package["files"].items()}
    present = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    present.discard(MANIFEST.name)
    problems = [f"{name} is not in the manifest" for name in sorted(present - set(listed))]
    for name, expected in listed.items():
        if name not in present:
            problems.append(f"{name} is missing")
        elif checksum((VENDOR / name).read_bytes()) != expected:
            problems.append(f"{name} is not the file the manifest describes")
    return problems


def fetch(package: dict, into: Path) -> Path:
    """Download one npm package and unpack it; the folder that holds its files."""
    subprocess.run(
        ["npm", "pack", "--silent", f"{package['source']}@{package['version']}"],
        cwd=into,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (archive,) = into.glob("*.tgz")
    with tarfile.open(archive) as tar:
        tar.extractall(into, filter="data")
    return into / "package"


def build(package: dict, unpacked: Path, name: str, file: dict) -> bytes:
    """The content of one vendored file, which the manifest describes as `file`."""
    source = file["from"]
    if "weight" in file:
        return one_weight(unpacked / source, file["weight"])
    if name.endswith("sprite.svg"):
        return sprite(unpacked / source, package["icons"]).encode()
    if package["name"] == "Inter" and name.endswith(".css"):
        return font_faces((unpacked / source).read_text(), set(package["files"])).encode()
    content = (unpacked / source).read_bytes()
    if package["name"] == "barcode-detector" and name.endswith(".js"):
        # Where its decoder lies when nobody says so: beside it, and never at somebody else's host.
        content, found = re.subn(rb"`https://[^`]*`", b"e", content)
        if found != 1:
            sys.exit(f"{name}: {found} addresses of elsewhere, one was expected")
    if name.endswith((".css", ".js")):
        # Maps are not vendored, and Django's manifest storage stops at a map that is not there.
        content = re.sub(rb"\n?(/\*|//)# sourceMappingURL=[^\n*]*(\*/)?", b"", content)
    return content


def sprite(folder: Path, icons: list[str]) -> str:
    """All chosen icons as symbols of one SVG: <use href=".../sprite.svg#check">."""
    symbols = []
    for icon in icons:
        svg = (folder / f"{icon}.svg").read_text()
        drawing = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.S)
        if drawing is None:
            sys.exit(f"{icon}.svg holds no drawing")
        shapes = " ".join(drawing[1].split())
        symbols.append(
            f'<symbol id="{icon}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
            f'stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
        )
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def font_faces(css: str, names: set[str]) -> str:
    """Only the @font-face rules whose font we keep, pointing beside the stylesheet."""
    rules = re.findall(r"@font-face \{.*?\}", css.replace("./files/", "./"), re.S)
    kept = [rule for rule in rules if any(f"./{name.split('/')[1]})" in rule for name in names)]
    return "\n\n".join(kept) + "\n"


def one_weight(variable: Path, weight: int) -> bytes:
    """A variable font at one weight, unpacked: always the same bytes, with the font's own date in it."""
    from fontTools.ttLib import TTFont  # of requirements/dev.txt; to verify takes nothing but Python
    from fontTools.varLib.instancer import instantiateVariableFont

    font = instantiateVariableFont(TTFont(variable, recalcTimestamp=False), {"wght": weight})
    font.flavor = None
    content = io.BytesIO()
    font.save(content)
    return content.getvalue()


def rebuild(packages: list[dict], *, update: bool) -> list[str]:
    """Fetch and build everything; which files came out differently from the manifest."""
    manifest = MANIFEST.read_text()
    differs = []
    built = {}
    for package in packages:
        with tempfile.TemporaryDirectory() as scratch:
            unpacked = fetch(package, Path(scratch))
            for name, file in package["files"].items():
                built[name] = build(package, unpacked, name, file)
                new = checksum(built[name])
                if new != file["sha256"]:
                    differs.append(f"{name} came out differently")
                    weight = f"weight = {file['weight']}, " if "weight" in file else ""
                    before = f'"{name}" = {{ from = "{file["from"]}", {weight}sha256 = "'
                    manifest = manifest.replace(before + file["sha256"], before + new)
    if differs and not update:
        return differs
    for name, content in built.items():
        (VENDOR / name).parent.mkdir(parents=True, exist_ok=True)
        (VENDOR / name).write_bytes(content)
    MANIFEST.write_text(manifest)
    return []


def main() -> None:
    """Read the command line, do it, and say what is wrong."""
    parser = argparse.ArgumentParser(description="Check or fetch the vendored browser files.")
    parser.add_argument("action", choices=["verify", "rebuild"])
    parser.add_argument("--update", action="store_true", help="with rebuild: write the new checksums")
    options = parser.parse_args()
    packages = tomllib.loads(MANIFEST.read_text())["package"]
    problems = verify(packages) if options.action == "verify" else rebuild(packages, update=options.update)
    for problem in problems:
        print(f"static/vendor: {problem}", file=sys.stderr)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
