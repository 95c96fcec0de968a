"""What stands on the bottle, taken apart into components: K-gluconate, MgCl2.6H2O, ATP-Mg, Na2HPO4."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from difflib import get_close_matches
from math import gcd

from kalimag.errors import InvalidInput
from kalimag.solutions.shelf import Ion, Salt, Shelf, Varies, load_shelf, plain

__all__ = ["Salt", "Shelf", "Varies", "find_salt", "load_shelf", "nearest", "plain"]

_GREEK = "hemi|mono|sesqui|di|tri|tetra|penta|hexa|hepta|octa|nona|deca|dodeca"
_HYDRATE = re.compile(
    rf"[\s.·•⋅*×-]+\(?((x|×)\s*)?((\d+(\.\d+)?|x|n)?\s*H2O|({_GREEK})?-?hydrate|anhydrous)\)?$", re.I
)
_COUNTS = {"mono": 1, "di": 2, "tri": 3, "tetra": 4}
_CHARGE = re.compile(r"(\d*)[+\u2212-]$")


def find_salt(name: str, doing: str = "looking for a salt") -> Salt:
    """The salt of this name, in any usual spelling.

    Parameters
    ----------
    name : such as "K-gluconate", "MgCl2·6H2O", "potassium chloride", "GTP-Na2".
    doing : for the message.

    Returns
    -------
    Salt

    Raises
    ------
    InvalidInput : no such salt (the nearest is named), an ion alone, or a formula with a charge.
    """
    shelf = load_shelf()
    bare = _HYDRATE.sub("", unicodedata.normalize("NFKC", name).strip())
    _refuse_charge(name, bare, shelf, doing)
    key = plain(_counted(bare, shelf))
    found = _salt_of(key, name, shelf, doing)
    if found is not None:
        return found
    whole = _with_counter_ion(key, shelf, doing)
    if whole:
        raise InvalidInput(
            doing, f"'{name}' is an ion without its counter-ion", "the salt that was weighed in",
            f"Such as '{whole}'.",
        )  # fmt: skip
    near = nearest(name, shelf)
    raise InvalidInput(
        doing, f"there is no salt called '{name}'", "a name that library/salts knows, or ions it knows",
        f"Did you mean '{near}'?" if near else "",
    )  # fmt: skip


def _salt_of(key: str, name: str, shelf: Shelf, doing: str) -> Salt | None:
    """The bottle of this plain name, or the salt of two ions; None where there is neither."""
    if key in shelf.salts:
        return shelf.salts[key]
    read = (_joined(name, cation, anion, rest, doing) for cation, anion, rest in _pairs(key, shelf))
    return next((salt for salt in read if salt is not None), None)


def _with_counter_ion(key: str, shelf: Shelf, doing: str) -> str:
    """The usual salt of an ion; empty where this is none."""
    ion = shelf.cations.get(key) or shelf.anions.get(key)
    if ion is None:
        return ""
    other = shelf.cations["na"] if ion.whole_charge < 0 else shelf.anions["cl"]
    pair = (other, ion) if ion.whole_charge < 0 else (ion, other)
    whole = _joined(f"{pair[0].component}-{pair[1].names[0]}", *pair, ("", "", ""), doing)
    return whole.name if whole else ""


def _refuse_charge(name: str, bare: str, shelf: Shelf, doing: str) -> None:
    """Refuse a name that ends in a charge: 'MgATP2-' is no salt of two ATP, and 'Mg2+' is half of one."""
    charge = _CHARGE.search(bare)
    if charge is None:
        return
    digits, stem = charge[1], bare[: charge.start()]
    remedy = ""
    for kept in dict.fromkeys((digits[:-1], "", digits)):  # in SO42- the last digit is charge, in H2PO4- none
        key = plain(stem + kept)
        salt = shelf.salts.get(key)
        remedy = remedy or _with_counter_ion(key, shelf, doing) or (salt.name if salt else "")
    raise InvalidInput(
        doing, f"'{name}' has a charge: it is an ion without its counter-ion", "the salt that was weighed in",
        f"Such as '{remedy}'." if remedy else "",
    )  # fmt: skip


def _counted(name: str, shelf: Shelf) -> str:
    """A name with 'disodium' written as 'Na2', and so on for every cation."""
    long = [key for key in shelf.cations if len(key) > 5]
    words = re.compile(rf"\b({'|'.join(_COUNTS)})-?({'|'.join(map(re.escape, long))})\b", re.I)
    return words.sub(
        lambda said: f"{min(shelf.cations[said[2].lower()].names, key=len)}{_COUNTS[said[1].lower()]}", name
    )


def nearest(name: str, shelf: Shelf) -> str:
    """The known name that looks most like this one; empty where none does."""
    shown = {key: salt.name for key, salt in shelf.salts.items()}
    for cation in ("K", "Na", "Mg", "Ca", "Cs"):
        for key, anion in shelf.anions.items():
            salt = _joined(f"{cation}-{key}", shelf.cations[plain(cation)], anion, ("", "", ""), "")
            if salt is not None:
                shown |= {plain(salt.name): salt.name, plain(cation) + key: salt.name}
    words = [ion.component for key, ion in shelf.cations.items() if len(key) > 5 and key in plain(name)]
    if words:
        cations = {ion.component for ion in shelf.cations.values()} - set(words)
        shown = {key: salt for key, salt in shown.items() if not cations & set(find_salt(salt).parts)}
    found = get_close_matches(plain(name), shown, n=1, cutoff=0.6)
    return shown[found[0]] if found else ""


def _pairs(key: str, shelf: Shelf) -> Iterator[tuple[Ion, Ion, tuple[str, str, str]]]:
    """Ways to read a name as cation and anion: the two, and (cations, protons, anions) as written."""
    for name, cation in sorted(shelf.cations.items(), key=lambda item: -len(item[0])):
        if key.startswith(name):
            count, rest = re.fullmatch(r"(\d*)(.*)", key[len(name) :]).groups()  # type: ignore[union-attr]
            if rest in shelf.anions:
                yield cation, shelf.anions[rest], (count, "", "")
            for other, anion in shelf.anions.items():
                if (match := re.fullmatch(rf"(?:h(\d*))?{re.escape(other)}(\d*)", rest)) is None:
                    continue
                acid = rest.startswith("h") and not other.startswith("h")
                if not acid or anion.acid_salts:
                    yield cation, anion, (count, (match[1] or "1") if acid else "", match[2])
    for name, anion in sorted(shelf.anions.items(), key=lambda item: -len(item[0])):
        match = re.fullmatch(r"(\D+)(\d*)(?:salt)?", key[len(name) :]) if key.startswith(name) else None
        if match is not None and match[1] in shelf.cations:
            yield shelf.cations[match[1]], anion, (match[2], "", "")


def _joined(name: str, cation: Ion, anion: Ion, written: tuple[str, str, str], doing: str) -> Salt | None:
    """A neutral salt of two ions; None where this cannot be meant, InvalidInput where it is charged."""
    notes = [ion.note for ion in (cation, anion) if ion.note]
    cations, protons, anions = (int(count) if count else None for count in written)
    if anion.acid_salts and (cations or anion.whole_charge <= -cation.whole_charge):
        n = cations or (anion.cations if cation.whole_charge == 1 else 1)
        m, acid = anions or 1, -(n * cation.whole_charge + (anions or 1) * anion.whole_charge)
        if acid < 0 or (protons is not None and protons != acid):
            raise InvalidInput(doing, f"'{name}' is not neutral", f"charges that add up to 0, not {-acid:+d}")
        if cations is None and anion.cations > 1:
            notes.append(
                f"'{name}' does not say how many {cation.component}: read as {_formula(cation, n, anion, 1)}."
            )
    else:
        spelled = anions is None and cations is None and (len(plain(name)) > 6 or "-" in name or " " in name)
        common = gcd(cation.whole_charge, abs(anion.whole_charge))
        right = abs(anion.whole_charge) // common, cation.whole_charge // common
        n, m, acid = (*right, 0) if spelled else (cations or 1, anions or 1, 0)
        if n * cation.whole_charge + m * anion.whole_charge:
            raise InvalidInput(
                doing, f"'{name}' is not neutral", "charges that add up to 0",
                f"Did you mean '{_formula(cation, right[0], anion, right[1])}'?",
            )  # fmt: skip
    parts = anion.parts(m)
    for part, count in cation.parts(n).items():
        parts[part] = parts.get(part, 0.0) + count
    if acid:
        parts["H"] = parts.get("H", 0.0) + acid
    shown = _formula(cation, n, anion, m)
    return Salt(shown, parts, tuple(notes), usual_mM=_narrower(cation.usual_mM, anion.usual_mM, n))


def _narrower(
    cation: tuple[float, float] | None, anion: tuple[float, float] | None, n: int
) -> tuple[float, float] | None:
    """What is usual of a salt: never more than of either ion, and as little as the rarer one is used."""
    if cation is None or anion is None:
        return anion if cation is None else cation
    return cation[0] / n, min(cation[1] / n, anion[1])


def _formula(cation: Ion, n: int, anion: Ion, m: int) -> str:
    short = anion.names[0]
    if len(short) > 5:
        return f"{cation.component if n == 1 else f'{cation.component}{n}'}-{short}"
    base = short if m == 1 or len(short) < 3 else f"({short})"
    return f"{cation.component}{n if n > 1 else ''}{base}{m if m > 1 else ''}"
