"""A virtual experiment on disk, with what a test wants to know of it."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kalimag.io import read
from kalimag.model import System, load_assembly
from kalimag.rig.amplifier import Recorder
from kalimag.rig.romk_block import RigResult, make

Floats = NDArray[np.float64]
SETTINGS = {
    "romk.Ki0": "6 mM",
    "romk.z_delta": "0.55",
    "romk.K_comp": "35 mM",
    "romk.K_half": "11.5 mM",
    "romk.g_max": "5 nS",
}
SILENT = Recorder(white_pA=0.0, flicker_pA=0.0, offset_pA=0.0)


@dataclass(frozen=True)
class File:
    """One file: its truth, and what is in it. Commands and currents have one value per sweep."""

    path: Path
    Mg: float
    minutes: Floats
    command: Floats
    current: Floats
    count: float


@dataclass(frozen=True)
class Made:
    """An experiment and its truth."""

    result: RigResult
    truth: dict[str, Any]
    system: System

    @property
    def patches(self) -> list[dict[str, Any]]:
        return list(self.truth["patches"])

    @property
    def population(self) -> dict[str, float]:
        return {name: entry["value"] for name, entry in self.truth["population"].items()}

    def files(self, patch: dict[str, Any]) -> Iterator[File]:
        """Every file of a patch, read back."""
        first = datetime.fromisoformat(patch["files"][0]["started"])
        for entry in patch["files"]:
            path = self.result.folder / entry["path"]
            started = datetime.fromisoformat(entry["started"])
            seconds = (started - first).total_seconds() + 0.5 * np.arange(11)
            yield File(path, entry["Mg"]["value"], seconds / 60, *points(path), count(path))

    def model(self, patch: dict[str, Any], V: Any, Mg: Any, **values: Any) -> Any:
        """Channel current straight from the model, with the truth of a patch unless told otherwise."""
        held = {
            "patch.V": V,
            "patch.T": self.truth["temperature"]["value"],
            "inner.K": patch["K_in"]["value"],
            "outer.K": patch["K_out"]["value"],
            "inner.Mg": Mg,
        }
        own = {name: patch[name]["value"] for name in ("romk.Ki0", "romk.g_max")}
        given = {f"romk.{name}": value for name, value in values.items()}
        return self.system(held, {**self.population, **own, **given})["patch.I_K"]


def points(path: Path) -> tuple[Floats, Floats]:
    """Command and mean current of the last quarter of each step, in the amplifier's signs."""
    recording = read(path)
    command = recording.commands[0]
    assert command is not None
    levels = [float(samples[200]) for samples in command.samples]
    currents = [float(sweep[0, 204:254].mean(dtype=np.float64)) for sweep in recording.sweeps]
    return np.array(levels), np.array(currents)


def count(path: Path) -> float:
    """The size of one count of the converter, from the header as it is on disk."""
    head = path.read_bytes()[:6144]
    return float(struct.unpack_from("<f", head, 244)[0] / 32768 / struct.unpack_from("<f", head, 922)[0])


def experiment(folder: Path, **options: Any) -> Made:
    """Make one; small and with round true values unless told otherwise."""
    result = make(folder, **{"seed": 3, "patches": 3, "settings": SETTINGS, **options})
    return Made(result, json.loads(result.truth.read_text()), load_assembly("patch").system())


def folder_bytes(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
