"""What a person can ask of the audit, of what a model must face, and of what is in dispute.

They are offered by `kalimag.verbs`; every function imports what it needs when it is called.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kalimag.errors import EvidenceProblem, UsageProblem

if TYPE_CHECKING:
    from kalimag.audit import Consequence
    from kalimag.evidence import AuditRow, AuditTable, Dispute, Observation

__all__ = [
    "disputes",
    "evidence_audit",
    "evidence_audit_page",
    "evidence_audit_table",
    "evidence_findings",
    "observations",
]


def evidence_audit(mechanism: str) -> tuple[AuditRow, ...]:
    """Hold the guide's rows on one topic against the literature.

    Parameters
    ----------
    mechanism : the topic, such as "romk".

    Returns
    -------
    tuple of AuditRow, in the order of the evidence file.

    Raises
    ------
    EvidenceProblem : no such topic, or its claims are not sound.
    """
    from kalimag.evidence import audit

    return audit(mechanism)


def evidence_audit_table(topic: str | None = None) -> AuditTable:
    """Hold the guide against the literature; a row that cannot be read costs no other.

    Parameters
    ----------
    topic : such as "romk"; the whole guide when None.

    Returns
    -------
    AuditTable

    Raises
    ------
    EvidenceProblem : no such topic, or its claims are not sound.
    """
    from kalimag.evidence import audit_all

    return audit_all(topic=topic)


def evidence_findings() -> tuple[Consequence, ...]:
    """Compute what follows from the errors of the guide that matter.

    Returns
    -------
    tuple of Consequence.

    Raises
    ------
    EvidenceProblem : a number they are computed from is missing.
    """
    from kalimag.audit import consequences

    return consequences()


def evidence_audit_page(path: str | Path, *, force: bool = False) -> Path:
    """Write the whole audit as one self-contained page.

    Parameters
    ----------
    path : the file to write.
    force : whether an older one may be replaced.

    Returns
    -------
    Path, of the page.

    Raises
    ------
    UsageProblem : the file exists and `force` is false, or its folder does not exist.
    """
    from kalimag.audit import consequences
    from kalimag.audit.page import audit_page

    path = Path(path)
    if path.exists() and not force:
        raise UsageProblem(f"writing {path}", "it exists", "", "Say --force to replace it.")
    if not path.parent.is_dir():
        raise UsageProblem(f"writing {path}", "its folder does not exist", "a folder that does")
    path.write_text(audit_page(evidence_audit_table(), consequences()), encoding="utf-8")
    return path


def observations(topic: str | None = None) -> Mapping[str, Observation]:
    """What a model must face.

    Parameters
    ----------
    topic : such as "trials"; all when None.

    Returns
    -------
    Mapping from id to Observation.

    Raises
    ------
    EvidenceProblem : no such topic, or a record is not sound.
    """
    from kalimag.evidence import load_observations
    from kalimag.registry import choices

    every = load_observations()
    found = {name: one for name, one in every.items() if topic in (None, one.topic)}
    if not found:
        known = {one.topic for one in every.values()}
        raise EvidenceProblem(
            f"listing observations on '{topic}'", "there are none", *choices(str(topic), known)
        )
    return found


def disputes() -> Mapping[str, Dispute]:
    """The questions the literature answers in two ways.

    Returns
    -------
    Mapping from id to Dispute.

    Raises
    ------
    EvidenceProblem : a record is not sound.
    """
    from kalimag.evidence import load_disputes

    return load_disputes()
