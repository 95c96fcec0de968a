"""The recipe on the page of solutions is one."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from kalimag.evidence.document import Table
from kalimag.solutions import check
from kalimag.solutions.pairing import pair_of
from kalimag.solutions.recipe_file import recipe_from

PAGE = Path(__file__).parents[2] / "docs" / "solutions.md"


def test_the_recipe_on_the_page_is_one() -> None:
    block = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
    recipe = recipe_from(Table(tomllib.loads(block), "the page"))
    assert 0.05 < check(recipe, draws=0).free_mM["Mg"].value < 1.0
    assert pair_of(recipe, None, draws=0).use["configuration"] == "inside-out"
