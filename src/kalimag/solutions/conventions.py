"""Two ways of writing down stability constants, and why they must never be mixed.

"K-medium": constants measured in a K⁺ salt. K⁺ held on to the ligand while Mg²⁺ was titrated, so its
competition is already inside the constant, and no binding of K⁺ or Na⁺ is written down.
"R4N": constants measured in a salt of a large ammonium ion that holds on to nothing, plus the binding of
K⁺ and Na⁺ written down as species of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kalimag.errors import InvalidInput

if TYPE_CHECKING:
    from kalimag.evidence.claim import Claim
    from kalimag.evidence.document import Table

CONVENTIONS = ("K-medium", "R4N")
_MEDIA = {"K-medium": ("K+", "unstated", "0"), "R4N": ("R4N+", "unstated", "0")}
BACKGROUND = ("K", "Na")  # ions whose competition a constant can hold
WHY = (
    "A constant measured in K+ already holds the competition of K+; with the binding of K+ written down "
    "as well it would be counted twice (for MgATP that is 0.3 to 0.4 in log K)"
)


def convention_named(name: object, doing: str) -> str:
    """The convention of this name.

    Parameters
    ----------
    name : what the user wrote.
    doing : for the message.

    Returns
    -------
    one of `CONVENTIONS`.

    Raises
    ------
    InvalidInput : there is no such convention, or a mixture was asked for.
    """
    if isinstance(name, str) and name in CONVENTIONS:
        return name
    asked = str(name)
    if sum(word.lower() in asked.lower() for word in CONVENTIONS) > 1 or not isinstance(name, str):
        raise InvalidInput(
            doing, f"the constants of two conventions are asked for at once ({asked})",
            "one convention for all of a solution", f"{WHY}.",
        )  # fmt: skip
    raise InvalidInput(doing, f"there is no convention '{asked}'", f"one of {', '.join(CONVENTIONS)}")


def needs_medium(media: Iterable[str]) -> bool:
    """Whether any of these media belongs to one convention only, so that it must be said."""
    return any(sum(medium in known for known in _MEDIA.values()) == 1 for medium in media)


def refuse_medium(claim: Claim, convention: str, wanted_by: Table) -> None:
    """Refuse a claim that was measured in the medium of another convention."""
    refuse_medium_of(
        claim.id, claim.conditions.get("medium", "a medium that is not given"), convention, wanted_by
    )


def refuse_medium_of(name: str, medium: str, convention: str, wanted_by: Table) -> None:
    """Refuse a constant that was measured in the medium of another convention."""
    if medium not in _MEDIA[convention]:
        raise wanted_by.problem(
            f"'{name}' was measured in {medium}, and is asked for under {convention}",
            f"a constant measured in {' or '.join(_MEDIA[convention])}",
            f"{WHY}.",
        )


def refuse_double_counting(reagents: tuple[tuple[str, int], ...], convention: str, wanted_by: Table) -> None:
    """Refuse a species that binds K or Na where the constants already hold that binding."""
    bound = [name for name, _ in reagents if name in BACKGROUND]
    if bound and convention == "K-medium":
        raise wanted_by.problem(
            f"it binds {bound[0]}, and the convention is {convention}",
            "such a species in the convention R4N only",
            f"{WHY}.",
        )
