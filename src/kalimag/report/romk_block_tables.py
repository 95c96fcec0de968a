"""Tables of a block experiment: over patches, at each external K+, in each patch, and at each point."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kalimag.report.content import PARAMETER_COLUMNS, Cell, Column, Table
from kalimag.report.numbers import NONE, digits, fixed, rounded
from kalimag.report.romk_block_words import diagnostics, symbol
from kalimag.report.tables import number_cell, parameter_row

if TYPE_CHECKING:
    from kalimag.assays.romk_block_result import ParameterInterval, PatchFit, RomkBlockResult

_SEEN = ("K_out_mM", "Mg_mM", "time_s", "command_mV", "amplifier_pA", "V_mV", "I_pA", "sem_pA")
_FITTED = ("fitted_pA", "leak_pA", "run_down", "residuals")
_WITH_ENDS = ("Ki0", "z_delta")
_IN_PATCH = (
    ("Ki0", "Ki0", "mM"),
    ("z_delta", "zδ", "1"),
    ("conductance", "g", "nS"),
    ("leak", "Leak", "nS"),
)


def parameters(found: RomkBlockResult) -> Table:
    """What holds over patches, with the numbers behind the outcome as a note."""
    rows = []
    for row in found.parameters.values():
        meaning = row.meaning if row.name != "between_patch_sd" else "standard deviation of ln Ki0"
        if row.at:
            meaning = f"{meaning.partition(' when ')[0].removesuffix(' at 0 mV')} at {row.at}"
        cells = parameter_row(
            row.name,
            (row.value, row.low, row.high),
            row.unit,
            n=row.n_patches,
            method=row.method if row.value is not None else row.reason,
        )
        rows.append(
            (Cell(f"{symbol(row.name)}, {meaning}" if meaning else symbol(row.name), row.name), *cells[1:])
        )
    columns = tuple(replace(c, title="Patches") if c.key == "n" else c for c in PARAMETER_COLUMNS)
    return Table("What holds over patches.", columns, tuple(rows), note=diagnostics(found))


def by_external_K(name: str, found: RomkBlockResult) -> Table:
    """Ki0 at each external K+ that was measured, with no law between them."""
    columns = (
        Column("K_out", "External K⁺", "mM"),
        Column("Ki0", "Ki0", "mM"),
        Column("Ki0_low", "95 % CI from", "mM"),
        Column("Ki0_high", "to", "mM"),
        Column("n", "Patches"),
    )
    rows = []
    for K_out, row in sorted(found.by_K_out.items()):
        measured = sum(fit.used and fit.observations.K_out_mM == K_out for fit in found.patches)
        rows.append((number_cell(K_out), *_interval(row), Cell(str(measured), measured)))
    title = "Ki0 at each external K⁺, without a law between them."
    return Table(title, columns, tuple(rows), f"external-K-{name}")


def patches(name: str, found: RomkBlockResult) -> Table:
    """Each patch by itself, and those that do not count with the reason."""
    columns = [
        Column("patch", "Patch", kind="text"),
        Column("donor", "Donor", kind="text"),
        Column("K_out", "External K⁺", "mM"),
        Column("points", "Points", shown=False),
    ]
    for key, title, unit in _IN_PATCH:
        ends = key in _WITH_ENDS
        columns += [Column(key, title, unit)]
        columns += [
            Column(f"{key}_{end}", word, unit, shown=ends) for end, word in (("low", "from"), ("high", "to"))
        ]
    columns += [
        Column("chi2_per_df", "χ²/df", shown=False),
        Column("misfit", "Misfit", "%"),
        Column("misfit_relative", "Misfit, relative part", "%", shown=False),
        Column("misfit_fixed", "Misfit, fixed part", "pA", shown=False),
    ]
    rows = [_patch(fit) for fit in found.patches]
    for seen in found.excluded:
        head = (Cell(seen.id, note="excluded"), Cell(seen.donor or NONE), number_cell(seen.K_out_mM))
        rows.append((*head, Cell(str(len(seen)), len(seen)), *[Cell(NONE, "")] * (len(columns) - 4)))
    note = (
        "Intervals (from, to) are 95 % profile-likelihood intervals within the patch. Ki0 is at the patch's "
        "own external K⁺; g is the conductance without Mg²⁺ at that K⁺. Misfit: how far the law misses the "
        "currents beyond their noise, root mean square, in per cent of the patch's largest current; what has "
        "to be added to the noise for χ² to match its degrees of freedom."
    )
    return Table("Each patch by itself.", tuple(columns), tuple(rows), f"patches-{name}", note)


def points(name: str, found: RomkBlockResult) -> Table:
    """Every point of every fitted patch in the membrane frame, for programs; the page does not show it."""
    words = (Column(key, key, kind="text") for key in ("patch", "donor", "file"))
    columns = (*words, Column("sweep", "sweep"), *(Column(key, key) for key in _SEEN + _FITTED))
    rows = []
    for fit in found.patches:
        seen = fit.observations
        for k in range(len(seen)):
            numbers = [getattr(seen, key) for key in _SEEN] + [getattr(fit, key) for key in _FITTED]
            each = [float(row if isinstance(row, float) else row[k]) for row in numbers]
            head = (Cell(seen.id), Cell(seen.donor), Cell(seen.files[int(seen.file[k])]))
            sweep = int(seen.sweep[k])
            rows.append((*head, Cell(str(sweep), sweep), *(Cell("", number) for number in each)))
    return Table("Every point.", columns, tuple(rows), f"points-{name}", most=0)


def _interval(row: ParameterInterval | None) -> tuple[Cell, Cell, Cell]:
    numbers = (None, None, None) if row is None else (row.value, row.low, row.high)
    cells = [
        Cell(text, "" if raw is None else raw) for text, raw in zip(rounded(*numbers), numbers, strict=True)
    ]
    return cells[0], cells[1], cells[2]


def _patch(fit: PatchFit) -> tuple[Cell, ...]:
    seen = fit.observations
    fitted: list[Cell] = []
    for key, _, _ in _IN_PATCH:
        value, low, high = _interval(fit.parameters.get(key))
        plain = key not in _WITH_ENDS and isinstance(value.raw, float)
        fitted += [number_cell(float(value.raw or 0.0)) if plain else value, low, high]
    ratio, misfit = fit.chi2 / fit.df if fit.df else None, fit.misfit_percent_of_largest_current
    parts = 100.0 * fit.misfit.relative, fit.misfit.absolute
    return (
        Cell(seen.id, note="" if fit.used else fit.outcome.kind.replace("_", " ")),
        Cell(seen.donor or NONE),
        Cell(digits(seen.K_out_mM), seen.K_out_mM),
        Cell(str(len(seen)), len(seen)),
        *fitted,
        number_cell(ratio, None if ratio is None else fixed(ratio, 2)),
        number_cell(misfit, fixed(misfit, 2)),
        *(number_cell(part) for part in parts),
    )
