"""The command line: words become a call of a verb, its answer is printed. No physics here."""

from __future__ import annotations


def main() -> None:
    """Run ``kalimag`` with the words of this process and end it with the exit code of `kalimag.errors`."""
    try:
        from kalimag.cli.root import root

        root.main(prog_name="kalimag")
    except KeyboardInterrupt:
        raise SystemExit(130) from None
