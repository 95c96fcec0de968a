"""I–V of real recordings: the reference numbers, every file, and numbers a physiologist would believe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kalimag.assays.iv import iv
from kalimag.assays.iv_result import IVResult
from kalimag.io import read


def _of(ephys: Path, name: str, **choices: Any) -> IVResult:
    return iv(read(ephys / "abf" / name), **choices)


def _off(found: IVResult, rows: list[list[float]]) -> float:
    """Largest difference between our rows and reference rows of voltage, mean and standard deviation."""
    ours = np.array([[row.V_mV, row.I_pA, row.I_sd_pA] for row in found.rows], dtype=float)
    return float(np.abs(ours - np.array(rows)).max())


@pytest.mark.parametrize("sabotage", [None, "window", "rate", "sign"])
def test_reference_rows(ephys: Path, sabotage: str | None) -> None:
    references = json.loads((ephys / "references.json").read_text())["iv_pyabf"]
    assert len(references) == 3
    for key, reference in references.items():
        recording = read(ephys / "abf" / key.split()[0])
        start, stop = reference["window_samples"]
        rate = recording.rate_Hz * (1.003 if sabotage == "rate" else 1.0)
        start += 40 * (sabotage == "window")
        found = iv(recording, channel=0, window=(start / rate, stop / rate))
        sign = -1.0 if sabotage == "sign" else 1.0
        rows = [[V, sign * current, sd] for V, current, sd in reference["rows_V_Imean_Isd"]]
        assert [row.sweep for row in found.rows] == list(range(len(rows)))
        assert (_off(found, rows) < 1e-3) == (sabotage is None), key


def test_every_recording_gives_rows_and_valid_json(ephys: Path) -> None:
    files = sorted(path for path in (ephys / "abf").iterdir() if path.suffix in (".abf", ".atf"))
    assert len(files) >= 13
    for path in files:
        recording = read(path)
        found = iv(recording)
        json.dumps(found.as_json(), allow_nan=False)
        assert len(found.rows) >= len(recording.sweeps) - len(found.excluded) or found.kind == "ramp", (
            path.name
        )
        assert found.sha256 == recording.sha256
        assert found.kind not in ("held", "unknown") or found.warnings, path.name


@pytest.mark.parametrize(
    ("name", "kind", "E_rev", "g_nS"),
    [
        ("14o16001_vc_pair_step.abf", "steps", (-66.5, -64.0), (7.0, 10.0)),
        ("171116sh_0013.abf", "steps", (-61.0, -58.0), (12.0, 15.0)),
        ("17o05024_vc_steps.abf", "steps", None, (0.5, 0.7)),
        # The patch-clamp model cell: 500 MOhm behind 10 MOhm is 1.96 nS, its capacitor is 33 pF.
        ("model_vc_step.abf", "levels", None, (1.92, 2.00)),
        ("model_vc_ramp.abf", "ramp", None, (1.92, 2.00)),
        ("18702001-step.abf", "levels", None, (1.8, 2.1)),
        ("05210017_vc_abf1.abf", "levels", None, (5.0, 6.0)),
        ("myokit_abf-v2.abf", "steps", (-4.0, 7.0), (1.0, 1.5)),
        ("130618-1-12.abf", "held", None, None),
        ("2020_06_16_0000.abf", "held", None, None),
        ("sctrace_cluster.abf", "held", None, None),
    ],
)
def test_what_a_physiologist_would_expect(
    ephys: Path,
    name: str,
    kind: str,
    E_rev: tuple[float, float] | None,
    g_nS: tuple[float, float] | None,
) -> None:
    found = _of(ephys, name)
    assert found.kind == kind
    for value, believable in ((found.reversal.value_mV, E_rev), (found.slope.value_nS, g_nS)):
        if believable is None:
            assert value is None
        else:
            assert value is not None
            assert believable[0] < value < believable[1]


def test_ramps_in_both_directions_give_the_capacitance_of_the_model_cell(ephys: Path) -> None:
    found = _of(ephys, "model_vc_ramp.abf")
    assert found.capacitance_pF == pytest.approx(33.0, rel=0.1)
    assert all(row.n_sweeps == 50 for row in found.rows)


def test_ramp_and_step_of_the_same_model_cell_agree(ephys: Path) -> None:
    ramp, step = (_of(ephys, f"model_vc_{kind}.abf").slope for kind in ("ramp", "step"))
    assert ramp.value_nS == pytest.approx(step.value_nS, rel=0.005)


def test_sweeps_of_different_length_keep_their_own(ephys: Path) -> None:
    found = _of(ephys, "2020_06_16_0000.abf")
    assert [row.n_samples for row in found.rows] == [3540, 70040, 16040]
    late = _of(ephys, "2020_06_16_0000.abf", window="1s:1.5s")
    assert [one.sweep for one in late.excluded] == [0]
    assert [row.n_samples for row in late.rows] == [5000, 5000]


def test_an_export_without_a_protocol_has_no_voltage_until_it_is_told(ephys: Path) -> None:
    found = _of(ephys, "18702001-step.atf")
    assert {row.V_mV for row in found.rows} == {None}
    assert any("NO VOLTAGE" in warning and "--command" in warning for warning in found.warnings)
    told = _of(ephys, "18702001-step.atf", command="-80 mV", window="165.5ms:215.5ms")
    original = _of(ephys, "18702001-step.abf", window="165.5ms:215.5ms")
    assert [row.V_mV for row in told.rows] == [row.V_mV for row in original.rows] == [-80, -80, -80]
    assert [row.I_pA for row in told.rows] == pytest.approx([row.I_pA for row in original.rows], abs=1e-4)


def test_a_test_pulse_that_the_header_lost_is_noticed(ephys: Path) -> None:
    found = _of(ephys, "130618-1-12.abf")
    assert any("jumps at the same times" in warning for warning in found.warnings)
    assert found.window_s[1] < 0.7005
    assert all(row.I_sd_pA < 10 for row in found.rows)


@pytest.mark.parametrize(
    ("name", "window", "steep"),
    [
        (
            "17o05024_vc_steps.abf",
            (0.8, 1.05),
            ("0.82 nS between -110 and -100", "0.44 nS between -60 and -50"),
        ),
        ("171116sh_0013.abf", (0.5, 0.95), ("nS between -110 and -95 mV", "nS between -65 and -50 mV")),
        ("model_vc_step.abf", None, ()),
        ("model_vc_ramp.abf", None, ()),
        ("05210017_vc_abf1.abf", None, ()),
    ],
)
def test_cells_that_rectify_are_called_curved_and_resistors_are_not(
    ephys: Path, name: str, window: tuple[float, float] | None, steep: tuple[str, ...]
) -> None:
    said = _of(ephys, name, window=window).slope.text
    assert ("curved" in said) == bool(steep)
    for words in steep:
        assert words in said
