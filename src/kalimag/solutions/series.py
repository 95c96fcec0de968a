"""A series of solutions in which free Mg2+ moves and nothing else does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kalimag.errors import InvalidInput
from kalimag.solutions.balance import Addition
from kalimag.solutions.mixture import mixture_of, nominal
from kalimag.solutions.outputs import outputs_of
from kalimag.solutions.recipe import Ingredient, Recipe
from kalimag.solutions.salts import Salt, find_salt
from kalimag.solutions.solved import solved
from kalimag.solutions.water import Array

HELD = {
    "Cl": ("Cl-", " mM"),
    "K": ("K+", " mM"),
    "I": ("ionic strength", " mM"),
    "osmolality": ("osmolality", " mOsm/kg"),
    "pH": ("pH", ""),
}
TOLERANCE = {"Cl": 0.01, "K": 0.01, "I": 0.05, "osmolality": 0.1, "pH": 0.002}
INERT_CATION, SWEET, INERT_ANION = "NMDG", "sucrose", "methanesulfonate"
_ROUNDS, _CLOSE_mM, _NOTHING_mM = 12, 1e-7, 1e-6


@dataclass(frozen=True)
class Level:
    """One solution of a series.

    Parameters
    ----------
    asked_mM : free Mg2+ that was asked for.
    recipe : what to weigh in.
    free_Mg_mM : what it gives.
    values : what is held, by keyword of `HELD`.
    titrant_mM : of the titrant of the recipe, about; 0 where there is none.
    """

    asked_mM: float
    recipe: Recipe
    free_Mg_mM: float
    values: dict[str, float]
    titrant_mM: float

    def as_json(self) -> dict[str, object]:
        """Plain values; amounts are what is weighed in, titrant not among them."""
        amounts = {item.written: round(item.amount_mM, 4) for item in self.recipe.ingredients}
        given = {"asked_mM": self.asked_mM, "free_Mg_mM": self.free_Mg_mM, "salts_mM": amounts}
        return given | {"titrant_mM": self.titrant_mM} | self.values


@dataclass(frozen=True)
class Series:
    """All solutions, and what could not be held.

    Parameters
    ----------
    levels : in the order asked for.
    spread : largest minus smallest over the levels, by keyword of `HELD`.
    not_held : a sentence for everything that moves, or that could not be reached.
    notes : what was exchanged to get there.
    recipe_had : what is held, as it was in the recipe that the series began with.
    """

    levels: tuple[Level, ...]
    spread: dict[str, float]
    not_held: tuple[str, ...]
    notes: tuple[str, ...]
    recipe_had: dict[str, float]

    @property
    def held_at(self) -> str:
        """At what the levels are held, and what the recipe had, in one line."""
        return f"Held at {_values(self.levels[0].values)}; the recipe had {_values(self.recipe_had)}."

    def as_json(self) -> dict[str, object]:
        """The `result` of the envelope."""
        return {
            "levels": [level.as_json() for level in self.levels],
            "spread": dict(self.spread),
            "held": [name for name in self.spread if self.spread[name] <= TOLERANCE[name]],
            "not_held": list(self.not_held),
            "notes": list(self.notes),
            "held_at": {name: self.levels[0].values[name] for name in HELD},
            "recipe_had": dict(self.recipe_had),
        }


def _values(values: dict[str, float]) -> str:
    return ", ".join(f"{words} {values[name]:.4g}{unit}" for name, (words, unit) in HELD.items())


def series(recipe: Recipe, free_Mg_mM: Sequence[float]) -> Series:
    """Make recipes that hold Cl-, K+, ionic strength, osmolality and pH while free Mg2+ moves.

    Mg2+ comes as a salt of the main anion, ionic strength is filled up with its salt of NMDG, K+ with
    its salt of K+, osmolality with sucrose. Where a level is below what the nucleotide brings along, the Mg
    salt of the nucleotide gives way to its K salt in all of them.

    Parameters
    ----------
    recipe : to begin with; Mg2+ that it has from salts without a nucleotide is taken out.
    free_Mg_mM : levels, at least one.

    Returns
    -------
    Series

    Raises
    ------
    InvalidInput : no level, one that is negative or asked for twice, or the recipe cannot be solved.
    """
    _refuse(recipe, free_Mg_mM)
    plan, notes = _plan(recipe, free_Mg_mM)
    K = plan.K_mM or max(plan.level(target, None, None).values["K"] for target in free_Mg_mM)
    first = [plan.level(target, K, None) for target in free_Mg_mM]
    strength = max(level.values["I"] for level in first)
    filled = [plan.level(target, K, strength) for target in free_Mg_mM]
    osmolality = max(level.values["osmolality"] for level in filled)
    levels = tuple(plan.sweetened(level, osmolality) for level in filled)
    spread = {name: float(np.ptp([level.values[name] for level in levels])) for name in HELD}
    had = _solved(recipe, plan.magnesium, None)
    whole = {name: had[name] for name in HELD}
    return Series(levels, spread, _not_held(recipe, levels, spread), notes, whole)


@dataclass(frozen=True)
class _Plan:
    """What is moved to hold what; K_mM is 0 where the recipe has no K salt that could be made less."""

    recipe: Recipe
    magnesium: Salt
    potassium: Salt
    inert: Salt
    K_mM: float

    def level(self, target: float, K: float | None, strength: float | None) -> Level:
        """Free Mg2+ at its target; K+ and ionic strength where they belong, unless None."""
        there = sum(i.amount_mM for i in self.recipe.ingredients if i.salt.name == self.potassium.name)
        knobs = np.array([there, 0.0])
        for _ in range(_ROUNDS):
            now = self._with(target, knobs)
            missing = 0.0 if K is None else K - now.values["K"]
            weaker = 0.0 if strength is None else strength - now.values["I"]
            if max(abs(missing), abs(weaker)) < _CLOSE_mM:
                return now
            # One more of either salt is one more of ionic strength; K+ counts in the first alone.
            step = [missing, weaker - missing if strength is not None else 0.0]
            knobs = np.maximum(knobs + np.array(step), 0.0)
        return self._with(target, knobs)

    def sweetened(self, level: Level, osmolality: float) -> Level:
        """Filled up with sucrose."""
        missing = osmolality - level.values["osmolality"]
        if missing < _CLOSE_mM:
            return level
        recipe = level.recipe.with_amount(SWEET, missing)
        found = _solved(recipe, self.magnesium, None)
        return Level(level.asked_mM, recipe, found.pop("Mg"), found, found.pop("titrant"))

    def _with(self, target: float, knobs: Array) -> Level:
        recipe = self.recipe
        for salt, amount in zip((self.potassium, self.inert), knobs, strict=True):
            recipe = recipe.without(salt.name)
            if amount > _NOTHING_mM:
                recipe = recipe.with_amount(salt.name, float(amount))
        found = _solved(recipe, self.magnesium, target)
        amount = found.pop("added")
        if amount > 0:
            recipe = recipe.with_amount(self.magnesium.name, amount)
        return Level(target, recipe, found.pop("Mg"), found, found.pop("titrant"))


def _solved(recipe: Recipe, magnesium: Salt, target: float | None) -> dict[str, float]:
    """What is held, free Mg2+, and, where there is a target, how much of the Mg salt reaches it."""
    mixture = mixture_of(recipe, (magnesium,))
    wish: tuple[Addition, ...] = ()
    if target:
        wish = (Addition(magnesium.name, magnesium.parts, "Mg", np.array([target / 1e3])),)
    found, added = solved(mixture, nominal(mixture), wish)
    out = {key: float(rows[0]) for key, rows in outputs_of(found).items()}
    values = {
        "Cl": out.get(("total", "Cl"), 0.0), "K": out.get(("total", "K"), 0.0),
        "I": out["", "ionic_strength_mM"], "osmolality": out["", "osmolality_mOsm"], "pH": out["", "pH"],
        "Mg": out.get(("free", "Mg"), 0.0),
        "titrant": 1e3 * float(added[0, 0]) if recipe.titrant is not None else 0.0,
    }  # fmt: skip
    return values if target is None else values | {"added": 1e3 * float(added[0, -1]) if wish else 0.0}


def _plan(recipe: Recipe, levels: Sequence[float]) -> tuple[_Plan, tuple[str, ...]]:
    """Which salts do what, and what was exchanged for that."""
    notes = []
    plain = [item for item in recipe.ingredients if "Mg" not in item.salt.parts or _nucleotide(item.salt)]
    if len(plain) < len(recipe.ingredients):
        gone = ", ".join(item.written for item in recipe.ingredients if item not in plain)
        notes.append(f"{gone} is taken out: the series brings its own Mg2+.")
    recipe = replace(recipe, ingredients=tuple(plain))
    anion = _main_anion(recipe)
    magnesium, potassium, inert = (find_salt(f"{cation}-{anion}") for cation in ("Mg", "K", INERT_CATION))
    as_it_is = _solved(recipe, magnesium, None)
    there = as_it_is["Mg"]
    exchanged = tuple(_without_Mg(item) for item in recipe.ingredients)
    if min(levels) < there and exchanged != recipe.ingredients:
        pairs = zip(recipe.ingredients, exchanged, strict=True)
        names = ", ".join(f"{new.written} for {old.written}" for old, new in pairs if old != new)
        notes.append(f"{names}: as it was, {there:.2g} mM Mg2+ would be free before any is added.")
        recipe = replace(recipe, ingredients=exchanged)
    if anion == INERT_ANION:
        notes.append(f"Mg2+ comes as {magnesium.name}, so that Cl- stays.")
    less = any(item.salt.name == potassium.name for item in recipe.ingredients)
    K_mM = as_it_is["K"] if less else 0.0
    return _Plan(recipe, magnesium, potassium, inert, K_mM), tuple(notes)


def _nucleotide(salt: Salt) -> bool:
    return any(part in salt.parts for part in ("ATP", "ADP", "GTP"))


def _without_Mg(item: Ingredient) -> Ingredient:
    """The K salt of a nucleotide in place of its Mg salt."""
    if "Mg" not in item.salt.parts:
        return item
    name = next(part for part in ("ATP", "ADP", "GTP") if part in item.salt.parts)
    salt = find_salt(f"K2{name}")
    return Ingredient(salt, item.amount_mM, salt.name)


def _main_anion(recipe: Recipe) -> str:
    """The anion there is most of, unless it is chloride, which is to be held."""
    amounts: dict[str, float] = {}
    for item in recipe.ingredients:
        for anion in ("gluconate", "methanesulfonate", "aspartate", "isethionate", "glutamate", "acetate"):
            if anion in item.salt.parts:
                amounts[anion] = amounts.get(anion, 0.0) + item.amount_mM * item.salt.parts[anion]
    return max(amounts, key=lambda anion: amounts[anion], default=INERT_ANION)


def _refuse(recipe: Recipe, levels: Sequence[float]) -> None:
    doing = f"designing a series from {recipe.name}"
    if not levels or min(levels) < 0 or not np.isfinite(levels).all() or max(levels) > 100:
        named = ", ".join(f"{level:g}" for level in levels)
        raise InvalidInput(doing, f"the levels are {named or 'none'} mM", "levels from 0 to 100 mM")
    if len(set(levels)) < len(levels):
        raise InvalidInput(doing, "a level of free Mg2+ is asked for twice", "each once")


def _not_held(recipe: Recipe, levels: Sequence[Level], spread: dict[str, float]) -> tuple[str, ...]:
    found = []
    for name, (words, unit) in HELD.items():
        if spread[name] > TOLERANCE[name]:
            why = ", because the recipe names no titrant" if name == "pH" and recipe.pH is None else ""
            found.append(f"{words} cannot be held: it moves by {spread[name]:.3g}{unit}{why}.")
    for level in levels:
        if abs(level.free_Mg_mM - level.asked_mM) > max(1e-6, 1e-4 * level.asked_mM):
            found.append(
                f"{level.asked_mM:g} mM free Mg2+ cannot be reached: {level.free_Mg_mM:.3g} mM is free "
                "before any is added."
            )
        elif level.asked_mM == 0:
            found.append(
                "0 mM free Mg2+ is 0 on paper only: salts and water bring 1 to 10 uM, and 1 mM EDTA "
                "takes it away."
            )
    return tuple(found)
