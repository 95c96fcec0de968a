"""The command `kalimag` itself: its version, its help, and the one place where errors become exit codes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

import click

from kalimag import __version__
from kalimag.cli.exits import ended
from kalimag.cli.lazy import FolderGroup

_EPILOG = "For research and teaching, not for the care of patients."


class Root(FolderGroup):
    """The outermost group; ends the process with the exit codes of `kalimag.errors`."""

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> Any:
        """Run the command these words name.

        Parameters
        ----------
        args : the words after the program's name; those of this process when None.
        prog_name : what the program is called in its own messages.
        extra : as for `click.Command.main`; with ``standalone_mode=False`` errors are raised, not printed.

        Returns
        -------
        What the command returned, only with ``standalone_mode=False``; otherwise the process ends here.
        """
        prog_name = prog_name or "kalimag"
        if not extra.pop("standalone_mode", True):
            return super().main(args, prog_name, standalone_mode=False, **extra)
        for stream in (
            sys.stdout,
            sys.stderr,
        ):  # a terminal that lacks a letter shows '?', and nothing breaks
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
        words = sys.argv[1:] if args is None else list(args)
        call = partial(super().main, args, prog_name, standalone_mode=False, **extra)
        sys.exit(ended(call, words, self.named))


root: Root = click.version_option(__version__, prog_name="kalimag", message="%(prog)s %(version)s")(
    Root(
        "kalimag.cli.commands",
        name="kalimag",
        epilog=_EPILOG,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
)
