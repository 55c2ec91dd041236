"""The bench's servers under the time limits of production."""

from bench.settings import *  # noqa: F403
from bench.settings import AS_IN_PRODUCTION, DATABASES

DATABASES["default"]["OPTIONS"]["options"] = AS_IN_PRODUCTION
