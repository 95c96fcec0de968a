"""From a table of solutions and its recordings to the points of each patch, in the membrane frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from kalimag.assays.iv import iv
from kalimag.assays.iv_result import IVResult, IVRow
from kalimag.assays.romk_block_result import PatchObservations
from kalimag.assays.solutions import FileSolutions, PatchSolutions, Solutions
from kalimag.errors import InvalidInput
from kalimag.io import read
from kalimag.io.recording import Recording
from kalimag.io.synthetic import warning as synthetic_warning
from kalimag.stats.block_mean import BLOCKS
from kalimag.stats.least_squares import Floats

BRACKET_MISMATCH = 0.2
_STEPPED = ("steps", "levels")


@dataclass(frozen=True, eq=False)
class Measured:
    """One file: what was in the solutions, what was recorded, and its I-V (`rows`: those with an error)."""

    solutions: FileSolutions
    recording: Recording
    relation: IVResult
    rows: tuple[IVRow, ...]


def observe(solutions: Solutions) -> tuple[tuple[PatchObservations, ...], tuple[str, ...]]:
    """Read every recording of a table and take its steady currents.

    Parameters
    ----------
    solutions : from `read_solutions`.

    Returns
    -------
    patches, in order (those not to be used have `excluded`), and warnings that name the file.

    Raises
    ------
    UnreadableFile : a recording cannot be read.
    InvalidInput : a recording holds no voltage steps or no errors of its currents.
    """
    patches, warnings, recordings = [], [], list[Recording]()
    for patch in solutions.patches:
        measured = [_measure(file) for file in patch.used]
        patches.append(_observed(patch, measured))
        recordings += [one.recording for one in measured]
        for one in measured:
            told = dict.fromkeys((*one.recording.warnings, *one.relation.warnings))
            said_once = synthetic_warning([one.recording])
            warnings += [f"{one.solutions.path.name}: {text}" for text in told if text not in said_once]
    return tuple(patches), (*synthetic_warning(recordings), *warnings)


def _measure(file: FileSolutions) -> Measured:
    recording = read(file.path)
    relation = iv(recording)
    doing = f"taking steady currents from {file.path.name}"
    if relation.kind not in _STEPPED:
        found = f"its command is of kind '{relation.kind}'"
        raise InvalidInput(doing, found, "voltage steps", 'Leave the file out with exclude = "reason".')
    rows = tuple(row for row in relation.rows if row.V_mV is not None and row.I_sem_pA is not None)
    if not rows:
        raise InvalidInput(doing, "no step is long enough for a standard error", "steps of 3 samples or more")
    return Measured(file, recording, relation, rows)


def _observed(patch: PatchSolutions, files: Sequence[Measured]) -> PatchObservations:
    rows = [(k, one, row) for k, one in enumerate(files) for row in one.rows]
    command = np.array([row.V_mV for _, _, row in rows], dtype=float)
    amplifier = np.array([row.I_pA for _, _, row in rows], dtype=float)
    V, current, error = _at_membrane(files)
    times, known = _times(files)
    seen = PatchObservations(
        id=patch.id,
        donor=patch.donor,
        K_out_mM=patch.K_out_mM,
        K_in_mM=patch.K_in_mM,
        temperature_K=np.array([one.solutions.temperature_K for _, one, _ in rows]),
        V_mV=V,
        I_pA=current,
        sem_pA=np.array([row.I_sem_pA for _, _, row in rows], dtype=float),
        Mg_mM=np.array([one.solutions.Mg_mM for _, one, _ in rows]),
        time_s=times,
        command_mV=command,
        amplifier_pA=amplifier,
        series_error_mV=error,
        file=np.array([k for k, _, _ in rows], dtype=np.int64),
        sweep=np.array([-1 if row.sweep is None else row.sweep for _, _, row in rows], dtype=np.int64),
        files=tuple(one.solutions.path.name for one in files),
        sem_df=BLOCKS - 1,
        times_known=known,
        excluded=patch.exclude or ("" if files else "all its files are excluded"),
        notes=tuple(f"{file.path.name} excluded: {file.exclude}" for file in patch.files if file.exclude),
    )
    return _bracketed(seen)


def _at_membrane(files: Sequence[Measured]) -> tuple[Floats, Floats, Floats]:
    """Membrane potential, membrane current and what the series resistance took, for all rows in order."""
    parts = [
        one.solutions.frame.points(
            np.array([row.V_mV for row in one.rows]), np.array([row.I_pA for row in one.rows])
        )
        for one in files
    ]
    empty = [np.empty(0)]
    return (
        np.concatenate([part.V_mV for part in parts] or empty),
        np.concatenate([part.I_pA for part in parts] or empty),
        np.concatenate([part.series_error_mV for part in parts] or empty),
    )


def _times(files: Sequence[Measured]) -> tuple[Floats, bool]:
    """Seconds from the first sweep of the patch for all rows in order, and whether the files tell."""
    started = [_moment(one.recording.started) for one in files]
    known = bool(files) and all(moment is not None for moment in started)
    times = [
        (moment or 0.0) + one.recording.sweep_starts_s[row.sweep or 0]
        for moment, one in zip(started, files, strict=True)
        for row in one.rows
    ]
    if not known:
        return np.zeros(len(times)), False
    return np.array(times) - min(times), True


def _moment(started: str) -> float | None:
    """Seconds since a fixed date; None when the file does not say when it was recorded."""
    try:
        return (datetime.fromisoformat(started).replace(tzinfo=None) - datetime(1970, 1, 1)).total_seconds()
    except ValueError:
        return None


def _bracketed(seen: PatchObservations) -> PatchObservations:
    """The patch with a note on run-down; discarded when first and last control are more than 20 % apart."""
    if seen.excluded:
        return seen
    control = seen.Mg_mM == seen.Mg_mM.min()
    order = sorted(set(seen.file[control].tolist()), key=lambda k: float(seen.time_s[seen.file == k].min()))
    if len(order) < 2:
        note = "no repeated control: run-down is taken as none"
        return replace(seen, notes=(*seen.notes, note))
    if not seen.times_known:
        return replace(seen, notes=(*seen.notes, "the files do not say when they were recorded: no run-down"))
    first, last = (_by_command(seen, k) for k in (order[0], order[-1]))
    shared = sorted(set(first) & set(last))
    if not shared:
        note = "first and last control have no voltage in common, so run-down is not checked"
        return replace(seen, notes=(*seen.notes, note))
    before, after = (np.array([one[V] for V in shared]) for one in (first, last))
    left = float(before @ after / (before @ before))
    note = f"the last control has {left:.0%} of the first control's current"
    excluded = ""
    if abs(1.0 - left) > BRACKET_MISMATCH:
        excluded = f"{note}; more than {BRACKET_MISMATCH:.0%} apart"
    return replace(seen, notes=(*seen.notes, note), excluded=excluded)


def _by_command(seen: PatchObservations, file: int) -> dict[float, float]:
    here = seen.file == file
    return dict(zip(np.round(seen.command_mV[here]).tolist(), seen.I_pA[here].tolist(), strict=True))
