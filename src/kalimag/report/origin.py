"""Whether what a study is about was recorded or calculated: what the study says, and what its files say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kalimag.io.recording import Recording
from kalimag.io.synthetic import MARK, document_says_so
from kalimag.report.content import Input, Section
from kalimag.report.study_file import Study


@dataclass(frozen=True)
class Origin:
    """Who says that data are synthetic.

    Parameters
    ----------
    study : the file name of the study.
    declared : whether the study says so itself.
    recordings : every recording, by path; a file that two analyses read counts once.
    documents : names of the files beside the recordings that call them synthetic.
    """

    study: str
    declared: bool
    recordings: tuple[Recording, ...]
    documents: tuple[str, ...]

    @property
    def marked(self) -> tuple[str, ...]:
        """Names of the recordings that say of themselves that they are calculated."""
        return tuple(one.path.name for one in self.recordings if one.synthetic)

    @property
    def synthetic(self) -> bool:
        """Whether anybody says so; no key that is left out of a study can take that back."""
        return self.declared or bool(self.marked or self.documents)

    @property
    def banner(self) -> tuple[str, str]:
        """What stands above everything: words in capitals, and the rest; both empty for recorded data."""
        if not self.synthetic:
            return "", ""
        if self.marked and len(self.marked) == len(self.recordings):
            return (
                f"{MARK} DATA",
                "made by kalimag rig. Nothing here was recorded from a living cell.",
            )
        if self.declared or not self.marked:
            says = self.study if self.declared else _listed(self.documents)
            return f"{MARK} DATA", f"according to {says}. Nothing here was recorded from a living cell."
        count = f"{len(self.marked)} of {len(self.recordings)} recordings"
        return f"PARTLY {MARK} DATA", f"{count} were calculated, not recorded: {_listed(self.marked)}."

    @property
    def warnings(self) -> tuple[str, ...]:
        """A sentence where the study is silent about what its files say, or says it of files that do not."""
        if self.synthetic and not self.declared:
            count = [f"{len(self.marked)} of {len(self.recordings)} recordings"] if self.marked else []
            documents = [_listed(self.documents)] if self.documents else []
            return (
                f"{self.study} does not say that its data are synthetic, but this does: "
                f"{', '.join(count + documents)}. They were calculated, not recorded from a living "
                "cell; write synthetic = true",
            )
        if self.declared and 0 < len(self.marked) < len(self.recordings):
            bare = [one.path.name for one in self.recordings if not one.synthetic]
            return (
                f"{self.study} says that its data are synthetic; {_listed(bare)} do not say it of themselves",
            )
        return ()


def origin_of(study: Study, sections: Sequence[Section], inputs: Sequence[Input]) -> Origin:
    """Ask the study, its recordings and the documents beside them.

    Parameters
    ----------
    study : what was asked.
    sections : with the recordings they read.
    inputs : every file that was read.

    Returns
    -------
    Origin
    """
    recordings: dict[Path, Recording] = {}
    for section in sections:
        recordings.update(section.recordings)
    documents = tuple(
        f"the note of {one.shown}" if one.path == study.path else one.shown
        for one in sorted(inputs, key=lambda one: one.shown.count("/"))  # what lies deeper says less
        if one.path not in recordings and document_says_so(one.path)
    )
    return Origin(study.path.name, study.synthetic, tuple(recordings.values()), documents)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3])
    return shown + (f" and {len(names) - 3} more" if len(names) > 3 else "")
