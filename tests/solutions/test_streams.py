"""What two solutions share is drawn alike in both; what is each one's own is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kalimag.solutions import read_recipe
from kalimag.solutions.pairing import side_of, with_more
from kalimag.solutions.streams import standard_normals


def test_a_name_has_its_own_stream() -> None:
    names = ["log K of MgATP", "amount of KCl", "pH"]
    one, more = standard_normals(names, "a", 50, 1), standard_normals(["log K of HATP", *names], "a", 50, 1)
    assert np.array_equal(one, more[:, 1:])
    other = standard_normals(names, "b", 50, 1)
    assert np.array_equal(one[:, 0], other[:, 0])
    assert not np.array_equal(one[:, 1], other[:, 1])
    assert not np.array_equal(one[:, 2], other[:, 2])
    assert not np.array_equal(one, standard_normals(names, "a", 50, 2))


def test_free_magnesium_of_a_series_is_wrong_together() -> None:
    plain = read_recipe("guide-pipette")
    apart = [replace(with_more(plain, "MgCl2", amount), name=f"{amount:g}") for amount in (0.1, 1.0)]
    low, high = (side_of(recipe, draws=300).rows_of("Mg")[1:] for recipe in apart)
    assert np.corrcoef(np.log(low), np.log(high))[0, 1] > 0.7
    shuffled = np.random.default_rng(1).permutation(
        high
    )  # the planted error: every solution drawn for itself
    assert abs(np.corrcoef(np.log(low), np.log(shuffled))[0, 1]) < 0.3
