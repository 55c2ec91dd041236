"""The programme file as text, so that a story can change one line of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kbl.programme.programme_file import LIMBURG


@pytest.fixture
def changed(tmp_path) -> Callable[..., Path]:
    """Limburg's file with some pieces of text replaced; every piece must be there."""

    def change(*replacements: tuple[str, str]) -> Path:
        text = LIMBURG.read_text(encoding="utf-8")
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "programma.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return change
