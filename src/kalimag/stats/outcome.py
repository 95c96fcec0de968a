"""How a fit ended, as a value with a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["converged", "flat_direction", "at_bound", "multimodal", "failed"]

_SEVERITY: dict[Kind, int] = {
    "converged": 0,
    "flat_direction": 1,
    "at_bound": 2,
    "multimodal": 3,
    "failed": 4,
}


@dataclass(frozen=True)
class Outcome:
    """How a fit ended; `sentence` says what that means and what to measure next."""

    kind: Kind
    sentence: str

    @property
    def converged(self) -> bool:
        """Whether the numbers of this fit may be used."""
        return self.kind == "converged"


def worst(outcomes: list[Outcome], otherwise: Outcome) -> Outcome:
    """The most severe of several outcomes with all sentences of that kind; `otherwise` when none is given."""
    if not outcomes:
        return otherwise
    kind = max((outcome.kind for outcome in outcomes), key=_SEVERITY.__getitem__)
    sentences = dict.fromkeys(outcome.sentence for outcome in outcomes if outcome.kind == kind)
    return Outcome(kind, " ".join(sentences))
