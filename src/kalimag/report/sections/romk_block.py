"""Block of ROMK by Mg2+ in a report: the answer, the figure, each patch, and every number that entered."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kalimag.report import romk_block_tables as tables
from kalimag.report.content import Section
from kalimag.report.numbers import brief, digits
from kalimag.report.romk_block_figures import figures
from kalimag.report.romk_block_words import Truth, answer, comparable, contrasts
from kalimag.report.study_file import Row

if TYPE_CHECKING:
    from kalimag.assays.romk_block_law import BlockLaw
    from kalimag.assays.romk_block_result import RomkBlockResult
    from kalimag.evidence import AuditRow, Ledger

KEYS = ("solutions", "model")
_TRUTH, _TRUTH_SCHEMA = "truth.json", "kalimag/truth/1"
_PART = "romk."
_NUMBERS = re.compile(r"\d+(?:\.\d+)?")


def files(row: Row) -> Sequence[Path]:
    """The table of solutions with its recipes, the truth of synthetic data if any, and every recording."""
    from kalimag.assays.solutions import read_solutions

    table = row.file("solutions")
    truth = table.parent / _TRUTH
    known = read_solutions(table)
    return (table, *known.recipes, *((truth,) if truth.is_file() else ()), *known.recordings)


def section(row: Row, seed: int) -> Section:
    """Fit all patches at once, and say what they say.

    Parameters
    ----------
    row : of the study.
    seed : of the starts of the searches.

    Returns
    -------
    Section
    """
    from kalimag.assays.romk_block import romk_block
    from kalimag.assays.romk_block_law import BlockLaw
    from kalimag.assays.solutions import read_solutions
    from kalimag.io import read

    table = read_solutions(row.file("solutions"))
    model = row.text("model", "romk")
    found, law = romk_block(table.path, model=model, seed=seed), BlockLaw.load(model)
    truth = read_truth(table.path.parent)
    recordings = {path: read(path) for path in table.recordings}
    return Section(
        title="Block by cytosolic Mg2+",
        answer=answer(found, law, truth),
        result=found.as_json(),
        converged=found.outcome.converged,
        contrasts=contrasts(found, comparable(found, law, truth)),
        figures=figures(row.id, found, table, recordings, _typed(row, model)),
        parameters=tables.parameters(found),
        tables=(
            tables.by_external_K(row.id, found),
            tables.patches(row.id, found),
            tables.points(row.id, found),
        ),
        assumptions=found.assumptions,
        warnings=(*found.warnings, *_flags(found)),
        recordings=recordings,
        channels=dict.fromkeys(recordings, 0),
        ledger=_ledger(law),
        audit=_audit(),
        found=_found(found),
    )


def _typed(row: Row, model: str) -> str:
    """The command line that gives the same numbers, in the folder of the study."""
    if row.bundled:
        return "kalimag run"
    words = ["kalimag assay romk-block", row.shown("solutions")]
    return " ".join([*words, f"--model {model}"] if model != "romk" else words)


def read_truth(folder: Path) -> Truth:
    """What synthetic recordings were made with, by parameter; empty where no truth lies beside them."""
    try:
        whole = json.loads((folder / _TRUTH).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    if whole.get("schema") != _TRUTH_SCHEMA or whole.get("synthetic") is not True:
        return {}
    made: dict[str, Any] = whole.get("population", {})
    return {
        name.removeprefix(_PART): (float(row["value"]), str(row["unit"]))
        for name, row in made.items()
        if name.startswith(_PART)
    }


def _flags(found: RomkBlockResult) -> tuple[str, ...]:
    """Notes on patches, alike ones in one line, and how many points a reader should look at."""
    notes: dict[str, list[tuple[str, str]]] = {}
    for fit in found.patches:
        for note in fit.observations.notes:
            notes.setdefault(_NUMBERS.sub("#", note), []).append((fit.observations.id, note))
    told = [_together(same) for same in notes.values()]
    flags = [flag for fit in found.patches for flag in fit.flags]
    if flags:
        points, one = sum(len(fit.observations) for fit in found.patches), flags[0]
        told.append(
            f"{len(flags)} of {points} points are flagged in result.json, such as sweep {one.sweep} of "
            f"{one.file}: {one.reason}."
        )
    return tuple(told)


def _together(notes: list[tuple[str, str]]) -> str:
    """One sentence for the same note on several patches, with the range of its one number."""
    first, text = notes[0]
    if len(notes) == 1:
        return f"{first}: {text}."
    numbers = [float(found) for _, note in notes for found in _NUMBERS.findall(note)]
    if len(numbers) != len(notes):
        return f"{', '.join(name for name, _ in notes)}: {text}."
    low, high = digits(min(numbers)), digits(max(numbers))
    between = low if low == high else f"{low} to {high}"
    return f"In {len(notes)} patches {_NUMBERS.sub(between, text)}."


def _ledger(law: BlockLaw) -> Ledger:
    """The numbers of the library that entered; what is fitted here does not."""
    from kalimag.evidence import Ledger, estimate_key, load_values

    keys = {
        name: estimate_key(name.partition(".")[2], tuple(key.partition(".")[0] for key in lineage))
        for name, lineage in law.system.estimate_keys.items()
    }
    fitted = {f"{_PART}{name}" for name in ("g_max", *law.shape, *law.external)}
    return Ledger.of(load_values({name: key for name, key in keys.items() if name not in fitted}))


def _audit() -> tuple[AuditRow, ...]:
    from kalimag.evidence import audit

    return tuple(
        row for row in audit("romk") if row.claim.parameter in ("romk.Ki0", "romk.z_delta", "romk.block_sign")
    )


def _found(found: RomkBlockResult) -> dict[str, str]:
    """Our own number beside each row of the guide, by parameter or by the claim itself."""
    told = {}
    for name in ("Ki0", "z_delta"):
        row = found.parameters[name]
        if row.value is not None:
            at = f" at {row.at}" if row.at else ""
            told[f"{_PART}{name}"] = brief(row.value, row.low, row.high, row.unit) + at
    low = [
        (K, row) for K, row in sorted(found.by_K_out.items()) if 1.0 <= K <= 10.0 and row.value is not None
    ]
    told["romk.Ki0/guide-1-10K"] = "; ".join(
        f"{brief(row.value, row.low, row.high, row.unit)} at {digits(K)} mM external K+" for K, row in low
    )
    z_delta = found.parameters["z_delta"]
    if z_delta.low is not None and z_delta.low > 0:
        told[f"{_PART}block_sign"] = "the block deepens with depolarisation"
    return told
