"""Print one of the commands of README's section "Start": `python3 scripts/start_command.py 2`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
FENCE = re.compile(r"^```sh\n(.*?)\n```$", re.MULTILINE | re.DOTALL)


def start_commands(readme: str) -> list[str]:
    """The commands of the section, in order; refuses anything but two of one line each."""
    section = readme.partition("\n## Start\n")[2].partition("\n## ")[0]
    found = FENCE.findall(section)
    if len(found) != 2 or any("\n" in command for command in found):
        raise SystemExit(
            f'README\'s section "Start" must have two fenced commands of one line; found {found}'
        )
    return found


if __name__ == "__main__":
    print(start_commands(README.read_text(encoding="utf-8"))[int(sys.argv[1]) - 1])
