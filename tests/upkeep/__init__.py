from datetime import date

from tests.conftest import at

NOW = at(date(2026, 10, 6))
