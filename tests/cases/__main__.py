"""`make cases`: the tests of cases.toml, and no others."""

import sys

import pytest

from tests.cases import nodes

if __name__ == "__main__":
    sys.exit(pytest.main([*nodes(), "tests/cases", *sys.argv[1:]]))
