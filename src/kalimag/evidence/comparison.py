"""How an output of a model is held against what was measured: the rule a record states."""

from __future__ import annotations

from dataclasses import dataclass

from kalimag.errors import UnitMismatch
from kalimag.evidence.document import Table
from kalimag.units import convert

RULES = ("mean difference", "ratio", "trajectory", "inequality")
RELATIONS = ("above", "below", "at least", "at most", "within")
SERIES = ("levels", "change", "over the start")


@dataclass(frozen=True)
class ComparisonRule:
    """How an output of a model is held against what was measured.

    Parameters
    ----------
    rule : one of `RULES`.
    margin : how far off is still agreement, above zero; for "ratio" a factor above 1; for "above" and "below"
        how far beyond `than` the output must lie.
    unit : of margin and than; "1" for a ratio.
    because : why this margin.
    relation : for an inequality, one of `RELATIONS`.
    than : for an inequality, what the output must lie above, below or near.
    of : what of a series is compared, one of `SERIES`; both sides are brought to it.
    """

    rule: str
    margin: float
    unit: str
    because: str
    relation: str = ""
    than: float | None = None
    of: str = "levels"

    def as_text(self) -> str:
        """The rule in a few words."""
        unit = "" if self.unit == "1" else f" {self.unit}"
        of = {"levels": "", "change": " of the change", "over the start": " of each to the start"}[self.of]
        if self.rule == "ratio":
            return f"ratio{of}, within a factor of {self.margin:g}"
        if self.rule != "inequality":
            return f"{self.rule}{of}, within {self.margin:g}{unit}"
        if self.relation == "within":
            return f"within {self.margin:g}{unit} of {self.than:g}{unit}"
        if self.relation in ("at least", "at most"):
            return f"{self.relation} {self.than:g}{unit}, give or take {self.margin:g}{unit}"
        return f"{self.relation} {self.than:g}{unit} by {self.margin:g}{unit} or more"


def read_rule(outer: Table) -> ComparisonRule | None:
    """The rule under 'compare'; None where there is none, EvidenceProblem where it makes no sense."""
    table = outer.table("compare")
    if table is None:
        return None
    table.refuse_unknown(("rule", "margin", "unit", "because", "relation", "than", "of"))
    rule, margin, than = table.word("rule", RULES), table.number("margin"), table.number("than")
    if margin is None or margin <= (1 if rule == "ratio" else 0):
        raise table.problem(f"'margin' is {margin}", "a number above zero; for a ratio, a factor above 1")
    relation = table.word("relation", RELATIONS, "")
    if (rule == "inequality") != bool(relation) or (rule == "inequality") != (than is not None):
        raise table.problem(
            f"the rule is '{rule}', relation '{relation}', than {than}",
            "both for an inequality, else neither",
        )
    of = table.word("of", SERIES, "levels")
    if of != "levels" and (rule == "inequality" or (rule == "ratio") != (of == "over the start")):
        raise table.problem(f"the rule is '{rule}' of '{of}'", "'over the start' with a ratio, else 'change'")
    unit = table.text("unit", "1" if rule == "ratio" else None)
    if rule == "ratio" and unit != "1":
        raise table.problem(f"'unit' is '{unit}'", "no unit for a ratio", key="unit")
    return ComparisonRule(rule, margin, unit, table.text("because"), relation, than, of)


def between_units(value: float, unit: str, to: str, valence: int | None) -> float:
    """Convert a number, through the valence of its ion where one unit counts equivalents and the other moles.

    Parameters
    ----------
    value : in `unit`.
    unit, to : such as "mEq/L" and "mM".
    valence : of the ion; None where it has none.

    Returns
    -------
    float, in `to`.

    Raises
    ------
    UnitMismatch : the two measure different things.
    """
    if ("Eq" in unit) == ("Eq" in to):
        return convert(value, unit, to)
    if valence is None:
        raise UnitMismatch(
            f"converting {value:g} {unit} to {to}", "equivalents become moles only by the valence of an ion"
        )
    if "Eq" in unit:
        return convert(value / valence, unit.replace("Eq", "mol"), to)
    return convert(value * valence, unit, to.replace("Eq", "mol"))
