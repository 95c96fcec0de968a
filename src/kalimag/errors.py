"""Every error a user can meet, and the exit code the command line gives it.

KalimagError                 1   anything that is our own fault
├── UsageProblem             2   the call itself does not make sense
├── InvalidInput             3   a file, a number, a unit or a table is wrong
│   ├── UnreadableFile       3   a recording that is damaged, truncated, renamed or of no known kind
│   ├── UnitMismatch         3   a quantity that cannot be read, or cannot be what is asked for
│   ├── EvidenceProblem      3   a claim, source or estimate that is incomplete or contradicts another
│   └── WiringProblem        3   an assembly whose names cannot be resolved
├── NotIdentifiable          4   the fit did not converge, or the data cannot tell
├── CheckFailed              5   something that was to be verified is not so
└── MissingExtra            69   an optional package is not installed
"""


class KalimagError(Exception):
    """A sentence in four parts: what was being done, what was found, what was expected, what to do.

    Parameters
    ----------
    doing : what was being done, as a gerund ("reading patch1.abf").
    found : what was found.
    expected : what was expected, or what exists; may be empty.
    remedy : what the user can do; may be empty.
    """

    exit_code = 1

    def __init__(self, doing: str, found: str, expected: str = "", remedy: str = "") -> None:
        self.doing, self.found, self.expected, self.remedy = doing, found, expected, remedy
        text = f"{doing}: {found}"
        text += f"; expected {expected}." if expected else "."
        text += f" {remedy}" if remedy else ""
        super().__init__(text)


class UsageProblem(KalimagError):
    """The call itself does not make sense."""

    exit_code = 2


class InvalidInput(KalimagError):
    """A file, a number, a unit or a table is wrong."""

    exit_code = 3


class UnreadableFile(InvalidInput):
    """A recording that is damaged, truncated, renamed or of no known kind."""


class UnitMismatch(InvalidInput):
    """A quantity that cannot be read, or cannot be what is asked for."""


class EvidenceProblem(InvalidInput):
    """A claim, source or estimate that is incomplete or contradicts another."""


class WiringProblem(InvalidInput):
    """An assembly whose names cannot be resolved."""


class NotIdentifiable(KalimagError):
    """The fit did not converge, or the data cannot tell."""

    exit_code = 4


class CheckFailed(KalimagError):
    """Something that was to be verified is not so."""

    exit_code = 5


class MissingExtra(KalimagError):
    """An optional package is not installed."""

    exit_code = 69
