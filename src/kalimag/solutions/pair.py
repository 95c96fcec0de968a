"""Two solutions and how they are used: what a critic looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from kalimag.solutions.reversal import CELL_IS_INSIDE, INSIDE_IS_BATH, Junction
from kalimag.solutions.side import Side
from kalimag.solutions.water import Array


class Changed(Protocol):
    """Makes a solution again with something changed; None where the recipe does not allow it."""

    def __call__(
        self,
        side: str,
        *,
        add_mM: Mapping[str, float] | None = None,
        gas: str | None = None,
        salt_ratio: Mapping[str, float] | None = None,
    ) -> Side | None:
        """`side` is "pipette" or "bath"; `add_mM` by salt; `gas` "air"; `salt_ratio` Mg per nucleotide."""


def unchangeable(
    side: str, *, add_mM: Mapping[str, float] | None = None, gas: str | None = None,
    salt_ratio: Mapping[str, float] | None = None,
) -> Side | None:  # fmt: skip
    """Nothing can be made again: only the solutions themselves are known."""
    del side, add_mM, gas, salt_ratio
    nothing: Side | None = None
    return nothing


@dataclass(frozen=True, eq=False)
class Pair:
    """A pipette and its bath, or one solution alone.

    Parameters
    ----------
    pipette : the first solution.
    bath : its partner; None where one solution is looked at alone.
    junction : between the two; None without a partner.
    E_rev_mV : by ion, inside minus outside, shape (rows,).
    use : what the experiment is ("configuration", "question", "cell", "assay", …), in small letters.
    changed : makes one of the two again with something changed.
    """

    pipette: Side
    bath: Side | None = None
    junction: Junction | None = None
    E_rev_mV: Mapping[str, Array] = field(default_factory=dict)
    use: Mapping[str, str] = field(default_factory=dict)
    changed: Changed = unchangeable

    @property
    def configuration(self) -> str:
        """How the pipette sits on the membrane; whole-cell where nothing is said."""
        return self.use.get("configuration", "whole-cell")

    @property
    def sides(self) -> tuple[Side, ...]:
        """The solutions there are."""
        return (self.pipette,) if self.bath is None else (self.pipette, self.bath)

    @property
    def inside(self) -> Side | None:
        """The solution on the cytoplasmic side; None where the cell itself is there."""
        if self.configuration in CELL_IS_INSIDE:
            return None
        return self.bath if self.bath is not None and self.configuration in INSIDE_IS_BATH else self.pipette

    @property
    def inside_key(self) -> str:
        """Which of the two is inside, for `changed`; empty where neither is."""
        inside = self.inside
        return "" if inside is None else "bath" if inside is self.bath else "pipette"

    @property
    def outside(self) -> Side | None:
        """The solution on the extracellular side, if there is one."""
        at_the_patch = self.configuration == "cell-attached" or self.inside_key == "bath"
        return self.pipette if at_the_patch else self.bath

    def says(self, key: str, *words: str) -> bool:
        """Whether the use mentions one of these words under a keyword; any text where none is named."""
        text = self.use.get(key, "")
        return bool(text) if not words else any(word in text for word in words)
