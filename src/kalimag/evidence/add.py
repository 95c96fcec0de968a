"""A user's own claim: written into their own folder, and read back before it counts as written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from kalimag.errors import EvidenceProblem
from kalimag.evidence.claim import Claim
from kalimag.evidence.document import Table
from kalimag.evidence.entry import Entry
from kalimag.evidence.own_folder import own_folder
from kalimag.evidence.source import require_key

REQUIRED = {
    "id": "Its name: parameter and who said it, such as romk.Ki0/smith-2027",
    "value": "The number as printed, or a range such as 1-2",
    "unit": "Its unit as printed ('1' for a pure number)",
    "spread": "What stands behind the ±, such as 'sem 0.2 n 7', or 'none'",
    "source": "Key of the source: a file in sources/, such as gray-2005",
    "where": "Where in the source: page, table, figure",
    "access": "How you read it: full, abstract, opening, secondary, memory",
    "read_by": "Your initials",
}


def write_claim(fields: Mapping[str, str], source: Mapping[str, str] | None = None) -> tuple[Path, Claim]:
    """Write one claim into the user's own folder.

    Parameters
    ----------
    fields : the answers to `REQUIRED`, and any other key of a claim ("system", "note", "overrides_because").
    source : kind, title and access of a source that the library does not have; None where it does.

    Returns
    -------
    tuple of Path and Claim: the file, and the claim as it is read back from it.

    Raises
    ------
    EvidenceProblem : something is missing or wrong; nothing is written then.
    """
    from kalimag.evidence.claim_file import load_claims

    missing = [name for name in REQUIRED if not fields.get(name, "").strip()]
    if missing:
        raise EvidenceProblem("adding a claim", f"{', '.join(missing)} is missing", "all of them")
    require_key(fields["source"].strip(), "adding a claim")
    record = _record(fields)
    Entry.read(Table(record, f"the claim '{fields['id']}'"))
    folder, topic = own_folder(), fields["id"].partition(".")[0]
    if not topic.isidentifier():
        raise EvidenceProblem(
            "adding a claim", f"the id is '{fields['id']}'", "one such as romk.Ki0/smith-2027"
        )
    files = {folder / "evidence" / f"{topic}.toml": _appended(folder / "evidence" / f"{topic}.toml", record)}
    if source is not None:
        files[folder / "sources" / f"{record['source']}.toml"] = _lines(source)
    before = {path: path.read_text(encoding="utf-8") if path.is_file() else None for path in files}
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        claim = load_claims(topic)[fields["id"]]
    except BaseException:
        _restore(before)
        raise
    return folder / "evidence" / f"{topic}.toml", claim


def _restore(before: Mapping[Path, str | None]) -> None:
    for path, text in before.items():
        if text is None:
            path.unlink(missing_ok=True)
            if not any(path.parent.iterdir()):
                path.parent.rmdir()
        else:
            path.write_text(text, encoding="utf-8")


def _record(fields: Mapping[str, str]) -> dict[str, object]:
    record: dict[str, object] = {"id": fields["id"].strip()}
    record |= _number_or_range(fields["value"])
    record["unit"] = fields["unit"].strip()
    record["spread"] = _spread(fields["spread"], ranged="low" in record)
    rest = {
        name: text.strip() for name, text in fields.items() if name not in (*record, "value") and text.strip()
    }
    return record | rest


def _number_or_range(text: str) -> dict[str, object]:
    plain = text.strip().replace("−", "-").replace("–", " to ")
    head, sign = (plain[1:], "-") if plain.startswith("-") else (plain, "")
    low, separator, high = head.partition(" to ") if " to " in head else head.partition("-")
    try:
        if separator and "e" not in low[-1:].lower():
            return {"low": float(sign + low), "high": float(high)}
        return {"value": float(plain)}
    except ValueError as error:
        raise EvidenceProblem(
            "adding a claim", f"the value is '{text}'", "a number such as 1.5, or a range such as 1-2"
        ) from error


def _spread(text: str, *, ranged: bool) -> dict[str, object]:
    words = text.replace("±", " ").split()
    if words[0] == "none" and ranged:
        return {"kind": "range"}
    try:
        spread: dict[str, object] = {"kind": words[0]}
        if len(words) > 1 and words[1] != "n":
            spread["value"] = float(words[1])
        if "n" in words:
            spread["n"] = int(words[words.index("n") + 1])
    except (ValueError, IndexError) as error:
        raise EvidenceProblem(
            "adding a claim", f"the spread is '{text}'", "words such as 'sem 0.2 n 7', or 'none'"
        ) from error
    return spread


def _appended(path: Path, record: Mapping[str, object]) -> str:
    before = path.read_text(encoding="utf-8").rstrip() + "\n\n" if path.is_file() else ""
    return f"{before}[[claim]]\n{_lines(record)}"


def _lines(record: Mapping[str, object]) -> str:
    return "".join(f"{name} = {_toml(value)}\n" for name, value in record.items())


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_toml(item)}" for name, item in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
