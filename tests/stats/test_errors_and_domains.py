"""Standard errors steadied, misfit found, parameters mapped to where they are searched."""

from __future__ import annotations

import numpy as np
import pytest

from kalimag.errors import UsageProblem
from kalimag.stats.domains import DOMAINS, domain
from kalimag.stats.misfit import misfit_of
from kalimag.stats.moderated import moderated_sd
from kalimag.stats.outcome import Outcome, worst

SIZE = np.linspace(1.0, 100.0, 60)


def test_standard_errors_come_nearer_to_the_truth() -> None:
    rng = np.random.default_rng(1)
    truth = 1.0 + 0.02 * SIZE
    raw = truth * np.sqrt(rng.chisquare(9, 60) / 9)
    steadied = moderated_sd(raw, SIZE, 9)
    assert np.std(np.log(steadied / truth)) < 0.5 * np.std(np.log(raw / truth))


def test_an_error_that_is_truly_larger_stays_larger() -> None:
    rng = np.random.default_rng(2)
    truth = np.where(np.arange(60) % 10 == 0, 20.0, 1.0)
    steadied = moderated_sd(truth * np.sqrt(rng.chisquare(9, 60) / 9), SIZE, 9)
    assert steadied[::10].min() > 8.0
    assert np.delete(steadied, slice(None, None, 10)).max() < 2.5


def test_no_error_at_all_becomes_a_very_small_one() -> None:
    steadied = moderated_sd(np.zeros(60), SIZE, 9)
    assert (steadied > 0).all()
    assert steadied.max() < 1e-4


@pytest.mark.parametrize(("absolute", "relative"), [(3.0, 0.0), (0.0, 0.08), (0.0, 0.0)])
def test_misfit_is_found_in_its_own_kind(absolute: float, relative: float) -> None:
    rng = np.random.default_rng(3)
    known = np.full(60, 0.2)
    rest = np.sqrt(known**2 + absolute**2 + (relative * SIZE) ** 2) * rng.standard_normal(60)
    found = misfit_of(rest, known, SIZE, 56)
    assert found.absolute == pytest.approx(absolute, rel=0.3, abs=0.4)
    assert found.relative == pytest.approx(relative, rel=0.3, abs=0.012)
    if absolute or relative:
        assert np.sum((rest / found.errors(known, SIZE)) ** 2) == pytest.approx(56, rel=1e-6)


@pytest.mark.parametrize("word", sorted(DOMAINS))
def test_domains_go_there_and_back(word: str) -> None:
    home = domain(word)
    for x in (0.01, 0.3, 0.97):
        u = home.to_free(x)
        assert home.from_free(u) == pytest.approx(x, rel=1e-12)
        slope = (home.from_free(u + 1e-6) - home.from_free(u - 1e-6)) / 2e-6
        assert home.slope(u) == pytest.approx(slope, rel=1e-6)


def test_an_unknown_domain_is_refused() -> None:
    with pytest.raises(UsageProblem, match="'negative' is no domain"):
        domain("negative")


def test_the_worst_outcome_speaks() -> None:
    good = Outcome("converged", "fine")
    flat, stuck = Outcome("flat_direction", "add Mg"), Outcome("at_bound", "stuck")
    assert worst([good, flat, stuck, flat], good) == stuck
    assert worst([], good) is good
    assert worst([flat, Outcome("flat_direction", "add K")], good).sentence == "add Mg add K"
