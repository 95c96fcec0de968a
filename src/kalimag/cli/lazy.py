"""Commands found by folder: a file is a command, a sub-folder is a group, and no list is kept anywhere."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from kalimag.errors import KalimagError


class FolderGroup(click.Group):
    """A group whose commands are the modules of a package, imported when they are asked for.

    ``romk_block.py`` is the command ``romk-block``; a module whose name begins with an underscore is none.
    The docstring of a sub-folder's ``__init__`` is the group's title.

    Parameters
    ----------
    package : the dotted name of the package the commands are in.
    settings : as for `click.Group`.
    """

    def __init__(self, package: str, **settings: Any) -> None:
        super().__init__(help=import_module(package).__doc__, no_args_is_help=True, **settings)
        self.package = package

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands, in the order of the alphabet."""
        return sorted(self._modules())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give the command of this name, or None."""
        module = self._modules().get(cmd_name)
        if module is None:
            return None
        dotted = f"{self.package}.{module.name}"
        if module.ispkg:
            return FolderGroup(dotted, name=cmd_name)
        command = getattr(import_module(dotted), "command", None)
        if not isinstance(command, click.Command):
            raise KalimagError(
                f"loading the command '{cmd_name}'",
                f"{dotted} has none",
                "a click command in a variable called 'command'",
            )
        command.name = cmd_name
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command the first word names; suggest one where there is none."""
        word = args[0]
        if word in self._modules() or word.startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        here = self._modules()
        near = get_close_matches(word.replace("_", "-").lower(), here)
        near += [path for path in whole_names(ctx.find_root()) if path.split()[-1] == word and path != word]
        advice = f"Did you mean '{ctx.command_path} {near[0]}'?" if near and near[0] in here else ""
        if near and not advice:
            advice = (
                "Did you mean " + " or ".join(f"'{ctx.find_root().info_name} {path}'" for path in near) + "?"
            )
        raise click.UsageError(
            f"No such command '{word}'. {advice or 'There are: ' + ', '.join(sorted(here)) + '.'}", ctx
        )

    def named(self, words: Sequence[str]) -> str:
        """Find the words that name a command among those typed, as far as they name one ("assay iv")."""
        found: list[str] = []
        group: click.Command | None = self
        for word in words:
            if not isinstance(group, FolderGroup):
                break
            if word in group._modules():
                found.append(word)
                group = group.get_command(click.Context(group), word)
        return " ".join(found)

    def _modules(self) -> dict[str, pkgutil.ModuleInfo]:
        folder = import_module(self.package).__path__
        found = [module for module in pkgutil.iter_modules(folder) if not module.name.startswith("_")]
        return {module.name.strip("_").replace("_", "-"): module for module in found}


def whole_names(root: click.Context) -> Iterator[str]:
    """Give every command below a group with the words that lead to it ("assay romk-block").

    Parameters
    ----------
    root : the context of the group.

    Returns
    -------
    iterator of str.
    """
    group = root.command
    if not isinstance(group, click.Group):
        return
    for name in group.list_commands(root):
        below = group.get_command(root, name)
        if isinstance(below, click.Group):
            yield from (f"{name} {path}" for path in whole_names(click.Context(below, info_name=name)))
        else:
            yield name
