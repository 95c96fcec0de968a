"""What a person can ask of kalimag: one function each, the same for Python and for the command line.

Every function imports what it needs when it is called, so that ``import kalimag`` costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kalimag import audit_verbs, evidence_verbs
from kalimag.audit_verbs import *  # noqa: F403
from kalimag.errors import UsageProblem
from kalimag.evidence_verbs import *  # noqa: F403

if TYPE_CHECKING:
    from kalimag.assays.iv_result import IVResult
    from kalimag.assays.romk_block_result import RomkBlockResult
    from kalimag.io.recording import Recording
    from kalimag.model.explain import Explanation
    from kalimag.report.study import StudyRun
    from kalimag.rig.romk_block import RigResult

__all__ = (
    audit_verbs.__all__
    + evidence_verbs.__all__
    + [
        "explain",
        "iv",
        "new_channel",
        "read",
        "rig_romk_block",
        "romk_block",
        "run",
    ]
)


def read(path: str | Path) -> Recording:
    """Read a recording, whatever its format; the file is recognised by what is in it.

    Parameters
    ----------
    path : the file.

    Returns
    -------
    Recording, in physical units, with the command voltage and its check.

    Raises
    ------
    UnreadableFile : missing, damaged, truncated, renamed, or of no known format.
    """
    from kalimag.io import read as read_recording

    return read_recording(Path(path))


def iv(
    recording: str | Path | Recording,
    *,
    channel: str | int | None = None,
    window: str | tuple[float, float] | None = None,
    command: str | float | Sequence[float] | None = None,
    slope_range_mV: tuple[float, float] | None = None,
    configuration: str | None = None,
    junction_potential: str | None = None,
    series_resistance: str | None = None,
    resting_potential: str | None = None,
    junction_potential_applied: bool = False,
) -> IVResult:
    """Read current against voltage from a recording, with reversal potential and slope conductance.

    Parameters
    ----------
    recording : a file, or what `read` gave.
    channel : name or number from 0; the first current under voltage clamp when None.
    window : seconds from the beginning of each sweep, or text such as "1.2s:1.45s"; chosen from the command
        when None.
    command : what the voltage was, where the recording does not know it: mV, one number per sweep, or text.
    slope_range_mV : voltages between which the slope conductance is fitted; all when None.
    configuration : such as "whole-cell"; voltages and currents are then those of the membrane. When None they
        are the amplifier's, and nothing is corrected.
    junction_potential, series_resistance, resting_potential : "4 mV", "2 MOhm", "-70 mV"; with a
        configuration.
    junction_potential_applied : whether the amplifier has already taken it off.

    Returns
    -------
    IVResult

    Raises
    ------
    UnreadableFile : the file cannot be read.
    UsageProblem : no such channel, or a window, command or correction that makes no sense.
    InvalidInput : no channel records a current, or no sweep reaches the window.
    """
    from kalimag.assays.iv import iv as read_iv
    from kalimag.assays.iv_frame import membrane_frame
    from kalimag.io.recording import Recording

    frame = membrane_frame(
        configuration,
        junction_potential=junction_potential,
        series_resistance=series_resistance,
        resting_potential=resting_potential,
        junction_potential_applied=junction_potential_applied,
    )
    known = recording if isinstance(recording, Recording) else read(recording)
    return read_iv(
        known,
        channel=channel,
        window=window,
        command=command,
        membrane=frame,
        slope_range_mV=slope_range_mV,
    )


def romk_block(
    path: str | Path, *, solutions: str | Path | None = None, model: str = "romk", seed: int = 1
) -> RomkBlockResult:
    """Fit the block of ROMK by cytosolic Mg2+ in several patches.

    Parameters
    ----------
    path : a folder with recordings and their solutions.toml, or that file.
    solutions : the table of solutions, where it lies elsewhere; its recordings must then be in `path`.
    model : the law, any mechanism of the library with such a block ("romk", "romk_power").
    seed : of everything random in the fit.

    Returns
    -------
    RomkBlockResult, with intervals over patches and how the fit ended.

    Raises
    ------
    InvalidInput : a recording or the table of solutions is missing or wrong.
    UsageProblem : a law without block by Mg2+, or a recording outside `path`.
    """
    from kalimag.assays.romk_block import romk_block as fit_block
    from kalimag.assays.solutions import read_solutions

    if solutions is not None:
        table, folder = read_solutions(solutions), Path(path).resolve()
        outside = [str(file) for file in table.recordings if folder not in file.resolve().parents]
        if outside:
            found = f"{outside[0]}, which {table.path} names, lies outside {path}"
            raise UsageProblem(
                "choosing the recordings", found, "every recording of the table in that folder"
            )
    return fit_block(path if solutions is None else solutions, model=model, seed=seed)


def rig_romk_block(out: str | Path, **choices: Any) -> RigResult:
    """Make the files of a virtual ROMK block experiment.

    Parameters
    ----------
    out : the folder to make.
    choices : as for `kalimag.rig.romk_block.make`: patches, mg, k_out, spread, seed, settings, force, …

    Returns
    -------
    RigResult

    Raises
    ------
    UsageProblem : the folder must not be replaced, or a number makes no experiment.
    """
    from kalimag.rig.romk_block import make

    return make(out, **choices)


def explain(
    name: str, *, output: str, assembly: str = "patch", at: Mapping[str, str] | None = None
) -> Explanation:
    """Walk from a number to an output: claims, estimate, equations, sensitivity.

    Parameters
    ----------
    name : a parameter, such as "romk.Ki0".
    output : such as "patch.I_K".
    assembly : where both are.
    at : held wires as people write them ({"patch.V": "-40 mV"}); the rest stand where the assembly says.

    Returns
    -------
    Explanation

    Raises
    ------
    UsageProblem : no such parameter, output or wire, or the number does not act on the output.
    UnitMismatch : a wire is given in a unit that measures something else.
    """
    from kalimag.model import load_assembly
    from kalimag.model.explain import explain as walk

    return walk(name, output, load_assembly(assembly), at)


def new_channel(name: str, checkout: str | Path = ".") -> tuple[Path, ...]:
    """Begin the files of a new channel in a checkout; the tests fail until they are filled in.

    Parameters
    ----------
    name : in small letters, such as "kir21".
    checkout : the folder that holds src/kalimag.

    Returns
    -------
    tuple of Path, the files written.

    Raises
    ------
    UsageProblem : the name is none, this is no checkout, or a file of that name exists.
    """
    from kalimag.skeletons import write

    return write("channel", name, Path(checkout))


def run(
    study: str | Path | None = None,
    *,
    out: str | Path | None = None,
    force: bool = False,
    seed: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> StudyRun:
    """Take a study from its raw files to its report.

    Parameters
    ----------
    study : the TOML file; None for the bundled study, which is synthetic.
    out : folder for everything that is made; None for one under kalimag-runs.
    force : whether files of an earlier run in `out` may be replaced.
    seed : of random numbers, in place of the study's own.
    progress : is told, in a sentence, what has been done.

    Returns
    -------
    StudyRun, with the path of the report.

    Raises
    ------
    InvalidInput : the study, or a file it names, is missing or wrong.
    UsageProblem : `out` holds files and `force` is false.
    """
    from kalimag.report.study import run_study

    return run_study(study, out, force=force, seed=seed, progress=progress)
