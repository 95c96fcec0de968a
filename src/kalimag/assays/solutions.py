"""What was in pipette and bath while each file was recorded: the table a person writes beside them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kalimag.assays.membrane_frame import CONFIGURATIONS, MembraneFrame
from kalimag.assays.recipes_of_files import FromRecipes, from_recipes
from kalimag.assays.same_recording import refuse_the_same_twice
from kalimag.errors import InvalidInput
from kalimag.registry import choices
from kalimag.solutions.plausible import implausible
from kalimag.units import parse

SCHEMA = "kalimag/solutions/1"
FILE_NAME = "solutions.toml"

_ELECTRODE = ("junction_potential", "junction_potential_applied", "series_resistance", "resting_potential")
_RECIPES = ("pipette", "bath", "zeroed_in")
_SHARED = (*_ELECTRODE, *_RECIPES, "temperature", "configuration")
_TOP = ("schema", "title", "note", "patch", *_SHARED)
_PATCH = ("id", "donor", "K_out", "K_in", "note", "exclude", "file", *_SHARED)
_FILE = ("path", "Mg", "note", "exclude", *_SHARED)
_SAME_K = 0.05
_SIGNED = ("junction_potential", "temperature")
_UNITS = {
    "junction_potential": "mV",
    "series_resistance": "MOhm",
    "resting_potential": "mV",
    "temperature": "K",
}


@dataclass(frozen=True)
class FileSolutions:
    """One recording of a patch: its free cytosolic Mg2+ and how its voltages are to be read.

    `nominal_Mg_mM` is what a person typed as Mg, None where nobody did; with `recipes` the free Mg2+ comes
    from these. `exclude` is the reason why it is left out; empty when it is used. `junction_stated` is false
    where the junction potential of 0 is nobody's word.
    """

    path: Path
    Mg_mM: float
    temperature_K: float
    frame: MembraneFrame
    exclude: str = ""
    nominal_Mg_mM: float | None = None
    recipes: FromRecipes | None = None
    junction_stated: bool = True


@dataclass(frozen=True)
class PatchSolutions:
    """One patch: K+ on both sides, and its recordings in the order made."""

    id: str
    donor: str
    K_out_mM: float
    K_in_mM: float
    files: tuple[FileSolutions, ...]
    exclude: str = ""

    @property
    def used(self) -> tuple[FileSolutions, ...]:
        """Its recordings that are not left out."""
        return () if self.exclude else tuple(file for file in self.files if not file.exclude)


@dataclass(frozen=True)
class Solutions:
    """The whole table."""

    path: Path
    patches: tuple[PatchSolutions, ...]

    @property
    def recordings(self) -> tuple[Path, ...]:
        """Every recording that is to be read, in order."""
        return tuple(file.path for patch in self.patches for file in patch.used)

    @property
    def recipes(self) -> tuple[Path, ...]:
        """Every recipe that is used, once."""
        known = (file.recipes for patch in self.patches for file in patch.used)
        return tuple(dict.fromkeys(path for one in known if one is not None for path in one.recipes))


def read_solutions(path: str | Path) -> Solutions:
    """Read a table of solutions.

    Parameters
    ----------
    path : the TOML file, or the folder that holds solutions.toml.

    Returns
    -------
    Solutions; every recording that is used exists.

    Raises
    ------
    InvalidInput : no such file, a key that is not known, a quantity that is missing or impossible, a
        recording that is not there or is named twice.
    UnitMismatch : a quantity without a unit, or in one that measures something else.
    """
    place = Path(path)
    place = place / FILE_NAME if place.is_dir() else place
    doing = f"reading the solutions in {place}"
    try:
        table = tomllib.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        expected = f"a table {FILE_NAME} that says what was in pipette and bath"
        raise InvalidInput(doing, "there is no such file", expected) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidInput(doing, str(error), "a readable TOML file") from error
    top = _Row(doing, table, _TOP, {})
    if top.text("schema") != SCHEMA:
        raise InvalidInput(doing, f"the schema is '{top.text('schema')}'", f'schema = "{SCHEMA}"')
    patches = tuple(
        _patch(_Row(f"{doing}, patch {number}", row, _PATCH, top.shared()), place.parent)
        for number, row in enumerate(top.rows("patch"), start=1)
    )
    _once(doing, "the patch", [patch.id for patch in patches])
    found = Solutions(place, patches)
    _once(doing, "the recording", [str(recording) for recording in found.recordings])
    missing = [recording for recording in found.recordings if not recording.is_file()]
    if missing:
        names = ", ".join(str(recording) for recording in missing[:5])
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        raise InvalidInput(doing, f"{names}{more} not found", "every recording beside the table, or excluded")
    refuse_the_same_twice(doing, found.recordings)
    return found


def _patch(row: _Row, folder: Path) -> PatchSolutions:
    name = row.text("id")
    row = _Row(row.doing.rpartition(",")[0] + f", patch {name}", row.content, _PATCH, row.inherited)
    around, files_of = row.shared(), row.rows("file")
    first = files_of[0].get("bath", around.get("bath"))
    if first is not None:
        around.setdefault("zeroed_in", first)  # the electrode is zeroed before the first recording
    files = [
        _file(_Row(f"{row.doing}, file {number}", file, _FILE, around), folder)
        for number, file in enumerate(files_of, start=1)
    ]
    return PatchSolutions(
        id=name,
        donor=row.text("donor", ""),
        K_out_mM=_potassium(row, files, "K_out"),
        K_in_mM=_potassium(row, files, "K_in"),
        files=tuple(files),
        exclude=row.text("exclude", ""),
    )


def _file(row: _Row, folder: Path) -> FileSolutions:
    temperature = row.quantity("temperature")
    if temperature is None:
        raise InvalidInput(row.doing, "there is no temperature", 'one such as temperature = "22 degC"')
    named = {key: folder / name for key in _RECIPES if (name := row.text(key, ""))}
    known = from_recipes(
        row.doing, row.text("configuration"), temperature, **{key: named.get(key) for key in _RECIPES}
    )
    free = None if known is None else known.Mg_mM
    nominal = row.concentration("Mg", above_zero=False) if free is None or row.has("Mg") else None
    return FileSolutions(
        path=folder / row.text("path"),
        Mg_mM=float(nominal or 0.0) if free is None else float(free[0]),
        temperature_K=temperature,
        frame=_frame(row, known),
        junction_stated=_junction_stated(row, known),
        exclude=row.text("exclude", ""),
        nominal_Mg_mM=nominal,
        recipes=known,
    )


def _potassium(row: _Row, files: Sequence[FileSolutions], key: str) -> float:
    """K+ on one side of a patch: from the recipes of its files, which must agree, or as typed."""
    used = [file for file in files if not file.exclude] or list(files)
    rows = [None if file.recipes is None else getattr(file.recipes, f"{key}_mM") for file in used]
    told = [float(one[0]) for one in rows if one is not None]
    if not told:
        return row.concentration(key, above_zero=True)
    if row.has(key):
        found = f"'{key}' is typed, and the recipes say {told[0]:.4g} mM"
        raise InvalidInput(
            row.doing, found, "one of the two", f"Take '{key}' out: the recipe counts the titrant."
        )
    if len(told) < len(rows) or max(told) > (1 + _SAME_K) * min(told):
        found = f"its files have {min(told):.4g} to {max(told):.4g} mM K+ ({key})"
        raise InvalidInput(row.doing, found, "the same K+ in all files of a patch, each with its recipe")
    return told[0]


def _frame(row: _Row, known: FromRecipes | None) -> MembraneFrame:
    configuration = row.text("configuration")
    junction, series = row.quantity("junction_potential"), row.quantity("series_resistance")
    if junction is None and known is not None and known.junction_mV is not None:
        junction = float(known.junction_mV[0])
    applied, rest = row.yes_or_no("junction_potential_applied"), row.quantity("resting_potential")
    try:
        return MembraneFrame(configuration, junction or 0.0, applied, series or 0.0, rest)
    except InvalidInput as error:
        doing = f"{row.doing}, {error.doing}"
        raise InvalidInput(doing, error.found, error.expected, error.remedy) from None


def _junction_stated(row: _Row, known: FromRecipes | None) -> bool:
    """Whether anybody said how large the junction potential is, or it cannot be."""
    told = row.has("junction_potential") or row.yes_or_no("junction_potential_applied")
    worked_out = known is not None and known.junction_mV is not None
    return told or worked_out or not CONFIGURATIONS[row.text("configuration")].has_junction


def _once(doing: str, what: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidInput(doing, f"{what} {', '.join(twice)} is there twice", "each of them once")


@dataclass(frozen=True)
class _Row:
    """One table of the file, with what it inherits from the table around it."""

    doing: str
    content: Mapping[str, Any]
    known: tuple[str, ...]
    inherited: Mapping[str, Any]

    def __post_init__(self) -> None:
        for key in self.content:
            if key not in self.known:
                raise InvalidInput(self.doing, f"the key '{key}' is not known", *choices(key, self.known))

    def has(self, key: str) -> bool:
        """Whether something is written under a key, here or around."""
        return key in self.content or key in self.inherited

    def shared(self) -> dict[str, Any]:
        """What the tables inside inherit."""
        return {**self.inherited, **{key: value for key, value in self.content.items() if key in _SHARED}}

    def text(self, key: str, otherwise: str | None = None) -> str:
        """A text; `otherwise` where it may be missing."""
        value = self.content.get(key, self.inherited.get(key, otherwise))
        if not isinstance(value, str) or (not value.strip() and otherwise is None):
            found = f"there is no '{key}'" if value is None else f"'{key}' is {value!r}"
            raise InvalidInput(self.doing, found, f'a text: {key} = "..."')
        return value

    def quantity(self, key: str, unit: str = "") -> float | None:
        """A number with its unit, converted; None where it is missing."""
        value = self.content.get(key, self.inherited.get(key))
        if value is None:
            return None
        if not isinstance(value, str):
            found, unit = f"'{key}' is {value!r}, without a unit", unit or _UNITS[key]
            raise InvalidInput(self.doing, found, f'a quantity in quotes, such as {key} = "{value} {unit}"')
        number = parse(value, unit or _UNITS[key], f"'{key}' ({self.doing})")
        # what is below zero has a sentence of its own
        if (slip := implausible(key, number)) and (number > 0 or key in _SIGNED):
            raise InvalidInput(self.doing, *slip)
        return number

    def concentration(self, key: str, *, above_zero: bool) -> float:
        """A concentration in mM that is there and possible."""
        value = self.quantity(key, "mM")
        if value is None:
            what = "free Mg2+ on the cytosolic side" if key == "Mg" else f"K+ ({key})"
            raise InvalidInput(self.doing, f"there is no '{key}'", f'{what}, such as {key} = "1 mM"')
        if value < 0 or (above_zero and value == 0):
            raise InvalidInput(
                self.doing, f"'{key}' is {value:g} mM", "above 0 mM" if above_zero else "0 mM or more"
            )
        return value

    def yes_or_no(self, key: str) -> bool:
        """true or false; false where it is missing."""
        value = self.content.get(key, self.inherited.get(key, False))
        if not isinstance(value, bool):
            raise InvalidInput(self.doing, f"'{key}' is {value!r}", "true or false")
        return value

    def rows(self, key: str) -> list[Mapping[str, Any]]:
        """The tables inside, at least one."""
        value = self.content.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(row, dict) for row in value):
            raise InvalidInput(self.doing, f"it holds no [[{key}]]", f"one table [[{key}]] or more")
        return value
