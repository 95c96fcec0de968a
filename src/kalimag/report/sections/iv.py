"""I–V relations in a report: where the current reverses, how steep it is, and the traces behind it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kalimag.report.content import PARAMETER_COLUMNS, Cell, Column, Figure, Section, Table
from kalimag.report.numbers import brief, digits, fixed, in_words
from kalimag.report.study_file import Row
from kalimag.report.tables import number_cell, parameter_row

if TYPE_CHECKING:
    from kalimag.assays.iv_result import IVResult, IVRow
    from kalimag.assays.membrane_frame import MembraneFrame
    from kalimag.io.recording import Recording
    from kalimag.report import traces

_FRAME = ("configuration", "junction_potential", "series_resistance", "resting_potential")
KEYS = ("file", "channel", "window", "command", "junction_potential_applied", *_FRAME)
_COLUMNS = (
    Column("sweep", "Sweep"),
    Column("V", "V", "mV"),
    Column("I", "I, mean", "pA"),
    Column("I_sd", "I, SD", "pA"),
    Column("I_sem", "I, SEM", "pA"),
    Column("chord_g", "Chord conductance", "nS"),
)
_MEMBRANE = (Column("V_m", "V_m", "mV"), Column("I_m", "I_m", "pA"))
_NO_IV = ("held", "unknown")


def files(row: Row) -> Sequence[Path]:
    """The one recording."""
    return (row.file("file"),)


def section(row: Row, seed: int) -> Section:  # noqa: ARG001 (nothing here is random)
    """Read the I–V and say where it reverses and how steep it is.

    Parameters
    ----------
    row : of the study.
    seed : not used.

    Returns
    -------
    Section
    """
    from kalimag.assays.iv import iv
    from kalimag.io import read

    path = row.file("file")
    recording = read(path)
    given = row.text("command", "") or None
    channel, window, membrane = _channel(row), row.seconds("window"), _membrane(row)
    found = iv(recording, channel=channel, window=window, command=given, membrane=membrane)
    command = _typed(row)
    return Section(
        title=f"{path.name}, {found.channel}",
        answer=answer(found),
        result=found.as_json(),
        converged=found.kind not in _NO_IV,
        figures=_figures(row, recording, found, command),
        tables=(_rows(row.id, found),),
        summary=_summary(found),
        refers_to=f"the {found.potential}" if found.kind not in _NO_IV else "",
        parameters=_parameters(found, _halves(recording, found, given, membrane)),
        assumptions=(f"{found.frame[0].upper()}{found.frame[1:].rstrip('.')}.",),
        warnings=found.warnings,
        recordings={path: recording},
        channels={path: found.channel_index},
    )


def _channel(row: Row) -> str | int | None:
    channel = row.content.get("channel")
    if isinstance(channel, bool) or not isinstance(channel, str | int | None):
        raise row.problem(f"'channel' is {channel!r}", "the name of a channel, or its number from 0")
    return channel


def _membrane(row: Row) -> MembraneFrame | None:
    from kalimag.assays.iv_frame import membrane_frame

    typed = {key: row.text(key) for key in _FRAME if key in row.content}
    applied = row.content.get("junction_potential_applied", False)
    if not isinstance(applied, bool):
        raise row.problem(f"'junction_potential_applied' is {applied!r}", "true or false")
    return membrane_frame(typed.pop("configuration", None), junction_potential_applied=applied, **typed)


def answer(found: IVResult) -> tuple[str, ...]:
    """What the I–V says, in sentences.

    Parameters
    ----------
    found : the result of the assay.

    Returns
    -------
    tuple of str, the reversal potential first.
    """
    zero, slope = found.reversal, found.slope
    told = []
    if zero.value_mV is None:
        told.append(f"No reversal potential can be given: {zero.text}.")
    else:
        reach = in_words(zero.value_mV, zero.low_mV, zero.high_mV, "mV", zero.level)
        told.append(f"The current reverses at {reach}{_which(found)}.")
    if slope.value_nS is None:
        told.append(f"No slope conductance can be given: {slope.text}.")
    else:
        reach = in_words(slope.value_nS, slope.low_nS, slope.high_nS, "nS", slope.level)
        told.append(f"The slope conductance{_between(slope.range_mV)} is {reach}.{_curved(slope.text)}")
    return (" ".join(told),)


def _which(found: IVResult) -> str:
    """Which potential a sentence speaks of."""
    which, comma, left = found.potential.partition(", ")
    return f" of {which}{comma}{left}"


def _halves(recording: Recording, found: IVResult, given: str | None, membrane: MembraneFrame | None) -> str:
    """What the intervals leave out, the choice of the window, and how much it matters."""
    from kalimag.assays.iv import iv

    told = "The intervals hold for this window and leave out the choice of it."
    if found.kind != "steps":
        return told
    begin, end = found.window_s
    middle = (begin + end) / 2
    first, second = (
        iv(recording, channel=found.channel_index, window=half, command=given, membrane=membrane)
        for half in ((begin, middle), (middle, end))
    )
    rows = []
    if first.reversal.value_mV is not None and second.reversal.value_mV is not None:
        rows.append(_two("the current reverses at", first.reversal.value_mV, second.reversal.value_mV, "mV"))
    if first.slope.value_nS is not None and second.slope.value_nS is not None:
        rows.append(_two("the slope conductance is", first.slope.value_nS, second.slope.value_nS, "nS"))
    return f"{told} In its first and second half alone, {' and '.join(rows)}." if rows else told


def _two(what: str, first: float, second: float, unit: str) -> str:
    return f"{what} {digits(first, 4)} and {digits(second, 4)} {unit}"


def _summary(found: IVResult) -> tuple[tuple[str, str], ...]:
    zero, slope = found.reversal, found.slope
    E = (zero.value_mV, zero.low_mV, zero.high_mV)
    g = (slope.value_nS, slope.low_nS, slope.high_nS)
    curved = " (average of a curved I–V)" if slope.text and slope.value_nS is not None else ""
    return (
        ("Reversal potential (95 % CI)", zero.text if zero.value_mV is None else brief(*E, "mV")),
        ("Slope conductance (95 % CI)", brief(*g, "nS") + curved),
    )


def _between(limits: tuple[float, float] | None) -> str:
    return "" if limits is None else f" between {digits(limits[0], 4)} and {digits(limits[1], 4)} mV"


def _curved(text: str) -> str:
    return f" {text[0].upper()}{text[1:]}." if text else ""


def _parameters(found: IVResult, note: str) -> Table:
    zero, slope, where = found.reversal, found.slope, f"{found.file}, {found.channel}"
    n = len(found.rows)
    rows = (
        parameter_row(
            "Reversal potential",
            (zero.value_mV, zero.low_mV, zero.high_mV),
            "mV",
            n=n,
            method=zero.method or zero.text,
        ),
        parameter_row(
            "Slope conductance",
            (slope.value_nS, slope.low_nS, slope.high_nS),
            "nS",
            n=slope.n,
            method=slope.method or slope.text,
        ),
    )
    return Table(f"Reversal potential and conductance, {where}.", PARAMETER_COLUMNS, rows, note=note)


def _rows(name: str, found: IVResult) -> Table:
    a, b = found.window_s
    note = (
        f"Window {digits(a, 5)} to {digits(b, 5)} s ({found.window_rule}). Command {found.command.source}; "
        f"{found.command.text.rstrip('.')}. SEM from block means, because neighbouring samples are not "
        "independent. Chord conductance: current over the distance from the reversal potential, not given "
        "within 10 mV of it."
    )
    membrane = found.rows[0].V_m_mV is not None
    columns = (*_COLUMNS[:-1], *_MEMBRANE, _COLUMNS[-1]) if membrane else _COLUMNS
    if membrane:
        note = f"{note} {found.frame}"
    told = tuple(_row(row, membrane=membrane) for row in found.rows)
    return Table(f"I–V relation, {found.file}, {found.channel}.", columns, told, f"iv-{name}", note)


def _row(row: IVRow, *, membrane: bool) -> tuple[Cell, ...]:
    sweep = Cell("mean", "") if row.sweep is None else Cell(str(row.sweep), row.sweep)
    V = number_cell(row.V_mV, None if row.V_mV is None else fixed(row.V_mV, 1))
    spread, sem, chord = row.I_sd_pA, row.I_sem_pA, row.chord_conductance_nS
    at_membrane = (row.V_m_mV, row.I_m_pA) if membrane else ()
    return (
        sweep,
        V,
        Cell(fixed(row.I_pA, 1), row.I_pA),
        Cell(fixed(spread, 2), spread),
        number_cell(sem, None if sem is None else fixed(sem, 2)),
        *(number_cell(one, None if one is None else fixed(one, 1)) for one in at_membrane),
        number_cell(chord, None if chord is None else fixed(chord, 2)),
    )


def _typed(row: Row) -> str:
    """The command line that reads the same I–V, in the folder of the study."""
    words = ["kalimag assay iv", row.shown("file")]
    if "channel" in row.content:
        channel = str(row.content["channel"])
        words.append(f'--channel "{channel}"' if " " in channel else f"--channel {channel}")
    window = row.seconds("window")
    if window is not None:
        words.append(f"--window {window[0]:g}s:{window[1]:g}s")
    if row.text("command", ""):
        words.append(f'--command "{row.text("command")}"')
    words += [f'--{key.replace("_", "-")} "{row.text(key)}"' for key in _FRAME if key in row.content]
    words += ["--junction-potential-applied"] if row.content.get("junction_potential_applied") else []
    return " ".join(words)


def _figures(row: Row, recording: Recording, found: IVResult, command: str) -> tuple[Figure, ...]:
    from kalimag.assays import iv_figure
    from kalimag.report import traces
    from kalimag.report.svg import drawn

    one = found.kind != "levels"
    windows = (found.window_s,) if one else tuple(sorted({each.window_s for each in found.rows}))
    shot = traces.Shot(recording, found.channel_index, windows, recording.commands[found.channel_index])
    where = f"{found.file}, {found.channel}"
    told = (
        ("iv", "I–V relation", _iv_caption(found), _iv_spoken(found), lambda: iv_figure.figure(found)),
        ("traces", "Traces", traces.caption(shot), _traces_spoken(shot), lambda: traces.draw(shot)),
    )
    figures = []
    for kind, what, caption, spoken, make in told:
        name, title = f"{kind}-{row.id}", f"{what}, {where}"
        figures.append(Figure(name, title, caption, spoken, command, drawn(make, name, title, spoken)))
    return tuple(figures)


def _iv_caption(found: IVResult) -> str:
    told = [
        "Mean current in the window against voltage; bars are 95 % intervals of each mean, from block means."
    ]
    if found.reversal.value_mV is not None:
        told.append(f"Diamond: reversal potential; {found.reversal.method}.")
    if found.slope.value_nS is not None and not found.slope.text:
        told.append(f"Line: slope conductance; {found.slope.method}.")
    return " ".join(told)


def _iv_spoken(found: IVResult) -> str:
    points = [one.point for one in found.rows if one.point is not None]
    if not points:
        return f"Current of {found.file} against the sweep."
    (V1, I1), (V2, I2) = min(points), max(points)
    ends = f"from {digits(I1, 4)} pA at {digits(V1, 4)} mV to {digits(I2, 4)} pA at {digits(V2, 4)} mV"
    return f"Current against voltage of {found.file}, {len(points)} points, {ends}. {answer(found)[0]}"


def _traces_spoken(shot: traces.Shot) -> str:
    a, b = (digits(edge, 5) for edge in shot.windows_s[-1])
    below = ", the command voltage below" if shot.command is not None else ""
    return (
        f"{len(shot.sweeps)} current traces of {shot.recording.path.name} over time{below}, and the measured "
        f"window from {a} to {b} s shaded."
    )
