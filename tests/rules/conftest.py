"""One world in which every entrance that makes a membership can be asked about every voucher."""

import pytest

from tests.rules.redeeming_world import World


@pytest.fixture
def world(coordinator, worker, clerk, food_bank, venlo, gennep) -> World:
    return World(coordinator, worker, clerk, food_bank, venlo, gennep)
