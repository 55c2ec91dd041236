"""The worlds in which every entrance that hands out, or makes a membership, can be asked about every voucher."""

import pytest

from tests.rules.handing_out_world import Town
from tests.rules.redeeming_world import World


@pytest.fixture
def world(coordinator, worker, clerk, food_bank, venlo, gennep) -> World:
    return World(coordinator, worker, clerk, food_bank, venlo, gennep)


@pytest.fixture
def town(venlo, welfare, coordinator, clerk) -> Town:
    return Town(venlo, welfare, coordinator, clerk)
