"""A virtual inside-out experiment on ROMK: patches with different [K]o, each in several free [Mg2+].

Every patch is measured without Mg2+ first and last, with the Mg2+ levels in random order between. The
currents come from the same equations that analyse them; all else is in patches.py and amplifier.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kalimag.errors import UsageProblem
from kalimag.evidence import Values
from kalimag.io.abf1_write import write_abf1
from kalimag.model import System, load_assembly
from kalimag.rig import documents
from kalimag.rig.amplifier import Recorder, Steps, check_filter, record
from kalimag.rig.bench import Bench, mixed
from kalimag.rig.chance import Chance, Numbers
from kalimag.rig.folder import whole_folder
from kalimag.rig.patches import Bath, Patch, Plan, Preparation, draw
from kalimag.rig.truth import true_values
from kalimag.solutions.plausible import implausible

ZERO_CELSIUS_K = 273.15
TRUTH = "truth.json"


@dataclass(frozen=True)
class RigResult:
    """What was made, and where."""

    folder: Path
    study: Path
    solutions: Path
    truth: Path
    files: tuple[Path, ...]
    size_bytes: int
    true_values: Mapping[str, tuple[float, str]]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "synthetic": True,
            "folder": str(self.folder),
            "study": str(self.study),
            "truth": str(self.truth),
            "files": [str(path) for path in self.files],
            "size_bytes": self.size_bytes,
            "true_values": {n: {"value": v, "unit": u} for n, (v, u) in self.true_values.items()},
        }


@dataclass(frozen=True)
class Experiment:
    """All that determines the files."""

    plan: Plan
    seed: int
    law: str
    prep: Preparation
    recorder: Recorder
    steps: Steps


def make(
    out: str | Path,
    *,
    patches: int = 9,
    mg: Sequence[float] = (0.2, 0.5, 1.0, 2.0, 5.0),
    k_out: Sequence[float] = (5.0, 25.0, 110.0),
    k_in: float = 110.0,
    temperature_degC: float = 22.0,
    seed: int = 1,
    spread: float = 0.15,
    law: str = "romk",
    preset: str = "",
    settings: Mapping[str, str] | None = None,
    preparation: Preparation | None = None,
    recorder: Recorder | None = None,
    steps: Steps | None = None,
    force: bool = False,
) -> RigResult:
    """Make a virtual ROMK block experiment: recordings, what was in the solutions, a study, and the truth.

    Parameters
    ----------
    out : folder to make; whole or not at all.
    patches : how many; the pipettes of one donor have the `k_out` in turn.
    mg : free cytosolic Mg2+ in mM, besides the controls without Mg2+.
    k_out, k_in : all K+ in mM in the pipette (external side) and in the bath (cytosolic side).
    temperature_degC : of the bath.
    seed : everything random follows from it.
    spread : coefficient of variation of Ki0 from patch to patch.
    law : mechanism of the channel, "romk" or a variant of it.
    preset : true values of one author instead of the library's own.
    settings : true values as people write them, by name ({"romk.Ki0": "4 mM"}).
    preparation, recorder, steps : patch and electrode, amplifier and noise, voltage steps.
    force : whether an earlier virtual experiment in that folder may be replaced.

    Returns
    -------
    RigResult

    Raises
    ------
    UsageProblem : the folder must not be replaced, a number makes no experiment, or no solution has it.
    """
    plan = Plan(patches, tuple(mg), tuple(k_out), k_in, temperature_degC + ZERO_CELSIUS_K)
    _check(plan, seed, spread)
    prep = replace(preparation or Preparation(), Ki0_spread=spread)
    it = Experiment(plan, seed, law, prep, recorder or Recorder(), steps or Steps())
    check_filter(it.recorder, it.steps)
    system = load_assembly("patch").with_part("romk", law).system()
    values = true_values(system, settings or {}, preset)
    bench = mixed(plan.mg, plan.k_out, k_in, temperature_degC)
    drawn = [draw(plan, bench, k, values.numbers(), prep, seed=seed) for k in range(patches)]
    with whole_folder(Path(out), TRUTH, force) as folder:
        _write_recordings(folder, it, system, drawn)
        _write_recipes(folder, bench)
        _write_documents(folder, it, system, values, drawn)
    return _result(Path(out), values, drawn)


def _check(plan: Plan, seed: int, spread: float) -> None:
    doing = "planning a virtual experiment"
    levels = (*plan.mg, *plan.k_out, plan.k_in)
    if plan.patches < 1 or not plan.mg or not plan.k_out:
        raise UsageProblem(doing, "no patch, no Mg2+ or no external K+ is given", "at least one of each")
    if not all(np.isfinite(level) and level > 0 for level in levels):
        raise UsageProblem(doing, f"concentrations of {levels} mM", "numbers above 0 (controls are added)")
    if seed < 0 or not 0 <= spread < 2:
        raise UsageProblem(doing, f"seed {seed}, spread {spread:g}", "a seed from 0, a spread from 0 to 2")
    given = [("Mg", level) for level in plan.mg] + [("K_out", level) for level in plan.k_out]
    for key, value in (*given, ("K_in", plan.k_in), ("temperature", plan.temperature_K)):
        if impossible := implausible(key, value):
            raise UsageProblem(doing, *impossible)


def trace(it: Experiment, system: System, patch: Patch, bath: Bath) -> Numbers:
    """What the amplifier shows of one patch in one bath; shape (sweeps, samples), pA."""
    remaining = patch.remaining(bath, it.steps)
    rest = np.full(it.steps.sweeps, it.steps.holding_mV)
    steady = [
        patch.amplifier_current(system, command, bath, remaining) for command in (rest, it.steps.levels_mV)
    ]
    chance = Chance(it.seed, patch.number, 1 + patch.baths.index(bath))
    return record(steady[0], steady[1], it.steps, it.recorder, chance)


def _write_recordings(folder: Path, it: Experiment, system: System, patches: Sequence[Patch]) -> None:
    (folder / "patches").mkdir()
    for patch in patches:
        for bath in patch.baths:
            write_abf1(
                folder / bath.path,
                trace(it, system, patch, bath),
                rate_Hz=it.steps.rate_Hz,
                started=bath.started,
                origin="synthetic",
                protocol=it.steps.protocol(),
                comment=f"kalimag virtual rig, patch {patch.id}, seed {it.seed}",
                sweep_starts_s=it.steps.starts_s,
                lowpass_Hz=it.recorder.filter_Hz or 100_000.0,
            )


def _write_recipes(folder: Path, bench: Bench) -> None:
    for solution in bench.solutions:
        place = folder / solution.path
        place.parent.mkdir(exist_ok=True)
        place.write_text(solution.text, encoding="utf-8", newline="\n")


def _write_documents(
    folder: Path, it: Experiment, system: System, values: Values, patches: Sequence[Patch]
) -> None:
    truth = documents.as_json(truth_document(it, system, values, patches))
    texts = {
        "solutions.toml": documents.solutions_toml(patches, it.plan.temperature_K - ZERO_CELSIUS_K),
        "study.toml": documents.study_toml(it.seed),
        "README.txt": documents.readme(patches, it.seed, it.law),
        TRUTH: truth,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def truth_document(
    it: Experiment, system: System, values: Values, patches: Sequence[Patch]
) -> dict[str, Any]:
    """Everything the files were made with."""
    return {
        "schema": "kalimag/truth/1",
        "synthetic": True,
        "seed": it.seed,
        "assembly": "patch",
        "law": it.law,
        "configuration": "inside-out",
        "temperature": {"value": it.plan.temperature_K, "unit": "K"},
        "population": {name: {"value": e.value, "unit": e.unit} for name, e in values.items()},
        "preparation": asdict(it.prep),
        "recorder": asdict(it.recorder),
        "steps": asdict(it.steps),
        "patches": [documents.patch_truth(patch, patch.Ki_0mV(system)) for patch in patches],
        "left_out": list(documents.LEFT_OUT),
    }


def _result(out: Path, values: Values, patches: Sequence[Patch]) -> RigResult:
    return RigResult(
        folder=out,
        study=out / "study.toml",
        solutions=out / "solutions.toml",
        truth=out / TRUTH,
        files=tuple(out / bath.path for patch in patches for bath in patch.baths),
        size_bytes=sum(path.stat().st_size for path in out.rglob("*") if path.is_file()),
        true_values={name: (estimate.value, estimate.unit) for name, estimate in values.items()},
    )
