"""Files to begin with: a template for each kind of thing, which no test passes until it is filled in."""

from __future__ import annotations

from pathlib import Path

from kalimag.errors import UsageProblem

TEMPLATES = Path(__file__).parent


def write(kind: str, name: str, checkout: Path) -> tuple[Path, ...]:
    """Write the files of a new thing into a checkout.

    Parameters
    ----------
    kind : a folder of templates here, such as "channel".
    name : of the new thing, in small letters ("kir21").
    checkout : the folder that holds src/kalimag.

    Returns
    -------
    tuple of Path, the files written.

    Raises
    ------
    UsageProblem : the name is none, this is no checkout, or a file of that name exists.
    """
    doing = f"beginning the {kind} '{name}'"
    if not (name.isidentifier() and name == name.lower() and name.isascii()):
        raise UsageProblem(doing, "that is no name for a file", "small letters, digits and _, such as kir21")
    package = checkout / "src" / "kalimag"
    if not (package / "library").is_dir():
        raise UsageProblem(doing, f"{checkout} is no checkout of kalimag", "a folder that holds src/kalimag")
    folder = TEMPLATES / kind
    templates = sorted(path for path in folder.rglob("*") if path.is_file())
    made = {package / str(path.relative_to(folder)).replace("NAME", name).removesuffix(".template"): path
            for path in templates}  # fmt: skip
    for path in made:
        if path.exists():
            raise UsageProblem(doing, f"{path.relative_to(checkout)} exists", "a new name")
    for path, template in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        text = template.read_text(encoding="utf-8").replace("NAME", name)
        path.write_text(text, encoding="utf-8", newline="\n")
    return tuple(made)
