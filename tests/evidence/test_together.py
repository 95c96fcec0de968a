"""Draws: each keeps its own quantiles, and what hangs together is drawn together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kalimag.errors import EvidenceProblem
from kalimag.evidence import Values, draw_together, load_values

Edit = Callable[[str, str, str], Path]
PAIR = ("romk.Ki0", "romk.z_delta")
HALF = ((1.0, 0.6), (0.6, 1.0))


@pytest.fixture(scope="module")
def values() -> Values:
    return load_values("romk")


def test_draws_have_the_quantiles_that_were_stated(values: Values) -> None:
    drawn = values.draw(40_000, seed=7)
    for name, estimate in values.items():
        if not estimate.uncertainty.exact:
            low, high = np.quantile(drawn[name], (0.025, 0.975))
            assert (np.log(low), np.log(high)) == pytest.approx(np.log(estimate.interval), abs=0.06), name


def test_what_hangs_together_is_drawn_together(values: Values) -> None:
    together = draw_together(values, PAIR, HALF, "one fit")
    drawn = together.draw(40_000, seed=7)
    seen = np.corrcoef(np.log(drawn[PAIR[0]]), np.log(drawn[PAIR[1]]))[0, 1]
    assert seen == pytest.approx(0.6, abs=0.02)
    for name in PAIR:
        low, high = np.quantile(drawn[name], (0.025, 0.975))
        assert (np.log(low), np.log(high)) == pytest.approx(np.log(values[name].interval), abs=0.06)


def test_the_others_are_drawn_as_before(values: Values) -> None:
    alone, together = values.draw(50, 7), draw_together(values, PAIR, HALF, "one fit").draw(50, 7)
    for name in values:
        assert np.array_equal(alone[name], together[name]) == (name != PAIR[1])


def test_without_a_group_they_are_independent(values: Values) -> None:
    drawn = values.draw(40_000, seed=7)
    assert abs(np.corrcoef(np.log(drawn[PAIR[0]]), np.log(drawn[PAIR[1]]))[0, 1]) < 0.02


def test_how_people_differ_is_not_mixed_in(values: Values) -> None:
    together = draw_together(values, PAIR, HALF, "one fit")
    for name, numbers in together.draw(20, 7, "variability").items():
        assert np.array_equal(numbers, values.draw(20, 7, "variability")[name])


def test_a_file_can_say_so(edit: Edit) -> None:
    library = edit(
        "estimates/romk.toml",
        "[romk.Ki0]",
        '[[together]]\nparameters = ["romk.Ki0", "romk.z_delta"]\ncorrelation = [[1, 0.6], [0.6, 1]]\n'
        'because = "One fit."\n\n[romk.Ki0]',
    )
    loaded = load_values("romk", library)
    assert loaded.together[0].parameters == PAIR
    assert load_values("romk.Ki0", library).together == ()
    drawn = loaded.draw(20_000, seed=7)
    assert np.corrcoef(np.log(drawn[PAIR[0]]), np.log(drawn[PAIR[1]]))[0, 1] == pytest.approx(0.6, abs=0.03)
    changed = loaded.override("romk.Ki0", 3.0, "mM", "measured here")
    assert np.all(changed.draw(5, 7)["romk.Ki0"] == 3.0)


@pytest.mark.parametrize(
    ("parameters", "matrix", "because"),
    [
        (PAIR, ((1.0, 0.6), (0.5, 1.0)), "one fit"),
        (PAIR, ((1.0, 1.2), (1.2, 1.0)), "one fit"),
        (PAIR, ((2.0, 0.6), (0.6, 1.0)), "one fit"),
        (PAIR, ((1.0,), (0.6,)), "one fit"),
        (PAIR, HALF, " "),
        (PAIR[:1], ((1.0,),), "one fit"),
        (("romk.Ki0", "romk.Ki0"), HALF, "one fit"),
        (("romk.Ki0", "romk.Kx"), HALF, "one fit"),
    ],
)
def test_what_is_no_correlation_is_refused(
    values: Values, parameters: tuple[str, ...], matrix: tuple[tuple[float, ...], ...], because: str
) -> None:
    with pytest.raises(EvidenceProblem):
        draw_together(values, parameters, matrix, because)


def test_a_parameter_is_in_one_group_only(values: Values) -> None:
    with pytest.raises(EvidenceProblem, match="is in a group already"):
        draw_together(draw_together(values, PAIR, HALF, "one fit"), PAIR, HALF, "another")
