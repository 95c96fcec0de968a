"""Words become quantities, and nothing is overwritten unasked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kalimag.cli.options import Quantities, Quantity, Setting, writes_folder


@click.command()
@click.option("--at", type=Quantity("mV"))
@click.option("--mg", type=Quantities("mM"))
@click.option("--set", "settings", type=Setting(), multiple=True)
@writes_folder()
def planted(**words: Any) -> None:
    click.echo(repr(words))


def said(*words: str) -> dict[str, Any]:
    done = CliRunner().invoke(planted, words)
    assert done.exit_code == 0, done.output
    return eval(done.stdout, {"PosixPath": Path, "WindowsPath": Path})


@pytest.mark.parametrize(
    ("word", "value"),
    [("-60 mV", -60.0), ("-0.06V", -60.0), ("−60mV", -60.0), ("+20mV", 20.0), ("1e2 mV", 100.0)],
)
def test_a_negative_quantity_is_not_an_option(word: str, value: float) -> None:
    assert said("--at", word)["at"] == pytest.approx(value)
    assert said(f"--at={word}")["at"] == pytest.approx(value)


@pytest.mark.parametrize("word", ["60", "60 mM", "sixty mV", "", "nan mV", "1e999 mV", "60 mV mV"])
def test_what_is_no_voltage_is_a_usage_error(word: str) -> None:
    done = CliRunner().invoke(planted, ["--at", word])
    assert done.exit_code == 2
    assert "--at" in done.stderr


@pytest.mark.parametrize(
    ("word", "values"),
    [
        ("0.2,0.5,1mM", (0.2, 0.5, 1.0)),
        ("0.2, 0.5, 1 mM", (0.2, 0.5, 1.0)),
        ("200,500uM", (0.2, 0.5)),
        ("200uM,0.5mM", (0.2, 0.5)),
        ("0mM", (0.0,)),
        ("1e-1,2e0mM", (0.1, 2.0)),
    ],
)
def test_several_quantities_share_their_last_unit(word: str, values: tuple[float, ...]) -> None:
    assert said("--mg", word)["mg"] == pytest.approx(values)


@pytest.mark.parametrize("word", ["0.2,,1", "0.2,x", "1 mV", "1,2 nope", ",", "", "0.5", "0.2,0.5,1", "0"])
def test_what_is_no_list_is_a_usage_error(word: str) -> None:
    assert CliRunner().invoke(planted, ["--mg", word]).exit_code == 2


@given(st.floats(-1e6, 1e6, allow_nan=False))
def test_every_number_comes_through(value: float) -> None:
    assert said("--at", f"{value!r} mV")["at"] == pytest.approx(value)


def test_settings() -> None:
    assert said("--set", "romk.Ki0=4mM", "--set", "patch.V= -60 mV")["settings"] == (
        ("romk.Ki0", "4mM"),
        ("patch.V", "-60 mV"),
    )
    assert CliRunner().invoke(planted, ["--set", "romk.Ki0"]).exit_code == 2


def test_a_folder_with_files_is_refused(tmp_path: Path) -> None:
    assert said("--out", str(tmp_path))["out"] == tmp_path
    assert said("--out", str(tmp_path / "new"))["out"] == tmp_path / "new"
    (tmp_path / "kept.txt").touch()
    done = CliRunner().invoke(planted, ["--out", str(tmp_path)])
    assert done.exit_code == 2
    assert "--force" in done.stderr
    for words in (["--out", str(tmp_path), "--force"], ["--force", "--out", str(tmp_path)]):
        assert said(*words)["force"]
