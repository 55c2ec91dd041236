"""The fixtures of the quarters serve here too: vouchers that were handed out, and memberships."""

from tests.settlements.conftest import (  # noqa: F401
    busy_quarter,
    carla,
    cubiss,
    earlier_quarters_closed,
    enrol,
    give,
    log_in,
    rik,
    take,
)
