"""A sign of life on stderr from a command that takes longer than a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

FIRST_S, NEXT_S = 1.0, 10.0


@contextmanager
def working(name: str, *, quiet: bool) -> Iterator[None]:
    """Say on stderr that the command is at work: after 1 s, then every 10 s (every second on a terminal).

    Parameters
    ----------
    name : the words that name the command.
    quiet : say nothing.
    """
    if quiet:
        yield
        return
    import threading

    over = threading.Event()
    ticker = threading.Thread(target=_tick, args=(name, over), daemon=True)
    ticker.start()
    try:
        yield
    finally:
        over.set()
        ticker.join()


def _tick(name: str, over: object) -> None:
    import threading

    assert isinstance(over, threading.Event)
    began, terminal, said = time.monotonic(), sys.stderr.isatty(), False
    pause = FIRST_S
    while not over.wait(pause):
        text = f"{name}: working, {time.monotonic() - began:.0f} s"
        click.echo(f"\r{text}" if terminal else text, err=True, nl=not terminal)
        said, pause = True, FIRST_S if terminal else NEXT_S
    if said and terminal:
        click.echo("\r\033[K", err=True, nl=False)


def told(sentence: str) -> None:
    """Say on stderr what has been done, unless --quiet was given."""
    context = click.get_current_context(silent=True)
    if context is None or not context.params.get("quiet"):
        click.echo(sentence, err=True)
