"""A range of prevalence whose two ends come from different definitions and different patients."""

from __future__ import annotations

from math import sqrt

from kalimag.audit.consequence import Consequence, Row
from kalimag.audit.guide import claim, number
from kalimag.evidence.distribution import Z_95

GUIDE, CUTOFFS = "clinic.hypoMg_in_hypoK/guide", "clinic.below_cutoff/pmc7353204"
LOW_K, NORMAL_K = "clinic.hypoMg_in_hypoK/mohammed-2019", "clinic.hypoMg_in_normoK/mohammed-2019"
REVERSE = "clinic.hypoK_in_hypoMg/milionis-2002"
LARGEST = 200


def finding() -> Consequence:
    """How far the definition alone moves the number, and what one small study can tell."""
    guide, shares = claim(GUIDE), claim(CUTOFFS).values
    ends = (guide.low or 0.0, guide.high or 0.0)
    study, size = number(LOW_K, "percent"), claim(LOW_K).spread.n or 0
    low, high = wilson(study / 100, size)
    reverse, people = number(REVERSE, "percent"), claim(REVERSE).spread.n or 0
    counts = fractions_that_print_as(ends[1])
    return Consequence(
        id="prevalence",
        order=4,
        title="One range of prevalence from several definitions",
        claims=(GUIDE, CUTOFFS, LOW_K, NORMAL_K, REVERSE, "clinic.hypoMg_in_hypoK/whang-1984"),
        heads=("the guide's range", "what one definition gives"),
        rows=(
            Row("hypomagnesemia in hypokalemia, lower end", ends[0], low * 100, "percent"),
            Row("hypomagnesemia in hypokalemia, upper end", ends[1], high * 100, "percent"),
            Row("the same among normokalemic people", None, number(NORMAL_K, "percent"), "percent"),
            Row("hypomagnesemia in one hospital, cut-off 0.65 mM", None, shares[0], "percent"),
            Row("hypomagnesemia in the same hospital, cut-off 0.85 mM", None, shares[-1], "percent"),
            Row("hypokalemia among hypomagnesemic people", None, reverse, "percent"),
        ),
        sentence=(
            f"In one hospital the cut-off alone moves the share from {shares[0]:g} to "
            f"{shares[-1]:g} %, {shares[-1] / shares[0]:.2g}-fold; the guide's two ends differ "
            f"{ends[1] / ends[0]:.2g}-fold and say less about patients than about definitions. "
            f"One study of {size} spans {100 * low:.3g} to {100 * high:.3g} % by itself. The "
            f"smallest count that prints as {ends[1]:g} % is {counts[0][0]} of {counts[0][1]}; no "
            "study of that count was found."
        ),
        assumptions=(
            "Intervals are Wilson's, for a share of independent people.",
            f"The reverse share is of {people} hypomagnesemic people and answers another question.",
        ),
    )


def wilson(share: float, n: int) -> tuple[float, float]:
    """The 95 % interval of a share of `n` people, by Wilson's score."""
    square = Z_95**2 / n
    middle = (share + square / 2) / (1 + square)
    reach = Z_95 / (1 + square) * sqrt(share * (1 - share) / n + square / (4 * n))
    return middle - reach, middle + reach


def fractions_that_print_as(percent: float) -> tuple[tuple[int, int], ...]:
    """Counts k of n, up to 200 people, that print as this percentage with two decimals; smallest first."""
    pairs = ((k, n) for n in range(1, LARGEST + 1) for k in range(n + 1))
    return tuple(pair for pair in pairs if f"{100 * pair[0] / pair[1]:.2f}" == f"{percent:.2f}")
