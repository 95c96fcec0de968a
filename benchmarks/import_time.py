"""CPU time of `import kalimag` and of `kalimag --version`, each in a process of its own."""

from __future__ import annotations

import resource
import subprocess
import sys

from stopwatch import save

LIMITS_S = {"import kalimag": 0.3, "kalimag --version": 0.25}
WAYS = {
    "python alone": [sys.executable, "-c", "pass"],
    "import kalimag": [sys.executable, "-c", "import kalimag"],
    "kalimag --version": [sys.executable, "-c", "from kalimag.cli import main; main()", "--version"],
}


def cpu_seconds(command: list[str]) -> float:
    """User and system time of a child process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 4)


def main() -> None:
    for command in WAYS.values():
        cpu_seconds(command)
    best = {name: min(cpu_seconds(command) for _ in range(9)) for name, command in WAYS.items()}
    late = [name for name, limit in LIMITS_S.items() if best[name] > limit]
    save("import_time", {"cpu_seconds": best, "limits": LIMITS_S, "too_slow": late})
    if late:
        raise SystemExit(f"slower than allowed: {', '.join(late)}")


if __name__ == "__main__":
    main()
