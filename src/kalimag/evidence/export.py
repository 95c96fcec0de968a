"""All evidence as tables anybody can open: CSV, a Frictionless descriptor, and BibTeX."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kalimag.evidence.bibtex import bibtex
from kalimag.evidence.claim import Claim
from kalimag.evidence.claim_file import read_claims, topics
from kalimag.evidence.claim_text import claim_record
from kalimag.evidence.dispute import Argument, Dispute, load_disputes
from kalimag.evidence.identifiers import REGISTRIES, identifiers_of
from kalimag.evidence.observation import Observation, load_observations
from kalimag.evidence.source import Source, load_source
from kalimag.registry import LIBRARY

Row = Mapping[str, object]
NUMBERS = ("value", "low", "high", "spread_value", "spread_low", "spread_high", "n", "margin", "than", "year")
_FLAGS = ("seen", "scenario_exists")
KEYS = {"claims": "id", "sources": "key", "observations": "id", "disputes": "id"}
FOREIGN = {"claims": ("source", "sources", "key")}


def export(folder: Path, library: Path = LIBRARY) -> tuple[Path, ...]:
    """Write claims, sources, observations and disputes as tables.

    Parameters
    ----------
    folder : made where it does not exist.
    library : what to export.

    Returns
    -------
    tuple of Path: four CSV files, datapackage.json that describes them, and sources.bib.

    Raises
    ------
    EvidenceProblem : a source, an observation or a dispute cannot be read; nothing is written then.
    """
    claims = [claim for topic in topics(library) for claim in read_claims(topic, library).claims.values()]
    keys = {claim.source.key for claim in claims}
    keys |= {claim.finding.primary for claim in claims if claim.finding is not None and claim.finding.primary}
    sources = [load_source(key, library) for key in sorted(keys)]
    tables = {
        "claims": [_claim(claim, library) for claim in claims],
        "sources": [_source(source) for source in sources],
        "observations": [_observation(one) for one in load_observations(library).values()],
        "disputes": [_dispute(one) for one in load_disputes(library).values()],
    }
    texts = {f"{name}.csv": _csv(rows) for name, rows in tables.items()}
    texts["sources.bib"] = bibtex(sources)
    texts["datapackage.json"] = _descriptor(tables, texts)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    return tuple(folder / name for name in texts)


def _claim(claim: Claim, library: Path) -> Row:
    record, source, spread = claim_record(claim), claim.source, claim.spread
    finding = claim.finding
    numbers = identifiers_of(claim, library)
    return {
        "id": claim.id,
        "parameter": claim.parameter,
        "title": claim.name,
        "value": record["value"],
        "low": record["low"],
        "high": record["high"],
        "values": _joined(claim.values),
        "at": _joined(claim.at),
        "at_unit": claim.at_unit,
        "unit": claim.unit,
        "statement": claim.statement,
        "as_printed": record["as_printed"],
        "spread_kind": spread.kind,
        "spread_value": spread.value,
        "spread_low": spread.low,
        "spread_high": spread.high,
        "spread_values": _joined(spread.values),
        "n": spread.n,
        "system": claim.system,
        "conditions": "; ".join(f"{name}={text}" for name, text in claim.conditions.items()),
        "source": source.key,
        "where": claim.where,
        "access": claim.access,
        "doi": source.doi,
        "pmid": source.pmid,
        **{registry: " ".join(numbers[registry]) for registry in REGISTRIES},
        "printed_citation": "" if finding is None else finding.printed_citation,
        "verdict": "" if finding is None else finding.verdict,
        "reason": "" if finding is None else finding.reason,
        "read_by": claim.read_by,
        "checked_by": claim.checked_by,
        "typed": claim.typed,
        "seen": claim.verified,
        "disagreement": claim.disagreement,
        "overrides_because": claim.overrides_because,
    }


def _source(source: Source) -> Row:
    return {
        "key": source.key,
        "kind": source.kind,
        "authors": source.authors,
        "title": source.title,
        "journal": source.journal,
        "year": source.year,
        "doi": source.doi,
        "pmid": source.pmid,
        "url": source.url,
        "access": source.access,
        "from_memory": " ".join(source.from_memory),
        "note": source.note,
    }


def _observation(one: Observation) -> Row:
    rule = one.compare
    return {
        "id": one.id,
        "measured": one.measured,
        "whom": one.whom,
        "claims": " ".join(claim.id for claim in one.claims),
        "beside": " ".join(claim.id for claim in one.beside),
        "says": "; ".join(claim.as_text() for claim in one.claims),
        "flag": one.flag,
        "scenario": one.scenario,
        "scenario_exists": one.runnable,
        "output": one.output,
        "output_unit": one.unit,
        "rule": "" if rule is None else rule.rule,
        "relation": "" if rule is None else rule.relation,
        "of": "" if rule is None else rule.of,
        "than": None if rule is None else rule.than,
        "margin": None if rule is None else rule.margin,
        "margin_unit": "" if rule is None else rule.unit,
        "because": "" if rule is None else rule.because,
        "gap": one.gap,
        "typed": one.typed,
        "seen": one.seen,
    }


def _dispute(one: Dispute) -> Row:
    return {
        "id": one.id,
        "title": one.title,
        "claim": one.claim,
        "for": _side(one.speaks_for),
        "against": _side(one.speaks_against),
        "switch": one.switch,
        "discriminating": " ".join(one.discriminating),
        "test": one.test,
    }


def _side(arguments: Sequence[Argument]) -> str:
    return "; ".join(f"{item.text} [{', '.join(item.refs)}]" for item in arguments)


def _joined(numbers: Sequence[float | None]) -> str:
    return " ".join("NA" if number is None else repr(number) for number in numbers)


def _csv(rows: Sequence[Row]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _written(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


def _written(value: object) -> object:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else value


def _descriptor(tables: Mapping[str, Sequence[Row]], texts: Mapping[str, str]) -> str:
    whole = {
        "profile": "tabular-data-package",
        "name": "kalimag-evidence",
        "title": "Claims, sources, observations and disputes on magnesium and potassium",
        "licenses": [{"name": "BSD-3-Clause"}],
        "resources": list(_resources(tables, texts)),
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _resources(tables: Mapping[str, Sequence[Row]], texts: Mapping[str, str]) -> Iterator[dict[str, object]]:
    for name, rows in tables.items():
        content = texts[f"{name}.csv"].encode()
        schema: dict[str, object] = {
            "fields": [{"name": column, "type": _type(column)} for column in rows[0]],
            "primaryKey": KEYS[name],
            "missingValues": [""],
        }
        if name in FOREIGN:
            column, resource, key = FOREIGN[name]
            reference = {"resource": resource, "fields": key}
            schema["foreignKeys"] = [{"fields": column, "reference": reference}]
        yield {
            "name": name,
            "path": f"{name}.csv",
            "profile": "tabular-data-resource",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": len(content),
            "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
            "schema": schema,
        }


def _type(column: str) -> str:
    if column in ("n", "year"):
        return "integer"
    return "boolean" if column in _FLAGS else "number" if column in NUMBERS else "string"
