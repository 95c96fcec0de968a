"""`kalimag assay romk-block`: how tightly Mg2+ binds in the pore of ROMK."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kalimag import verbs
from kalimag.cli.envelope import NOT_TO_BE_RELIED_ON, Answer, envelope, save
from kalimag.cli.layout import interval, number, paragraph, table
from kalimag.cli.options import answers, seed_option, writes_folder

if TYPE_CHECKING:
    from kalimag.assays.romk_block_result import RomkBlockResult

SEEN = ("K_out_mM", "Mg_mM", "time_s", "command_mV", "amplifier_pA", "V_mV", "I_pA", "sem_pA")
FITTED = ("fitted_pA", "leak_pA", "run_down", "residuals")


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--solutions", type=click.Path(path_type=Path), help="solutions.toml, if it is not in PATH.")
@click.option(
    "--model", default="romk", show_default=True, help="The law: any mechanism, such as romk_power."
)
@seed_option
@writes_folder(what="result.json and points.csv")
@answers
def command(path: Path, out: Path | None, force: bool, **choices: Any) -> Answer:
    """Fit the Mg2+ block of ROMK in several patches.

    PATH is a folder with recordings and a solutions.toml, or that file. Currents are fitted, not ratios; the
    intervals hold over patches. Ends with 4, and says what to measure next, where the data cannot tell.
    """
    found = verbs.romk_block(path, **choices)
    result = found.as_json()
    answer = Answer(
        result,
        "\n".join(_page(result, found.level, found.warnings)),
        found.inputs,
        found.warnings,
        0 if found.outcome.converged else NOT_TO_BE_RELIED_ON,
    )
    if out is not None:
        whole = envelope(click.get_current_context().command_path.partition(" ")[2], answer)
        save(out, {"result.json": whole + "\n", "points.csv": _points(found)})
    return answer


def _points(found: RomkBlockResult) -> str:
    """Every point of every patch that was fitted, in the membrane frame, with what was fitted to it."""
    lines = [",".join(("patch", "donor", "file", "sweep", *SEEN, *FITTED))]
    for patch in found.patches:
        seen = patch.observations
        for k in range(len(seen)):
            words = (seen.id, seen.donor, seen.files[int(seen.file[k])], str(int(seen.sweep[k])))
            numbers = [getattr(seen, name) for name in SEEN] + [getattr(patch, name) for name in FITTED]
            told = (f"{float(row if isinstance(row, float) else row[k]):.10g}" for row in numbers)
            lines.append(",".join([*(_quoted(word) for word in words), *told]))
    return "\n".join(lines) + "\n"


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"' if any(mark in word for mark in ',"\n') else word


def _page(result: Mapping[str, Any], level: float, warnings: Sequence[str]) -> Iterator[str]:
    from kalimag.io.synthetic import MARK

    yield paragraph(f"{result['model']}: {result['outcome']}. {result['outcome_sentence']}", inset=0)
    yield from (paragraph(text, inset=0) for text in warnings if text.startswith(MARK))
    yield f"{result['n_patches']} patches, {result['n_points']} points; intervals of {level:.0%} over patches"
    yield ""
    head = ("parameter", "value", "unit", "interval", _old_way(result["pooled"]), "patches")
    yield table(head, (_row(name, row, result["pooled"]) for name, row in result["parameters"].items()))
    for name, row in result["parameters"].items():
        if row.get("reason"):
            yield paragraph(f"{name}: {row['reason']}")
    yield ""
    yield from _patches(result["patches"])
    yield from (paragraph(f"{row['id']}: {row['reason']}", "left out") for row in result["excluded"])
    yield from (paragraph(assumption, "assumed") for assumption in result["assumptions"])


def _old_way(pooled: Mapping[str, Any]) -> str:
    """What the column of pooled points is: of the Mg2+ typed by hand where the table names recipes too."""
    from kalimag.assays.romk_block_common import NOMINAL

    typed = any(row["method"].startswith(NOMINAL) for row in pooled.values())
    return f"points pooled, {NOMINAL}" if typed else "points pooled"


def _row(name: str, row: Mapping[str, Any], pooled: Mapping[str, Any]) -> tuple[str, ...]:
    usual = pooled.get(name)
    pool = "–" if usual is None else f"{number(usual['value'])} ({interval(usual['low'], usual['high'])})"
    reach = interval(row["low"], row["high"])
    return name, number(row["value"]), row["unit"].removesuffix("1"), reach, pool, str(row["n_patches"])


def _patches(patches: list[dict[str, Any]]) -> Iterator[str]:
    yield table(
        ("patch", "K_out mM", "points", "Ki0 mM", "interval", "outcome"),
        (_patch(patch) for patch in patches),
    )


def _patch(patch: Mapping[str, Any]) -> tuple[str, ...]:
    Ki0 = patch["parameters"].get("Ki0", {"value": None, "low": None, "high": None})
    reach = interval(Ki0["low"], Ki0["high"])
    return (
        patch["id"],
        number(patch["K_out_mM"]),
        str(patch["n_points"]),
        number(Ki0["value"]),
        reach,
        patch["outcome"],
    )
