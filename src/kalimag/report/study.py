"""A whole study: raw files in, a folder with report, results, tables and figures out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kalimag.errors import InvalidInput, UsageProblem
from kalimag.registry import LIBRARY
from kalimag.report.content import Input, Section
from kalimag.report.html import Colophon, page, warnings
from kalimag.report.origin import Origin, origin_of
from kalimag.report.provenance import code_digest, merged, read_input, versions, with_recordings
from kalimag.report.run_folder import RESULT, files_in, refuse_occupied, whole
from kalimag.report.sections import Maker, maker
from kalimag.report.study_file import Row, Study, read_study
from kalimag.report.tables import as_csv, parameters_csv
from kalimag.writing import require_writable

BUNDLED = LIBRARY / "studies" / "romk_block" / "study.toml"
RUNS = "kalimag-runs"
REPORT, LEDGER, PARAMETERS = "report.html", "ledger.json", "parameters.csv"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class StudyRun:
    """What a run of a study left behind.

    Parameters
    ----------
    report : the page.
    result : what `result.json` holds.
    inputs : every file that was read.
    warnings : what a reader should know.
    converged : whether every analysis came to numbers that may be relied on.
    """

    report: Path
    result: Mapping[str, Any]
    inputs: tuple[Path, ...]
    warnings: tuple[str, ...]
    converged: bool

    def as_json(self) -> dict[str, Any]:
        """The `result` of the command line's envelope."""
        return {"report": str(self.report), **self.result}


def run_study(
    path: str | Path | None = None,
    out: str | Path | None = None,
    *,
    force: bool = False,
    seed: int | None = None,
    progress: Progress | None = None,
) -> StudyRun:
    """Take a study from its raw files to its report.

    Parameters
    ----------
    path : the study's TOML file; None for the bundled study, which is synthetic.
    out : folder for everything that is made; None for one under kalimag-runs, named after the study and a
        hash of all that determines its bytes.
    force : whether the files of an earlier run in `out` may be replaced.
    seed : of random numbers, in place of the study's own.
    progress : is told, in a sentence, what has been done.

    Returns
    -------
    StudyRun; its files are there. After an error none is; after Ctrl-C the finished analyses are in a folder
    named `…-interrupted`. An earlier result is untouched either way.

    Raises
    ------
    InvalidInput : the study, or a file it names, is missing or wrong.
    UsageProblem : `out` holds files and `force` is false.
    """
    study = read_study(BUNDLED if path is None else Path(path), seed)
    if out is not None:
        refuse_occupied(Path(out), force=force)
    require_writable(Path(out or RUNS))
    makers = [(row, maker(row)) for row in study.rows]
    inputs = _inputs(study, makers)
    run = _run_id(study, inputs)
    folder = Path(out) if out is not None else Path(RUNS) / f"{study.name}-{run}"
    sections = _sections(study, makers, folder, run, progress or (lambda _: None))
    inputs, origin = with_recordings(inputs, sections), origin_of(study, sections, inputs)
    command = "kalimag run" if path is None else f"kalimag run {study.path.name}"
    with whole(folder) as building:
        _write_parts(building, study, sections)
        result = _result(study, sections, origin, run, [*files_in(building), REPORT, RESULT])
        _write(building / RESULT, as_json(result))
        files = (REPORT, *(name for name in result["files"] if name != REPORT))
        colophon = Colophon(run, code_digest(), study.seed, command, versions(), files)
        _write(building / REPORT, page(study, sections, inputs, colophon, origin))
    converged = all(section.converged for section in sections)
    paths = tuple(one.path for one in inputs)
    told = (*origin.warnings, *warnings(sections))
    return StudyRun(folder / REPORT, result, paths, told, converged)


def as_json(content: Mapping[str, Any]) -> str:
    """JSON with an end of line; ValueError where a number is not finite."""
    return json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def _inputs(study: Study, makers: Sequence[tuple[Row, Maker]]) -> tuple[Input, ...]:
    paths = dict.fromkeys([study.path, *(path for row, made in makers for path in made.files(row))])
    return tuple(read_input(path, study.path.parent) for path in paths)


def _run_id(study: Study, inputs: Sequence[Input]) -> str:
    frozen = {
        "inputs": [(one.shown, one.sha256) for one in inputs],
        "code": code_digest(),
        "seed": study.seed,
    }
    return hashlib.sha256(json.dumps(frozen).encode()).hexdigest()[:8]


def _sections(
    study: Study, makers: Sequence[tuple[Row, Maker]], folder: Path, run: str, progress: Progress
) -> tuple[Section, ...]:
    done: list[Section] = []
    try:
        for number, (row, made) in enumerate(makers, 1):
            section = _section(row, made, study.seed)
            done.append(replace(section, title=row.text("title", "") or section.title))
            progress(f"{row.id}: done ({number} of {len(makers)})")
    except KeyboardInterrupt as stop:
        if done:
            kept = _keep(study, done, folder.with_name(f"{folder.name}-interrupted"), run)
            stop.add_note(f"What was finished ({len(done)} of {len(makers)} analyses) is in {kept}.")
        raise
    return tuple(done)


def _section(row: Row, made: Maker, seed: int) -> Section:
    """One analysis; what would be a wrong call on the command line is here a wrong row of the study."""
    try:
        return made.section(row, seed)
    except UsageProblem as error:
        raise row.problem(f"{error.doing}: {error.found}", error.expected, error.remedy) from error


def _keep(study: Study, done: Sequence[Section], folder: Path, run: str) -> Path:
    """The results of the analyses that were finished; there is no report of half a study."""
    finished = replace(study, rows=study.rows[: len(done)])
    with whole(folder) as building:
        _write_parts(building, finished, done)
        origin = origin_of(finished, done, _inputs(finished, [(row, maker(row)) for row in finished.rows]))
        result = _result(finished, done, origin, run, [*files_in(building), RESULT])
        missing = [row.id for row in study.rows[len(done) :]]
        _write(building / RESULT, as_json({**result, "interrupted_before": missing}))
    return folder


def _write_parts(folder: Path, study: Study, sections: Sequence[Section]) -> None:
    (folder / "figures").mkdir()
    names: set[str] = set()
    for row, section in zip(study.rows, sections, strict=True):
        for figure in section.figures:
            _write_once(folder / "figures" / f"{figure.name}.svg", figure.svg, names, row)
        for table in section.tables:
            if table.name:
                _write_once(folder / f"{table.name}.csv", as_csv(table), names, row)
    fitted = [(r.id, s.parameters) for r, s in zip(study.rows, sections, strict=True) if s.parameters]
    _write(folder / PARAMETERS, parameters_csv(fitted))
    ledger = merged(sections)
    _write(folder / LEDGER, as_json(ledger.as_json() if ledger else {"rows": []}))


def _result(
    study: Study, sections: Sequence[Section], origin: Origin, run: str, files: Sequence[str]
) -> dict[str, Any]:
    return {
        "study": study.title,
        "synthetic": origin.synthetic,
        "run": run,
        "seed": study.seed,
        "analyses": [
            {
                "id": row.id,
                "assay": row.assay,
                "answer": list(section.answer),
                "converged": section.converged,
                "result": dict(section.result),
                "warnings": list(section.warnings),
            }
            for row, section in zip(study.rows, sections, strict=True)
        ],
        "files": sorted(files),
    }


def _write_once(path: Path, text: str, names: set[str], row: Row) -> None:
    if path.name in names:
        raise row.problem(f"two results would be called {path.name}", "another id for one of the analyses")
    names.add(path.name)
    _write(path, text)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


__all__ = ["BUNDLED", "InvalidInput", "StudyRun", "run_study"]
