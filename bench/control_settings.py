"""KBL's middleware, sessions and users, around the least that can be done."""

from copy import deepcopy
from typing import Any

from bench.settings import *  # noqa: F403
from bench.settings import TEMPLATES

ROOT_URLCONF = "bench.control"
# Our own context processor builds our menu from our own addresses.
TEMPLATES = deepcopy(TEMPLATES)
OPTIONS: dict[str, Any] = TEMPLATES[0]["OPTIONS"]  # type: ignore[assignment]
OPTIONS["context_processors"] = [each for each in OPTIONS["context_processors"] if not each.startswith("kbl.")]
