"""What a command answers, and the one JSON envelope it is printed in."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import click

from kalimag import __version__
from kalimag.errors import KalimagError

SCHEMA = "kalimag/1"
NOT_TO_BE_RELIED_ON = 4  # the exit code of a result that did not converge or cannot be told
_LIBRARIES = ("numpy", "scipy", "pyabf", "pint", "matplotlib")


@dataclass(frozen=True)
class Answer:
    """What a command found: for programs (`result`), for people (`text`), and how the process should end.

    `exit_code` is 0, or 4 where there is a result that is not to be relied on.
    """

    result: Mapping[str, Any]
    text: str
    inputs: tuple[Path, ...] = ()
    warnings: tuple[str, ...] = ()
    exit_code: int = 0


def envelope(command: str, answer: Answer) -> str:
    """Write an answer as JSON.

    Parameters
    ----------
    command : the words that name the command ("assay iv").
    answer : what it found.

    Returns
    -------
    str, one JSON object over several lines.

    Raises
    ------
    KalimagError : a number is not finite, which JSON cannot say and a reader must not meet.
    """
    whole = {
        "schema": SCHEMA,
        "command": command,
        "inputs": [{"path": str(path), "sha256": sha256(path)} for path in answer.inputs],
        "result": answer.result,
        "warnings": list(answer.warnings),
        "versions": versions(),
    }
    return _dumped(whole)


def failure(error: BaseException, code: int, sentence: str, command: str) -> str:
    """Write an error as JSON, for a program that asked for JSON.

    Parameters
    ----------
    error : what was raised.
    code : the exit code.
    sentence : what is printed on stderr.
    command : the words that name the command, as `envelope` has them; empty where none was named.

    Returns
    -------
    str, one JSON object over several lines.
    """
    parts = {
        key: getattr(error, key)
        for key in ("doing", "found", "expected", "remedy")
        if isinstance(error, KalimagError)
    }
    told = {"kind": type(error).__name__, "exit_code": code, "text": sentence, **parts}
    whole = {"schema": SCHEMA, "command": command, "inputs": [], "error": told, "warnings": []}
    return _dumped({**whole, "versions": versions()})


def versions() -> dict[str, str]:
    """Name the version of kalimag, of Python, and of every library of ours that this run has loaded."""
    loaded = {name: sys.modules[name] for name in _LIBRARIES if name in sys.modules}
    python = ".".join(map(str, sys.version_info[:3]))
    return {
        "kalimag": __version__,
        "python": python,
        **{name: str(lib.__version__) for name, lib in loaded.items()},
    }


def sha256(path: Path) -> str:
    """Give the SHA-256 of a file, as 64 hexadecimal digits."""
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def show(command: str, answer: Answer, *, as_json: bool, quiet: bool) -> None:
    """Print an answer: the result on stdout, its warnings on stderr.

    Parameters
    ----------
    command : the words that name the command.
    answer : what it found.
    as_json : the envelope instead of the text for people.
    quiet : no warnings on stderr; they stay in the envelope.
    """
    if not quiet:
        for warning in answer.warnings:
            click.echo(f"warning: {warning}", err=True)
    click.echo(envelope(command, answer) if as_json else answer.text)


def save(out: Path, files: Mapping[str, str]) -> None:
    """Write the files of an answer into a folder, which is made if need be."""
    from kalimag.writing import writing_to

    with writing_to(out):
        out.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (out / name).write_text(text, encoding="utf-8", newline="\n")


def _dumped(whole: Mapping[str, Any]) -> str:
    plain = _plain(whole, "")
    return json.dumps(plain, indent=2, allow_nan=False)


def _plain(value: Any, where: str) -> Any:
    """The same value in dicts, lists, numbers and text; arrays and paths are turned into these."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner, f"{where}.{key}") for key, inner in value.items()}
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(inner, f"{where}[{index}]") for index, inner in enumerate(value)]
    if isinstance(value, float) and not isfinite(value):
        raise KalimagError(
            "writing the result as JSON", f"{where.lstrip('.')} is {value}", "a finite number, or null"
        )
    return value
