"""Write docs/cli.md from the commands themselves: `python scripts/make_docs.py` (`--check` only compares)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click

from kalimag.cli.root import root
from kalimag.errors import KalimagError

PAGE = Path(__file__).parents[1] / "docs" / "cli.md"
HEAD = """# Commands

This page is written by `python scripts/make_docs.py` from the commands themselves; do not edit it.

Results go to stdout, everything else to stderr. Every command takes `--json` and then prints one object:
`{"schema": "kalimag/1", "command", "inputs": [{"path", "sha256"}], "result", "warnings", "versions"}`;
after an error it has `error` in place of `result`. Quantities are typed as people write them, with their
unit: `0.5mM`, `-60 mV`, `22degC`; a list may have it once, at its end: `0.2,0.5,1mM`.
`--out` never overwrites without `--force`. `KALIMAG_DEBUG=1` shows the traceback of an error. In bash,
`eval "$(_KALIMAG_COMPLETE=bash_source kalimag)"` completes commands and options; zsh and fish have their own.

| exit code | |
|---|---|
| 0 | done |
"""


def commands(group: click.Group, context: click.Context) -> Iterator[tuple[str, click.Command]]:
    """Every group and command below a group, with the words that call it."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        below = click.Context(command, info_name=name, parent=context)
        yield below.command_path, command
        if isinstance(command, click.Group):
            yield from commands(command, below)


def exit_codes() -> Iterator[str]:
    """The exit codes, from the errors that carry them."""
    told = {1: "something that kalimag did not expect", 130: "interrupted; what was done is kept"}
    for kind in KalimagError.__subclasses__():
        told.setdefault(kind.exit_code, (kind.__doc__ or "").rstrip("."))
    yield from (f"| {code} | {told[code][:1].lower()}{told[code][1:]} |" for code in sorted(told))


def section(path: str, command: click.Command) -> Iterator[str]:
    """One command: how it is called, what it does, its options."""
    text = cleandoc(command.help or "").replace("\b\n", "")
    if isinstance(command, click.Group):
        yield f"\n## `{path}`\n\n{text}"
        return
    takes = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    given = [
        argument.make_metavar(click.Context(command)) for argument in command.params if argument not in takes
    ]
    yield f"\n### `{' '.join([path, *given])}`\n\n{text}"
    yield ""
    for option in takes:
        value = "" if option.is_flag else f" {option.metavar or option.type.name.upper()}"
        default = f" Default: {option.default}." if option.show_default and option.default is not None else ""
        needed = " Needed." if option.required else ""
        yield f"* `{', '.join(option.opts)}{value}` {option.help}{needed}{default}"


def page() -> str:
    """The whole page."""
    lines = [HEAD.rstrip("\n"), *exit_codes()]
    for path, command in commands(root, click.Context(root, info_name="kalimag")):
        lines += section(path, command)
    return "\n".join(line.rstrip() for line in lines) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        sys.exit(
            0
            if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page()
            else "docs/cli.md is out of date"
        )
    PAGE.write_text(page(), encoding="utf-8")
