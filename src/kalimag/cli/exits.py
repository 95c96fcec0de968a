"""What ends a command: its exit code, and one sentence on stderr when it is not 0."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

from kalimag.cli.envelope import failure
from kalimag.errors import KalimagError

INTERRUPTED = 130
UNEXPECTED = 1


def ended(call: Callable[[], Any], words: Sequence[str], name: Callable[[Sequence[str]], str]) -> int:
    """Run a command to its end, whatever the end is.

    Parameters
    ----------
    call : runs the command; raises what went wrong, or returns an exit code given to `click.Context.exit`.
    words : what the user typed, to know whether an error is wanted as JSON.
    name : finds the words that name the command, among those typed.

    Returns
    -------
    int, the exit code.
    """
    try:
        code = call()
        return code if isinstance(code, int) else 0
    except BrokenPipeError:
        return _pipe_closed()
    except Exception as error:
        # click turns Ctrl-C, and an EOFError of ours too, into Abort
        real = error.__cause__ if isinstance(error, click.Abort) and error.__cause__ else error
        code, sentence = _told(real)
        _report(real, sentence)
        if "--json" in words:
            click.echo(failure(real, code, sentence, name(words)))
        return code


def _told(error: BaseException) -> tuple[int, str]:
    if isinstance(error, click.ClickException):
        return error.exit_code, error.format_message()
    if isinstance(error, KalimagError):
        return error.exit_code, str(error)
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return INTERRUPTED, _kept(error)
    return UNEXPECTED, _unexpected(error)


def _report(error: BaseException, sentence: str) -> None:
    if isinstance(error, click.UsageError):
        error.show()
    else:
        click.echo(f"kalimag: {sentence}", err=True)
    if debugging() and not isinstance(error, click.ClickException):
        import traceback

        traceback.print_exception(error)


def debugging() -> bool:
    """Whether the user asked for tracebacks."""
    return os.environ.get("KALIMAG_DEBUG", "") not in ("", "0")


def _unexpected(error: BaseException) -> str:
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    advice = (
        "" if debugging() else " Run it again with KALIMAG_DEBUG=1 to see where; that is worth reporting."
    )
    return f"something happened that kalimag did not expect ({what}).{advice}"


def _kept(stop: BaseException) -> str:
    notes = list(getattr(stop, "__notes__", ()))
    return " ".join(
        ["interrupted.", *(notes or ["Nothing unfinished is left behind; earlier results are untouched."])]
    )


def _pipe_closed() -> int:
    # the reader of our output has left (`kalimag … | head`); the last flush must not complain
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return UNEXPECTED
