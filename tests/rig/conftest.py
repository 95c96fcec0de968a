"""Virtual experiments that several tests read."""

from __future__ import annotations

import pytest
from virtual_patch import SILENT, Made, experiment

from kalimag.rig.patches import Preparation


@pytest.fixture(scope="session")
def ideal(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """No noise, no leak, no series resistance, no run-down, all patches alike."""
    folder = tmp_path_factory.mktemp("ideal") / "x"
    return experiment(folder, preparation=Preparation.ideal(), spread=0.0, recorder=SILENT)


@pytest.fixture(scope="session")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Real patches and electrodes, without noise."""
    return experiment(tmp_path_factory.mktemp("silent") / "x", recorder=SILENT)


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Everything on."""
    return experiment(tmp_path_factory.mktemp("bench") / "x", patches=9)
