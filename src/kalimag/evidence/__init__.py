"""Where numbers come from: Source, Claim, Estimate, Values, Ledger; each knows the one before it."""

from __future__ import annotations

from kalimag.evidence.audit import AuditRow, AuditTable, audit, audit_all
from kalimag.evidence.claim import Claim, Finding
from kalimag.evidence.claim_file import ClaimFile, load_claims, read_claims, topics
from kalimag.evidence.dispute import Dispute, load_disputes
from kalimag.evidence.distribution import Distribution
from kalimag.evidence.entry import Spread
from kalimag.evidence.estimate import (
    Estimate,
    Rejection,
    Transfer,
    estimate_key,
    estimate_keys,
    load_estimate,
)
from kalimag.evidence.judgement import Judgement, judge
from kalimag.evidence.ledger import Difference, Ledger, LedgerRow
from kalimag.evidence.observation import Observation, find_observation, load_observations
from kalimag.evidence.second_entry import compare_entries
from kalimag.evidence.source import Source, load_source
from kalimag.evidence.values import Values, draw_together, load_values

__all__ = [
    "AuditRow",
    "AuditTable",
    "Claim",
    "ClaimFile",
    "Difference",
    "Dispute",
    "Distribution",
    "Estimate",
    "Finding",
    "Judgement",
    "Ledger",
    "LedgerRow",
    "Observation",
    "Rejection",
    "Source",
    "Spread",
    "Transfer",
    "Values",
    "audit",
    "audit_all",
    "compare_entries",
    "draw_together",
    "estimate_key",
    "estimate_keys",
    "find_observation",
    "judge",
    "load_claims",
    "load_disputes",
    "load_estimate",
    "load_observations",
    "load_source",
    "load_values",
    "read_claims",
    "topics",
]
