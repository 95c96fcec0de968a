"""What solutions and electrodes can be: limits that a slip of unit crosses and an experiment does not."""

from __future__ import annotations

from dataclasses import dataclass

MOST_MG_MM = 200.0  # a test of block ends near 20 mM; at 200 mM divalent charge replaces all other ions
MOST_K_MM = 500.0  # squid axoplasm has 400 mM, and no vertebrate solution half of that
MOST_JUNCTION_MV = 30.0  # chloride salts give up to 10 mV, the largest anions with Na+ or NMDG+ some 20 mV
MOST_SERIES_MOHM = 200.0  # a sharp microelectrode; a patch pipette has 1 to 20 MOhm
WARMEST_DEGC = 50.0  # proteins unfold; below 0 degC water freezes
ZERO_CELSIUS_K = 273.15


@dataclass(frozen=True)
class Range:
    """From where to where a quantity can be, in `unit`; `shift` leads there from the unit it is held in."""

    what: str
    unit: str
    low: float
    high: float
    shift: float = 0.0


_TEMPERATURE = Range("a temperature", "degC", 0.0, WARMEST_DEGC, -ZERO_CELSIUS_K)
RANGES = {
    "Mg": Range("free Mg2+", "mM", 0.0, MOST_MG_MM),
    "K_out": Range("external K+", "mM", 0.0, MOST_K_MM),
    "K_in": Range("cytosolic K+", "mM", 0.0, MOST_K_MM),
    "junction_potential": Range("a junction potential", "mV", -MOST_JUNCTION_MV, MOST_JUNCTION_MV),
    "series_resistance": Range("a series resistance", "MOhm", 0.0, MOST_SERIES_MOHM),
    "temperature": _TEMPERATURE,
}
_LARGER = {"mM": "M", "mV": "V", "MOhm": "GOhm"}


def implausible(key: str, value: float) -> tuple[str, str, str] | None:
    """Whether a quantity is outside of what an experiment can have.

    Parameters
    ----------
    key : of the table of solutions, such as "Mg" or "series_resistance".
    value : in mM, mV, MOhm or K.

    Returns
    -------
    What was found, what was expected and the slip suspected, for an error message; None where it is possible,
    or nothing is known of such a key.
    """
    range_ = RANGES.get(key)
    if range_ is None:
        return None
    shown = round(value + range_.shift, 9)
    if range_.low <= shown <= range_.high:
        return None
    found = f"'{key}' is {shown:g} {range_.unit}"
    expected = f"{range_.what} from {range_.low:g} to {range_.high:g} {range_.unit}"
    return found, expected, _slip(range_, shown)


def _slip(range_: Range, shown: float) -> str:
    """The unit that was probably meant, where there is one."""
    if range_ is _TEMPERATURE:
        if range_.low <= shown + ZERO_CELSIUS_K <= range_.high:
            return f"Was {shown + ZERO_CELSIUS_K:g} degC meant, and not K?"
        if range_.low <= shown - ZERO_CELSIUS_K <= range_.high:
            return f"Was {shown:g} K meant, and not degC?"
        return ""
    meant = shown / 1000.0
    if range_.low <= meant <= range_.high:
        return f"Was {meant:g} {range_.unit} meant, and not {meant:g} {_LARGER[range_.unit]}?"
    return ""
