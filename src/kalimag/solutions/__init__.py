"""Solutions: what is really in the pipette and the bath. Knows chemistry, and nothing of channels."""

from __future__ import annotations

from kalimag.solutions.apparent import apparent_kd
from kalimag.solutions.check import check
from kalimag.solutions.design import Design, free_to_total
from kalimag.solutions.findings import Finding
from kalimag.solutions.recipe import Gas, Ingredient, Recipe
from kalimag.solutions.recipe_file import read_recipe, recipe_path, written_recipe
from kalimag.solutions.speciation import Speciation
from kalimag.solutions.uncertain import Driver, Uncertain

__all__ = [
    "Design",
    "Driver",
    "Finding",
    "Gas",
    "Ingredient",
    "Recipe",
    "Speciation",
    "Uncertain",
    "apparent_kd",
    "check",
    "free_to_total",
    "read_recipe",
    "recipe_path",
    "written_recipe",
]
