"""Options that many commands share, and the types of their values."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from kalimag.cli.envelope import Answer, show
from kalimag.cli.progress import working
from kalimag.errors import UnitMismatch

_NUMBER = re.compile(r"^[-+−]?[\d.]+(?:[eE][-+−]?\d+)?\s*")
F = TypeVar("F", bound=Callable[..., Any])


def answers(function: Callable[..., Answer]) -> Callable[..., None]:
    """Make a function that returns an `Answer` print it; gives the command --json and --quiet.

    Parameters
    ----------
    function : the command's function; place this decorator directly above it.

    Returns
    -------
    callable, for `click.command` and the command's own options.
    """

    @click.option("--json", "as_json", is_flag=True, help="Print one JSON envelope instead of text.")
    @click.option("--quiet", is_flag=True, help="No progress and no warnings on stderr.")
    @wraps(function)
    def call(*args: Any, as_json: bool, quiet: bool, **kwargs: Any) -> None:
        context = click.get_current_context()
        name = context.command_path.partition(" ")[2]
        with working(name, quiet=quiet):
            answer = function(*args, **kwargs)
        show(name, answer, as_json=as_json, quiet=quiet)
        context.exit(answer.exit_code)

    return call


class Quantity(click.ParamType):  # type: ignore[type-arg]  # generic in newer click only
    """A number with its unit, as people write it: ``0.5mM``, ``-60 mV``, ``22degC``.

    Parameters
    ----------
    unit : the unit of the float that the command receives.
    """

    name = "quantity"

    def __init__(self, unit: str) -> None:
        self.unit = unit

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read the words; a number that is already one is a default and stays."""
        from kalimag.units import parse

        if isinstance(value, float):
            return value
        try:
            return parse(value, self.unit, what=param.opts[-1] if param is not None else "a quantity")
        except UnitMismatch as error:
            self.fail(str(error), param, ctx)


class Quantities(Quantity):
    """Several quantities with commas between them; a unit at the end counts for all: ``0.2,0.5,1mM``."""

    name = "quantity,…"

    def convert(  # type: ignore[override]
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, ...]:
        """Read the words; a list without any unit is refused, as a single quantity is."""
        if isinstance(value, tuple):
            return value
        words = [word.strip() for word in str(value).split(",")]
        unit = _NUMBER.sub("", words[-1])
        whole = [f"{word} {unit}".strip() if _NUMBER.fullmatch(word) else word for word in words]
        return tuple(Quantity.convert(self, word, param, ctx) for word in whole)


class Setting(click.ParamType):  # type: ignore[type-arg]  # generic in newer click only
    """A named quantity, ``romk.Ki0=4mM``; the command receives the name and the words after the ``=``."""

    name = "name=quantity"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Split at the equals sign."""
        if isinstance(value, tuple):
            return value
        name, equals, words = str(value).partition("=")
        if not (equals and name.strip() and words.strip()):
            self.fail(f"'{value}' is not NAME=QUANTITY, such as romk.Ki0=4mM.", param, ctx)
        return name.strip(), words.strip()


def writes_folder(*, required: bool = False, what: str = "what is made here") -> Callable[[F], F]:
    """Give a command --out and --force; a folder that holds anything is refused without --force.

    Parameters
    ----------
    required : whether the command cannot do without --out.
    what : what will be written there, for the help.

    Returns
    -------
    decorator; the command receives `out` (Path or None) and `force` (bool).
    """
    folder = click.Path(file_okay=False, path_type=Path)
    out = click.option("--out", type=folder, required=required, callback=_free, help=f"Folder for {what}.")
    force = click.option(
        "--force", is_flag=True, is_eager=True, help="Write into --out although it holds files."
    )
    return lambda function: out(force(function))


def _free(context: click.Context, parameter: click.Parameter, folder: Path | None) -> Path | None:
    from kalimag.writing import require_writable

    if folder is not None:
        require_writable(folder)
    if folder is not None and not context.params.get("force") and folder.is_dir() and any(folder.iterdir()):
        raise click.UsageError(
            f"--out: '{folder}' already holds files, and nothing is overwritten without --force.", context
        )
    return folder


seed_option = click.option(
    "--seed",
    metavar="N",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Of the random numbers.",
)
