"""Whether a claim may stand where it stands: beside its source, its parameter and the library's claims."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kalimag.evidence.claim import Claim
from kalimag.evidence.document import Table

WHOLE = ("full", "printed", "file")  # access that only a source of which everything was read can give


def require_own_number(claim: Claim, table: Table, others: Iterable[Claim], library: Path) -> None:
    """Refuse a claim that contradicts its source, its id or the other claims on its parameter.

    Parameters
    ----------
    claim : as it was read.
    table : where it stands.
    others : claims that were read before.
    library : the folder that holds sources/.

    Raises
    ------
    EvidenceProblem : it was read better than its source, the id names another source, or the unit measures
        something else.
    """
    source = claim.source
    if claim.access in WHOLE and source.access not in ("full", "file"):
        found = f"'access' is '{claim.access}', but of the source '{source.key}' was read: {source.access}"
        raise table.problem(found, "no more than was read of the source", key="access")
    named = claim.id.partition("/")[2]
    known = (library / "sources" / f"{named}.toml").is_file()
    if known and named != source.key and not claim.overrides_because:
        found = f"'source' is '{source.key}', but the id says '{named}'"
        raise table.problem(found, "the same source in both", key="source")
    _require_one_measure(claim, table, others)


def _require_one_measure(claim: Claim, table: Table, others: Iterable[Claim]) -> None:
    if not claim.unit or claim.statement or _is_share(claim):
        return
    for other in others:
        same = other.parameter == claim.parameter and other.unit and not _is_share(other)
        if same and not claim.measures(other.unit):
            raise table.problem(
                f"'unit' is '{claim.unit}', and {other.id} has the same parameter in '{other.unit}'",
                "a unit that measures the same",
                "Give it a parameter of its own; or, for a share of that number, say 'of' in 'conditions'.",
                "unit",
            )


def _is_share(claim: Claim) -> bool:
    return "of" in claim.conditions and claim.measures("1")


def require_place(claim: Claim, before: Claim | None, table: Table, library: Path, *, built_in: bool) -> None:
    """Refuse a user's claim that would change the library without saying so, or change what a guide prints.

    Parameters
    ----------
    claim : as it was read.
    before : the claim of the library with this id; None where there is none.
    table : where it stands.
    library : the folder that holds sources/.
    built_in : whether the claim is of the library itself.

    Raises
    ------
    EvidenceProblem : no reason is given, nothing is there to override, or it is a row of the library's guide.
    """
    printed = claim.finding is not None and (library / "sources" / f"{claim.source.key}.toml").is_file()
    if not built_in and (printed or (before is not None and before.finding is not None)):
        raise table.problem(
            "it is a row of the guide, and what the guide prints is not yours to change",
            "an id and a source of your own",
            "A number is replaced for one run by an override in the study.",
            "id",
        )
    if before is not None and not claim.overrides_because:
        raise table.problem(
            f"the library has a claim of this id, {before.as_text()}",
            "'overrides_because' with your reason",
            "Or give it an id of its own.",
            "id",
        )
    if claim.overrides_because and (before is None or built_in):
        raise table.problem(
            "it overrides a claim that does not exist", "the id of a claim of the library", key="id"
        )
