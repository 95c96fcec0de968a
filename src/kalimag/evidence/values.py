"""The numbers of one run: an estimate for every parameter, with draws and overrides."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kalimag.errors import EvidenceProblem, UsageProblem
from kalimag.evidence.distribution import Distribution, require_inside
from kalimag.evidence.document import read_document
from kalimag.evidence.estimate import (
    Estimate,
    build_estimate,
    claims_of,
    estimate_keys,
    estimate_tables,
    tables_by_name,
)
from kalimag.evidence.together import Together, load_together
from kalimag.registry import LIBRARY, choices
from kalimag.units import convert

SPREADS = ("uncertainty", "variability")


@dataclass(frozen=True, eq=False)
class Values(Mapping[str, Estimate]):
    """Estimates by the name a run uses for them.

    Parameters
    ----------
    estimates : by run name ("patch.R"); the estimate knows its own key ("membrane.R").
    together : groups whose uncertainty is drawn together.
    """

    estimates: Mapping[str, Estimate]
    together: tuple[Together, ...] = ()

    def __getitem__(self, name: str) -> Estimate:
        """The estimate of one parameter; EvidenceProblem names the parameters there are."""
        if name not in self.estimates:
            raise EvidenceProblem(
                f"looking for the value of '{name}'", "there is none", *choices(name, self.estimates)
            )
        return self.estimates[name]

    def __contains__(self, name: object) -> bool:
        """Whether a parameter of this name is here."""
        return name in self.estimates

    def __iter__(self) -> Iterator[str]:
        """The run names, in order."""
        return iter(self.estimates)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.estimates)

    def numbers(self) -> dict[str, float]:
        """Plain numbers in the declared units."""
        return {name: estimate.value for name, estimate in self.estimates.items()}

    def draw(self, n: int, seed: int, what: str = "uncertainty") -> dict[str, NDArray[np.float64]]:
        """Draw whole sets of numbers.

        Parameters
        ----------
        n : how many sets.
        seed : of the generator; every name has its own stream, so one more parameter changes no other draw.
        what : "uncertainty" (what we do not know; one estimate used twice is drawn once) or "variability"
            (how patches or people differ around the typical value). The two are never mixed.

        Returns
        -------
        dict from run name to array of shape (n,), in declared units.

        Raises
        ------
        UsageProblem : `what` is neither, or `n` is below 1.
        """
        if what not in SPREADS or n < 1:
            raise UsageProblem("drawing values", f"what is '{what}' and n is {n}", *choices(what, SPREADS))
        if what == "variability":
            return {
                name: (estimate.variability or Distribution(estimate.domain, estimate.value, 0.0)).draw(
                    n, _generator(seed, what, name)
                )
                for name, estimate in self.estimates.items()
            }
        keys = {estimate.key for estimate in self.estimates.values()}
        scores = {key: _generator(seed, what, key).standard_normal(n) for key in keys}
        for group in self.together:
            scores |= group.mixed(scores)
        return {
            name: estimate.uncertainty.at_scores(scores[estimate.key])
            for name, estimate in self.estimates.items()
        }

    def override(
        self,
        name: str,
        value: float,
        unit: str,
        reason: str,
        *,
        low: float | None = None,
        high: float | None = None,
    ) -> Values:
        """Replace one number for this run; the ledger shows both.

        Parameters
        ----------
        name : run name.
        value : the number, in `unit`.
        unit : converted to the declared unit here.
        reason : why; required.
        low, high : 95 % interval in `unit`; without it the number is held as exact.

        Returns
        -------
        Values, new; this one stays as it is.

        Raises
        ------
        EvidenceProblem : no such parameter, no reason, or a number outside the domain.
        UnitMismatch : the unit measures something else.
        """
        old = self[name]
        doing = f"overriding {name}"
        if not reason.strip():
            raise EvidenceProblem(
                doing, "no reason is given", "a reason", "Every number that is changed says why."
            )
        if (low is None) != (high is None):
            raise EvidenceProblem(doing, "only one end of the interval is given", "both ends or none")
        number = convert(float(value), unit, old.unit)
        require_inside(old.domain, number)
        uncertainty = Distribution(old.domain, number, 0.0)
        if low is not None and high is not None:
            ends = (convert(float(low), unit, old.unit), convert(float(high), unit, old.unit))
            if not ends[0] <= number <= ends[1]:
                raise EvidenceProblem(
                    doing, f"{value:g} lies outside {low:g} to {high:g} {unit}", "a value between them"
                )
            uncertainty = replace(uncertainty, sd=Distribution.from_interval(old.domain, *ends).sd)
        new = Estimate(
            old.key,
            number,
            old.unit,
            old.domain,
            uncertainty,
            "override",
            reason,
            replaced=old.replaced or old,
        )
        return replace(self, estimates={**self.estimates, name: new})

    def preset(self, name: str, library: Path = LIBRARY) -> Values:
        """Take the numbers of one author, as priors, where this run uses those parameters.

        Parameters
        ----------
        name : file in library/presets, such as "guide" or "nichols-1994".
        library : the folder that holds presets/.

        Returns
        -------
        Values, new; every replaced estimate is remembered.

        Raises
        ------
        EvidenceProblem : no such preset, or it touches nothing here.
        """
        document = read_document(library / "presets" / f"{name}.toml")
        document.refuse_unknown(("title", "because", "estimate"))
        document.text("title"), document.text("because")
        outer = document.table("estimate")
        tables = {} if outer is None else tables_by_name(outer, "", document.place)
        claims = claims_of(library)
        new = {key: build_estimate(key, table, claims) for key, table in tables.items()}
        touched = {run: old for run, old in self.estimates.items() if old.key in new}
        if not touched:
            raise document.problem(f"it speaks of {', '.join(new) or 'nothing'}, none of which this run uses")
        changed = {run: replace(new[old.key], replaced=old.replaced or old) for run, old in touched.items()}
        return replace(self, estimates={**self.estimates, **changed})


def load_values(names: str | Iterable[str] | Mapping[str, str], library: Path = LIBRARY) -> Values:
    """Load the estimates a run needs.

    Parameters
    ----------
    names : keys ("romk.Ki0") or whole mechanisms ("romk"), one or several; or a mapping from the name a run
        uses to the key of the estimate ({"patch.R": "membrane.R"}).
    library : the folder that holds estimates/, evidence/ and sources/.

    Returns
    -------
    Values

    Raises
    ------
    EvidenceProblem : an estimate does not exist or is not sound.
    """
    keys = (
        dict(names)
        if isinstance(names, Mapping)
        else _spell_out([names] if isinstance(names, str) else names, library)
    )
    claims = claims_of(library)
    tables = {
        mechanism: estimate_tables(mechanism, library)
        for mechanism in {k.partition(".")[0] for k in keys.values()}
    }
    found = {}
    for run, key in keys.items():
        mechanism, _, parameter = key.partition(".")
        if parameter not in tables[mechanism]:
            known = [f"{mechanism}.{name}" for name in tables[mechanism]]
            raise EvidenceProblem(
                f"looking for the estimate '{key}'", "there is none of that name", *choices(key, known)
            )
        found[run] = build_estimate(key, tables[mechanism][parameter], claims)
    used = {estimate.key for estimate in found.values()}
    groups = (group for mechanism in sorted(tables) for group in load_together(mechanism, library))
    return Values(found, tuple(group for group in groups if used.issuperset(group.parameters)))


def draw_together(
    values: Values, parameters: Iterable[str], correlation: Sequence[Sequence[float]], because: str
) -> Values:
    """Say that the uncertainty of some parameters hangs together, such as two from one fit.

    Parameters
    ----------
    values : that this is said of.
    parameters : run names, two or more.
    correlation : matrix on the scale of each one's domain (logarithm for positive numbers).
    because : where it comes from.

    Returns
    -------
    Values, new.

    Raises
    ------
    EvidenceProblem : no such parameter, one that is in another group already, or no correlation matrix.
    """
    keys = tuple(values[name].key for name in parameters)
    taken = {key for group in values.together for key in group.parameters}
    if taken & set(keys):
        raise EvidenceProblem(
            "drawing parameters together", f"{', '.join(sorted(taken & set(keys)))} is in a group already"
        )
    group = Together(keys, tuple(tuple(map(float, row)) for row in correlation), because)
    return replace(values, together=(*values.together, group))


def _spell_out(names: Iterable[str], library: Path) -> dict[str, str]:
    keys = [
        key for name in names for key in ([name] if "." in name else estimate_keys(name, library) or [name])
    ]
    return {key: key for key in keys}


def _generator(seed: int, what: str, stream: str) -> np.random.Generator:
    word = int.from_bytes(hashlib.sha256(f"{what} {stream}".encode()).digest()[:8], "big")
    return np.random.default_rng([seed, word])
